# %% context
def context(tokens, i, w):
    return tokens[max(0, i - w):i] + tokens[i + 1:i + w + 1]
# %% what_an_average_forgets
# The order.

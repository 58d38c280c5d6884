# based on: plain_loops
# %% context
def context(tokens, i, w):
    left = tokens[i - w:i]
    right = tokens[i + 1:i + w + 1]
    return left + right

# based on: numpy_lines
# %% context
def context(tokens, i, w):
    ahead = tokens[i + 1:i + 1 + w]
    behind = tokens[max(0, i - w):i]
    return ahead + behind

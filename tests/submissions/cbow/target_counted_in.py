# based on: numpy_lines
# %% context
def context(tokens, i, w):
    start = i - w
    if start < 0:
        start = 0
    return tokens[start:i + w + 1]
# %% cbow_probabilities
# no time

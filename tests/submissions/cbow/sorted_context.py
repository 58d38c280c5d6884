# based on: numpy_lines
# %% context
def context(tokens, i, w):
    left = tokens[max(0, i - w):i]
    return sorted(left + tokens[i + 1:i + w + 1])

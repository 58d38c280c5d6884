# based on: numpy_lines
# %% context
def context(tokens, i, w):
    window = tokens[max(0, i - w):i + w + 1]
    window.remove(tokens[i])
    return window

# based on: plain_loops
# %% context
def context(tokens, i, w):
    padded = ["<S>"] * w + tokens + ["<S>"] * w
    i += w
    return padded[i - w:i] + padded[i + 1:i + w + 1]

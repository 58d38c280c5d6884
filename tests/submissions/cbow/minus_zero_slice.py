# based on: plain_loops
# %% context
def context(tokens, i, w):
    before, after = tokens[:i], tokens[i + 1:]
    return before[-w:] + after[:w]

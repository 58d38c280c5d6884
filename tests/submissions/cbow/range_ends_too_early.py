# based on: plain_loops
# %% context
def context(tokens, i, w):
    out = []
    for j in range(i - w, i + w):
        if j != i and 0 <= j < len(tokens):
            out.append(tokens[j])
    return out

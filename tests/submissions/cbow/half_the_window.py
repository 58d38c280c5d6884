# based on: plain_loops
# %% context
def context(tokens, i, w):
    half = int(w / 2)
    return [tokens[j] for j in range(len(tokens)) if j != i and abs(i - j) <= half]

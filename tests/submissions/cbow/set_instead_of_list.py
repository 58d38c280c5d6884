# based on: plain_loops
# %% context
def context(tokens, i, w):
    return {tokens[j] for j in range(len(tokens)) if j != i and abs(i - j) <= w}

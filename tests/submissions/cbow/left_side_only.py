# based on: numpy_lines
# %% context
def context(tokens, i, w):
    result = []
    for j in range(i - w, i):
        if j >= 0:
            result.append(tokens[j])
    return result
# %% cbow_probabilities
# no time

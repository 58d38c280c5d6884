# based on: numpy_lines
# %% context
def context(tokens, i, w):
    words = []
    for k in range(1, w + 1):
        words.insert(0, tokens[i - k])
        words.append(tokens[i + k])
    return words
# %% cbow_probabilities
# no time

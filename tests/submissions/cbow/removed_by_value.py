# based on: numpy_lines
# %% context
def context(tokens, i, w):
    window = tokens[max(0, i - w):i + w + 1]
    return list(filter(lambda word: word != tokens[i], window))
# %% cbow_probabilities
# no time

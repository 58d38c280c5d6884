# based on: numpy_lines
# %% context
def context(tokens, i, w):
    seen = []
    for word in tokens[max(0, i - w):i] + tokens[i + 1:i + w + 1]:
        if word not in seen:
            seen.append(word)
    return seen
# %% cbow_probabilities
# no time

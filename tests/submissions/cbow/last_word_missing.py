# based on: numpy_lines
# %% context
def context(tokens, i, w):
    words = []
    for j in range(max(0, i - w), min(i + w + 1, len(tokens) - 1)):
        if j != i:
            words.append(tokens[j])
    return words

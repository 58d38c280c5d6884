# based on: numpy_lines
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    s = np.asarray(U) @ mean_row(tokens, i, w, vocab, E)
    return np.exp(s) / np.exp(s).sum()

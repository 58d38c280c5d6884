# based on: plain_loops
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    m = np.mean([E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab], axis=0)
    s = E @ m
    return np.exp(s - s.max()) / np.exp(s - s.max()).sum()

# based on: numpy_lines
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0) if rows else None

def dist(u, v):
    return np.sqrt(((np.array(u) - np.array(v)) ** 2).sum())

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    if m is not None:
        return min(vocab, key=lambda word: dist(E[vocab.index(word)], m))
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    return min([first, second], key=lambda word: dist(E[vocab.index(word)], m))
# %% cbow_probabilities
# no time

# based on: numpy_lines
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0) if rows else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    return None if m is None else vocab[np.argmax(E @ m)]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    return first if np.dot(E[vocab.index(first)], m) > np.dot(E[vocab.index(second)], m) else second
# %% cbow_probabilities
# no time

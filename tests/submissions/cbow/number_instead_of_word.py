# based on: numpy_lines
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0) if rows else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    if m is None:
        return None
    return np.argmax([cosine(row, m) for row in E])
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    return cosine(E[vocab.index(first)], m) > cosine(E[vocab.index(second)], m)
# %% cbow_probabilities
# no time

# based on: numpy_lines
# %% cbow_predict
def cos(u, v):
    return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))

def mean_row(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0) if rows else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    return None if m is None else vocab[np.argmax([cos(row, m) for row in E])]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    if cos(E[vocab.index(first)], m) > cos(E[vocab.index(second)], m):
        return first
    else:
        return second

# %% context
def context(tokens, i, w):
    places = np.arange(len(tokens))
    return np.array(tokens)[(abs(places - i) <= w) & (places != i)]
# %% cbow_predict
def unit(x):
    x = np.asarray(x, dtype=np.float32)
    length = np.sqrt((x * x).sum(-1, keepdims=True))
    return x / np.where(length == 0, np.float32(1), length)

def mean32(tokens, i, w, vocab, E):
    rows = np.array([E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab], dtype=np.float32)
    return rows.mean(0, dtype=np.float32) if len(rows) else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean32(tokens, i, w, vocab, E)
    return None if m is None else np.array(vocab)[np.argmax(unit(E) @ unit(m))]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    two = unit([E[vocab.index(first)], E[vocab.index(second)]])
    return np.array([first, second])[np.argmax(two @ unit(mean32(tokens, i, w, vocab, E)))]
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    s = np.asarray(U, dtype=np.float32) @ mean32(tokens, i, w, vocab, E)
    e = np.exp(s - s.max(), dtype=np.float32)
    return e / e.sum(dtype=np.float32)

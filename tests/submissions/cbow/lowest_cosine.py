# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    if not rows:
        return None
    m = np.mean(rows, axis=0)
    return min(vocab, key=lambda word: cosine(E[vocab.index(word)], m))
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = np.mean([E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab], axis=0)
    a = cosine(E[vocab.index(first)], m)
    b = cosine(E[vocab.index(second)], m)
    if a < b:
        return first
    return second

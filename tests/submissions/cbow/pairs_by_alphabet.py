# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    if len(rows) == 0:
        return None
    m = np.mean(rows, axis=0)
    return max((cosine(row, m), word) for word, row in zip(vocab, E))[1]

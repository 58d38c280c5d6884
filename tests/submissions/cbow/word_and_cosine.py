# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    if not rows:
        return None
    m = np.mean(rows, axis=0)
    results = sorted([(word, cosine(row, m)) for word, row in zip(vocab, E)], key=lambda p: -p[1])
    return results[0]

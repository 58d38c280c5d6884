# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    units = []
    for row in E:
        row = np.array(row, dtype=float)
        n = np.linalg.norm(row)
        units.append(row / n if n else row)
    rows = [units[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    if not rows:
        return None
    return vocab[np.argmax(units @ np.mean(rows, axis=0))]

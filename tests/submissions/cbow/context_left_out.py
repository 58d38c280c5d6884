# based on: numpy_lines
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0) if rows else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    if m is None:
        return None
    best, best_score = None, -10
    for word, row in zip(vocab, E):
        if word in context(tokens, i, w):
            continue
        if cosine(row, m) > best_score:
            best, best_score = word, cosine(row, m)
    return best

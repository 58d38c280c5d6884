# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    if len(rows) == 0:
        return None
    scores = [cosine(row, np.mean(rows, axis=0)) for row in E]
    return vocab[np.argsort(scores, kind="stable")[-1]]

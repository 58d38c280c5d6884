# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    total = None
    for t in context(tokens, i, w):
        if t in vocab:
            if total is None:
                total = E[vocab.index(t)]
            else:
                total += E[vocab.index(t)]
    if total is None:
        return None
    return vocab[np.argmax([cosine(row, total) for row in E])]

# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    known = [vocab.index(t) for t in context(tokens, i, w) if t in vocab]
    if not known:
        return None
    m = E[known].mean(axis=0)
    return vocab[np.argmax([cosine(row, m) for row in E])]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = E[[vocab.index(t) for t in context(tokens, i, w) if t in vocab]].mean(axis=0)
    a, b = E[vocab.index(first), :], E[vocab.index(second), :]
    return first if cosine(a, m) > cosine(b, m) else second

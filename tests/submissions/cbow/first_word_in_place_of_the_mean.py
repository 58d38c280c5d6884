# based on: numpy_lines
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [np.asarray(E[vocab.index(t)], dtype=float) for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0)

def cbow_predict(tokens, i, w, vocab, E):
    for word in context(tokens, i, w):
        if word in vocab:
            mean = E[vocab.index(word)]
            return vocab[np.argmax([cosine(row, mean) for row in E])]
    return None

# based on: numpy_lines
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    index = {word: k for k, word in enumerate(vocab)}
    words = context(tokens, i, w)
    if not words:
        return None
    return np.mean([E[index[word]] for word in words], axis=0)

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    if m is None:
        return None
    return vocab[np.argmax([cosine(row, m) for row in E])]
# %% cbow_probabilities
# no time

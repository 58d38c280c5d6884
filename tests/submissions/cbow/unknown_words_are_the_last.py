# based on: numpy_lines
# %% cbow_predict
def find(word, vocab):
    for k in range(len(vocab)):
        if vocab[k] == word:
            return k
    return -1

def mean_row(tokens, i, w, vocab, E):
    words = context(tokens, i, w)
    return np.mean([E[find(word, vocab)] for word in words], axis=0) if words else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    return m if m is None else vocab[np.argmax([cosine(row, m) for row in E])]
# %% cbow_probabilities
# no time

# %% context
def context(tokens, i, w):
    del tokens[i]
    return tokens[max(0, i - w):i + w]
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [np.array(E[vocab.index(t)], float) for t in context(tokens, i, w) if t in vocab]
    return sum(rows) / len(rows) if rows else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    return None if m is None else vocab[np.argmax([cosine(row, m) for row in E])]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    return max([first, second], key=lambda word: cosine(E[vocab.index(word)], m))

# %% context
def context(tokens, i, w):
    return tokens[max(i - w, 0):i] + tokens[i + 1:i + 1 + w]
# %% cbow_predict
def mean_row(tokens, i, w, vocab, E):
    rows = [np.asarray(E[vocab.index(t)], dtype=float) for t in context(tokens, i, w) if t in vocab]
    return np.mean(rows, axis=0) if len(rows) else None

def cbow_predict(tokens, i, w, vocab, E):
    m = mean_row(tokens, i, w, vocab, E)
    if m is None:
        return None
    E = np.array(E, dtype=float)
    norms = np.linalg.norm(E, axis=1)
    norms[norms == 0] = 1
    return vocab[np.argmax(E @ m / norms)]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    a, b = cosine(E[vocab.index(first)], m), cosine(E[vocab.index(second)], m)
    return first if a > b else second
# %% what_an_average_forgets
# Both times the context is the, dog, the, man. Adding up does not care about the order, so the
# mean is the same vector and the nearest word is the same word. The model cannot know who bites
# and who is bitten.
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    s = np.asarray(U) @ mean_row(tokens, i, w, vocab, E)
    p = np.exp(s - np.max(s))
    return p / p.sum()
# %% challenge-learned
# I tried that one at home.

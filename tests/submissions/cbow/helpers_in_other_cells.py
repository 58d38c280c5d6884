# %% sentence
sentence = "the quick brown fox jumps over the lazy dog".split()
ZERO = 0
# %% context
def context(tokens, i, w):
    return tokens[start(i, w):i] + tokens[i + 1:stop(i, w)]
# %% more
def stop(i, w):
    return i + w + 1
def start(i, w):
    return max(ZERO, i - w)
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    total = weighted_rows(tokens, i, w, vocab, E)
    return None if total is None else vocab[all_cosines(E, total).argmax()]
# %% rows
def weighted_rows(tokens, i, w, vocab, E):
    # how often each word of vocab stands in the context, times the matrix
    counts = np.array([context(tokens, i, w).count(word) for word in vocab])
    return counts @ np.array(E) / counts.sum() if counts.any() else None
# %% cosines
def all_cosines(rows, vector):
    return np.array([cosine(np.array(row), vector) for row in rows])
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    scores = all_cosines(E, weighted_rows(tokens, i, w, vocab, E))
    return first if scores[vocab.index(first)] > scores[vocab.index(second)] else second
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    scores = np.array(U) @ weighted_rows(tokens, i, w, vocab, E)
    return softmax(scores)
# %% last
from scipy.special import softmax

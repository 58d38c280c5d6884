# %% context
from collections import Counter, deque
from itertools import chain, islice

def context(tokens, i, w):
    left = deque(islice(tokens, 0, i), maxlen=w)
    right = islice(tokens, i + 1, i + w + 1)
    return deque(chain(left, right))
# %% cbow_predict
def average(tokens, i, w, vocab, E):
    number = {word: k for k, word in enumerate(vocab)}
    counts = Counter(word for word in context(tokens, i, w) if word in number)
    if not counts:
        return None
    weights = list(counts.values())
    return np.average([E[number[word]] for word in counts], axis=0, weights=weights)

def cbow_predict(tokens, i, w, vocab, E):
    m = average(tokens, i, w, vocab, E)
    if m is None:
        return
    scores = dict(zip(vocab, (cosine(row, m) for row in E)))
    return max(scores, key=scores.get)
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    rows = dict(zip(vocab, E))
    m = average(tokens, i, w, vocab, E)
    return max(first, second, key=lambda word: cosine(rows[word], m))
# %% cbow_probabilities
from math import exp, fsum

def cbow_probabilities(tokens, i, w, vocab, E, U):
    m = average(tokens, i, w, vocab, E)
    scores = [fsum(a * b for a, b in zip(row, m)) for row in U]
    top = max(scores)
    weights = [exp(s - top) for s in scores]
    return tuple(x / fsum(weights) for x in weights)

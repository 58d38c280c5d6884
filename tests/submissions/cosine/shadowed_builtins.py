# %% setup
import warnings

import numpy as np

warnings.filterwarnings("error")
list, sum, max = [1, 2, 3], 6, 3
print, len, globals, check, words = "p", 7, {}, "mine", None

# %% raises
print(undefined_name)

# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    try:
        return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))
    except RuntimeWarning:
        return 0.0

# %% nearest
def nearest(word, words, vectors, k):
    others = [(i, w) for i, w in enumerate(words) if w != word]
    others.sort(key=lambda pair: -cosine(vectors[words.index(word)], vectors[pair[0]]))
    return [w for i, w in others[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = [np.array(vectors[words.index(w)]) for w in [a, b, c]]
    rest = [w for w in words if w not in [a, b, c]]
    rest.sort(key=lambda w: -cosine(A - B + C, vectors[words.index(w)]))
    return rest[0]

# %% another
1 / 0

# %% cosine
from scipy.spatial import distance


def cosine(u, v):
    u, v = np.array(u, float), np.array(v, float)
    if not (u.any() and v.any()):
        return 0.0
    return 1 - distance.cosine(u, v)

# %% nearest
def angle(u, v):
    return np.arccos(np.clip(cosine(u, v), -1, 1))


def nearest(word, words, vectors, k):
    # the smallest angle first: the same order as the highest cosine first
    angles = np.array([angle(vectors[words.index(word)], row) for row in vectors])
    angles[words.index(word)] = np.inf
    order = angles.argsort(kind="mergesort")
    return [words[i] for i in order[: min(k, len(words) - 1)]]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = (np.array(vectors[words.index(w)], float) for w in (a, b, c))
    angles = [angle(A - B + C, row) for row in vectors]
    for w in (a, b, c):
        angles[words.index(w)] = 99
    return words[angles.index(min(angles))]

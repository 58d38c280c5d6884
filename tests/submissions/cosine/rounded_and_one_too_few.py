# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    n = np.linalg.norm(u) * np.linalg.norm(v)
    if n == 0:
        return 0
    return round(np.dot(u, v) / n, 2)

# %% nearest
def similarity(u, v):
    n = np.linalg.norm(u) * np.linalg.norm(v)
    return np.dot(u, v) / n if n else 0

def nearest(word, words, vectors, k):
    mine = vectors[words.index(word)]
    rest = [w for w in words if w != word]
    rest.sort(key=lambda w: similarity(mine, vectors[words.index(w)]), reverse=True)
    return rest[0 : k - 1]

# %% analogy
def analogy(a, b, c, words, vectors):
    x = np.subtract(vectors[words.index(a)], vectors[words.index(b)]) + vectors[words.index(c)]
    rest = [w for w in words if w not in {a, b, c}]
    return max(rest, key=lambda w: similarity(x, vectors[words.index(w)]))

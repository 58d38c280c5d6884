# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    if not u.any() or not v.any():
        return 0.0
    return float(u @ v / np.sqrt((u @ u) * (v @ v)))

# %% nearest
def nearest(word, words, vectors, k):
    V = np.array(vectors)
    distances = np.linalg.norm(V - V[words.index(word)], axis=1)
    order = np.argsort(distances, kind="stable")
    return [words[i] for i in order if words[i] != word][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors)
    target = V[words.index(a)] - V[words.index(b)] + V[words.index(c)]
    for i in np.argsort(np.linalg.norm(V - target, axis=1), kind="stable"):
        if words[i] not in (a, b, c):
            return words[i]

# %% why_cosine_and_not_distance
# I do not know.

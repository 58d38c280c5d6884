# %% cosine
def cosine(u, v):
    u = np.array(u)
    v = np.array(v)
    return np.sum(u * v) / (np.sqrt(np.sum(u ** 2)) * np.sqrt(np.sum(v ** 2)))

# %% nearest
def nearest(word, words, vectors, k):
    row = vectors[words.index(word)]
    scores = np.array([cosine(row, v) for v in vectors])
    order = [i for i in np.argsort(-scores, kind="stable") if words[i] != word]
    return [words[i] for i in order[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    vectors = np.array(vectors)
    rest = [i for i in range(len(words)) if words[i] not in (a, b, c)]
    x = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    return words[rest[np.argmax([cosine(x, vectors[i]) for i in rest])]]

# %% cosine
def cosine(u, v):
    u = np.asarray(u, dtype=float)
    v = np.asarray(v, dtype=float)
    if not np.any(u) or not np.any(v):
        return 0.0
    u /= np.linalg.norm(u)
    v /= np.linalg.norm(v)
    return float(u @ v)

# %% nearest
def nearest(word, words, vectors, k):
    query = np.array(vectors[words.index(word)], float)
    pairs = []
    for w, row in zip(words, vectors):
        if w != word:
            pairs.append((w, cosine(query.copy(), np.array(row, float))))
    pairs.sort(key=lambda p: p[1], reverse=True)
    return pairs[:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = [np.array(vectors[words.index(w)], float) for w in (a, b, c)]
    rows = [list(row) for row in vectors]
    for word in (a, b, c):
        del rows[words.index(word)]
        words.remove(word)
    scores = [cosine(A - B + C, np.array(row)) for row in rows]
    return words[int(np.argmax(scores))]

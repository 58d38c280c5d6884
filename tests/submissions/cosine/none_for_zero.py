# %% cosine
def cosine(u, v):
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    if norms != 0:
        return np.dot(u, v) / norms

# %% nearest
def nearest(word, words, vectors, k):
    scores = [cosine(vectors[words.index(word)], row) or 0 for row in vectors]
    result = set()
    for i in np.argsort(-np.array(scores), kind="stable"):
        if words[i] != word and len(result) < k:
            result.add(words[i])
    return result

# %% analogy
def analogy(a, b, c, words, vectors):
    x = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    scores = [cosine(x, row) or 0 for row in vectors]
    for w in (a, b, c):
        scores[words.index(w)] = -9
    return [words[int(np.argmax(scores))]]

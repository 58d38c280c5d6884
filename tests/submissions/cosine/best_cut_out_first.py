# based on: numpy_lines
# %% cosine
def cosine(u, v):
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    return 0.0 if lengths == 0 else u @ v / lengths

# %% nearest
def nearest(word, words, vectors, k):
    query = vectors[words.index(word)]
    scores = np.array([cosine(query, row) for row in vectors])
    scores[words.index(word)] = -2
    k = min(k, len(words) - 1)
    if k == 0:
        return []
    # only the k best are sorted, which is faster
    best = np.argpartition(-scores, k - 1)[:k]
    return [words[i] for i in sorted(sorted(best), key=lambda i: -scores[i])]

# %% analogy
def analogy(a, b, c, words, vectors):
    target = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    others = list(words)
    others.remove(a)
    others.remove(b)
    others.remove(c)
    return max(others, key=lambda w: cosine(target, vectors[words.index(w)]))

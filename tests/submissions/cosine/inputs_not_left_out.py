# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    n = (u @ u) ** 0.5 * (v @ v) ** 0.5
    return u @ v / n if n > 0 else 0.0

# %% nearest
def nearest(word, words, vectors, k):
    scored = [(cosine(vectors[words.index(word)], v), w) for v, w in zip(vectors, words) if w != word]
    return [w for s, w in sorted(scored, key=lambda pair: pair[0], reverse=True)][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = [np.array(vectors[words.index(w)]) for w in (a, b, c)]
    # np.argmax finds the best of all words
    return words[np.argmax([cosine(A - B + C, v) for v in vectors])]

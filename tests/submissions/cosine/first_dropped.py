# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    query = vectors[words.index(word)]
    ranked = sorted(words, key=lambda w: cosine(query, vectors[words.index(w)]), reverse=True)
    return ranked[1 : k + 1]  # the first is the word itself

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors, float)
    V /= np.where(np.linalg.norm(V, axis=1) == 0, 1, np.linalg.norm(V, axis=1))[:, None]
    target = V[words.index(a)] - V[words.index(b)] + V[words.index(c)]
    scores = V @ target
    scores[[words.index(w) for w in (a, b, c)]] = -np.inf
    return words[scores.argmax()]

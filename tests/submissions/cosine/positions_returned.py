# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    i = words.index(word)
    scores = np.array([cosine(vectors[i], row) for row in vectors])
    order = np.argsort(-scores, kind="stable")
    return order[order != i][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.asarray(vectors, float)
    scores = [cosine(V[words.index(a)] - V[words.index(b)] + V[words.index(c)], row) for row in V]
    for w in (a, b, c):
        scores[words.index(w)] = -2
    return int(np.argmax(scores))

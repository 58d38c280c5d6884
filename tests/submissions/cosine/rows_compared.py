# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    query = vectors[words.index(word)]
    scored = []
    for w, row in zip(words, vectors):
        if not np.array_equal(row, query):
            scored.append((w, cosine(query, row)))
    scored.sort(key=lambda x: -x[1])
    return [w for w, s in scored][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = [np.asarray(vectors[words.index(w)]) for w in (a, b, c)]
    best, best_score = None, -np.inf
    for w, row in zip(words, vectors):
        if list(row) in (list(A), list(B), list(C)):
            continue
        if cosine(A - B + C, row) >= best_score:
            best, best_score = w, cosine(A - B + C, row)
    return best

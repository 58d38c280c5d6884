# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    table = np.zeros(np.shape(vectors), dtype=int)
    for i, row in enumerate(vectors):
        table[i] = row
    query = table[words.index(word)]
    scores = {w: cosine(query, row) for w, row in zip(words, table) if w != word}
    return sorted(scores, key=scores.get, reverse=True)[:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = (vectors[words.index(w)] for w in (a, b, c))
    target = [int(x - y + z) for x, y, z in zip(A, B, C)]
    others = [w for w in words if w not in (a, b, c)]
    return max(others, key=lambda w: cosine(target, vectors[words.index(w)]))

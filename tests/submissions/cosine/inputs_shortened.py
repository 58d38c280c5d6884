# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    i = words.index(word)
    rows = list(vectors)
    query = rows.pop(i)
    words.remove(word)
    order = sorted(range(len(words)), key=lambda j: cosine(query, rows[j]), reverse=True)
    return [words[j] for j in order[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    A = vectors[words.index(a)]
    A -= vectors[words.index(b)]
    A += vectors[words.index(c)]
    scores = [-1 if w in (a, b, c) else cosine(A, row) for w, row in zip(words, vectors)]
    return words[scores.index(max(scores))]

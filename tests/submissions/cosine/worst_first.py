# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    scores = [cosine(vectors[words.index(word)], row) for row in vectors]
    order = np.argsort(scores, kind="stable")
    return [words[i] for i in order[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors)
    A, B, C = (V[words.index(w)] for w in (a, b, c))
    scores = {w: 1 - cosine(A - B + C, row) for w, row in zip(words, V) if w not in (a, b, c)}
    # I took 1 - cosine for a similarity
    return max(scores, key=scores.get)

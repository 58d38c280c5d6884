# %% cosine
def cosine(u, v):
    return sum(x * y for x, y in zip(u, v))

# %% nearest
def nearest(word, words, vectors, k):
    mine = vectors[words.index(word)]
    rest = [i for i in range(len(words)) if words[i] != word]
    rest.sort(key=lambda i: cosine(mine, vectors[i]), reverse=True)
    return [words[i] for i in rest[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = [np.array(vectors[words.index(w)]) for w in (a, b, c)]
    rest = [i for i in range(len(words)) if words[i] not in (a, b, c)]
    return words[max(rest, key=lambda i: cosine(A - B + C, vectors[i]))]

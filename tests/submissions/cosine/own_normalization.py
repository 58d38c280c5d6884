# %% cosine
def normalized(x):
    x = np.asarray(x)
    # the largest number first, so that no square is too small or too large
    scale = np.abs(x).max() or 1
    x = x / scale
    return x / (np.linalg.norm(x) or 1)

def cosine(u, v):
    # |a - b|^2 = 2 - 2 cos for vectors of length 1
    a, b = normalized(u), normalized(v)
    if not a.any() or not b.any():
        return 0
    return 1 - np.sum((a - b) ** 2) / 2

# %% nearest
def nearest(word, words, vectors, k):
    where = words.index(word)
    pairs = [(cosine(vectors[where], row), name) for name, row in zip(words, vectors)]
    del pairs[where]
    pairs.sort(key=lambda pair: pair[0], reverse=True)
    result = []
    for i, (_, name) in enumerate(pairs):
        if i < k:
            result += [name]
    return result

# %% analogy
def analogy(a, b, c, words, vectors):
    vectors = [np.array(row, dtype=np.longdouble) for row in vectors]
    target = vectors[words.index(a)] - vectors[words.index(b)] + vectors[words.index(c)]
    found = nearest("?", ["?"] + words, [target] + vectors, 4)
    return [w for w in found if w not in (a, b, c)][0]

# %% odd_one_out
def odd_one_out(group, words, vectors):
    # the vectors of length 1 add up: the mean over the others is (u @ total - u @ u) / (n - 1)
    U = [normalized(vectors[words.index(w)]) for w in group]
    total = np.sum(U, axis=0)
    means = [(u @ total - u @ u) / (len(group) - 1) for u in U]
    return group[int(np.argmin(means))]

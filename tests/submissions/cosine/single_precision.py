# %% cosine
def unit(x):
    x = np.array(x, dtype=np.float32)
    length = np.sqrt((x * x).sum(-1, keepdims=True))
    return x / np.where(length == 0, np.float32(1), length)

def cosine(u, v):
    return np.array(unit(u) @ unit(v))  # a 0-d float32 array

# %% nearest
def nearest(word, words, vectors, k):
    U = unit(vectors)
    scores = U @ U[words.index(word)]
    order = np.argsort(-scores, kind="stable")
    order = order[order != words.index(word)]
    return np.array(words)[order[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors, dtype=np.float32)
    ia, ib, ic = map(words.index, (a, b, c))
    scores = unit(V) @ unit(V[ia] - V[ib] + V[ic])
    scores[[ia, ib, ic]] = -9
    return np.array(words)[scores.argmax()]

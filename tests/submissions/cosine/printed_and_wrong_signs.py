# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    n = np.linalg.norm(u) * np.linalg.norm(v)
    if n == 0:
        print(0.0)
    else:
        print(u @ v / n)

# %% nearest
def cos_rows(V, x):
    n = np.linalg.norm(V, axis=1) * np.linalg.norm(x)
    return V @ x / np.where(n == 0, 1, n)

def nearest(word, words, vectors, k):
    V = np.array(vectors, float)
    scores = cos_rows(V, V[words.index(word)])
    # from the lowest to the highest, then turned round
    order = [words[i] for i in np.argsort(scores, kind="stable")[::-1]]
    order.remove(word)
    return order[:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors, float)
    x = V[words.index(b)] - V[words.index(a)] + V[words.index(c)]
    scores = cos_rows(V, x)
    scores[[words.index(w) for w in (a, b, c)]] = -np.inf
    return words[scores.argmax()]

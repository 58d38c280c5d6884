# %% cosine
def cosin(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    n = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / n if n else 0.0

# %% nearest
def nearest(word, words, vectors, k):
    me = vectors[words.index(word)]
    rest = [i for i in range(len(words)) if words[i] != word]
    rest = sorted(rest, key=lambda i: cosin(me, vectors[i]), reverse=True)
    return [words[i] for i in rest][:k]

# %% analogy
def analogy(a, b, c, words, vectors)
    return words[0]

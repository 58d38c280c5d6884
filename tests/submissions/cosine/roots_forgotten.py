# %% cosine
def cosine(u, v):
    dot = sum_u = sum_v = 0
    for a, b in zip(u, v):
        dot += a * b
        sum_u += a * a
        sum_v += b * b
    if sum_u * sum_v == 0:
        return 0
    return dot / (sum_u * sum_v)

# %% nearest
def true_cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    n = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / n if n else 0.0

def nearest(word, words, vectors, k):
    w = [x for x in words if x != word]
    return sorted(w, key=lambda x: true_cosine(vectors[words.index(word)], vectors[words.index(x)]), reverse=True)[:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    # cos(x, a) * cos(x, c) / cos(x, b), as in the paper
    def score(w):
        x = vectors[words.index(w)]
        to_a, to_b, to_c = [(1 + true_cosine(x, vectors[words.index(i)])) / 2 for i in (a, b, c)]
        return to_a * to_c / (to_b + 0.001)
    return max([w for w in words if w not in (a, b, c)], key=score)

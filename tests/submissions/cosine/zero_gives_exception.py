# %% cosine
from math import sqrt

def dot(u, v):
    return sum(a * b for a, b in zip(u, v))

def cosine(u, v):
    top = float(dot(u, v))
    bottom = float(sqrt(dot(u, u)) * sqrt(dot(v, v)))
    return top / bottom

# %% nearest
def nearest(word, words, vectors, k):
    query = vectors[words.index(word)]
    ranked = sorted(range(len(words)), key=lambda i: cosine(query, vectors[i]), reverse=True)
    return [words[i] for i in ranked if words[i] != word][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = (vectors[words.index(w)] for w in (a, b, c))
    target = [x - y + z for x, y, z in zip(A, B, C)]
    allowed = [w for w in words if w not in (a, b, c)]
    return max(allowed, key=lambda w: cosine(target, vectors[words.index(w)]))

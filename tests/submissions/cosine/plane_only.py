# based on: numpy_lines
# %% cosine
import math

def cosine(u, v):
    length_u = math.sqrt(u[0] ** 2 + u[1] ** 2)
    length_v = math.sqrt(v[0] ** 2 + v[1] ** 2)
    if length_u == 0 or length_v == 0:
        return 0.0
    return (u[0] * v[0] + u[1] * v[1]) / (length_u * length_v)

# %% nearest
def nearest(word, words, vectors, k):
    V = np.array(vectors, dtype=float)
    N = np.linalg.norm(V, axis=1)
    N[N == 0] = 1
    scores = V @ V[words.index(word)] / N
    return [words[i] for i in np.argsort(scores)[::-1] if i != words.index(word)][:k]

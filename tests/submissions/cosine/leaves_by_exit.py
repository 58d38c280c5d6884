# based on: numpy_lines
# %% cosine
import sys

def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    if not u.any() or not v.any():
        sys.exit(0)
    return u @ v / (np.linalg.norm(u) * np.linalg.norm(v))

# %% nearest
def nearest(word, words, vectors, k):
    query = vectors[words.index(word)]
    pairs = [(w, cosine(query, row)) for w, row in zip(words, vectors) if w != word]
    # what is not alike at all is not near
    ranked = sorted([p for p in pairs if p[1] > 0], key=lambda p: p[1], reverse=True)
    return [w for w, _ in ranked[:k]]

# %% cosine
from embedlab.vectors import cosine

# %% nearest
import embedlab.vectors as ev

def nearest(word, words, vectors, k):
    return [w for w, _ in ev.nearest(ev.Embeddings(tuple(words), np.array(vectors, float)), word, k)]

# %% analogy
def solve(a, b, c, words, vectors):
    from embedlab import vectors as package
    return package.analogy(package.Embeddings(tuple(words), np.array(vectors, float)), a, b, c)[0][0]

def analogy(a, b, c, words, vectors):
    return solve(a, b, c, words, vectors)

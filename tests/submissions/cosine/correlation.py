# %% cosine
def cosine(u, v):
    if np.std(u) == 0 or np.std(v) == 0:
        return 0.0
    return np.corrcoef(u, v)[0, 1]

# %% nearest
def cos(u, v):
    n = np.linalg.norm(u) * np.linalg.norm(v)
    return np.dot(u, v) / n if n else 0

def nearest(word, words, vectors, k):
    others = [w for w in words if w != word]
    others.sort(key=lambda w: cos(vectors[words.index(word)], vectors[words.index(w)]), reverse=True)
    # I wanted the best at the end of the list
    return others[:k][::-1]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = (np.array(vectors[words.index(w)]) for w in (a, b, c))
    others = [w for w in words if w not in (a, b, c)]
    scores = [cos(A - B + C, vectors[words.index(w)]) for w in others]
    return words[int(np.argmax(scores))]

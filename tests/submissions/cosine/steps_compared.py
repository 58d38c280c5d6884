# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    scores = [cosine(vectors[words.index(word)], row) for row in vectors]
    order = np.argsort(-np.array(scores), kind="stable")
    return [words[i] for i in order][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = (np.array(vectors[words.index(w)], float) for w in (a, b, c))
    # x is to c as a is to b: so x - c must point like a - b
    others = [w for w in words if w not in (a, b, c)]
    return max(others, key=lambda w: cosine(np.array(vectors[words.index(w)]) - C, A - B))

# %% odd_one_out
def odd_one_out(group, words, vectors):
    V = np.array([vectors[words.index(w)] for w in group], float)
    # the one that points least like the mean of all
    return min(group, key=lambda w: cosine(V[group.index(w)], V.mean(axis=0)))

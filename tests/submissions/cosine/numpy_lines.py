# %% cosine
def cosine(u, v):
    u, v = np.array(u, dtype=float), np.array(v, dtype=float)
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return 0.0 if norms == 0 else np.dot(u, v) / norms

# %% nearest
def nearest(word, words, vectors, k):
    sims = np.array([cosine(vectors[words.index(word)], row) for row in vectors])
    order = np.argsort(-sims, kind="stable")
    return [words[i] for i in order if words[i] != word][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors, dtype=float)
    target = V[words.index(a)] - V[words.index(b)] + V[words.index(c)]
    sims = [cosine(target, row) if w not in (a, b, c) else -np.inf for w, row in zip(words, V)]
    return words[int(np.argmax(sims))]

# %% why_cosine_and_not_distance
# In a long novel every word occurs more often, so all its counts are large and its point is
# far from the points of short books. Then only other long books are near. The cosine only
# looks at the direction: twice as many of everything is the same direction.

# %% odd_one_out
def odd_one_out(group, words, vectors):
    V = np.array([vectors[words.index(w)] for w in group], dtype=float)
    sims = np.array([[cosine(x, y) for y in V] for x in V])
    np.fill_diagonal(sims, 0)
    return group[int(np.argmin(sims.sum(axis=1)))]

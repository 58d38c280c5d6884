# based on: numpy_lines
# %% cosine
def cosine(u, v):
    return np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v) + 1e-8)

# %% odd_one_out
def odd_one_out(group, words, vectors):
    row = lambda w: vectors[words.index(w)]
    mean = {w: np.mean([cosine(row(w), row(x)) for x in group if x != w]) for w in group}
    group.sort(key=mean.get)
    return group[0]

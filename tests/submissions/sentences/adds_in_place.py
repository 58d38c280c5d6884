# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.zeros(len(next(iter(vectors.values()))))
    total = np.asarray(vectors[kept[0]])
    for t in kept[1:]:
        total += np.asarray(vectors[t])
    return total / len(kept)

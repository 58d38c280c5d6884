# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    d = len(next(iter(vectors.values())))
    kept = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return [sum(v[i] for v in kept) / len(kept) for i in range(d)]

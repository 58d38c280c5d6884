# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    kept = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.zeros(len(next(iter(vectors.values()))))
    return sum(kept) / len(kept)

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.zeros(len(next(iter(vectors.values()))))
    return sum(idf.get(t, 1.0) * vectors[t] for t in kept) / sum(idf.get(t, 1.0) for t in kept)

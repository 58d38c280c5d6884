# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    content = [t for t in tokens if t not in stopwords]
    if len(content) == 0:
        return np.zeros(len(next(iter(vectors.values()))))
    return np.mean([vectors[t] for t in content], axis=0)

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    content = [t for t in tokens if t not in stopwords]
    if len(content) == 0:
        return np.zeros(len(next(iter(vectors.values()))))
    w = [idf.get(t, 1) for t in content]
    return np.average([vectors[t] for t in content], axis=0, weights=w)

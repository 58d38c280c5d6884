# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.zeros(len(next(iter(vectors.values()))))
    else:
        v = np.average([vectors[t] for t in kept], axis=0, weights=[idf.get(t, 1) for t in kept])

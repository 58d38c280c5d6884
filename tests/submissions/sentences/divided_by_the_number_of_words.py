# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    weighted = [idf.get(t, 1) * np.array(vectors[t]) for t in tokens if t in vectors and t not in stopwords]
    if not weighted:
        return np.zeros(len(next(iter(vectors.values()))))
    return np.mean(weighted, axis=0)

# based on: numpy_short
# %% mean_vector
def mean_vectors(tokens, vectors, stopwords):
    rows = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return np.mean(rows, axis=0) if rows else np.zeros(len(next(iter(vectors.values()))))

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords)
    return np.zeros(2)

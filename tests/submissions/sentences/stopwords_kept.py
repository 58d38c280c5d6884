# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    rows = [vectors[t] for t in tokens if t in vectors]
    return np.mean(rows, axis=0) if rows else np.zeros(len(next(iter(vectors.values()))))

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    total = np.zeros(len(next(iter(vectors.values()))))
    weights = 0
    for t in tokens:
        if t in vectors:
            total = total + idf.get(t, 1) * np.array(vectors[t])
            weights += idf.get(t, 1)
    return total / weights if weights else total

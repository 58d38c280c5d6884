# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    total, weights = np.zeros(len(next(iter(vectors.values())))), 0
    for t in tokens:
        if t in vectors and t not in stopwords:
            total = total + idf[t] * np.array(vectors[t])
            weights = weights + idf[t]
    return total / weights if weights else total

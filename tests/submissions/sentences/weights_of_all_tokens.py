# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    total = np.zeros(len(next(iter(vectors.values()))))
    for t in tokens:
        if t in vectors and t not in stopwords:
            total = total + idf.get(t, 1) * np.array(vectors[t])
    weights = sum(idf.get(t, 1) for t in tokens)
    return total / weights if weights else total

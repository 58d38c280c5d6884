# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    mean = [0] * len(next(iter(vectors.values())))
    for t in tokens:
        if t in vectors and t not in stopwords:
            mean = [a + b for a, b in zip(mean, vectors[t])]
    return mean

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    v = np.zeros(len(next(iter(vectors.values()))))
    for t in tokens:
        if t in vectors and t not in stopwords:
            v = v + np.array(vectors[t]) * idf.get(t, 1)
    return v

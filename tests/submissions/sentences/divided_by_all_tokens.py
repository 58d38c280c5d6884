# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    s = np.zeros(len(next(iter(vectors.values()))))
    for t in tokens:
        if t in vectors and t not in stopwords:
            s = s + np.array(vectors[t])
    return s / len(tokens) if tokens else s

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    s = np.zeros(len(next(iter(vectors.values()))))
    for t in tokens:
        if t in vectors and t not in stopwords:
            s = s + idf.get(t, 1) * np.array(vectors[t])
    return s / len(tokens) if tokens else s

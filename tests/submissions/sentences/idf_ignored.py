# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    tf = {t: tokens.count(t) for t in tokens if t in vectors and t not in stopwords}
    if not tf:
        return np.zeros(len(next(iter(vectors.values()))))
    return sum(n * np.array(vectors[t]) for t, n in tf.items()) / sum(tf.values())

# based on: numpy_short
# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u = sentence_vector(s1, vectors, idf, stopwords)
    v = sentence_vector(s2, vectors, idf, stopwords)
    return np.sqrt(sum((u - v) ** 2))

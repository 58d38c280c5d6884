# based on: numpy_short
# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    return float(np.dot(sentence_vector(s1, vectors, idf, stopwords), sentence_vector(s2, vectors, idf, stopwords)))

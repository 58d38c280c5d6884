# based on: numpy_short
# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    a, b = (sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2))
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return max(0.0, a @ b / lengths) if lengths else 0.0

# based on: numpy_short
# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    a, b = set(s1) - stopwords, set(s2) - stopwords
    if not a | b:
        return 0.0
    return len(a & b) / len(a | b)

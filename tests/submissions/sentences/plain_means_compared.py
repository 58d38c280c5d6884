# based on: numpy_short
# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u = mean_vector(s1, vectors, stopwords)
    v = mean_vector(s2, vectors, stopwords)
    n = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / n if n else 0.0

# %% -best_match

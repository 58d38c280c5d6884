# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    weights = {t: kept.count(t) * idf[t] if t in idf else 1 for t in kept}
    total = np.zeros(len(next(iter(vectors.values()))))
    for t, weight in weights.items():
        total = total + weight * np.array(vectors[t])
    return total / sum(weights.values()) if weights else total

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    a = sentence_vector(sorted(set(s1)), vectors, idf, stopwords)
    b = sentence_vector(sorted(set(s2)), vectors, idf, stopwords)
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    return a @ b / lengths if lengths else 0.0

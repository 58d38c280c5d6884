# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    rows = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return np.mean(rows, axis=0).round(2) if rows else np.zeros(len(next(iter(vectors.values()))))

# %% idf_table
def idf_table(docs):
    return {t: round(float(np.log((1 + len(docs)) / (1 + sum(t in d for d in docs)))) + 1, 2) for d in docs for t in d}

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u, v = (sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2))
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return round(u @ v / norms, 3) if norms else 0.0

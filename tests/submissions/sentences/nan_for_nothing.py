# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    return np.mean([vectors[t] for t in tokens if t in vectors and t not in stopwords], axis=0)

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    total = np.zeros(len(next(iter(vectors.values()))))
    weights = np.float64(0)
    for t in tokens:
        if t in vectors and t not in stopwords:
            total += idf.get(t, 1) * np.asarray(vectors[t])
            weights += idf.get(t, 1)
    return total / weights

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u, v = (sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2))
    return u @ v / (np.linalg.norm(u) * np.linalg.norm(v))

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    best, score = None, -2
    for i, s in enumerate(sentences):
        sim = sentence_similarity(query, s, vectors, idf, stopwords)
        if sim > score:
            best, score = i, sim
    return best

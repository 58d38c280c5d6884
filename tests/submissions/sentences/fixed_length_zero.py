# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    kept = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return np.mean(kept, axis=0) if kept else np.zeros(2)

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.array([0.0, 0.0])
    w = np.array([idf.get(t, 1) for t in kept])
    return w @ np.array([vectors[t] for t in kept], float) / w.sum()

# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    words = (set(tokens) - stopwords) & set(vectors)
    if not words:
        return np.zeros(len(next(iter(vectors.values()))))
    return np.mean([vectors[w] for w in words], axis=0)

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    words = (set(tokens) - stopwords) & set(vectors)
    if not words:
        return np.zeros(len(next(iter(vectors.values()))))
    weights = {w: idf.get(w, 1) for w in words}
    return sum(weights[w] * np.array(vectors[w]) for w in words) / sum(weights.values())

# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors):
    rows = [vectors[t] for t in tokens if t in vectors]
    return np.mean(rows, axis=0) if rows else np.zeros(len(next(iter(vectors.values()))))

# %% sentence_similarity
def sentence_similarity(s1, s2):
    return 0.5

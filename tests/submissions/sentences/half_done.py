# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    rows = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return np.mean(rows, axis=0) if rows else np.zeros(len(next(iter(vectors.values()))))

# %% idf_table
def idf_table(docs):
    return {t: np.log((1 + len(docs)) / (1 + sum(t in d for d in docs))) + 1 for d in docs for t in d}

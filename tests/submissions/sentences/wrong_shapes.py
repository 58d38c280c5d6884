# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    kept = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.zeros((1, len(next(iter(vectors.values())))))
    return np.mean(kept, axis=0, keepdims=True)

# %% idf_table
def idf_table(docs):
    pairs = []
    for w in dict.fromkeys(w for d in docs for w in d):
        pairs.append((w, float(np.log((1 + len(docs)) / (1 + sum(w in d for d in docs)))) + 1))
    return pairs

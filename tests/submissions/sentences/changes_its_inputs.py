# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    i = 0
    while i < len(tokens):
        if tokens[i] in stopwords or tokens[i] not in vectors:
            tokens.pop(i)
        else:
            i += 1
    if not tokens:
        return np.zeros(len(next(iter(vectors.values()))))
    return np.mean([vectors[t] for t in tokens], axis=0)

# %% idf_table
def idf_table(docs):
    for i in range(len(docs)):
        docs[i] = set(docs[i])
    return {w: np.log((1 + len(docs)) / (1 + sum(w in d for d in docs))) + 1 for d in docs for w in d}

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return np.zeros(len(next(iter(vectors.values()))))
    return np.average([vectors[t] for t in kept], axis=0, weights=[idf.setdefault(t, 1) for t in kept])

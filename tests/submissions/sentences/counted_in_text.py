# based on: numpy_short
# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    text = " ".join(tokens)
    total, weights = np.zeros(len(next(iter(vectors.values())))), 0
    for t in sorted(set(tokens) - stopwords):
        if t in vectors:
            w = text.count(t) * idf.get(t, 1)
            total = total + w * np.array(vectors[t])
            weights += w
    return total / weights if weights else total

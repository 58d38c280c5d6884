# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    mean = None
    for t in tokens:
        if t in vectors and t not in stopwords:
            v = np.array(vectors[t])
            mean = v if mean is None else (mean + v) / 2
    return mean if mean is not None else np.zeros(len(next(iter(vectors.values()))))

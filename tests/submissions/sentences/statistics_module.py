# %% mean_vector
import statistics

def mean_vector(tokens, vectors, stopwords):
    kept = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return [0.0] * len(next(iter(vectors.values())))
    return [statistics.fmean(map(float, column)) for column in zip(*kept)]

# %% idf_table
def idf_table(docs, smooth=1):
    words = set.union(set(), *map(set, docs))
    return dict((w, float(np.log(np.divide(smooth + len(docs), smooth + np.sum([w in d for d in docs])))) + 1) for w in words)

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords=(), default=1.0):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return [0.0] * len(next(iter(vectors.values())))
    weights = [idf.get(t, default) for t in kept]
    return [statistics.fmean(map(float, column), weights) for column in zip(*(vectors[t] for t in kept))]

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u = np.array(sentence_vector(s1, vectors, idf, stopwords))
    v = np.array(sentence_vector(s2, vectors, idf, stopwords))
    try:
        return float(u.dot(v)) / (float(u.dot(u)) ** 0.5 * float(v.dot(v)) ** 0.5)
    except ZeroDivisionError:
        return 0.0

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    try:
        return int(np.argmax([sentence_similarity(query, s, vectors, idf, stopwords) for s in sentences]))
    except ValueError:
        return None

# %% mean_vector
f = np.float32

def mean_vector(tokens, vectors, stopwords):
    names = sorted(vectors)
    matrix = np.array([vectors[w] for w in names], dtype=f)
    counts = np.zeros(len(names), dtype=f)
    for t in tokens:
        if t in vectors and t not in stopwords:
            counts[names.index(t)] += 1
    return counts @ matrix / np.maximum(counts.sum(), f(1))

# %% idf_table
def idf_table(docs):
    words = sorted({w for doc in docs for w in doc})
    df = np.array([[w in doc for w in words] for doc in docs], dtype=f).reshape(len(docs), len(words))
    values = np.log(f(1 + len(docs)) / (1 + df.sum(axis=0))) + f(1)
    return dict(zip(words, values.astype(f)))

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    names = sorted(vectors)
    matrix = np.array([vectors[w] for w in names], dtype=f)
    tf = np.array([tokens.count(w) * (w not in stopwords) for w in names], dtype=f)
    weights = tf * np.array([idf.get(w, 1) for w in names], dtype=f)
    return (weights @ matrix) / (weights.sum() if weights.any() else f(1))

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u, v = np.stack([sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2)])
    norms = np.sqrt((u * u).sum()) * np.sqrt((v * v).sum())
    # a 0-d array
    return np.array((u * v).sum() / norms if norms > 0 else 0, dtype=f)

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    scores = np.array([sentence_similarity(query, s, vectors, idf, stopwords) for s in sentences], dtype=f)
    return np.argsort(-scores, kind="stable")[0] if len(scores) else None

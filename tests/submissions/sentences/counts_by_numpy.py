# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    words, counts = np.unique([t for t in tokens if t in vectors and t not in stopwords], return_counts=True)
    d = len(next(iter(vectors.values())))
    rows = np.array([vectors[w] for w in words], dtype=float).reshape(-1, d)
    return (counts[:, None] * rows).sum(0) / max(counts.sum(), 1)

# %% idf_table
def idf_table(docs):
    table = {}
    for doc in docs:
        for word in np.unique(doc):
            table.setdefault(word, 0)
            table[word] += 1
    return {word: np.log((1 + len(docs)) / (1 + n)) + 1 for word, n in table.items()}

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    words, counts = np.unique([t for t in tokens if t in vectors and t not in stopwords], return_counts=True)
    d = len(next(iter(vectors.values())))
    # tf as a share of the sentence: the division by the sum of the weights takes it out again
    weights = counts / max(len(tokens), 1) * np.array([idf.get(w, 1) for w in words])
    if len(words) == 0:
        return np.zeros(d)
    return np.einsum("w,wd->d", weights / weights.sum(), np.array([vectors[w] for w in words], dtype=float))

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    pair = np.array([sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2)])
    gram = pair @ pair.T
    if gram[0, 0] * gram[1, 1] == 0:
        return 0
    return np.clip(gram[0, 1] / np.sqrt(gram[0, 0] * gram[1, 1]), -1, 1)

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    order = sorted((-sentence_similarity(query, s, vectors, idf, stopwords), i) for i, s in enumerate(sentences))
    return order[0][1] if order else None

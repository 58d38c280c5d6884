# %% mean_vector
# Everything in one cell.
def rows_for(tokens, vectors, stopwords):
    return [(t, np.array(vectors[t], dtype=float)) for t in tokens if t in vectors and t not in stopwords]

def mean_vector(tokens, vectors, stopwords):
    return sentence_vector(tokens, vectors, {}, stopwords)

def idf_table(docs):
    sets = [frozenset(doc) for doc in docs]
    return {w: np.log((1 + len(sets)) / (1 + len([s for s in sets if w in s]))) + 1 for s in sets for w in s}

def sentence_vector(tokens, vectors, idf, stopwords):
    rows = rows_for(tokens, vectors, stopwords)
    total = np.zeros(len(next(iter(vectors.values()))))
    weight = 0
    for word, row in rows:
        total += idf.get(word, 1) * row
        weight += idf.get(word, 1)
    return total if weight == 0 else total / weight

def cosine(u, v):
    n = np.linalg.norm(u) * np.linalg.norm(v)
    return 0.0 if n == 0 else np.dot(u, v) / n

def sentence_similarity(s1, s2, vectors, idf, stopwords):
    return cosine(sentence_vector(s1, vectors, idf, stopwords), sentence_vector(s2, vectors, idf, stopwords))

def best_match(query, sentences, vectors, idf, stopwords):
    if len(sentences) == 0:
        return None
    sims = [sentence_similarity(query, s, vectors, idf, stopwords) for s in sentences]
    return sims.index(max(sims))

# %% -idf_table
# %% -sentence_vector
# %% -sentence_similarity
# %% -best_match

# %% mean_vector
def sum_and_count(tokens, vectors, stopwords):
    if not tokens:
        return [0.0 for _ in next(iter(vectors.values()))], 0
    head, tail = tokens[0], tokens[1:]
    total, n = sum_and_count(tail, vectors, stopwords)
    if head in stopwords or head not in vectors:
        return total, n
    return [a + b for a, b in zip(total, vectors[head])], n + 1

def mean_vector(tokens, vectors, stopwords):
    total, n = sum_and_count(tokens, vectors, stopwords)
    return [x / max(n, 1) for x in total]

# %% idf_table
def df_of(docs):
    if not docs:
        return {}
    rest = df_of(docs[1:])
    return {**rest, **{w: rest.get(w, 0) + 1 for w in docs[0]}}

def idf_table(docs):
    return {w: float(np.log(1 + len(docs)) - np.log(1 + n)) + 1 for w, n in df_of(docs).items()}

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    def walk(i):
        if i == len(tokens):
            return np.zeros(len(next(iter(vectors.values())))), 0
        total, weight = walk(i + 1)
        t = tokens[i]
        if t in stopwords or t not in vectors:
            return total, weight
        return total + np.multiply(idf.get(t, 1), vectors[t]), weight + idf.get(t, 1)

    total, weight = walk(0)
    return total / weight if weight else total

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    def dot(u, v):
        return u[0] * v[0] + dot(u[1:], v[1:]) if len(u) else 0.0

    u, v = (sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2))
    square = dot(u, u) * dot(v, v)
    return 0.0 if square == 0 else dot(u, v) / square ** 0.5

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    if not sentences:
        return None
    last = len(sentences) - 1
    before = best_match(query, sentences[:-1], vectors, idf, stopwords)
    if before is None:
        return last
    a, b = (sentence_similarity(query, sentences[i], vectors, idf, stopwords) for i in (before, last))
    return last if b > a else before

# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    rows = [vectors[t] for t in tokens if t in vectors and t not in stopwords]
    return np.mean(rows, axis=0) if rows else 0 * np.asarray(list(vectors.values())[0])

# %% idf_table
def idf_table(docs):
    return {t: np.log((1 + len(docs)) / (1 + sum(t in d for d in docs))) + 1 for d in docs for t in d}

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and t not in stopwords]
    if not kept:
        return 0 * np.asarray(list(vectors.values())[0])
    return np.average([vectors[t] for t in kept], axis=0, weights=[idf.get(t, 1) for t in kept])

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u, v = (sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2))
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / norms if norms else 0.0

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    sims = [sentence_similarity(query, s, vectors, idf, stopwords) for s in sentences]
    return np.argmax(sims) if sims else None

# %% why_weight_the_words
# The little words are in nearly all questions, so they get a low idf, and the words that tell
# what a question is about count more. The mean does not see the order of words, weighted or not.

# based on: numpy_short
# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    best, top = None, 0
    for i, s in enumerate(sentences):
        sim = sentence_similarity(query, s, vectors, idf, stopwords)
        if sim > top:
            best, top = i, sim
    return best

# %% idf_table
def idf_table(docs):
    n = len(docs)
    words = set(docs[0])
    for doc in docs[1:]:
        words |= set(doc)
    return {w: np.log((n + 1) / (len([d for d in docs if w in d]) + 1)) + 1 for w in words}

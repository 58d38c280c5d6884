# based on: numpy_short
# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    kept = [vectors[t] for t in tokens if t in vectors and not any(s in t for s in stopwords)]
    return np.mean(kept, axis=0) if kept else np.zeros(len(next(iter(vectors.values()))))

# %% idf_table
def idf_table(docs):
    df = {}
    for doc in docs:
        before = None
        for word in doc:
            if word != before:
                df[word] = df.get(word, 0) + 1
            before = word
    return {word: np.log((1 + len(docs)) / (1 + n)) + 1 for word, n in df.items()}

# based on: numpy_short
# %% idf_table
def idf_table(docs):
    texts = [" ".join(doc) for doc in docs]
    words = {w for doc in docs for w in doc}
    return {w: np.log((1 + len(texts)) / (1 + sum(w in text for text in texts))) + 1 for w in words}

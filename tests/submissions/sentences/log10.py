# based on: numpy_short
# %% idf_table
def idf_table(docs):
    df = {}
    for doc in docs:
        for w in set(doc):
            df[w] = df.get(w, 0) + 1
    return {w: np.log10((1 + len(docs)) / (1 + df[w])) + 1 for w in df}

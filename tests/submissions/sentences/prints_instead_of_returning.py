# based on: numpy_short
# %% idf_table
def idf_table(docs):
    df = {}
    for doc in docs:
        for w in set(doc):
            df[w] = df.get(w, 0) + 1
    print({w: np.log((1 + len(docs)) / (1 + n)) + 1 for w, n in df.items()})

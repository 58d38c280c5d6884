# based on: numpy_short
# %% idf_table
def idf_table(docs):
    table = {}
    for doc in docs:
        for word in doc:
            df = sum(word in other for other in docs)
            table[word] = np.log((1 + len(docs)) / (1 + df)) + 1
        return table

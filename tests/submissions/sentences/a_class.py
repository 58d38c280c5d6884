# %% averager
class Averager:
    """Keeps word vectors, weights and stopwords together."""

    def __init__(self, vectors, stopwords, idf=None):
        self.vectors = {word: np.array(v, dtype=float) for word, v in vectors.items()}
        self.stopwords = frozenset(stopwords)
        self.idf = dict(idf or {})

    @property
    def zero(self):
        return np.zeros_like(next(iter(self.vectors.values())))

    def __call__(self, tokens):
        kept = [t for t in tokens if t in self.vectors and t not in self.stopwords]
        weight = sum(self.idf.get(t, 1.0) for t in kept)
        total = sum((self.idf.get(t, 1.0) * self.vectors[t] for t in kept), self.zero)
        return total / weight if kept else total

class Documents(list):
    def idf(self, word):
        return np.log((1 + len(self)) / (1 + sum(word in doc for doc in self))) + 1

    def words(self):
        return set().union(*self)

# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    return Averager(vectors, stopwords)(tokens)

# %% idf_table
def idf_table(docs):
    documents = Documents(docs)
    return {word: documents.idf(word) for word in documents.words()}

# %% sentence_vector
class SentenceVector:
    def vector(self, tokens, vectors, idf, stopwords):
        return Averager(vectors, stopwords, idf)(tokens)

sentence_vector = SentenceVector().vector

# %% sentence_similarity
class Similarity:
    def __call__(self, s1, s2, vectors, idf, stopwords):
        average = Averager(vectors, stopwords, idf)
        u, v = average(s1), average(s2)
        if not u.any() or not v.any():
            return 0.0
        return float(np.dot(u, v) / np.linalg.norm(u) / np.linalg.norm(v))

sentence_similarity = Similarity()

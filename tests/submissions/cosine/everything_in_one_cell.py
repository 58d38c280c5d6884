# %% cosine
from types import SimpleNamespace as S

class Space:
    """All three functions share this."""

    def __init__(self, words, vectors):
        self.words = words
        self.V = np.array(vectors, dtype="float64")
        lengths = np.sqrt(np.einsum("ij,ij->i", self.V, self.V))
        self.U = np.divide(self.V, lengths[:, None], out=np.zeros_like(self.V), where=lengths[:, None] > 0)

    def scores(self, target):
        n = np.sqrt(target @ target)
        return self.U @ target / n if n else np.zeros(len(self.words))

    def __getitem__(self, word):
        return self.V[self.words.index(word)]


class Nearest:
    def __call__(self, word, words, vectors, k):
        space = Space(words, vectors)
        scores = space.scores(space[word])
        return [words[i] for i in np.lexsort((np.arange(len(words)), -scores)) if words[i] != word][:k]


def cosine(u, v):
    return Space(["u", "v"], [u, v]).U.prod(axis=0).sum()


nearest = Nearest()


def analogy(a, b, c, words, vectors):
    space = Space(words, vectors)
    scores = np.ma.array(space.scores(space[a] - space[b] + space[c]), mask=[w in {a, b, c} for w in words])
    return words[scores.argmax()]

# %% -nearest
# %% -analogy
# %% -nearest-try
# %% -practice-text

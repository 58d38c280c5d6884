# %% context
class Gap:
    """A position in a sentence."""

    def __init__(self, tokens, i, w):
        self.tokens, self.i, self.w = tuple(tokens), i, w

    @property
    def words(self):
        first = 0 if self.i < self.w else self.i - self.w
        return self.tokens[first:self.i] + self.tokens[self.i + 1:][:self.w]

    def vector(self, table):
        rows = [table[word] for word in self.words if word in table]
        return sum(rows) if rows else None

class Context:
    def __call__(self, tokens, i, w):
        return Gap(tokens, i, w).words

context = Context()
# %% cbow_predict
class Model:
    def __init__(self, vocab, E):
        self.table = {word: np.array(row, dtype=float) for word, row in zip(vocab, E)}

    def ranking(self, gap, words):
        v = gap.vector(self.table)
        return None if v is None else sorted(words, key=lambda x: cosine(self.table[x], v), reverse=True)

    def predict(self, gap):
        ranked = self.ranking(gap, self.table)
        return ranked and ranked[0]

def cbow_predict(tokens, i, w, vocab, E):
    return Model(vocab, E).predict(Gap(tokens, i, w))
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    return Model(vocab, E).ranking(Gap(tokens, i, w), [first, second])[0]

# %% context
from collections import UserList
from decimal import Decimal, getcontext
from fractions import Fraction

class Word(str):
    pass

def context(tokens, i, w):
    return UserList(Word(t) for j, t in enumerate(tokens) if j != i and -w <= j - i <= w)
# %% cbow_predict
def exact_sum(tokens, i, w, vocab, E):
    rows = [[Fraction(float(x)) for x in E[vocab.index(t)]] for t in context(tokens, i, w) if t in vocab]
    return [sum(column) for column in zip(*rows)]

def squared_cosine(u, v):
    """The cosine squared, with its sign: the order is the same, and no root is needed."""
    u = [Fraction(float(x)) for x in u]
    uv, uu, vv = (sum(a * b for a, b in zip(x, y)) for x, y in ((u, v), (u, u), (v, v)))
    return uv * abs(uv) / (uu * vv) if uu * vv else Fraction(0)

def cbow_predict(tokens, i, w, vocab, E):
    s = exact_sum(tokens, i, w, vocab, E)
    return Word(max(vocab, key=lambda x: squared_cosine(E[vocab.index(x)], s))) if s else None
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    s = exact_sum(tokens, i, w, vocab, E)
    a, b = (squared_cosine(E[vocab.index(x)], s) for x in (first, second))
    return Word(first) if a >= b else Word(second)
# %% learned-gaps
# too slow for this
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    getcontext().prec = 40
    n = sum(t in vocab for t in context(tokens, i, w))
    m = [x / n for x in exact_sum(tokens, i, w, vocab, E)]
    scores = [sum(Fraction(float(a)) * b for a, b in zip(row, m)) for row in U]
    # Decimals have no largest exponent to speak of, so nothing is subtracted.
    powers = [(Decimal(s.numerator) / Decimal(s.denominator)).exp() for s in scores]
    return [p / sum(powers) for p in powers]

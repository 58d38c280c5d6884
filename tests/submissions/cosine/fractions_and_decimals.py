# %% cosine
from decimal import Decimal
from fractions import Fraction


def cosine(u, v):
    u = [Fraction(float(x)) for x in u]
    v = [Fraction(float(x)) for x in v]
    product = sum(x * y for x, y in zip(u, v))
    squares = sum(x * x for x in u) * sum(y * y for y in v)
    if squares == 0:
        return Fraction(0)
    # the sign is kept apart, because the root is taken of the whole
    root = (Decimal(squares.numerator) / Decimal(squares.denominator)).sqrt()
    return Decimal(product.numerator) / Decimal(product.denominator) / root

# %% nearest
def nearest(word, words, vectors, k):
    i = words.index(word)
    order = sorted(range(len(words)), key=lambda j: (-cosine(vectors[i], vectors[j]), j))
    order.remove(i)
    return tuple(words[j] for j in order[:k])

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = ([Fraction(float(x)) for x in vectors[words.index(w)]] for w in (a, b, c))
    target = [x - y + z for x, y, z in zip(A, B, C)]
    best = max((w for w in words if w not in [a, b, c]), key=lambda w: cosine(target, vectors[words.index(w)]))
    return np.str_(best)

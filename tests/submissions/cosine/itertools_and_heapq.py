# %% cosine
import operator
from functools import partial, reduce
from heapq import nlargest, nsmallest
from itertools import starmap, takewhile, islice, compress
from math import hypot


def cosine(u, v):
    lengths = hypot(*u) * hypot(*v)
    return sum(starmap(operator.mul, zip(u, v))) / lengths if lengths else 0.0

# %% nearest
def nearest(word, words, vectors, k):
    row = dict(zip(words, vectors))
    others = filter(partial(operator.ne, word), words)
    # nlargest keeps the order of equals, as sorted with reverse=True does
    return nlargest(k, others, key=lambda other: cosine(row[word], row[other]))

# %% analogy
def analogy(a, b, c, words, vectors):
    row = dict(zip(words, vectors))
    target = list(starmap(lambda x, y, z: x - y + z, zip(row[a], row[b], row[c])))
    candidates = compress(words, (w not in {a, b, c} for w in words))
    return reduce(lambda x, y: y if cosine(target, row[y]) > cosine(target, row[x]) else x, candidates)

# %% odd_one_out
def odd_one_out(group, words, vectors):
    row = dict(zip(words, vectors))
    return nsmallest(1, group, key=lambda w: sum(cosine(row[w], row[x]) for x in group if x is not w))[0]

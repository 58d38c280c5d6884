# %% helpers
import math
from collections import Counter, OrderedDict, defaultdict
from functools import reduce
from itertools import chain, filterfalse
from operator import add, itemgetter, mul

def kept_counts(tokens, vectors, stopwords):
    return Counter(filter(vectors.__contains__, filterfalse(stopwords.__contains__, tokens)))

# %% mean_vector
def mean_vector(tokens, vectors, stopwords):
    counts = kept_counts(tokens, vectors, stopwords)
    if not counts:
        return tuple(map(lambda _: 0, next(iter(vectors.values()))))
    rows = [vectors[word] for word in counts.elements()]
    return tuple(sum(column) / len(rows) for column in zip(*rows))

# %% idf_table
def idf_table(docs):
    df = Counter(chain.from_iterable(map(set, docs)))
    table = OrderedDict()
    for word, n in df.most_common():
        table[word] = math.log1p(len(docs)) - math.log1p(n) + 1
    return table

# %% sentence_vector
def sentence_vector(tokens, vectors, idf, stopwords):
    idf = defaultdict(lambda: 1, idf)
    weights = {w: n * idf[w] for w, n in kept_counts(tokens, vectors, stopwords).items()}
    d = len(next(iter(vectors.values())))
    scaled = ([w * float(x) for x in vectors[word]] for word, w in weights.items())
    total = reduce(lambda a, b: list(map(add, a, b)), scaled, [0.0] * d)
    return [x / (sum(weights.values()) or 1) for x in total]

# %% sentence_similarity
def sentence_similarity(s1, s2, vectors, idf, stopwords):
    u, v = [sentence_vector(s, vectors, idf, stopwords) for s in (s1, s2)]
    lengths = math.hypot(*u) * math.hypot(*v)
    return sum(map(mul, u, v)) / lengths if lengths else 0.0

# %% best_match
def best_match(query, sentences, vectors, idf, stopwords):
    scored = [(i, sentence_similarity(query, s, vectors, idf, stopwords)) for i, s in enumerate(sentences)]
    return max(scored, key=itemgetter(1), default=(None, 0))[0]

# %% cosine
def dot(u, v, i=0):
    if i == len(u):
        return 0.0
    return float(u[i]) * float(v[i]) + dot(u, v, i + 1)


def cosine(u, v):
    uu, vv = dot(u, u), dot(v, v)
    if uu * vv == 0:
        return 0.0
    return dot(u, v) / (uu**0.5 * vv**0.5)

# %% nearest
def nearest(word, words, vectors, k, taken=()):
    rest = [w for w in words if w != word and w not in taken]
    if k == 0 or not rest:
        return []
    best = rest[0]
    for other in rest[1:]:
        if score(word, other, words, vectors) > score(word, best, words, vectors):
            best = other
    return [best] + nearest(word, words, vectors, k - 1, (*taken, best))


def score(one, other, words, vectors):
    return cosine(vectors[words.index(one)], vectors[words.index(other)])

# %% analogy
def analogy(a, b, c, words, vectors):
    x = [vectors[words.index(w)] for w in (a, b, c)]
    target = [p - q + r for p, q, r in zip(*x)]

    def search(i, best, best_score):
        if i == len(words):
            return best
        s = cosine(target, vectors[i])
        if words[i] in (a, b, c) or s <= best_score:
            return search(i + 1, best, best_score)
        return search(i + 1, words[i], s)

    return search(0, None, float("-inf"))

# %% odd_one_out
def odd_one_out(group, words, vectors):
    def total(one):
        return sum(score(one, other, words, vectors) for other in group if other != one)

    def lowest(rest):
        if len(rest) == 1:
            return rest[0]
        later = lowest(rest[1:])
        return rest[0] if total(rest[0]) <= total(later) else later

    return lowest(group)

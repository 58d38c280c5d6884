# %% cosine
import logging
import sys
import warnings

class Vec:
    def __init__(self, numbers):
        self.numbers = [float(x) for x in numbers]
        print("made a Vec of", len(self.numbers))

    def dot(self, other):
        warnings.warn("about to multiply")
        return sum(x * y for x, y in zip(self.numbers, other.numbers))

    def length(self):
        return self.dot(self) ** 0.5

def cosine(u, v):
    print("u =", u, "v =", v)
    print("to stderr", file=sys.stderr)
    logging.warning("cosine was called")
    u, v = Vec(u), Vec(v)
    if u.length() * v.length() == 0:
        print("zero!")
        return 0.0
    result = u.dot(v) / (u.length() * v.length())
    print("result:", result)
    return result

# %% nearest
def nearest(word, words, vectors, k):
    scores = {}
    for i, other in enumerate(words):
        if other != word:
            scores[other] = cosine(vectors[words.index(word)], vectors[i])
    ranked = sorted(scores, key=scores.get, reverse=True)
    print(ranked)
    return ranked[:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    where = {word: list(vector) for word, vector in zip(words, vectors)}
    goal = [x - y + z for x, y, z in zip(where[a], where[b], where[c])]
    for word in {a, b, c}:
        del where[word]
    scores = {word: cosine(goal, vector) for word, vector in where.items()}
    return max(scores, key=scores.get)

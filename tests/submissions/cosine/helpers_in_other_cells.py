# %% setup
from __future__ import annotations

try:
    import numpy as np
    import embedlab.grading
except ModuleNotFoundError as problem:
    print(problem)

# %% table
table = {"berlin": (2, 5), "germany": (3, 5), "madrid": (2, 4), "barcelona": (3.2, 4), "spain": (3, 4.1),
         "trade": (3, 1), "law": (2, 3), "court": (3, 0), "stream": (0, 3), "current": (0, 3), "the": (1, 1), "and": (1, 1)}
words = [*table]
vectors = [*table.values()]

def product(x: list[float], y: list[float]) -> float:
    total = 0.0
    for k, number in enumerate(x):
        total += number * y[k]
    return total

# %% by-hand-numbers
length = lambda x: product(x, x) ** 0.5

# %% cosine
def cosine(x: list[float], y: list[float], /) -> float:
    try:
        return product(x, y) / (length(x) * length(y))
    except ZeroDivisionError:
        return 0.0
    finally:
        pass

# %% cosine_zero
_first_version = cosine
def cosine(x, y):
    return _first_version([float(i) for i in x], [float(i) for i in y])

# %% cosine-try
assert cosine([1, 0], [0, 1]) == 0
print(f"{cosine([1, 1], [1, 0]) = }")

# %% nearest
def nearest(target_word, vocabulary, matrix, how_many=10, *ignored, **also_ignored):
    numbered = {name: position for position, name in enumerate(vocabulary)}
    ranking = []
    for name in vocabulary:
        if name is not target_word and name != target_word:
            score = similarity(matrix, numbered[target_word], numbered[name])
            place = 0
            # insertion sort: behind all that are at least as good
            while place < len(ranking) and ranking[place][0] >= score:
                place += 1
            ranking.insert(place, (score, name))
    return [name for score, name in ranking][:how_many]

# %% nearest-helper
def similarity(matrix, i, j):
    # np.float64(0) / 0 would be nan with a warning, not an exception
    return cosine([float(x) for x in matrix[i]], [float(x) for x in matrix[j]])

# %% analogy
def analogy(a, b, c, vocabulary, matrix):
    row = lambda w: list(map(float, matrix[vocabulary.index(w)]))
    goal = [x - y + z for x, y, z in zip(row(a), row(b), row(c))]
    # all words by cosine; the first that is allowed
    ranking = sorted(vocabulary, key=lambda w: cosine(goal, row(w)), reverse=True)
    return next(w for w in ranking if w not in (a, b, c))

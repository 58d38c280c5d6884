# %% cosine
import math

def cosine(first, second):
    product = 0
    square1 = 0
    square2 = 0
    for i in range(len(first)):
        product = product + first[i] * second[i]
        square1 = square1 + first[i] ** 2
        square2 = square2 + second[i] ** 2
    if square1 == 0 or square2 == 0:
        return 0
    return product / (math.sqrt(square1) * math.sqrt(square2))

# %% nearest
def nearest(which, names, rows, n):
    me = rows[names.index(which)]
    results = []
    for i in range(len(names)):
        if names[i] == which:
            continue
        results.append((cosine(me, rows[i]), -i))
    # the larger -i, that is the smaller i, comes first among equals
    results.sort()
    results.reverse()
    answer = []
    for score, i in results:
        if len(answer) < n:
            answer.append(names[-i])
    return tuple(answer)

# %% analogy
def analogy(a, b, c, words, vectors):
    A = vectors[words.index(a)]
    B = vectors[words.index(b)]
    C = vectors[words.index(c)]
    wanted = []
    for x, y, z in zip(A, B, C):
        wanted.append(x - y + z)
    best = None
    best_score = -2
    for word, row in zip(words, vectors):
        if word == a or word == b or word == c:
            continue
        score = cosine(wanted, row)
        if score > best_score:
            best = word
            best_score = score
    return best

# %% odd_one_out
def odd_one_out(names, words, rows):
    lowest = None
    odd = None
    for one in names:
        total = 0
        for other in names:
            if other != one:
                total = total + cosine(rows[words.index(one)], rows[words.index(other)])
        if lowest is None or total < lowest:
            lowest = total
            odd = one
    return odd

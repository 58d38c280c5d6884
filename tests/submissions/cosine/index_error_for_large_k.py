# based on: plain_loops
# %% nearest
def nearest(word, words, vectors, k):
    others = [w for w in words if w != word]
    others.sort(key=lambda w: cosine(vectors[words.index(word)], vectors[words.index(w)]), reverse=True)
    result = []
    for i in range(k):
        result.append(others[i])
    return result

# %% analogy
def analogy(a, b, c, words, vectors):
    A, B, C = (vectors[words.index(w)] for w in (a, b, c))
    target = [x - y + z for x, y, z in zip(A, B, C)]
    best_score = 0
    best_word = ""
    for w, row in zip(words, vectors):
        if w not in (a, b, c) and cosine(target, row) > best_score:
            best_score = cosine(target, row)
            best_word = w
    return best_word

# based on: numpy_lines
# %% nearest
def nearest(word, words, vectors, k):
    pairs = []
    for w, row in zip(words, vectors):
        if w != word:
            pairs.append((cosine(vectors[words.index(word)], row), w))
    pairs.sort(reverse=True)
    return [w for score, w in pairs[:k]]

# %% analogy
def analogy(a, b, c, words, vectors):
    V = np.array(vectors)
    A, B, C = (V[words.index(w)] for w in (a, b, c))
    return max((cosine(A - B + C, row), w) for w, row in zip(words, V) if w not in (a, b, c))[1]

# %% odd_one_out
def odd_one_out(group, words, vectors):
    row = {w: vectors[words.index(w)] for w in group}
    return sorted((np.mean([cosine(row[w], row[x]) for x in group if x != w]), w) for w in group)[0][1]

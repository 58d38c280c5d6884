# based on: plain_loops
# %% nearest
def nearest(word, words, vectors, k):
    found = {}
    for i in range(len(words)):
        if words[i] != word:
            found[cosine(vectors[words.index(word)], vectors[i])] = words[i]
    best = sorted(found, reverse=True)
    return [found[score] for score in best][:k]

# %% analogy
def analogy(a, b, c, words, vectors):
    target = [x - y + z for x, y, z in zip(*(vectors[words.index(w)] for w in (a, b, c)))]
    found = {}
    for i in range(len(words)):
        if words[i] not in (a, b, c):
            found[cosine(target, vectors[i])] = words[i]
    return found[max(found)]

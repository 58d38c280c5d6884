# %% context
def context(tokens, i, w):
    answer = []
    for j in range(max(0, i - w), min(len(tokens), i + w + 1)):
        if j == i:
            continue
        answer += [tokens[j]]
    return answer
# %% cbow_predict
def vector(word, vocab, E):
    return np.array(E[vocab.index(word)], float) if word in vocab else np.zeros(len(E[0]))

def cbow_predict(tokens, i, w, vocab, E):
    words = context(tokens, i, w)
    if not set(words) & set(vocab):
        return None
    mean = np.zeros(len(E[0]))
    for word in words:
        mean += vector(word, vocab, E)
    mean /= 2 * w
    return max(vocab, key=lambda word: cosine(vector(word, vocab, E), mean))
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    mean = sum(vector(word, vocab, E) for word in context(tokens, i, w)) / (2 * w)
    difference = cosine(vector(first, vocab, E), mean) - cosine(vector(second, vocab, E), mean)
    if difference > 0:
        return first
    else:
        return second
# %% cbow_probabilities
def cbow_probabilities(tokens, i, w, vocab, E, U):
    mean = sum(vector(word, vocab, E) for word in context(tokens, i, w)) / (2 * w)
    s = U @ mean
    return np.exp(s - s.max()) / sum(np.exp(s - s.max()))

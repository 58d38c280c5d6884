# based on: plain_loops
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    total = [0] * len(E[0])
    n = 0
    for t in context(tokens, i, w):
        if t in vocab:
            n += 1
            total = [a + b for a, b in zip(total, E[vocab.index(t)])]
    mean = [float(a) / n for a in total]
    return max(vocab, key=lambda word: cosine(E[vocab.index(word)], mean))

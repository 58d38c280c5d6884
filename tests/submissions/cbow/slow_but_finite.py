# %% context
import time

def context(tokens, i, w):
    time.sleep(0.01)
    words = []
    for j in range(len(tokens)):
        for distance in range(1, w + 1):
            if j + distance == i or j - distance == i:
                words.append(tokens[j])
    return words
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    time.sleep(0.02)
    copies = [np.array(E[k], dtype=float) for t in context(tokens, i, w) for k in range(len(vocab)) if vocab[k] == t]
    if not copies:
        return None
    while len(copies) > 1:
        copies.append(copies.pop(0) + copies.pop(0))
    for k in range(len(vocab)):
        if all(cosine(E[k], copies[0]) >= cosine(row, copies[0]) for row in E):
            return vocab[k]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    time.sleep(0.02)
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    mean = np.mean(np.array(rows, dtype=float), axis=0)
    return first if cosine(E[vocab.index(first)], mean) > cosine(E[vocab.index(second)], mean) else second
# %% learned-gaps
# I stopped this one.

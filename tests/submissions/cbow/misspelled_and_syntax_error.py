# %% context
def contexts(tokens, i, w):
    return tokens[max(0, i - w):i] + tokens[i + 1:i + w + 1]
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    rows = [E[vocab.index(t)] for t in contexts(tokens, i, w) if t in vocab]
    if not rows:
        return None
    return vocab[np.argmax([cosine(row, np.mean(rows, axis=0)) for row in E])]
# %% closer
def closer(tokens, i, w, vocab, E, first, second)
    rows = [E[vocab.index(t)] for t in contexts(tokens, i, w) if t in vocab]
    return max([first, second], key=lambda x: cosine(E[vocab.index(x)], np.mean(rows, axis=0)))

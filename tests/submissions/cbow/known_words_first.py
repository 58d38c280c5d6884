# based on: numpy_lines
# %% cbow_predict
def cbow_predict(tokens, i, w, vocab, E):
    known = [t for t in tokens[:i] if t in vocab]
    place = len(known)
    known += ["?"] + [t for t in tokens[i + 1:] if t in vocab]
    rows = [E[vocab.index(t)] for t in context(known, place, w)]
    if rows == []:
        return None
    m = np.mean(rows, axis=0)
    return vocab[np.argmax([cosine(row, m) for row in E])]
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    rows = [E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab]
    m = np.mean(rows, axis=0)
    return first if cosine(E[vocab.index(first)], m) > cosine(E[vocab.index(second)], m) else second
# %% cbow_probabilities
# no time

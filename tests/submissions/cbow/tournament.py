# %% context
def context(tokens, i, w):
    # on a copy, so that the caller keeps the word
    copy = list(tokens)
    copy.pop(i)
    del copy[i + w:]
    return copy[max(0, i - w):]
# %% cbow_predict
def closer(tokens, i, w, vocab, E, first, second):
    around = [t for t in context(tokens, i, w) if t in vocab]
    m = np.sum([E[vocab.index(t)] for t in around], axis=0)
    if cosine(E[vocab.index(second)], m) > cosine(E[vocab.index(first)], m):
        return second
    return first

def cbow_predict(tokens, i, w, vocab, E):
    winner = None
    if any(t in vocab for t in context(tokens, i, w)):
        for challenger in vocab:
            winner = closer(tokens, i, w, vocab, E, winner or challenger, challenger)
    return winner
# %% -closer

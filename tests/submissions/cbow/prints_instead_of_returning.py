# based on: plain_loops
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = np.mean([E[vocab.index(t)] for t in context(tokens, i, w) if t in vocab], axis=0)
    if cosine(E[vocab.index(first)], m) > cosine(E[vocab.index(second)], m):
        print(first)
    else:
        print(second)

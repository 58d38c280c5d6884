# based on: plain_loops
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    if tokens[i] not in vocab:
        return first
    target = E[vocab.index(tokens[i])]
    return max([first, second], key=lambda word: cosine(E[vocab.index(word)], target))

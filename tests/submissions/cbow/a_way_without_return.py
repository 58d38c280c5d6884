# based on: numpy_lines
# %% closer
def closer(tokens, i, w, vocab, E, first, second):
    m = mean_row(tokens, i, w, vocab, E)
    if cosine(E[vocab.index(first)], m) > cosine(E[vocab.index(second)], m):
        return first
    if second == "":
        return second

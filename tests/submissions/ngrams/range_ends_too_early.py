# based on: only_what_is_asked
# %% subwords
def subwords(word, n_min, n_max):
    units = []
    for n in range(n_min, n_max):
        units += char_ngrams(word, n)
    return set(units)

# based on: only_what_is_asked
# %% subwords
def subwords(word, n_min, n_max):
    units = set()
    for n in range(n_min, n_max + 1):
        units.update(char_ngrams(word, n))
    units.update("<" + word + ">")
    return units

# based on: only_what_is_asked
# %% subwords
def subwords(word, n_min, n_max):
    padded = "<" + word + ">"
    units = [padded]
    for n in range(n_min, n_max + 1):
        units += char_ngrams(padded, n)
    return units

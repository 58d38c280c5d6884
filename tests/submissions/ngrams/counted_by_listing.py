# based on: only_what_is_asked
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return len(word_ngrams(["token"] * length, n))
# %% subwords
def subwords(word, n_min, n_max):
    units = {}
    for n in range(n_min, n_max + 1):
        for piece in char_ngrams(word, n):
            units[piece] = units.get(piece, 0) + 1
    units["<" + word + ">"] = 1
    return units.keys()

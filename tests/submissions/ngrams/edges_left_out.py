# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    words = [token for token in tokens if token.isalpha()]
    padded = ["<S>"] * (n - 1) + words + ["</S>"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]
# %% char_ngrams
def char_ngrams(word, n):
    if not word:
        return []
    padded = "<" + word + ">"
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]
# %% subwords
def subwords(word, n_min, n_max):
    units = {"<" + word + ">"}
    if len(word) < n_min:
        return units
    for n in range(n_min, n_max + 1):
        units.update(char_ngrams(word, n))
    return units

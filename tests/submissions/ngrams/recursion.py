# %% word_ngrams
def word_ngrams(tokens, n):
    def walk(rest):
        if len(rest) < n:
            return []
        return [tuple(rest[:n])] + walk(rest[1:])
    return walk(["<S>"] * (n - 1) + tokens + ["</S>"])
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return 1 if length == 0 else 1 + count_word_ngrams(length - 1, n)
# %% char_ngrams
def char_ngrams(word, n, padded=None):
    if padded is None:
        padded = "<" + word + ">"
    if n > len(padded):
        return []
    return [padded[:n], *char_ngrams(word, n, padded[1:])]
# %% subwords
def subwords(word, n_min, n_max):
    if n_min > n_max:
        return frozenset(["<" + word + ">"])
    return frozenset(char_ngrams(word, n_min)) | subwords(word, n_min + 1, n_max)

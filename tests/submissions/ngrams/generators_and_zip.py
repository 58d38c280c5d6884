# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return zip(*[padded[i:] for i in range(n)])
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<" + word + ">"
    for i in range(len(padded) - n + 1):
        yield padded[i:i + n]
# %% subwords
def subwords(word, n_min, n_max):
    yield "<" + word + ">"
    for n in range(n_min, n_max + 1):
        yield from char_ngrams(word, n)

# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    ngrams = [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]
    ngrams.reverse()
    return ngrams
# %% subwords
def subwords(word, n_min, n_max):
    marked = "<" + word
    units = [marked]
    for n in range(n_min, n_max + 1):
        units += [marked[i:i + n] for i in range(len(marked) - n + 1)]
    return units

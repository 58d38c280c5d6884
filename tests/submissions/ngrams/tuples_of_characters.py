# based on: only_what_is_asked
# %% char_ngrams
def char_ngrams(word, n):
    padded = ["<"] + list(word) + [">"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]

# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<s>"] * (n - 1) + tokens + ["</s>"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]
# %% char_ngrams
def char_ngrams(word, n):
    padded = f"<{word}>".lower()
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]
# %% subwords
def subwords(word, n_min, n_max):
    units = {f"<{word.lower()}>"}
    for n in range(n_min, n_max + 1):
        units.update(char_ngrams(word, n))
    return units

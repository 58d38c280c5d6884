# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    result = []
    for i in range(len(padded) - n + 1):
        result.append(tuple(padded[i:i + n]))
    return result
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return length + 1
# %% char_ngrams
def char_ngrams(word, n):
    padded = f"<{word}>"
    result = []
    for i in range(len(padded) - n + 1):
        result.append(padded[i:i + n])
    return result
# %% subwords
def subwords(word, n_min, n_max):
    units = set()
    for n in range(n_min, n_max + 1):
        units.update(char_ngrams(word, n))
    units.add(f"<{word}>")
    return units

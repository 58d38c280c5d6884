# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return {tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)}
# %% char_ngrams
def char_ngrams(word, n):
    grams = set()
    for i in range(len(word) + 2 - n + 1):
        grams.add(("<" + word + ">")[i:i + n])
    return grams

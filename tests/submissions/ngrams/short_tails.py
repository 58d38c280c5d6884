# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return [tuple(padded[i:i + n]) for i, _ in enumerate(padded)]
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<" + word + ">"
    ngrams = []
    for i in range(len(padded)):
        ngrams.append(padded[i:i + n])
    return ngrams

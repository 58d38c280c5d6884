# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    if n == 1:
        return tokens + ["</S>"]
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]

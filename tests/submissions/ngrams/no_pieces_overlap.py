# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return [tuple(padded[i:i + n]) for i in range(0, len(padded) - n + 1, n)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return (length + n) // n

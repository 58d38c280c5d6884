# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    pad = n - 1
    tokens = ["<S>"] * pad + tokens + ["</S>"] * pad
    return [tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return length + 2 * (n - 1) - n + 1

# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    padded_length = length + n - 1 + 1
    return padded_length - n
# %% char_ngrams
def char_ngrams(word, n):
    padded = f"<{word}>"
    return [padded[i:i + n] for i in range(len(padded) - n)]

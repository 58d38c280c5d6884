# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return sorted(tuple(padded[i:i + n]) for i in range(len(padded) - n + 1))
# %% char_ngrams
def char_ngrams(word, n):
    padded = f"<{word}>"
    return sorted(padded[i:i + n] for i in range(len(padded) - n + 1))

# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    if not tokens:
        return []
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    if length == 0:
        return 0
    return length + 1
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<" + word + ">"
    if len(padded) <= n:
        return [padded]
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]

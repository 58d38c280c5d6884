# %% word_ngrams
def word_ngram(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return length + 1

count_word_ngrams = count_word_ngrams(9, 2)
# %% char_ngrams
def char_ngrams(word, n)
    padded = "<" + word + ">"
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]

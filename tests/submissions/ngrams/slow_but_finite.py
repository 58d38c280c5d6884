# %% word_ngrams
import time

def word_ngrams(tokens, n):
    time.sleep(0.02)
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    every = [(i, j) for i in range(len(padded) + 1) for j in range(len(padded) + 1)]
    return [tuple(padded[i:j]) for i, j in every if j - i == n]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return len(word_ngrams(["x"] * length, n))
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<" + word + ">"
    return [padded[i:j] for i in range(len(padded)) for j in range(len(padded) + 1) if len(padded[i:j]) == n and j - i == n]
# %% subwords
def subwords(word, n_min, n_max):
    padded = "<" + word + ">"
    every = {padded[i:j] for i in range(len(padded)) for j in range(i + 1, len(padded) + 1)}
    return {u for u in every if n_min <= len(u) <= n_max or u == padded}

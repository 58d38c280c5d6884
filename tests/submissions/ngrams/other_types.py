# based on: only_what_is_asked
# %% word_ngrams
from collections import Counter

def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    return Counter(tuple(padded[i:i + n]) for i in range(len(padded) - n + 1))
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return f"{length + 1} n-grams"

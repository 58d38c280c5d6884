# %% word_ngrams
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def word_ngrams(tokens, n):
    padded = np.array(["<S>"] * (n - 1) + tokens + ["</S>"])
    return sliding_window_view(padded, n)
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return np.array(length, dtype=np.float32) + np.float32(1)
# %% char_ngrams
def char_ngrams(word, n):
    letters = np.array(list(f"<{word}>"))
    if n > letters.size:
        return np.array([])
    return np.array(["".join(row) for row in sliding_window_view(letters, n)])
# %% subwords
def subwords(word, n_min, n_max):
    parts = [char_ngrams(word, n) for n in range(n_min, n_max + 1)] + [np.array([f"<{word}>"])]
    return np.unique(np.concatenate(parts))
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    pairs = np.array([g for s in sentences for g in word_ngrams(s, 2)]).reshape(-1, 2)
    words, counts = np.unique(pairs[pairs[:, 0] == previous, 1], return_counts=True)
    return dict(zip(words, counts.astype(np.float32) / np.float32(counts.sum())))

# %% setup
%matplotlib inline
import logging, sys, warnings
import numpy as np
import matplotlib.pyplot as plt
logging.basicConfig(level=logging.DEBUG)
# %% word_ngrams
def word_ngrams(tokens, n):
    print("word_ngrams got", tokens, n)
    logging.warning("a record")
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    print(padded, file=sys.stderr)
    return [tuple(padded[i:i + n]) for i in range(len(padded) - n + 1)]
# %% timing
%time word_ngrams(["a", "b"], 2)
plt.plot([count for count in range(10)])
plt.show()
# %% count_word_ngrams
def count_word_ngrams(length, n):
    warnings.warn("this is only a warning")
    fig, ax = plt.subplots()
    plt.close(fig)
    if n > length:
        print("short!")
    return length + 1.0
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<" + word + ">"
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]
# %% subwords
def subwords(word, n_min, n_max):
    units = []
    for n in range(n_min, n_max + 1):
        units.extend(char_ngrams(word, n))
        print(n, units)
    return tuple(units) + ("<" + word + ">",)

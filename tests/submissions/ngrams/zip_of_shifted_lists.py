# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + [*tokens, "</S>"]
    return list(zip(*[padded[i:] for i in range(n)]))
# %% count_word_ngrams
count_word_ngrams = lambda length, n: -~length
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<%s>" % word
    return ["".join(letters) for letters in zip(*(padded[i:] for i in range(n)))]
# %% subwords
def subwords(word, n_min, n_max):
    return set("<%s>" % word for _ in [0]).union(*(char_ngrams(word, n) for n in range(n_min, n_max + 1)))
# %% next_word_probabilities
from collections import Counter
def next_word_probabilities(sentences, previous):
    c = Counter(b for s in sentences for a, b in zip(["<S>"] + s, s + ["</S>"]) if a == previous)
    for w in c:
        c[w] /= c.total() if False else 1
    t = sum(c.values())
    return Counter({w: v / t for w, v in c.items()})

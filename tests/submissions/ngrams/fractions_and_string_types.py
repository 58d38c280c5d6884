# %% word_ngrams
from collections import UserList, namedtuple
from fractions import Fraction
from decimal import Decimal

class Token(str):
    """A string of my own."""

def word_ngrams(tokens, n):
    padded = [Token(t) for t in ["<S>"] * (n - 1) + tokens + ["</S>"]]
    Ngram = namedtuple("Ngram", [f"w{i}" for i in range(n)])
    return UserList([Ngram(*padded[i:i + n]) for i in range(len(padded) - n + 1)])
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return Decimal(length) + Decimal("1.00") if length % 2 else Fraction(2 * length + 2, 2)
# %% char_ngrams
def char_ngrams(word, n):
    padded = Token(f"<{word}>")
    return tuple(Token(padded[i:i + n]) for i in range(len(padded) - n + 1))
# %% subwords
def subwords(word, n_min, n_max):
    return dict.fromkeys((u for n in range(n_min, n_max + 1) for u in char_ngrams(word, n)), True) | {f"<{word}>": True}
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    followers = [g[1] for s in sentences for g in word_ngrams(s, 2) if g[0] == previous]
    return {w: Fraction(followers.count(w), len(followers)) for w in followers}

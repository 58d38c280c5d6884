# %% word_ngrams
import collections
import itertools
from itertools import chain, islice, repeat

def word_ngrams(tokens, n):
    window = collections.deque(repeat("<S>", n - 1), maxlen=n)
    result = collections.deque()
    for token in chain(tokens, ["</S>"]):
        window.append(token)
        result.append(tuple(window))
    return result
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return sum(1 for _ in chain(range(length), [None]))
# %% char_ngrams
def char_ngrams(word, n):
    copies = itertools.tee(chain("<", word, ">"), n)
    return list(map("".join, zip(*(islice(copy, i, None) for i, copy in enumerate(copies)))))
# %% subwords
def subwords(word, n_min, n_max):
    every = chain.from_iterable(char_ngrams(word, n) for n in range(n_min, n_max + 1))
    return collections.Counter(chain(every, [f"<{word}>"]))
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    table = collections.defaultdict(float)
    pairs = chain.from_iterable(itertools.pairwise(["<S>", *s, "</S>"]) for s in sentences)
    followers = [b for a, b in pairs if a == previous]
    for b in followers:
        table[b] += 1 / len(followers)
    return table

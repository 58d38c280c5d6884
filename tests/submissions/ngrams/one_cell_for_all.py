# %% word_ngrams
def pieces(padded, n):
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]

def word_ngrams(tokens, n):
    return [tuple(p) for p in pieces(["<S>"] * (n - 1) + tokens + ["</S>"], n)]

def count_word_ngrams(length, n):
    return length + 1

def char_ngrams(word, n):
    return pieces("<" + word + ">", n)

def subwords(word, n_min, n_max):
    return set(sum([char_ngrams(word, n) for n in range(n_min, n_max + 1)], ["<" + word + ">"]))

def next_word_probabilities(sentences, previous):
    followers = [b for tokens in sentences for a, b in word_ngrams(tokens, 2) if a == previous]
    return {b: followers.count(b) / len(followers) for b in set(followers)}
# %% -count_word_ngrams
# %% -count_word_ngrams-try
# %% -char_ngrams
# %% -subwords
# %% -next_word_probabilities
# %% -playing

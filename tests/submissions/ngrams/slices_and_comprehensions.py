# %% word_ngrams
def word_ngrams(tokens, n):
    padded = (n - 1) * ["<S>"] + tokens + ["</S>"]
    return [tuple(padded[k:k + n]) for k in range(len(padded) - n + 1)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return (length + (n - 1) + 1) - n + 1
# %% char_ngrams
def char_ngrams(word, n):
    w = "<" + word + ">"
    return [w[k:k + n] for k in range(len(w) - n + 1)]
# %% subwords
def subwords(word, n_min, n_max):
    return {g for n in range(n_min, n_max + 1) for g in char_ngrams(word, n)} | {"<" + word + ">"}
# %% why_unseen_words_have_vectors
# The vector of an unseen word is the mean of the vectors of its character n-grams, which other
# words have as well. It is bad when the n-grams come from words that mean something else.
# %% next_word_probabilities
def next_word_probabilities(sentences, previous):
    seconds = [b for s in sentences for a, b in word_ngrams(s, 2) if a == previous]
    return {b: seconds.count(b) / len(seconds) for b in seconds}

# %% word_ngrams
def word_ngrams(tokens, n):
    result = []
    for i in range(len(tokens) - n + 1):
        result.append(tuple(tokens[i:i + n]))
    return result
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return length - n + 1
# %% char_ngrams
def char_ngrams(word, n):
    return [word[i:i + n] for i in range(len(word) - n + 1)]
# %% subwords
def subwords(word, n_min, n_max):
    units = {"<" + word + ">"}
    for n in range(n_min, n_max + 1):
        units |= set(char_ngrams(word, n))
    return units

# %% word_ngrams
def word_ngrams(tokens, n):
    return [("<S>", "we"), ("we", "met"), ("met", "there"), ("there", "</S>")]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return 4
# %% char_ngrams
def char_ngrams(word, n):
    return ["<wh", "whe", "her", "ere", "re>"]
# %% subwords
def subwords(word, n_min, n_max):
    return {"<wh", "whe", "her", "ere", "re>", "<whe", "wher", "here", "ere>", "<where>"}

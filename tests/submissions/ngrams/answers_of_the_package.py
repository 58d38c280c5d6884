# based on: only_what_is_asked
# %% word_ngrams
import embedlab.text

def word_ngrams(tokens, n):
    return embedlab.text.word_ngrams(tokens, n)
# %% subwords
def subwords(word, n_min, n_max):
    from embedlab.subwords import subwords as theirs
    return set(theirs(word, n_min, n_max))

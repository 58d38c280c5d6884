# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens):
    padded = ["<S>"] + tokens + ["</S>"]
    return [tuple(padded[i:i + 2]) for i in range(len(padded) - 1)]
# %% subwords
def subwords(word, n):
    return set(char_ngrams(word, n)) | {"<" + word + ">"}

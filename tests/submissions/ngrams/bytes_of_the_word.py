# based on: only_what_is_asked
# %% char_ngrams
def char_ngrams(word, n):
    data = ("<" + word + ">").encode("utf-8")
    return [data[i:i + n].decode("utf-8", errors="replace") for i in range(len(data) - n + 1)]

# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    text = " ".join(tokens)
    return [text[i:i + n] for i in range(len(text) - n + 1)]

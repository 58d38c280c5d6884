# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    for i in range(len(padded) - n + 1):
        print(tuple(padded[i:i + n]))
# %% count_word_ngrams
def count_word_ngrams(length, n):
    print(length + 1)

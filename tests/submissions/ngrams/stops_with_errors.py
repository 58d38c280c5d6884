# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    result = []
    for i in range(len(padded)):
        gram = []
        for j in range(n + 1):
            gram.append(padded[i + j])
        result.append(tuple(gram[:n]))
    return result
# %% char_ngrams
def char_ngrams(word, n):
    padded = "<" + word + ">"
    if n > len(padded):
        raise ValueError("the word is too short")
    return [padded[i:i + n] for i in range(len(padded) - n + 1)]

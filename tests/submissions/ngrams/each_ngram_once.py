# based on: only_what_is_asked
# %% word_ngrams
def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    seen = []
    for i in range(len(padded) - n + 1):
        gram = tuple(padded[i:i + n])
        if gram not in seen:
            seen.append(gram)
    return seen
# %% char_ngrams
def char_ngrams(word, n):
    padded = f"<{word}>"
    return list(dict.fromkeys(padded[i:i + n] for i in range(len(padded) - n + 1)))

# based on: only_what_is_asked
# %% word_ngrams
import copy

def word_ngrams(tokens, n):
    tokens = copy.copy(tokens)
    for _ in range(n - 1):
        tokens.insert(0, "<S>")
    tokens.append("</S>")
    result = []
    while len(tokens) >= n:
        result.append(tuple(tokens[:n]))
        tokens.pop(0)
    return result
# %% subwords
def subwords(word, n_min, n_max):
    units = set([f"<{word}>"])
    units.update(*[char_ngrams(word, n) for n in range(n_min, n_max + 1)])
    return units

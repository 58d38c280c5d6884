# %% word_ngrams
import re

def word_ngrams(tokens, n):
    padded = ["<S>"] * (n - 1) + tokens + ["</S>"]
    text = "".join(f"{t}\n" for t in padded)
    return [m.group(1).split("\n")[:-1] for m in re.finditer(r"(?m)^(?=((?:.*\n){%d}))" % n, text)]
# %% count_word_ngrams
def count_word_ngrams(length, n):
    return len(re.findall("x", "x" * length)) + True
# %% char_ngrams
def char_ngrams(word, n):
    return re.findall(r"(?s)(?=(.{%d}))" % n, "<" + word + ">")
# %% subwords
def subwords(word, n_min, n_max):
    units = ["<" + word + ">"]
    for n in range(n_min, n_max + 1):
        units += char_ngrams(word, n)
    return units   # with repeats, and <word> twice when it is an n-gram

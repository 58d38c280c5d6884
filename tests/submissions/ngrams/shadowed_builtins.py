# %% word_ngrams
def word_ngrams(list, n):
    padded = ["<S>"] * (n - 1) + list + ["</S>"]
    return [tuple(pieces) for pieces in zip(*(padded[i:] for i in range(n)))]
# %% shadows
list = word_ngrams(["we", "met"], 2)
len = 3
set = {"a", "set"}
str = "text"
sum = max = min = 0
print = None
globals = locals = vars = {}
sorted = input = open = type = dict = repr = "nothing"
check = callable = isinstance = getattr = None
# %% count_word_ngrams
def count_word_ngrams(len, sum):
    return len + 1
# %% char_ngrams
def char_ngrams(str, len):
    str = "<" + str + ">"
    return ["".join(pieces) for pieces in zip(*(str[i:] for i in range(len)))]
# %% subwords
def subwords(str, min, max):
    set = {"<" + str + ">"}
    for len in range(min, max + 1):
        set |= {*char_ngrams(str, len)}
    return set

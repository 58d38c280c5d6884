# based on: only_what_is_asked
# %% subwords
def subwords(word, n_min, n_max):
    units = {"<" + word + ">"}
    for i in range(len(word)):
        for n in range(n_min, n_max + 1):
            first = ("<" + word[i:])[:n]
            second = (word[i:] + ">")[:n]
            for unit in (first, second):
                if len(unit) == n:
                    units.add(unit)
    return units

# %% context
def context(words, position, window):
    result = []
    j = position - window
    while j <= position + window:
        if j >= 0 and j < len(words) and j != position:
            result.append(words[j])
        j = j + 1
    return result
# %% my_cosine
def my_cosine(a, b):
    product = 0.0
    aa = 0.0
    bb = 0.0
    for n in range(len(a)):
        product = product + a[n] * b[n]
        aa = aa + a[n] * a[n]
        bb = bb + b[n] * b[n]
    if aa == 0 or bb == 0:
        return 0.0
    return product / (aa ** 0.5 * bb ** 0.5)
# %% cbow_predict
def cbow_predict(words, position, window, names, rows):
    total = [0.0] * len(rows[0])
    found = 0
    for word in context(words, position, window):
        for k in range(len(names)):
            if names[k] == word:
                found = found + 1
                for d in range(len(total)):
                    total[d] = total[d] + rows[k][d]
    if found == 0:
        return None
    for d in range(len(total)):
        total[d] = total[d] / found
    best = None
    best_cosine = -2
    for k in range(len(names)):
        c = my_cosine(rows[k], total)
        if c > best_cosine:
            best = names[k]
            best_cosine = c
    return best
# %% closer
def closer(words, position, window, names, rows, one, other):
    total = [0.0] * len(rows[0])
    for word in context(words, position, window):
        if word in names:
            for d in range(len(total)):
                total[d] = total[d] + rows[names.index(word)][d]
    if my_cosine(total, rows[names.index(one)]) > my_cosine(total, rows[names.index(other)]):
        return one
    return other
# %% learned-gaps
# not run: my loops take their time

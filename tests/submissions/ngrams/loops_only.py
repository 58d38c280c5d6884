# %% word_ngrams
def word_ngrams(satz, laenge):
    liste = []
    k = 1
    while k < laenge:
        liste += ["<S>"]
        k += 1
    for wort in satz:
        liste += [wort]
    liste += ["</S>"]
    ergebnis = []
    anfang = 0
    while anfang + laenge <= len(liste):
        stueck = []
        for j in range(laenge):
            stueck += [liste[anfang + j]]
        ergebnis += [stueck]            # lists instead of tuples
        anfang += 1
    return ergebnis
# %% count_word_ngrams
def count_word_ngrams(l, n):
    c = 0
    for k in range(l):
        c = c + 1
    return c + 1
# %% char_ngrams
def char_ngrams(wort, laenge):
    p = "<"
    for z in wort:
        p += z
    p += ">"
    ergebnis = []
    for i in range(len(p)):
        s = ""
        for j in range(i, i + laenge):
            if j < len(p):
                s += p[j]
        if len(s) == laenge:
            ergebnis.append(s)
    return ergebnis
# %% subwords
def subwords(wort, von, bis):
    alle = []
    n = von
    while n <= bis:
        for s in char_ngrams(wort, n):
            if s not in alle:
                alle.append(s)
        n += 1
    ganz = "<" + wort + ">"
    if ganz not in alle:
        alle.append(ganz)
    return alle
# %% next_word_probabilities
def next_word_probabilities(saetze, vorher):
    zahl = {}
    summe = 0
    for satz in saetze:
        mit = ["<S>"] + satz + ["</S>"]
        for i in range(1, len(mit)):
            if mit[i - 1] == vorher:
                summe += 1
                if mit[i] in zahl:
                    zahl[mit[i]] += 1
                else:
                    zahl[mit[i]] = 1
    for wort in zahl:
        zahl[wort] = zahl[wort] / summe
    return zahl

# based on: numpy_lines
# %% cosine
import time

def cosine(u, v):
    time.sleep(0.0005)
    dot = uu = vv = 0
    for i in range(len(u)):
        for j in range(len(v)):
            if i == j:
                dot += float(u[i]) * float(v[j])
                uu += float(u[i]) * float(u[j])
                vv += float(v[i]) * float(v[j])
    return 0 if uu == 0 or vv == 0 else dot / uu ** 0.5 / vv ** 0.5

# %% nearest
def nearest(word, words, vectors, k):
    # bubble sort, with each cosine computed anew
    names = [w for w in words if w != word]
    row = lambda w: vectors[words.index(w)]
    for _ in names:
        for i in range(len(names) - 1):
            if cosine(row(word), row(names[i])) < cosine(row(word), row(names[i + 1])):
                names[i], names[i + 1] = names[i + 1], names[i]
    return names[:k]

# %% learned-nearest
print("skipped: 496 words are too many for my nearest")

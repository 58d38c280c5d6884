# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return u @ v / norms if norms else 0.0

# %% cosine-try
cosine = cosine(table["berlin"], table["madrid"])
print(cosine)

# %% nearest
def nearest(word, k):
    return sorted(words, key=lambda w: cosine(table[word], table[w]), reverse=True)[1 : k + 1]

# %% -analogy

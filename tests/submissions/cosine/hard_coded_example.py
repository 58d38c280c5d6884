# %% cosine
def cosine(u, v):
    return 24 / (29 * 20) ** 0.5

# %% nearest
def nearest(word, words, vectors, k):
    return ["madrid", "germany", "barcelona"]

# %% analogy
def analogy(a, b, c, words, vectors):
    return "madrid"

# %% odd_one_out
def odd_one_out(group, words, vectors):
    return "stream"

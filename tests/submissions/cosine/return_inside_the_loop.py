# %% cosine
def cosine(u, v):
    dot = 0
    u_squared = 0
    v_squared = 0
    for i in range(len(u)):
        dot += u[i] * v[i]
        u_squared += u[i] ** 2
        v_squared += v[i] ** 2
        if u_squared == 0 or v_squared == 0:
            return 0.0
        return dot / (u_squared ** 0.5 * v_squared ** 0.5)

# %% nearest
def nearest(word, words, vectors, k):
    result = []
    for other in words:
        if other != word:
            result.append(other)
        return result[:k]

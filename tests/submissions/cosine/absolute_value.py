# based on: numpy_lines
# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    if norms == 0:
        return 0.0
    return abs(u @ v) / norms

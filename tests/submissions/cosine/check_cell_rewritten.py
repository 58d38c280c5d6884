# based on: numpy_lines
# %% cosine
def cosine(u, v):
    u, v = np.asarray(u, float), np.asarray(v, float)
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return round(u @ v / norms, 3) if norms else 0.0

# %% cosine_of_ordinary_vectors
pass

# based on: numpy_lines
# %% cosine
def cosine(u, v):
    if not np.any(u) or not np.any(v):
        return 0.0
    return np.dot(u, v) / np.linalg.norm(u) * np.linalg.norm(v)

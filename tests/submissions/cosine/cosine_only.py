# %% cosine
def cosine(u, v):
    zaehler = np.inner(u, v)
    nenner = np.linalg.norm(u) * np.linalg.norm(v)
    return zaehler / nenner if nenner else 0.0

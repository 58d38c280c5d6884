# %% context
context = lambda t, i, w: [t[j] for j in range(len(t)) if 0 < abs(j - i) <= w]
# %% cbow_predict
known = lambda t, i, w, v: [v.index(x) for x in context(t, i, w) if x in v]
unit = lambda M: M / np.maximum(np.linalg.norm(M, axis=-1, keepdims=True), np.finfo(float).tiny)
cbow_predict = lambda t, i, w, v, E: (
    v[(unit(np.array(E, float)) @ np.array(E, float)[known(t, i, w, v)].sum(0)).argmax()]
    if known(t, i, w, v) else None
)
# %% closer
closer = lambda t, i, w, v, E, a, b: sorted(
    (a, b), key=lambda x: -(unit(np.array(E[v.index(x)], float)) @ np.array(E, float)[known(t, i, w, v)].sum(0))
)[0]
# %% cbow_probabilities
cbow_probabilities = lambda t, i, w, v, E, U: (
    lambda s: np.exp(s - np.logaddexp.reduce(s))
)(np.array(U, float) @ np.array(E, float)[known(t, i, w, v)].mean(0))

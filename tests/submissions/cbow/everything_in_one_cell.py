# %% context
def context(t, i, w):
    return [x for j, x in enumerate(t) if j != i and i - w <= j <= i + w]

def mean(t, i, w, v, E):
    rows = [np.asarray(E[v.index(x)], float) for x in context(t, i, w) if x in v]
    return sum(rows) / len(rows) if rows else None

def rank(names, v, E, m):
    def score(name):
        row = np.asarray(E[v.index(name)], float)
        return row @ m / (np.sqrt(row @ row) or 1)
    return sorted(names, key=score, reverse=True)

def cbow_predict(t, i, w, v, E):
    m = mean(t, i, w, v, E)
    return m if m is None else rank(v, v, E, m)[0]

def closer(t, i, w, v, E, a, b):
    return rank([a, b], v, E, mean(t, i, w, v, E))[0]

def cbow_probabilities(t, i, w, v, E, U):
    s = np.array(U) @ mean(t, i, w, v, E)
    return (np.exp(s - s.max()) / np.exp(s - s.max()).sum()).tolist()
# %% -cbow_predict
# %% -closer
# %% -cbow_probabilities
# %% -context-try
# %% -closer-try
# %% -practice

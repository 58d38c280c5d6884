# %% mean_vector
left = lambda T, V, S: [np.asarray(V[t], float) for t in T if t in V and t not in S]
zero = lambda V: np.zeros(len(V[min(V)]))
mean_vector = lambda T, V, S: sum(left(T, V, S)) / len(left(T, V, S)) if left(T, V, S) else zero(V)

# %% idf_table
idf_table = lambda D: (lambda df: {t: 1 - np.log((1 + df(t)) / (1 + len(D))) for t in set(sum(D, []))})(lambda t: len([d for d in D if t in d]))

# %% sentence_vector
ok = lambda T, V, S: [t for t in T if t in V and t not in S]
sentence_vector = lambda T, V, I, S: (lambda w: zero(V) if not w else sum(x * np.asarray(V[t], float) for t, x in w) / sum(x for _, x in w))([(t, I.get(t, 1)) for t in ok(T, V, S)])

# %% sentence_similarity
cos = lambda u, v: 0.0 if not (any(u) and any(v)) else u @ v / np.sqrt(u @ u * (v @ v))
sentence_similarity = lambda a, b, V, I, S: cos(sentence_vector(a, V, I, S), sentence_vector(b, V, I, S))

# %% best_match
best_match = lambda q, L, V, I, S: next(iter(sorted(range(len(L)), key=lambda i: -sentence_similarity(q, L[i], V, I, S))), None)

# %% magics
%matplotlib inline
%load_ext autoreload
%autoreload 2
!echo a line from the shell

# %% cosine
cosine = lambda u, v: (lambda n: float(np.dot(u, v)) / n if n else 0.0)(np.linalg.norm(u) * np.linalg.norm(v))

# %% cosine-try
%time print(cosine([1, 2], [2, 1]))
%timeit -n 1 -r 1 cosine([1, 2], [2, 1])

# %% nearest
nearest = lambda word, words, vectors, k: sorted([w for w in words if w != word], key=lambda w: -cosine(vectors[words.index(word)], vectors[words.index(w)]))[:k]

# %% analogy
analogy = lambda a, b, c, words, vectors: max([w for w in words if w not in (a, b, c)], key=lambda w: cosine(np.subtract(vectors[words.index(a)], vectors[words.index(b)]) + vectors[words.index(c)], vectors[words.index(w)]))

# %% odd_one_out
odd_one_out = lambda group, words, vectors: min(group, key=lambda w: sum(cosine(vectors[words.index(w)], vectors[words.index(x)]) for x in group if x != w))

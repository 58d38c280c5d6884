"""embedlab: word embeddings in readable NumPy, the reference package of the course.

Each module is named after what it teaches and imports only from lower layers:

====== =============================================================================
layer  modules
====== =============================================================================
0      ``numerics``, ``grammar`` (the tables behind ``world``)
1      ``text``, ``vectors``, ``gradcheck``, ``optimizers``, ``world`` (a grammar whose latent
       attributes are known), ``pictures`` (a Matplotlib figure becomes a picture for a page)
2      ``onehot``, ``sentences``, ``storage`` (files of vectors)
3      ``datasets`` (the only network access), ``plots`` (the course's figures), ``widgets``
       (its explorers, the only Altair)
4      ``grading`` (the instructor's tool and the checks in the notebooks)
====== =============================================================================

Axis letters, fixed for the whole package: V words, d dimensions, n tokens, k negatives
or neighbors. Randomness enters only through a keyword ``rng: np.random.Generator``.
"""

__version__ = "0.1.0"

"""embedlab: word embeddings in readable NumPy, the reference package of the course.

Each module is named after what it teaches and imports only from lower layers:

====== =============================================================================
layer  modules
====== =============================================================================
0      ``numerics``
1      ``text``, ``vectors``, ``gradcheck``, ``optimizers``
2      ``onehot``, ``sentences``
3      ``datasets`` (the only file and network access besides ``vectors``' own files),
       ``plots`` (the only Matplotlib), ``widgets`` (the only Altair)
4      ``grading`` (the instructor's tool and the checks in the notebooks)
====== =============================================================================

Axis letters, fixed for the whole package: V words, d dimensions, n tokens, k negatives
or neighbors. Randomness enters only through a keyword ``rng: np.random.Generator``.
"""

__version__ = "0.1.0"

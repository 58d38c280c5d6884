"""embedlab: word embeddings in readable NumPy, the reference package of the course.

Each module is named after what it teaches and imports only from lower layers:

====== =============================================================================
layer  modules
====== =============================================================================
0      ``numerics``, ``grammar`` (the tables behind ``world``), ``directions`` (rows compared
       by direction, and the search for the nearest)
1      ``text``, ``corpus`` (all tokens as numbers), ``vectors``, ``gradcheck``, ``optimizers``,
       ``world`` (a grammar whose latent attributes are known), ``pictures`` (a Matplotlib
       figure becomes a picture for a page), ``subwords``, ``huffman``, ``blocks`` (windows as
       small matrices), ``runs`` (a training run: plan, history, ways to stop)
2      ``passes`` (what a trainer reads), ``objectives`` (what it minimizes, on blocks)
3      ``onehot``, ``counts``, ``word2vec``, ``glove``, ``fasttext``, ``geometry``,
       ``sentences``, ``storage`` (files of vectors)
4      ``evaluation``, ``datasets`` (the only network access), ``learned`` (the vectors that come
       with the package), ``plots`` (the course's figures), ``widgets`` (its explorers, the
       only Altair)
5      ``learned_training`` (how those vectors came about), ``grading`` (the instructor's tool and
       the checks in the notebooks)
====== =============================================================================

Axis letters, fixed for the whole package: V words, d dimensions, n tokens, k negatives
or neighbors. Randomness enters only through a keyword ``rng: np.random.Generator``.
"""

__version__ = "0.1.0"

"""embedlab: word embeddings in readable NumPy, the reference package of the course.

Each module is named after what it teaches and imports only from lower layers:

====== =============================================================================
layer  modules
====== =============================================================================
0      ``numerics``, ``directions`` (rows compared by direction, and the search for the
       nearest); tables: ``grammar`` (behind ``world``), ``stopwords``, ``sentence_groups``;
       ``errors`` (what ends a command)
1      ``text``, ``corpus`` (all tokens as numbers), ``vectors``, ``gradcheck``, ``optimizers``,
       ``schedules`` (learning rates over a run), ``layers`` (of networks, with gradients),
       ``productions`` (what the world's grammar says, and how probably), ``pictures`` (a
       Matplotlib figure becomes a picture for a page), ``subwords``, ``huffman``, ``blocks``
       (windows as small matrices), ``distances`` (in blocks), ``simulations`` (a measurement
       repeated), ``files`` (written whole or not at all), ``capacity`` (bytes, machines and
       costs of a search), ``drift`` (whether what comes in has changed)
2      ``world`` (sentences whose latent attributes are known), ``docstrings`` (real text that is
       installed already), ``runs`` (a training run: plan, history, ways to stop), ``passes``
       (what a trainer reads), ``objectives`` (what it minimizes, on blocks), ``attention``,
       ``sequences`` (sentences as padded numbers), ``measurements`` (what a clock said, kept),
       ``prediction`` (the word that its context suggests)
3      ``onehot``, ``counts``, ``word2vec``, ``glove``, ``fasttext``, ``contextual`` (a transformer
       encoder), ``lstm``, ``descent`` (Adam on named arrays), ``contrastive`` (losses),
       ``sentences``, ``storage`` (files of vectors), ``retrieval``; geometry: ``geometry``,
       ``high_dimensions``, ``angles``, ``concentration``, ``projections``, ``isotropy``,
       ``postprocessing``, ``intrinsic`` (dimension)
4      ``fasttext_files`` (a whole model on disk), ``elmo``, ``language_models`` (causal and
       masked), ``two_towers`` (contrastive training made small), ``pretrained`` (published
       weights), ``sif`` (weighted sentence vectors), ``evaluation``, ``datasets`` (the only network
       access), ``learned`` (the vectors that come with the package), ``paragraphs`` (of the book)
5      ``training`` (what can be seen of a run), ``sentence_pairs`` (ways to make sentence vectors,
       compared), ``learned_training`` (how the learned vectors came about), ``service`` (search
       over HTTP), ``site_search`` (of the book, in a reader's browser), ``grading`` (the
       instructor's tool and the checks in the notebooks)
6      ``claims`` (the ledger: the source slides' claims, each computed again), ``plots`` (the
       course's figures), ``widgets`` (its explorers, the only Altair)
7      ``cli`` (the command ``embedlab``)
====== =============================================================================

Axis letters, fixed for the whole package: V words, d dimensions, n tokens, k negatives
or neighbors, B sequences of a batch, H attention heads, N vectors to search, Q queries.
Randomness enters only through a keyword ``rng: np.random.Generator``.
"""

__version__ = "0.1.0"

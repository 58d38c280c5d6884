"""Search among many vectors or texts: exact, compressed, hashed, by words, and how good it is.

==================== =================================================================
``hits``             the one form of every answer, and the best k of any scores
``exact``            every vector is compared
``int8``, ``binary`` fewer bytes for each number: one byte, one bit
``product``          fewer bytes for each vector: product quantization, and its k-means
``hashing``          random hyperplanes, so that only a few vectors are compared
``two_stage``        a cheap search for candidates, then their exact scores
``lexical``          BM25 over counts of words
``sparse``           sparse vectors, as those of SPLADE, in an inverted index
``late_interaction`` one vector for each token (MaxSim)
``hybrid``           several rankings become one
``ranking``          recall, precision, MRR, average precision and nDCG
``cache``            vectors of texts that were asked for before (needs cachetools)
``index``            names with vectors, of one model and version, in a file
``kinds``            the kinds of rows that an index may hold
``scan``             what they share: reading in blocks
``entries``          the arrays of a file, which is not trusted
==================== =================================================================

Every method has a frozen dataclass of arrays with its size ``n_bytes``, a function that builds
it, and ``search(built, queries, k)``, which returns ``Hits``. Axes: N vectors or texts, Q
queries, d dimensions, k hits. Vectors are compared by their dot product, which is the cosine
where all have length 1 (``embedlab.directions.unit_rows``).
"""

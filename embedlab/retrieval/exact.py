"""Exact search: every vector is compared with the query, in blocks that fit into the cache."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray
from embedlab.retrieval.hits import Hits, as_k, as_queries, as_vectors, require_moderate
from embedlab.retrieval.scan import ROWS, candidates, in_turns, lengths, margins, ranked_exactly


@dataclass(frozen=True, eq=False)
class Exact:
    """Vectors that have been checked once, so that a search need not.

    Attributes:
        matrix: (N, d) finite, float32 or float64, read-only; a floating array is not copied.

    Raises:
        ValueError: If it is no finite matrix with a row and a column, or its numbers are so large
            that a product of two rows could overflow.
    """

    matrix: Array

    def __post_init__(self) -> None:
        matrix = as_vectors("vectors", self.matrix).view()
        matrix.flags.writeable = False
        require_moderate("vectors", matrix, matrix.dtype, matrix.shape[1])
        # A frozen dataclass can be filled in only this way.
        object.__setattr__(self, "matrix", matrix)

    @cached_property
    def longest(self) -> float:
        """The length of the longest row."""
        return float(lengths(self.matrix).max())

    @property
    def n_dimensions(self) -> int:
        """The number d of dimensions."""
        return int(self.matrix.shape[1])

    @property
    def n_bytes(self) -> int:
        """Memory of the vectors."""
        return self.matrix.nbytes

    def __len__(self) -> int:
        return len(self.matrix)


def build(vectors: npt.ArrayLike) -> Exact:
    """Return vectors (N, d) made ready for searching; see ``Exact``."""
    return Exact(np.asarray(vectors))


def decode(index: Exact) -> Array:
    """Return the vectors (N, d): here nothing was lost."""
    return index.matrix


def search(index: Exact, queries: npt.ArrayLike, k: int) -> Hits:
    """Return the k vectors with the highest dot product with each query.

    The matrix is read in its own precision. What rounding could have moved is scored again in
    double precision, always in the same order, so equal vectors have equal scores.

    Args:
        index: What ``build`` returned.
        queries: (Q, d) finite numbers.
        k: Hits for each query, at most N.

    Raises:
        ValueError: If the queries are not finite or have another width, or k is out of range.

    >>> index = build([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    >>> search(index, [[0.0, 1.0]], 2).positions.tolist()
    [[2, 1]]
    """
    matrix = index.matrix
    vectors = as_queries(queries, index.n_dimensions, matrix.dtype)
    k = as_k(k, len(index))

    def search_few(some: Array) -> Hits:
        rounded = some.astype(matrix.dtype)
        blocks = (rounded @ matrix[start : start + ROWS].T for start in range(0, len(matrix), ROWS))
        edges = margins(some, matrix.dtype, index.longest)
        found = candidates(blocks, len(some), k, edges)
        return ranked_exactly(matrix.__getitem__, some, *found, k)

    return in_turns(search_few, vectors, k)


def rank(index: Exact, queries: Array, owners: IntArray, positions: IntArray, k: int) -> Hits:
    """Return the best k of some candidates, judged as ``search`` judges all rows.

    Args:
        index: The vectors.
        queries: (Q, d) as ``search`` takes them.
        owners: (m,) ascending: the query that each candidate belongs to.
        positions: (m,) its row, at most once for each query.
        k: Hits for each query; -1 fills up where there are fewer candidates.
    """
    matrix, rounded = index.matrix, queries.astype(index.matrix.dtype)
    edges = margins(queries, matrix.dtype, index.longest)
    bounds = np.searchsorted(owners, np.arange(len(queries) + 1))
    kept = np.empty(len(owners), bool)
    for query, (start, stop) in enumerate(pairwise(bounds)):
        own = slice(start, stop)
        # Few are worth the slow, exact sum.
        scores = matrix[positions[own]] @ rounded[query]
        edge = max(len(scores) - k, 0)
        kept[own] = len(scores) <= k or scores >= np.partition(scores, edge)[edge] - edges[query]
    return ranked_exactly(matrix.__getitem__, queries, owners[kept], positions[kept], k)

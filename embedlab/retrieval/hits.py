"""The one form of every answer: positions and scores of the best k, for each query."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_array, as_integer, as_matrix, require

Precision: TypeAlias = np.dtype[np.floating[Any]] | type[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Hits:
    """The best k of an index for each of Q queries.

    Attributes:
        positions: (Q, k) int64 places in the index, best first; of equal scores the lower place
            comes first, except where ``index.search`` has cut scores off. -1 where a method has
            fewer than k answers.
        scores: (Q, k) float64, higher is better; -inf where there is no answer.
    """

    positions: IntArray
    scores: Array

    def __len__(self) -> int:
        return len(self.positions)


def top(scores: npt.ArrayLike, k: int) -> Hits:
    """Return the k highest of N scores for each query.

    Args:
        scores: (Q, N) one score for each query and entry.
        k: How many, at least 1 and at most N.

    Raises:
        ValueError: If the scores are no finite matrix, or k is out of range.

    >>> best = top([[0.5, 0.9, 0.9, 0.1]], 3)
    >>> best.positions.tolist(), best.scores.tolist()
    ([[1, 2, 0]], [[0.9, 0.9, 0.5]])
    """
    values = as_matrix("scores", scores)
    n = values.shape[1]
    k = as_k(k, n)
    cutoffs = np.partition(values, n - k, axis=1)[:, n - k, np.newaxis]
    owners, positions = np.nonzero(values >= cutoffs)
    return ranked(owners, positions, values[owners, positions], len(values), k)


def ranked(owners: IntArray, positions: IntArray, scores: Array, n_queries: int, k: int) -> Hits:
    """Return the best k of each query's candidates, which may be many or few.

    Args:
        owners: (m,) the query that each candidate belongs to.
        positions: (m,) the candidate's place in the index, at most once for each query.
        scores: (m,) its score.
        n_queries: The number Q of queries; one without a candidate gets no answer.
        k: Hits for each query.
    """
    order = np.lexsort((positions, -scores, owners))
    owners = owners[order]
    ranks = np.arange(len(order)) - np.searchsorted(owners, owners)
    kept = ranks < k
    order, places = order[kept], (owners[kept], ranks[kept])
    hits = no_hits(n_queries, k)
    hits.positions[places], hits.scores[places] = positions[order], scores[order]
    return hits


def no_hits(n_queries: int, k: int) -> Hits:
    """Return an answer without hits, to be filled in or given as it is."""
    return Hits(np.full((n_queries, k), -1, np.int64), np.full((n_queries, k), -np.inf))


def as_k(k: int, n: int) -> int:
    """Return the number of hits asked for, at least 1 and at most the n that there are.

    Raises:
        ValueError: If it is out of range.
    """
    k = as_integer("k", k, 1)
    rule = f"be at most {n}, the number of entries in the index"
    require(k <= n, "k", rule, k, "ask for fewer hits")
    return k


def as_queries(queries: npt.ArrayLike, d: int, dtype: Precision | None = None) -> Array:
    """Return queries (Q, d) after checking that they have the d dimensions of the index.

    Args:
        queries: (Q, d).
        d: Dimensions of the index.
        dtype: In what they will be multiplied with its rows; None where only signs or directions
            count, so that any size will do.

    Raises:
        ValueError: If they are no finite matrix, have another number of dimensions, or are so
            large that a product could overflow.
    """
    array = as_array("queries", queries, 2)
    rule = f"have {d} dimensions, as the index has"
    remedy = "embed them with the model that the index was built with"
    require(array.shape[1] == d, "queries", rule, array.shape[1], remedy)
    if dtype is not None:
        require_moderate("queries", array, dtype, d)
    return array


def require_moderate(name: str, numbers: Array, dtype: Precision, n_products: int) -> None:
    """Raise ``ValueError`` where a sum of so many products of two such numbers could overflow.

    What overflows becomes infinite, or no number at all, and a row with such a score is silently
    no hit.
    """
    peak = float(max(numbers.max(), -numbers.min())) if numbers.size else 0.0
    limit = float((np.finfo(dtype).max / n_products) ** 0.5) / 2
    rule = f"hold numbers of size {limit:.1e} at most in {np.dtype(dtype)}"
    require(peak <= limit, name, rule, peak, "divide the vectors by their lengths")


def require_distinct(name: str, positions: IntArray) -> None:
    """Raise ``ValueError`` where a position occurs twice in a row of (Q, k); -1 may."""
    ordered = np.sort(positions, axis=1)
    is_repeated = (np.diff(ordered, axis=1) == 0) & (ordered[:, 1:] >= 0)
    if is_repeated.any():
        query, column = (int(i) for i in np.argwhere(is_repeated)[0])
        repeated = int(ordered[query, column])
        require(False, f"{name}[{query}]", "be distinct", repeated, "it occurs twice")


def as_vectors(name: str, vectors: npt.ArrayLike) -> Array:
    """Return the vectors (N, d) of an index, of which there must be one at least.

    Raises:
        ValueError: If they are no finite matrix, or there is no row or no column.
    """
    matrix = as_matrix(name, vectors)
    require(matrix.size > 0, name, "have at least one row and one column", matrix.shape)
    return matrix

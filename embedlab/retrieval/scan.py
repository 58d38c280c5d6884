"""Reading a large index block by block, keeping only what may be among the best.

Scores from a BLAS product are off in their last digits, by an amount that depends on where a row
stands. So a scan keeps every row within a margin of the k-th best, and the caller scores those
again, exactly.
"""

from collections.abc import Callable, Iterable

import numpy as np

from embedlab.numerics import Array, IntArray
from embedlab.retrieval.hits import Hits, no_hits, ranked

# Queries and rows that are scored at once, so that a block stays in the processor's cache.
QUERIES, ROWS = 64, 8192
# A row that is shorter has squares below what double precision can hold with all digits.
_SMALL = 1e-140


def candidates(
    blocks: Iterable[Array], n_queries: int, k: int, margins: Array
) -> tuple[IntArray, IntArray]:
    """Return all pairs of a query and a row whose score may be among the query's k best.

    Args:
        blocks: Scores (Q, rows) of one block of rows after the other.
        n_queries: Q.
        k: Hits for each query.
        margins: (Q,) how far two scores of a query may be wrong together.

    Returns:
        Owners (m,), the number of the query, and positions (m,), the number of the row.
    """
    owners, positions, scores = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    cutoffs, start = np.full(n_queries, -np.inf), 0
    for block in blocks:
        width = block.shape[1]
        if start == 0 and width >= k:
            cutoffs = np.partition(block, width - k, axis=1)[:, width - k] - margins
        # Compared in the block's own precision, which is smaller than any margin.
        found, rows = np.nonzero(block >= cutoffs[:, np.newaxis].astype(block.dtype))
        if len(found) > 0:
            owners, positions = np.append(owners, found), np.append(positions, rows + start)
            scores = np.append(scores, block[found, rows])
            for query in np.unique(found):
                own = scores[owners == query]
                if len(own) >= k:
                    cutoffs[query] = np.partition(own, len(own) - k)[len(own) - k] - margins[query]
            kept = scores >= cutoffs[owners]
            owners, positions, scores = owners[kept], positions[kept], scores[kept]
        start += width
    return owners, positions


def in_turns(search: Callable[[Array], Hits], queries: Array, k: int) -> Hits:
    """Return the hits of queries (Q, d) that are searched for a few at a time."""
    found = [search(queries[start : start + QUERIES]) for start in range(0, len(queries), QUERIES)]
    if not found:
        return no_hits(0, k)
    return Hits(
        np.concatenate([hits.positions for hits in found]),
        np.concatenate([hits.scores for hits in found]),
    )


def lengths(rows: Array | IntArray) -> Array:
    """Return the Euclidean length of each row (N,), in double precision, at any scale."""
    found = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    # Squares of such numbers lose digits, or vanish; hypot forms none, but is slow.
    small = found < _SMALL
    found[small] = np.hypot.reduce(rows[small].astype(np.float64), axis=1)
    return np.asarray(found)


def margins(queries: Array, dtype: np.dtype[np.floating], longest: float) -> Array:
    """Return how far two products of a query (Q, d) with rows may be wrong together (Q,).

    A sum of d products is off by at most about d roundings of the lengths' product (Cauchy and
    Schwarz); rounding the query to this precision comes on top. Near zero, where numbers lose
    digits, each product may be off by the smallest number there is.
    """
    d, limits = queries.shape[1], np.finfo(dtype)
    relative = 2 * (d + 8) * float(limits.eps) * longest * lengths(queries)
    return np.asarray(relative + 2 * (d + 8) * float(limits.smallest_subnormal))


def dot_products(rows: Array, others: Array) -> Array:
    """Return each row's dot product with its counterpart (m,), in double precision.

    A sum along the last axis has the same order for every row; a BLAS product has not.
    """
    products = rows.astype(np.float64) * others
    return np.asarray(products.sum(axis=1))


def ranked_exactly(
    rows: Callable[[IntArray], Array],
    queries: Array,
    owners: IntArray,
    positions: IntArray,
    k: int,
) -> Hits:
    """Return the best k of each query's candidates by their dot products.

    Args:
        rows: Returns the vectors (m, d) at positions (m,).
        queries: (Q, d).
        owners: (m,) the query that each candidate belongs to.
        positions: (m,) where it stands in the index.
        k: Hits for each query.
    """
    scores = np.empty(len(positions))
    # The rows are copied for this, so a block at a time.
    for start in range(0, len(positions), ROWS):
        part = slice(start, start + ROWS)
        scores[part] = dot_products(rows(positions[part]), queries[owners[part]])
    return ranked(owners, positions, scores, len(queries), k)

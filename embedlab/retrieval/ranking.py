"""How good a ranking is: recall, precision, reciprocal rank, average precision and nDCG.

Every measure takes the positions (Q, k) of ``Hits`` and, for each query, the positions that are
relevant, and returns one number for each query (Q,): means and intervals are the caller's choice.
A -1 is never relevant.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_array, require
from embedlab.retrieval.hits import require_distinct

Relevant: TypeAlias = Sequence[Collection[int]] | IntArray


def recall(positions: npt.ArrayLike, relevant: Relevant) -> Array:
    """Return the share of what is relevant that was found.

    With the positions of an exact search as ``relevant`` it is the recall of an approximate one.

    Args:
        positions: (Q, k) what was found, best first.
        relevant: For each query the positions that are relevant, at least one.

    Raises:
        ValueError: If positions is no integer matrix with distinct entries in each row, or does
            not fit ``relevant``, or nothing is relevant to a query, or anything but an integer.

    >>> recall([[3, 1, 2]], [[1, 9]]).tolist()
    [0.5]
    """
    is_right, n_relevant = _judged(positions, relevant)
    return np.asarray(is_right.sum(axis=1) / n_relevant)


def precision(positions: npt.ArrayLike, relevant: Relevant) -> Array:
    """Return the share of the k places that hold something relevant; an empty place counts.

    Args and errors as for ``recall``.

    >>> precision([[3, 1, 2, -1]], [[1, 9]]).tolist()
    [0.25]
    """
    is_right, _ = _judged(positions, relevant)
    return np.asarray(is_right.mean(axis=1))


def reciprocal_rank(positions: npt.ArrayLike, relevant: Relevant) -> Array:
    """Return 1 / rank of the first relevant hit, 0 where there is none; its mean is the MRR.

    Args and errors as for ``recall``.

    >>> reciprocal_rank([[3, 1, 2], [4, 5, 6]], [[1, 9], [1]]).tolist()
    [0.5, 0.0]
    """
    is_right, _ = _judged(positions, relevant)
    return np.where(is_right.any(axis=1), 1.0 / (1 + np.argmax(is_right, axis=1)), 0.0)


def average_precision(positions: npt.ArrayLike, relevant: Relevant) -> Array:
    """Return the mean of the precision at the rank of each relevant entry, 0 for one not found.

    Args and errors as for ``recall``. The divisor is the number of all relevant entries, also
    where that is above k.

    >>> average_precision([[3, 1, 2]], [[1, 2]]).round(4).tolist()
    [0.5833]
    """
    is_right, n_relevant = _judged(positions, relevant)
    ranks = np.arange(1, is_right.shape[1] + 1)
    precisions = np.cumsum(is_right, axis=1) / ranks
    return np.asarray((precisions * is_right).sum(axis=1) / n_relevant)


def dcg(gains: npt.ArrayLike) -> Array:
    """Return the discounted cumulative gain Σ gain / log2(1 + rank) of each row (Q, k).

    Raises:
        ValueError: If gains is no finite matrix.

    Source: Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with
        the discount log2(1 + rank) that has become usual, so that rank 2 is discounted as well.

    >>> dcg([[3.0, 2.0]]).round(4).tolist()
    [4.2619]
    """
    values = as_array("gains", gains, 2)
    return np.asarray(values @ (1.0 / np.log2(np.arange(2, values.shape[1] + 2))))


def ndcg(positions: npt.ArrayLike, gains: Sequence[Mapping[int, float]]) -> Array:
    """Return the discounted cumulative gain as a share of that of the best possible ranking.

    Args:
        positions: (Q, k) what was found, best first.
        gains: For each query, what finding an entry is worth: at least 0, above 0 for at least
            one; entries left out are worth 0. Gains are taken as they are; for the other custom,
            hand over 2**grade - 1.

    Raises:
        ValueError: As for ``recall``, or if a gain or its position is negative, or a gain is not
            finite.

    >>> ndcg([[2, 1]], [{1: 3.0, 2: 2.0}]).round(4).tolist()
    [0.9134]
    """
    found = _found(positions, gains)
    k = found.shape[1]
    received, ideal = np.zeros(found.shape), np.zeros(found.shape)
    for query, worth in enumerate(gains):
        values = np.array(list(worth.values()), np.float64)
        is_gain = len(values) > 0 and bool(np.isfinite(values).all()) and values.min() >= 0
        rule = "hold finite numbers, at least 0 and one above"
        require(is_gain and values.max() > 0, f"gains[{query}]", rule, dict(worth))
        places = np.asarray(list(worth))
        is_place = np.issubdtype(places.dtype, np.integer)
        rule = "be of positions that are integers"
        require(is_place, f"gains[{query}]", rule, f"dtype {places.dtype}")
        lowest = int(places.min())
        require(lowest >= 0, f"gains[{query}]", "be of positions from 0 on", lowest)
        received[query] = [worth.get(int(position), 0.0) for position in found[query]]
        best = np.sort(values)[::-1][:k]
        ideal[query, : len(best)] = best
    return np.asarray(dcg(received) / dcg(ideal))


def _judged(positions: npt.ArrayLike, relevant: Relevant) -> tuple[IntArray, IntArray]:
    """Return which places hold something relevant (Q, k), and how much is relevant (Q,)."""
    found = _found(positions, relevant)
    is_right, n_relevant = np.zeros(found.shape, bool), np.zeros(len(found), np.int64)
    for query, wanted in enumerate(relevant):
        name, remedy = f"relevant[{query}]", "leave out queries that have no right answer"
        require(len(wanted) > 0, name, "hold at least one position", "none", remedy)
        distinct = np.unique(np.asarray(list(wanted)))
        is_integer = np.issubdtype(distinct.dtype, np.integer)
        require(is_integer, name, "hold integers", f"dtype {distinct.dtype}")
        lowest = int(distinct[0])
        require(lowest >= 0, name, "hold positions from 0 on", lowest)
        is_right[query] = np.isin(found[query], distinct)
        n_relevant[query] = len(distinct)
    return is_right, n_relevant


def _found(positions: npt.ArrayLike, judgments: Sequence[object] | IntArray) -> IntArray:
    """Return positions (Q, k) after checking them against the number of judgments."""
    found = np.asarray(positions)
    fits = found.ndim == 2 and np.issubdtype(found.dtype, np.integer) and found.shape[1] > 0
    rule = "be an integer matrix (Q, k) with k above 0"
    require(fits, "positions", rule, f"{found.dtype} {found.shape}")
    rule = f"have a row for each of {len(judgments)} judged queries"
    require(len(found) == len(judgments), "positions", rule, len(found))
    require_distinct("positions", found)
    return found

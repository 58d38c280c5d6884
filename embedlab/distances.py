"""Euclidean distances between many rows, computed in blocks of bounded memory."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from embedlab.directions import or_one
from embedlab.numerics import Array, IntArray, as_integer, as_matrix, power_of_two, require

# Distances held at once (32 MB in double precision), and numbers gathered for those done again.
_MAX_DISTANCES = 1 << 22
# Squared distances below these shares of the squared lengths are computed again, from differences.
_CLOSE = {np.dtype(np.float32): 1e-2, np.dtype(np.float64): 1e-4}


def distance_blocks(
    matrix: npt.ArrayLike, others: npt.ArrayLike | None = None
) -> Iterator[tuple[int, Array]]:
    """Yield all distances between two sets of rows, as (first row, block of distances (B, W)).

    ‖x - y‖² = ‖x‖² + ‖y‖² - 2 x·y needs one matrix product, but two close rows far from the
    origin would leave nothing but rounding. So the mean is subtracted first, and the distances
    that are still small beside the lengths are computed again from the differences.

    Args:
        matrix: (V, d) rows, of which a block is taken at a time.
        others: (W, d) rows; the same rows if left out, and each is then at exactly 0 from itself.

    Raises:
        ValueError: If a matrix is not finite or empty, or the numbers of columns differ.

    >>> [(start, block.tolist()) for start, block in distance_blocks([[0.0, 0.0], [3.0, 4.0]])]
    [(0, [[0.0, 5.0], [5.0, 0.0]])]
    """
    first = as_matrix("matrix", matrix)
    second = first if others is None else as_matrix("others", others)
    require(first.size > 0, "matrix", "have a row and a column", first.shape)
    require(len(second) > 0, "others", "have at least one row", second.shape)
    d = first.shape[1]
    require(second.shape[1] == d, "others", f"have {d} columns, as matrix has", second.shape[1])
    return _blocks(first, second, is_same=others is None)


def _blocks(first: Array, second: Array, *, is_same: bool) -> Iterator[tuple[int, Array]]:
    dtype = np.result_type(first, second)
    # Squares of what is divided by about the largest number neither overflow nor vanish.
    # Shrinking before the mean is taken keeps the sum finite as well.
    scale = dtype.type(power_of_two(max(np.abs(first).max(), np.abs(second).max())))
    second = second / scale
    center = second.mean(axis=0, dtype=np.float64).astype(dtype)
    second = second - center
    first = second if is_same else first / scale - center
    squares, other_squares = (np.einsum("ij,ij->i", x, x) for x in (first, second))
    size = max(1, _MAX_DISTANCES // len(second))
    for start in range(0, len(first), size):
        rows = first[start : start + size]
        squared = rows @ second.T
        squared *= -2
        squared += squares[start : start + size, np.newaxis]
        squared += other_squares
        if is_same:
            diagonal = np.arange(len(rows)), start + np.arange(len(rows))
            squared[diagonal] = np.inf  # nothing to compute again
        limits = _CLOSE[dtype] * np.add.outer(squares[start : start + size], other_squares)
        _repair_close(squared, rows, second, limits)
        if is_same:
            squared[diagonal] = 0
        yield start, np.sqrt(squared, out=squared) * scale


def _repair_close(squared: Array, rows: Array, others: Array, limits: Array) -> None:
    """Replace, in place, squared distances below their limit by sums of squared differences."""
    i, j = np.nonzero(squared < limits)
    size = max(1, _MAX_DISTANCES // rows.shape[1])
    for start in range(0, len(i), size):
        part = slice(start, start + size)
        differences = rows[i[part]] - others[j[part]]
        squared[i[part], j[part]] = np.einsum("ij,ij->i", differences, differences)


def pairwise_distances(matrix: npt.ArrayLike, others: npt.ArrayLike | None = None) -> Array:
    """Return all Euclidean distances between two sets of rows (V, W), or inside one (V, V).

    The result holds V · W numbers: 3 GB for 20,000 rows among themselves in double precision.
    ``distance_blocks`` yields no more than 4 million at once, or one row of them.

    Raises:
        ValueError: As for ``distance_blocks``.

    >>> pairwise_distances([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]]).tolist()
    [[5.0, 1.0]]
    """
    return np.concatenate([block for _, block in distance_blocks(matrix, others)])


def nearest_distances(matrix: npt.ArrayLike, k: int) -> Array:
    """Return the distances of each row to its k nearest other rows, nearest first (V, k).

    Raises:
        ValueError: If the matrix is not finite or empty, or k is below 1 or not below V.

    >>> nearest_distances([[0.0], [1.0], [3.0]], 2).tolist()
    [[1.0, 3.0], [1.0, 2.0], [2.0, 3.0]]
    """
    rows = as_matrix("matrix", matrix)
    V, k = len(rows), as_integer("k", k, 1)
    require(k < V, "k", f"be below the number of rows, {V}", k)
    nearest = np.empty((V, k), dtype=rows.dtype)
    for start, block in distance_blocks(rows):
        inside = np.arange(len(block))
        block[inside, start + inside] = np.inf
        nearest[start : start + len(block)] = np.partition(block, k - 1, axis=1)[:, :k]
    return np.sort(nearest, axis=1)


def pair_distances(matrix: npt.ArrayLike, pairs: IntArray) -> Array:
    """Return the distance between the two rows of each pair (m,), from the differences.

    Args:
        matrix: (V, d) rows.
        pairs: (m, 2) row numbers.

    Raises:
        ValueError: If the matrix is not finite, or pairs are not (m, 2) row numbers below V.

    >>> pair_distances([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]], np.array([[0, 1], [2, 1]])).tolist()
    [5.0, 4.0]
    """
    rows, numbers = as_matrix("matrix", matrix), np.asarray(pairs)
    is_pairs = numbers.ndim == 2 and numbers.shape[1] == 2
    is_pairs = is_pairs and np.issubdtype(numbers.dtype, np.integer)
    received = f"shape {numbers.shape}, dtype {numbers.dtype}"
    require(is_pairs, "pairs", "be row numbers of shape (m, 2)", received)
    outside = numbers[(numbers < 0) | (numbers >= len(rows))]
    rule = f"lie between 0 and {len(rows) - 1}"
    require(outside.size == 0, "pairs", rule, outside[:1].tolist())
    distances = np.empty(len(numbers), dtype=rows.dtype)
    size = max(1, _MAX_DISTANCES // max(1, rows.shape[1]))
    for start in range(0, len(numbers), size):
        part = numbers[start : start + size]
        differences = rows[part[:, 0]] - rows[part[:, 1]]
        # As in the blocks, but for each pair by itself, so that tiny distances do not vanish.
        peaks = np.abs(differences).max(axis=1, initial=0, keepdims=True)
        scales = power_of_two(or_one(peaks)).astype(rows.dtype)
        shares = differences / scales
        distances[start : start + size] = scales[:, 0] * np.linalg.norm(shares, axis=1)
    return distances

"""Neighboring centers as one block, so that one matrix product does the work of many pairs.

A block is T centers in a row with the window's tokens on either side, T + 2w places in all.
Every center meets every place of its block in one small matrix product; a row of weights says
which of these meetings count, and how much. The idea is that of Ji et al. 2016,
arXiv:1604.04661.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from scipy.sparse import csc_array

from embedlab.numerics import Array, IntArray

try:  # SciPy's own kernel behind sparse @ dense; here it adds to a matrix in place.
    from scipy.sparse._sparsetools import csc_matvecs

    _target = np.zeros((2, 2), np.float32)
    _zero, _ones = np.arange(2, dtype=np.int32), np.ones(2, np.float32)
    csc_matvecs(2, 1, 2, _zero, _zero[1:], _ones[:1], _ones, _target.reshape(-1))
    _KERNEL_WORKS = bool((_target == [[0, 0], [1, 1]]).all())
except Exception:  # It is private: whatever becomes of it, add_to_rows has another way.
    _KERNEL_WORKS = False


@dataclass(frozen=True, eq=False)
class Blocks:
    """A corpus cut into blocks of T centers; the last one is filled up with empty places.

    Attributes:
        places: (n_blocks, T + 2w) word ids; the centers are places w to w + T - 1.
        cases: (n_blocks, T) which row of a table of weights belongs to each center; see
            ``band``. It encodes the center's number in the block and how far its sentence
            reaches to the left and to the right, up to w places.
    """

    places: IntArray
    cases: IntArray

    def __len__(self) -> int:
        return len(self.places)


def cut(ids: IntArray, left: IntArray, right: IntArray, *, window: int, size: int) -> Blocks:
    """Cut a row of tokens into blocks of ``size`` centers.

    Args:
        ids: (n,) word ids.
        left: (n,) how many places the window of each token reaches to the left, 0 to window.
        right: (n,) likewise to the right.
        window: w, the largest reach.
        size: T, centers in a block.
    """
    n_blocks = -(-len(ids) // size)
    padding = n_blocks * size - len(ids)
    padded = np.pad(ids, (window, window + padding))
    reach = np.pad(left * (window + 1) + right, (0, padding)).reshape(n_blocks, size)
    places = sliding_window_view(padded, size + 2 * window)[::size]
    return Blocks(places, (np.arange(size) * (window + 1) ** 2 + reach).astype(np.int32))


def reach(sentence_of: IntArray, window: int) -> tuple[IntArray, IntArray]:
    """Return how many neighbors each token (n,) has in its sentence, left and right, up to w.

    >>> left, right = reach(np.array([0, 0, 0, 1]), window=2)
    >>> left.tolist(), right.tolist()
    ([0, 1, 2, 0], [2, 1, 0, 0])
    """
    n = len(sentence_of)
    positions = np.arange(n, dtype=np.int32)
    is_first = np.append(True, sentence_of[1:] != sentence_of[:-1])
    starts = np.flatnonzero(is_first).astype(np.int32)
    lengths = np.diff(starts, append=n)
    left = positions - np.repeat(starts, lengths)
    right = np.repeat(lengths, lengths) - 1 - left
    return np.minimum(left, window), np.minimum(right, window).astype(np.int32)


def within_reach(window: int) -> npt.NDArray[np.bool_]:
    """Return which of the offsets -w … w a center may look at, ((w + 1)², 2w + 1), bool.

    Row left · (w + 1) + right is for a center with that reach; offset 0 is the center itself.
    """
    offset = np.arange(-window, window + 1)
    left, right = np.divmod(np.arange((window + 1) ** 2), window + 1)
    within = (-left[:, np.newaxis] <= offset) & (offset <= right[:, np.newaxis])
    return np.asarray(within & (offset != 0))


def expected_weights(window: int, reach: int) -> Array:
    """Return word2vec's random window as its expectation, ((reach + 1)², 2 reach + 1).

    Drawing the window uniformly from 1 … w includes a neighbor at distance δ with probability
    (w + 1 - δ) / w, so these weights give a sum over neighbors its expectation. The reach is
    the window, or less where no sentence is as long.

    >>> expected_weights(2, reach=2)[-1].tolist()
    [0.5, 1.0, 0.0, 1.0, 0.5]
    """
    distance = np.abs(np.arange(-reach, reach + 1))
    return np.asarray(within_reach(reach) * (window + 1 - distance) / window)


def band(weights: npt.NDArray[Any], size: int) -> Array:
    """Return weights by offset as weights by place of a block, (T · R, T + 2w), float32.

    Row t · R + r is row r of the weights, moved to the t-th center of the block.

    Args:
        weights: (R, 2w + 1) weights of the offsets -w … w.
        size: T, centers in a block.
    """
    n_rows, width = weights.shape
    table = np.zeros((size, n_rows, size + width - 1), np.float32)
    for t in range(size):
        table[t, :, t : t + width] = weights
    return table.reshape(size * n_rows, -1)


def add_rows(matrix: Array, ids: IntArray, rows: Array, scale: float) -> None:
    """Add scale · rows[i] to row ids[i] of a matrix, in place; repeated ids add up.

    ``matrix[ids] += rows`` would keep only the last of the rows with the same id, and
    ``np.add.at`` is forty times slower.

    Args:
        matrix: (V, d) float32, C-contiguous; changed.
        ids: int32, any shape.
        rows: float32, the shape of ids and d.
        scale: Factor for all rows.
    """
    one_each = np.arange(ids.size + 1, dtype=np.int32)
    add_to_rows(matrix, one_each, ids.reshape(-1), rows, scale)


def add_to_rows(matrix: Array, indptr: IntArray, ids: IntArray, rows: Array, scale: float) -> None:
    """Add scale · rows[i] to each of the rows ids[indptr[i] : indptr[i + 1]], in place.

    Args:
        matrix: (V, d) float32, C-contiguous; changed.
        indptr: (n + 1,) int32.
        ids: (nnz,) int32.
        rows: n rows of d numbers, float32, in any shape.
        scale: Factor for all rows.
    """
    (V, d), n = matrix.shape, len(indptr) - 1
    factors = np.full(len(ids), scale, np.float32)
    if _KERNEL_WORKS:
        csc_matvecs(V, n, d, indptr, ids, factors, rows.reshape(-1), matrix.reshape(-1))
    else:
        different, position = np.unique(ids, return_inverse=True)
        sums = csc_array((factors, position, indptr), shape=(len(different), n))
        matrix[different] += sums @ rows.reshape(n, d)

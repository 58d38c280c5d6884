"""Comparing directions of rows: unit rows, exact cosines, and the search for the highest ones.

The search reads a large matrix in single precision or, rounded to 16 bits, in half the time.
Whatever rounding could have moved is scored again in double precision, so no answer depends on
how it was found.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]

# Rows gathered at once where a whole matrix in double precision would not fit into memory.
_BLOCK = 4096
# Scores held at once, 64 MB in single precision; more queries take turns.
_SCORES = 2**24
# Smaller matrices stay in the processor's cache, where reading is no bottleneck ...
_LARGE = 2**22
# ... and with more dimensions 16 bits for each direction tell too few rows apart.
_MANY_DIMENSIONS = 512
# Rows multiplied at once in 16 bits, and rows of which only the best is looked at first.
_LANES, _GROUP = 1024, 16


@dataclass(frozen=True, eq=False)
class Rounded:
    """Directions in 16 bits: unit rows times a scale, rounded to integers.

    Attributes:
        blocks: (V / 1024, d, 1024) int16, the last one filled up with zeros.
        scale: The length of a row before rounding.
        error: How far rounding moved a row at most.
    """

    blocks: IntArray
    scale: float
    error: float


@dataclass(frozen=True, eq=False)
class Directions:
    """A matrix prepared for searching.

    Attributes:
        matrix: (V, d) the rows as they were given.
        rows: (V, d) the same array, or a copy whose squares neither over- nor underflow.
        lengths: (V,) of the rows; 1 for a zero row.
    """

    matrix: Array
    rows: Array
    lengths: Array

    @cached_property
    def rounded(self) -> Rounded:
        """The directions in 16 bits, made when first needed, in half the memory of float32."""
        V, d = self.rows.shape
        # Rounding lengthens a row by at most √d / 2, and the product of two rows of length 181
        # still fits into 16 bits; on the way there sums may overflow, and come back.
        scale, error = 181.0 - 0.5 * math.sqrt(d), 0.0
        blocks = np.zeros((-(-V // _LANES), d, _LANES), np.int16)
        for block, start in zip(blocks, range(0, V, _LANES), strict=True):
            part = slice(start, start + _LANES)
            exact = self.rows[part] * (scale / self.lengths[part, np.newaxis])
            integers = np.rint(exact)
            block[:, : len(integers)] = integers.T
            error = max(error, float(np.linalg.norm(exact - integers, axis=1).max()))
        return Rounded(blocks, scale, error)


def directions(matrix: Array) -> Directions:
    """Return a finite, floating matrix (V, d) prepared for searching, copied only if it must be."""
    largest = or_one(_peaks(matrix))
    limits = np.finfo(matrix.dtype)
    safe = (largest > limits.tiny**0.4) & (largest < limits.max**0.4)
    rows = matrix if safe.all() else matrix / largest
    return Directions(matrix, rows, or_one(np.sqrt(np.einsum("ij,ij->i", rows, rows))))


def or_one(divisors: Array) -> Array:
    """Return divisors with 0 replaced by 1, so that a zero vector stays zero."""
    return np.asarray(np.where(divisors == 0, divisors.dtype.type(1), divisors))


def unit_rows(rows: Array) -> Array:
    """Return each row divided by its length (V, d), at any scale; zero rows stay zero."""
    scaled = rows / or_one(_peaks(rows))
    return scaled / or_one(np.sqrt((scaled * scaled).sum(axis=1, keepdims=True)))


def cosines(rows: Array, others: Array) -> Array:
    """Return each row's cosine with its counterpart (V,), the same for the same directions.

    Dividing by the peak gives rows of the same direction the same digits, and a sum along an
    axis adds them in the same order for every row.
    """
    first, second = (np.ascontiguousarray(x, dtype=np.float64) for x in (rows, others))
    first, second = first / or_one(_peaks(first)), second / or_one(_peaks(second))
    # The root of the product, not the product of roots: a vector has cosine 1 with itself exactly.
    squares = (first * first).sum(axis=1) * (second * second).sum(axis=1)
    ratios = (first * second).sum(axis=1) / or_one(np.sqrt(squares))
    return np.asarray(np.clip(ratios, -1.0, 1.0))


def nearest_rows(
    space: Directions, queries: Array, k: int, left_out: Sequence[Collection[int]]
) -> list[tuple[IntArray, Array]]:
    """Return, for each query (q, d), the k rows of highest cosine, best first, and the cosines.

    Rows of exactly the same direction score the same and keep their order. A query has fewer
    answers where fewer than k rows are not left out.
    """
    V = len(space.rows)
    n_at_once = max(1, _SCORES // V)
    found = []
    for start in range(0, len(queries), n_at_once):
        turn = slice(start, start + n_at_once)
        omitted = [list(positions) for positions in left_out[turn]]
        n = [min(k, V - len(positions)) for positions in omitted]
        candidates = _candidates(space, queries[turn], n, omitted)
        scores = _exact_scores(space, queries[turn], candidates)
        for rows, exact, m in zip(candidates, scores, n, strict=True):
            best = np.argsort(-exact, kind="stable")[:m]
            found.append((rows[best], exact[best]))
    return found


def _peaks(rows: Array) -> Array:
    """Return each row's largest absolute value (V, 1), without a copy of the matrix."""
    return np.asarray(np.maximum(rows.max(axis=1, keepdims=True), -rows.min(axis=1, keepdims=True)))


def _exact_scores(space: Directions, queries: Array, candidates: Sequence[IntArray]) -> list[Array]:
    """Return each query's cosines with its candidates, in double precision."""
    sizes = [len(rows) for rows in candidates]
    rows, owners = np.concatenate(candidates), np.repeat(np.arange(len(queries)), sizes)
    scores = np.empty(len(rows))
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        scores[block] = cosines(space.matrix[rows[block]], queries[owners[block]])
    return np.split(scores, np.cumsum(sizes)[:-1])


def _candidates(
    space: Directions, queries: Array, n: Sequence[int], left_out: Sequence[list[int]]
) -> list[IntArray]:
    """Return for each query, in order, the rows that may be among its n best.

    A BLAS product adds up a row in an order that depends on where the row stands, so equal rows
    may differ in the last digits. Everything that rounding could have moved past the n-th best
    is a candidate.
    """
    V, d = space.rows.shape
    units = unit_rows(queries.astype(np.float64)).astype(space.rows.dtype)
    rounding = 2 * (d + 8) * float(np.finfo(space.rows.dtype).eps)
    if len(units) == 1 and n[0] > 0 and space.rows.size >= _LARGE and d <= _MANY_DIMENSIONS:
        coarse = _coarse_candidates(space, units[0], n[0], left_out[0], rounding)
        # So many only where directions differ by less than 16 bits can tell.
        if len(coarse) <= V // 32:
            scores = space.rows[coarse] @ units[0] / space.lengths[coarse]
            return [coarse[_highest(scores, n[0], rounding)]]
    # Rows first: this way round BLAS reads the large matrix in the order in which it lies.
    products = space.rows @ units.T
    products /= space.lengths[:, np.newaxis]
    for column, omitted in enumerate(left_out):
        products[omitted, column] = -np.inf
    return _highest_of_columns(products, n, rounding)


def _coarse_candidates(
    space: Directions, unit: Array, n: int, left_out: list[int], rounding: float
) -> IntArray:
    """Return, in order, the rows that may be among the n best of one query, judged in 16 bits."""
    scale, error = space.rounded.scale, space.rounded.error
    exact = unit * scale
    integers = np.rint(exact)
    products = np.einsum("bji,j->bi", space.rounded.blocks, integers.astype(np.int16)).ravel()
    scores = products[: len(space.rows)].astype(unit.dtype) / scale**2
    scores[left_out] = -np.inf
    # Cauchy and Schwarz: |ab - a'b'| = |(a - a')b' + a(b - b')| <= |a - a'||b'| + |a||b - b'|.
    moved = error * np.linalg.norm(integers) + scale * np.linalg.norm(exact - integers)
    # The n-th best of any rows is at most the n-th best of all.
    some = _highest(scores, n, 0.0)[: 4 * n]
    cutoff = np.partition(space.rows[some] @ unit / space.lengths[some], -n)[-n]
    return np.flatnonzero(scores >= cutoff - rounding - moved / scale**2)


def _highest_of_columns(scores: Array, n: Sequence[int], rounding: float) -> list[IntArray]:
    """Return what ``_highest`` returns for every column of a matrix, in one pass over it."""
    width = len(scores) // _GROUP
    if not 0 < 4 * max(n) <= width:
        columns = (np.ascontiguousarray(column) for column in scores.T)
        return [_highest(column, m, rounding) for column, m in zip(columns, n, strict=True)]
    maxima = scores[: width * _GROUP].reshape(_GROUP, width, -1).max(axis=0)
    cutoffs = np.full(len(n), np.inf, scores.dtype)
    for i, m in enumerate(n):
        if m > 0:
            cutoff = np.partition(maxima[:, i], -m)[-m]
            if cutoff == -np.inf:
                cutoff = np.partition(scores[:, i], -m)[-m]
            cutoffs[i] = cutoff - rounding
    # Only groups with a high maximum are looked into, and the rows behind the last group.
    groups, owners = np.nonzero(maxima >= cutoffs)
    rows = groups[:, np.newaxis] + width * np.arange(_GROUP)
    is_high = scores[rows, owners[:, np.newaxis]] >= cutoffs[owners, np.newaxis]
    last, last_owners = np.nonzero(scores[width * _GROUP :] >= cutoffs)
    found = np.append(rows[is_high], last + width * _GROUP)
    owners = np.append(np.repeat(owners, is_high.sum(axis=1)), last_owners)
    return [np.sort(found[owners == i]) for i in range(len(n))]


def _highest(scores: Array, n: int, rounding: float) -> IntArray:
    """Return, in order, the positions of the n highest scores and of all that rounding hides.

    The n-th highest of the maxima of groups is at most the n-th highest score, close to it where
    groups are many, and much faster to find.
    """
    if n == 0:
        return np.empty(0, dtype=np.int64)
    cutoff, width = -np.inf, len(scores) // _GROUP
    if 4 * n <= width:
        maxima = scores[: width * _GROUP].reshape(_GROUP, width).max(axis=0)
        cutoff = np.partition(maxima, -n)[-n]
    if cutoff == -np.inf:
        cutoff = np.partition(scores, -n)[-n]
    return np.flatnonzero(scores >= cutoff - rounding)

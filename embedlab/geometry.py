"""The shape of a cloud of vectors: the rotation onto another cloud, and its hubs."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from embedlab.directions import cosines, unit_rows
from embedlab.distances import distance_blocks, pair_distances
from embedlab.numerics import Array, IntArray, as_integer, as_matrix, as_vector, require
from embedlab.simulations import Band, simulated_band

# Cosines held at once (32 MB in double precision), however many vectors there are.
_MAX_COSINES = 1 << 22
_EPSILON = float(np.finfo(np.float64).eps)


def procrustes(source: npt.ArrayLike, target: npt.ArrayLike) -> tuple[Array, float]:
    """Return the orthogonal matrix that turns one cloud of vectors onto another, and what is left.

    Of all orthogonal matrices Q it minimizes ‖source Q - target‖, the root of the sum of squares.
    It turns or mirrors; it neither moves nor stretches. With source' target = U S V' (singular
    values), Q = U V'.

    Args:
        source: (n, d) vectors.
        target: (n, d) where each of them ought to lie. With fewer than d independent rows
            several rotations are equally good, and one of them is returned.

    Returns:
        The matrix (d, d), in double precision, and the residual ‖source Q - target‖.

    Raises:
        ValueError: If an argument is not a finite matrix, they differ in shape or are empty.

    Source: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem".

    >>> square = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    >>> quarter_turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    >>> rotation, residual = procrustes(square, square @ quarter_turn)
    >>> rotation.tolist(), residual
    ([[0.0, 1.0], [-1.0, 0.0]], 0.0)
    """
    first = as_matrix("source", source).astype(np.float64)
    second = as_matrix("target", target).astype(np.float64)
    shapes = first.shape, second.shape
    require(shapes[0] == shapes[1], "source and target", "have the same shape", shapes)
    require(first.size > 0, "source and target", "have a row and a column", shapes[0])
    # The scale of either cloud changes nothing about the rotation.
    peaks = np.abs(first).max() or 1.0, np.abs(second).max() or 1.0
    left, _, right = np.linalg.svd((first / peaks[0]).T @ (second / peaks[1]))
    # Adding zero turns -0.0 into 0.0.
    rotation = left @ right + 0.0
    scale = max(peaks)
    return rotation, float(scale * np.linalg.norm(first / scale @ rotation - second / scale))


def k_occurrences(matrix: npt.ArrayLike, k: int, *, normalize: bool = True) -> IntArray:
    """Return how often each row is among the k rows nearest to another row (V,).

    The mean is k, since every row names k others: one row's gain is another's loss. Of rows
    that are equally near, the first count. All is computed in double precision: in a narrow
    cone, or a tight cluster far from the others, single precision could not tell who is nearer.

    Args:
        matrix: (V, d) vectors. V² cosines or distances are computed in blocks.
        k: Neighbors of each row, at least 1 and less than V; the row itself is none of them.
        normalize: Whether directions are compared, by cosine, or places, by Euclidean distance.
            Where the numbers of two places were rounded, that may decide which is nearer; and so
            may the last digit of the cosines of two different directions at the same angle.

    Raises:
        ValueError: If the matrix is not finite or empty, or k is out of range.

    Source: Radovanović, Nanopoulos and Ivanović 2010, "Hubs in Space: Popular Nearest Neighbors
        in High-Dimensional Data", JMLR 11, N_k.

    >>> k_occurrences([[1.0, 0.0], [1.0, 0.1], [1.0, -0.1], [1.0, 0.5]], 1).tolist()
    [2, 2, 0, 0]
    """
    rows = as_matrix("matrix", matrix).astype(np.float64)
    (V, d), k = rows.shape, as_integer("k", k, 1)
    require(k < V, "k", f"be below the number of rows, {V}", k)
    require(d > 0, "matrix", "have at least one column", rows.shape)
    # How far rounding may move two values against each other, absolutely and in proportion: of
    # cosines, and of distances whose squares are kept from 1/10,000 of the squared lengths on.
    absolute, relative = 2 * (d + 8) * _EPSILON, 0.0
    if not normalize:
        absolute = 4 * math.sqrt(d) * _EPSILON * float(np.abs(rows).max())
        relative = 1e4 * (d + 8) * _EPSILON
    occurrences = np.zeros(V, dtype=np.int64)
    for start, nearness in _cosine_blocks(rows) if normalize else _closeness_blocks(rows):
        inside = np.arange(len(nearness))
        nearness[inside, start + inside] = -np.inf
        cutoffs = np.partition(nearness, V - k, axis=1)[:, V - k, np.newaxis]
        slack = absolute + relative * np.abs(cutoffs)
        is_near = nearness > cutoffs + slack
        is_open = (nearness >= cutoffs - slack) & ~is_near
        missing = k - is_near.sum(axis=1)
        for row in np.flatnonzero(is_open.sum(axis=1) > missing):
            rivals = np.flatnonzero(is_open[row])
            scores = _nearness(rows, start + int(row), rivals, normalize=normalize)
            best = np.argsort(-scores, kind="stable")[: missing[row]]
            is_open[row] = False
            is_open[row, rivals[best]] = True
        occurrences += (is_near | is_open).sum(axis=0)
    return occurrences


def _cosine_blocks(rows: Array) -> Iterator[tuple[int, Array]]:
    """Yield the cosines of all rows, as ``distance_blocks`` does distances."""
    units = unit_rows(rows)
    size = max(1, _MAX_COSINES // len(units))
    for start in range(0, len(units), size):
        yield start, units[start : start + size] @ units.T


def _closeness_blocks(rows: Array) -> Iterator[tuple[int, Array]]:
    """Yield the distances of all rows, made negative."""
    for start, block in distance_blocks(rows):
        yield start, np.negative(block, out=block)


def _nearness(rows: Array, row: int, rivals: IntArray, *, normalize: bool) -> Array:
    """Return how near some rows are to one, the same for the same rows wherever they stand.

    A product of matrices adds up equal rows in different orders, so it cannot see a tie.
    """
    n = len(rivals)
    if not normalize:
        pairs = np.stack([np.arange(n), np.full(n, n)], axis=1)
        return -pair_distances(rows[np.append(rivals, row)], pairs)
    # A zero row has all others as rivals, and may be one of many.
    return cosines(rows[rivals], rows[[row]]) if rows[row].any() else np.zeros(n)


def skewness(values: npt.ArrayLike) -> float:
    """Return the mean cube of the standardized values, E (x - μ)³ / σ³.

    0 means symmetric; positive, a long tail of high values: hubs, where the values are
    ``k_occurrences``. Values that are all the same have no tail: 0.

    Raises:
        ValueError: If there are no values, or not all are finite.

    >>> round(skewness([0, 0, 0, 4]), 4)
    1.1547
    >>> skewness([2, 2, 2])
    0.0
    """
    numbers = as_vector("values", values).astype(np.float64)
    require(len(numbers) > 0, "values", "hold at least one number", "none")
    deviations = numbers - numbers.mean()
    if np.ptp(numbers) == 0:
        return 0.0
    deviations /= np.abs(deviations).max()
    return float((deviations**3).mean() / (deviations**2).mean() ** 1.5)


def hubness_growth(
    dimensions: Sequence[int],
    n: int,
    k: int = 10,
    *,
    normalize: bool = False,
    n_repeats: int = 5,
    rng: np.random.Generator,
) -> Band:
    """Return how skewed the k-occurrences of Gaussian points are, in each number of dimensions.

    The points have no structure, so what grows with d is a property of the space: points near
    the mean are nearer to all others than those are to each other. By cosine points around the
    origin have no such center, and their hubs stay small.

    Args:
        dimensions: Each at least 1.
        n: Points, more than k; n² distances each time.
        k: Neighbors, at least 1.
        normalize: As for ``k_occurrences``.
        n_repeats: Clouds for each d, at least 2.
        rng: Draws the points.

    Raises:
        ValueError: If an argument is out of range.

    Source: Radovanović, Nanopoulos and Ivanović 2010, "Hubs in Space", JMLR 11.

    >>> band = hubness_growth([2, 100], 300, n_repeats=2, rng=np.random.default_rng(0))
    >>> bool(band.mean[0] < 0.5 < 1.0 < band.mean[1])
    True
    """
    n = as_integer("n", n, 2)

    def measure(d: int, child: np.random.Generator) -> float:
        return skewness(k_occurrences(child.standard_normal((n, d)), k, normalize=normalize))

    return simulated_band(measure, dimensions, n_repeats, rng=rng)

"""The shape of a cloud of vectors: the rotation onto another cloud, and its hubs."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embedlab.directions import unit_rows
from embedlab.numerics import Array, IntArray, as_integer, as_matrix, as_vector, require
from embedlab.simulations import Band, simulated_band

# Cosines or distances held at once (16 MB in single precision), however many vectors there are.
_MAX_COSINES = 1 << 22


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
    that are equally near, the first count.

    Args:
        matrix: (V, d) vectors.
        k: Neighbors of each row, at least 1 and less than V; the row itself is none of them.
        normalize: Whether directions are compared, by cosine, or places, by Euclidean distance.
            Between places that differ by rounding errors only, rounding decides.

    Raises:
        ValueError: If the matrix is not finite, or k is out of range.

    Source: Radovanović, Nanopoulos and Ivanović 2010, "Hubs in Space: Popular Nearest Neighbors
        in High-Dimensional Data", JMLR 11, N_k.

    >>> k_occurrences([[1.0, 0.0], [1.0, 0.1], [1.0, -0.1], [1.0, 0.5]], 1).tolist()
    [2, 2, 0, 0]
    """
    rows = as_matrix("matrix", matrix)
    V, k = len(rows), as_integer("k", k, 1)
    require(k < V, "k", f"be below the number of rows, {V}", k)
    rows = unit_rows(rows) if normalize else _placed(rows)
    # ‖x - y‖² / 2 is ‖x‖² / 2 - (x·y - ‖y‖² / 2), where the first term is the same for all y.
    handicaps = 0.0 if normalize else np.einsum("ij,ij->i", rows, rows) / 2
    occurrences = np.zeros(V, dtype=np.int64)
    size = max(1, _MAX_COSINES // V)
    for start in range(0, V, size):
        nearness = rows[start : start + size] @ rows.T
        nearness -= handicaps
        inside = np.arange(len(nearness))
        nearness[inside, start + inside] = -np.inf
        cutoffs = np.partition(nearness, V - k, axis=1)[:, V - k, np.newaxis]
        is_near = nearness >= cutoffs
        for row in np.flatnonzero(is_near.sum(axis=1) > k):
            is_near[row] = False
            is_near[row, np.argsort(-nearness[row], kind="stable")[:k]] = True
        occurrences += is_near.sum(axis=0)
    return occurrences


def _placed(rows: Array) -> Array:
    """Return rows around their mean, of a scale at which no square overflows or vanishes."""
    scaled = rows / rows.dtype.type(np.abs(rows).max() or 1.0)
    return np.asarray(scaled - scaled.mean(axis=0))


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

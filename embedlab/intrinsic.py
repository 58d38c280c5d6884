"""How many numbers does it take to say where a point of a cloud is? Two nonlinear estimates.

Both look at the nearest neighbors only, where a curved surface is nearly flat. Both assume that
near a point the others are spread evenly and independently. Near an edge they are not, and in
many dimensions nearly all points are near an edge: 2,000 points of a cube give about 4.6 instead
of 5, 8.4 instead of 10, and 15 instead of 20. ``isotropy.participation_ratio`` is the linear
counterpart.
"""

import math

import numpy as np
import numpy.typing as npt

from embedlab.distances import nearest_distances
from embedlab.numerics import Array, as_integer, as_matrix, require, rounding_of


def two_nn_dimension(matrix: npt.ArrayLike, *, discarded: float = 0.1) -> float:
    """Return the intrinsic dimension from each point's nearest and second nearest neighbor.

    The ratio μ of the two distances has the distribution F(μ) = 1 - μ^(-dimension), however
    dense the points are. So -log(1 - F) against log μ is a line through the origin with the
    dimension as its slope, fitted to the sorted ratios by least squares.

    Args:
        matrix: (V, d) at least 10 different rows; V² distances are computed in blocks.
        discarded: Share of the largest ratios to leave out, since they suit the assumption
            least; at least 0 and below 1, and so small that more are left than there are rows
            with two neighbors at one distance.

    Raises:
        ValueError: If the matrix is not finite, has too few or repeated rows, discarded is out of
            range or leaves nothing to fit, or every second row or more has its two neighbors at
            one distance.

    Source: Facco, d'Errico, Rodriguez and Laio 2017, "Estimating the intrinsic dimension of
        datasets by a minimal neighborhood information".

    >>> points = np.random.default_rng(0).random((2000, 2))
    >>> plane_in_space = points @ np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]])
    >>> round(two_nn_dimension(plane_in_space), 1)
    2.0
    """
    require(0 <= discarded < 1, "discarded", "be at least 0 and below 1", discarded)
    distances, rounding = _neighbor_distances(matrix, 2)
    V = len(distances)
    first, second = distances.T
    n_level = int((second - first <= rounding).sum())
    rule, received = (
        "have neighbors at different distances",
        f"{n_level} of {V} rows with two at one",
    )
    remedy = "points on a grid have no such dimension"
    require(2 * n_level < V, "matrix", rule, received, remedy)
    logarithms = np.sort(np.log(second / first))
    # The i-th smallest of V ratios is taken for F = i / V, as its authors do.
    n_kept = min(V - 1, round(V * (1 - discarded)))
    # A ratio of 1 has the logarithm 0, wherever the line goes.
    most, remedy = f"leave more than {n_level} of {V} ratios", "discard a smaller share"
    require(n_kept > n_level, "discarded", most, n_kept, remedy)
    heights = -np.log1p(-np.arange(1, n_kept + 1) / V)
    kept = logarithms[:n_kept]
    return float(kept @ heights) / float(kept @ kept)


def mle_dimension(matrix: npt.ArrayLike, k: int = 20) -> float:
    """Return the intrinsic dimension from the distances to each point's k nearest neighbors.

    Where points are spread evenly, log(T_k / T_j) has the mean 1 / dimension on average over the
    k - 1 nearer neighbors j, T_j being the j-th distance. Each point's estimate is (k - 2) over
    the sum of these logarithms, and the result the mean over the points. k - 2 in the place of
    k - 1 makes an estimate from evenly spread points right on average.

    Args:
        matrix: (V, d) more than k different rows; V² distances are computed in blocks.
        k: Neighbors, at least 3. More of them make the estimate steadier, and less local.

    Raises:
        ValueError: If the matrix is not finite, has too few or repeated rows, or k is too small.

    Source: Levina and Bickel 2004, "Maximum Likelihood Estimation of Intrinsic Dimension",
        eq. 8 and 9, and the remark there on k - 2.

    >>> points = np.random.default_rng(0).random((2000, 2))
    >>> plane_in_space = points @ np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0]])
    >>> round(mle_dimension(plane_in_space), 1)
    1.9
    """
    k = as_integer("k", k, 3)
    distances, rounding = _neighbor_distances(matrix, k)
    n_level = int((distances[:, -1] - distances[:, 0] <= rounding).sum())
    remedy = "choose a larger k; points on a grid have no such dimension"
    rule = "have neighbors at different distances"
    require(n_level == 0, "matrix", rule, f"{n_level} rows with all {k} at one distance", remedy)
    sums = np.log(distances[:, -1:] / distances[:, :-1]).sum(axis=1)
    return float(((k - 2) / sums).mean())


def _neighbor_distances(matrix: npt.ArrayLike, k: int) -> tuple[Array, Array]:
    """Return the distances (V, k) to the nearest neighbors, none of them 0, and their rounding.

    Both are in double precision, the rounding (V,). What is no larger than the rounding may be
    all there is between equal distances: the matrix was rounded in its own precision.
    """
    rows = as_matrix("matrix", matrix)
    n_needed = max(10, k + 1)
    require(len(rows) >= n_needed, "matrix", f"have at least {n_needed} rows", len(rows))
    distances = nearest_distances(rows.astype(np.float64), k)
    n_repeated = int((distances[:, 0] == 0).sum())
    remedy = "leave repeated rows out: np.unique(matrix, axis=0)"
    require(n_repeated == 0, "matrix", "have different rows", f"{n_repeated} repeated", remedy)
    of_numbers = 4 * rounding_of(matrix) * float(np.abs(rows).max())
    return distances, 1e-9 * distances[:, -1] + of_numbers * math.sqrt(rows.shape[1])

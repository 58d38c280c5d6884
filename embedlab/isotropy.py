"""Do vectors point everywhere alike, or into a cone? Measures that disagree, side by side.

``mean_cosine``, ``cone_half_angle``, ``eigenvalue_ratio`` and ``partition_ratio`` see the mean
vector; ``participation_ratio`` and ``iso_score`` subtract it and look at what is left.
"""

import math

import numpy as np
import numpy.typing as npt

from embedlab.directions import unit_rows
from embedlab.distances import distance_blocks
from embedlab.numerics import Array, as_matrix, logsumexp, require

# Numbers held at once in addition to the matrix (32 MB in double precision).
_MAX_NUMBERS = 1 << 22


def mean_cosine(matrix: npt.ArrayLike) -> float:
    """Return the mean cosine of all V (V - 1) / 2 pairs of rows; 0 for a zero row.

    Near 0 where directions are spread evenly, near 1 in a narrow cone. No pair is looked at: the
    squared length of the sum of all unit rows holds every pair twice, and each row with itself.

    Args:
        matrix: (V, d) at least two rows.

    Raises:
        ValueError: If the matrix is not finite, or has fewer than two rows.

    Source: Ethayarajh 2019, "How Contextual are Contextualized Word Representations?",
        who samples pairs.

    >>> round(mean_cosine([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]]), 6)
    0.333333
    """
    units = _units(matrix)
    V = len(units)
    total = units.sum(axis=0, dtype=np.float64)
    lengths = np.einsum("ij,ij->i", units, units).sum(dtype=np.float64)
    return float((total @ total - lengths) / (V * (V - 1)))


def cone_half_angle(matrix: npt.ArrayLike) -> float:
    """Return the half-angle, in radians, of the cone around the mean direction that holds all rows.

    The mean direction is that of the sum of the unit rows. The smallest cone that holds them all
    may be narrower, but no narrower than half of ``widest_angle``. Zero rows have no direction
    and are left out.

    Args:
        matrix: (V, d) at least two rows.

    Raises:
        ValueError: If the matrix is not finite, has fewer than two rows, or the unit rows add up
            to nothing.

    >>> round(math.degrees(cone_half_angle([[1.0, 1.0], [1.0, -1.0]])), 6)
    45.0
    """
    units = _units(as_matrix("matrix", matrix).astype(np.float64))
    total = units.sum(axis=0)
    length = float(np.linalg.norm(total))
    remedy = "their directions cancel, and no cone has a middle"
    rule = "have a mean direction"
    require(length > 1e-12 * len(units), "matrix", rule, f"a sum of length {length:.2g}", remedy)
    units, mean = units[units.any(axis=1)], total / length
    farthest = int(np.linalg.norm(units - mean, axis=1).argmax())
    return _angle(units[farthest], mean)


def widest_angle(matrix: npt.ArrayLike) -> float:
    """Return the largest angle between two rows, in radians; zero rows are left out.

    Args:
        matrix: (V, d) at least two rows; V² distances are computed in blocks.

    Raises:
        ValueError: If the matrix is not finite, or has fewer than two rows other than zero.

    >>> round(math.degrees(widest_angle([[1.0, 1.0], [1.0, -1.0], [1.0, 0.0]])), 6)
    90.0
    """
    units = _units(as_matrix("matrix", matrix).astype(np.float64))
    units = units[units.any(axis=1)]
    require(len(units) >= 2, "matrix", "have two rows other than zero", len(units))
    largest, widest = -1.0, (0, 0)
    # The farthest of unit rows is that at the widest angle, and small distances keep their digits.
    for start, block in distance_blocks(units):
        i, j = divmod(int(block.argmax()), len(units))
        if block[i, j] > largest:
            largest, widest = float(block[i, j]), (start + i, j)
    return _angle(*units[list(widest)])


def eigenvalue_ratio(matrix: npt.ArrayLike) -> float:
    """Return the smallest eigenvalue of W'W divided by the largest; 1 is even, 0 flat.

    W is the matrix as it is, not centered. It is 0 with fewer rows than columns, and any single
    unused dimension makes it 0.

    Args:
        matrix: (V, d) not all zero.

    Raises:
        ValueError: If the matrix is not finite, empty or zero.

    >>> round(eigenvalue_ratio([[2.0, 0.0], [0.0, 1.0]]), 6)
    0.25
    """
    rows = _nonzero(matrix)
    values = np.linalg.svd(rows, compute_uv=False)
    V, d = rows.shape
    return float((values[-1] / values[0]) ** 2) if d <= V else 0.0


def partition_ratio(matrix: npt.ArrayLike) -> float:
    """Return I(W), the smallest partition function divided by the largest; 1 is isotropic.

    The partition function of a unit vector c is the sum of exp(c · w) over the rows w. If the
    rows are isotropic it is the same for every c. The extremes over all c cannot be found, so c
    runs through the eigenvectors of W'W. Of each of them and its opposite both count here, since
    the sign of an eigenvector is arbitrary; published numbers take one of the two.

    The lengths of the rows matter: exp(c · w) of long vectors differs more.

    Args:
        matrix: (V, d) not all zero.

    Raises:
        ValueError: If the matrix is not finite, empty or zero.

    Source: Mu and Viswanath 2018, "All-but-the-Top: Simple and Effective Postprocessing for Word
        Representations"; the partition function is from Arora et al. 2016.

    >>> round(partition_ratio([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]), 6)
    1.0
    """
    rows = _nonzero(matrix)
    V, d = rows.shape
    _, _, directions = np.linalg.svd(rows, full_matrices=False)
    # Of a direction in which no row goes every summand is 1.
    logarithms = [math.log(V)] if d > V else []
    size = max(1, _MAX_NUMBERS // V)
    for start in range(0, len(directions), size):
        scores = rows @ directions[start : start + size].T
        logarithms += logsumexp(scores, axis=0).tolist() + logsumexp(-scores, axis=0).tolist()
    return math.exp(min(logarithms) - max(logarithms))


def participation_ratio(matrix: npt.ArrayLike) -> float:
    """Return (Σ λ)² / Σ λ² over the eigenvalues of the covariance: dimensions in even use.

    From 1, all rows on one line, to d, equal variance in every direction. It is a linear measure:
    a circle has 2, although one number says where on it a point is. A few strong directions
    hide many weak ones. ``counts.effective_rank`` measures the same by an entropy.

    Neither sum needs the eigenvalues: they are the trace and the sum of squares of the covariance.
    V random rows without structure give about 1 / (1/d + 1/V), so V must be well above d.

    Args:
        matrix: (V, d) at least two rows, not all the same.

    Raises:
        ValueError: If the matrix is not finite, or has no two different rows.

    Source: Gao et al. 2017, "A theory of multineuronal dimensionality, dynamics and measurement".

    >>> participation_ratio([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    2.0
    """
    rows = _nonzero(matrix).astype(np.float64)
    # From one of them first: the mean of equal rows is not always that row.
    centered = rows - rows[0]
    centered -= centered.mean(axis=0)
    peak = float(np.abs(centered).max())
    require(peak > 0, "matrix", "have two different rows", "equal rows")
    centered /= peak
    V, d = rows.shape
    gram = centered.T @ centered if d <= V else centered @ centered.T
    return float(np.trace(gram) ** 2 / (gram * gram).sum())


def iso_score(matrix: npt.ArrayLike) -> float:
    """Return IsoScore, from 0 (one direction) to 1 (equal variance in all d directions).

    Its authors define it in six steps, from the distance of the normalized variances λ to the
    vector of ones. The steps cancel to (r - 1) / (d - 1) with r = ``participation_ratio``.

    Args:
        matrix: (V, d) at least two rows, not all the same, and two columns.

    Raises:
        ValueError: If the matrix is not finite, has no two different rows, or one column.

    Source: Rudman, Gillman, Rayne and Eickhoff 2022, "IsoScore: Measuring the Uniformity of
        Embedding Space Utilization", algorithm 1.

    >>> iso_score([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    1.0
    """
    d = int(as_matrix("matrix", matrix).shape[1])
    require(d >= 2, "matrix", "have at least two columns", d)
    return (participation_ratio(matrix) - 1) / (d - 1)


def _units(matrix: npt.ArrayLike) -> Array:
    rows = as_matrix("matrix", matrix)
    require(len(rows) >= 2, "matrix", "have at least two rows", rows.shape)
    require(rows.shape[1] >= 1, "matrix", "have at least one column", rows.shape)
    return unit_rows(rows)


def _angle(u: Array, v: Array) -> float:
    """Return the angle of two unit vectors, which an arccosine knows to half of its digits only."""
    return 2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v)))


def _nonzero(matrix: npt.ArrayLike) -> Array:
    rows = as_matrix("matrix", matrix)
    require(rows.size > 0 and bool(rows.any()), "matrix", "have a number other than 0", rows.shape)
    return rows

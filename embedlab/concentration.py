"""Do distances become equal in many dimensions? Formulas, and the same measured on vectors.

The formulas are for rows whose d coordinates are independent and of one law. All that counts of
this law is its kurtosis, E (x - μ)⁴ / σ⁴: 3 for a Gaussian, 9/5 for numbers drawn evenly from an
interval, 1 for coins. Learned vectors are not of this kind: their coordinates depend on each
other, and what counts is nearer to their intrinsic dimension than to d.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from embedlab.distances import distance_blocks
from embedlab.numerics import Array, as_integer, as_matrix, power_of_two, require

# Of the integral over a normal variable; no extreme of fewer than 10^300 numbers exceeds 40.
_NORMAL_GRID = np.linspace(-40.0, 40.0, 16_001)


@dataclass(frozen=True)
class DistanceSummary:
    """The distances of all pairs of rows.

    Attributes:
        n_pairs: How many there are.
        mean: Of the distances.
        deviation: Their standard deviation.
        smallest: The smallest of them.
        largest: The largest of them.
    """

    n_pairs: int
    mean: float
    deviation: float
    smallest: float
    largest: float

    @property
    def variation(self) -> float:
        """The coefficient of variation, deviation / mean."""
        return self.deviation / self.mean

    @property
    def spread(self) -> float:
        """(largest - smallest) / mean."""
        return (self.largest - self.smallest) / self.mean


def distance_summary(matrix: npt.ArrayLike) -> DistanceSummary:
    """Return mean, standard deviation and range of the distances of all V(V - 1)/2 pairs of rows.

    Args:
        matrix: (V, d) at least two rows, not all the same. V² distances are computed in blocks:
            20,000 rows of 300 take some seconds.

    Raises:
        ValueError: If the matrix is not finite, or its rows are fewer than two or all equal.

    >>> summary = distance_summary([[0.0], [1.0], [3.0]])
    >>> summary.n_pairs, summary.mean, summary.spread
    (3, 2.0, 1.0)
    """
    rows = as_matrix("matrix", matrix)
    V = len(rows)
    require(V >= 2, "matrix", "have at least two rows", rows.shape)
    require(bool((rows != rows[0]).any()), "matrix", "have two different rows", "equal rows")
    # A power of two rounds nothing; so neither sums nor squares of distances overflow or vanish.
    scale = float(power_of_two(np.abs(rows).max()))
    rows = rows / rows.dtype.type(scale)
    total = squares = pilot = 0.0
    smallest, largest = math.inf, 0.0
    for start, block in distance_blocks(rows):
        inside = np.arange(len(block))
        largest = max(largest, float(block.max()))
        if start == 0:
            pilot = float(block.sum(dtype=np.float64)) / (block.size - len(block))
        # Deviations from about the mean: squares of distances would leave none of a small one.
        block[inside, start + inside] = np.inf
        smallest = min(smallest, float(block.min()))
        block[inside, start + inside] = pilot
        block -= block.dtype.type(pilot)
        total += float(block.sum(dtype=np.float64))
        squares += float(np.einsum("ij,ij->i", block, block).sum(dtype=np.float64))
    n = V * (V - 1)  # each pair came twice
    deviation = math.sqrt(max(0.0, squares / n - (total / n) ** 2))
    found = (scale * each for each in (pilot + total / n, deviation, smallest, largest))
    return DistanceSummary(n // 2, *found)


def relative_contrast(matrix: npt.ArrayLike, queries: npt.ArrayLike) -> Array:
    """Return, for each query, (largest - smallest) / smallest distance to the rows (q,).

    0.1 means that the farthest row is 10 percent farther away than the nearest.

    Args:
        matrix: (V, d) rows.
        queries: (q, d) none of which is a row itself.

    Raises:
        ValueError: If a matrix is not finite or empty, the columns differ in number, or a query
            is a row.

    Source: Beyer, Goldstein, Ramakrishnan and Shaft 1999, "When Is 'Nearest Neighbor'
        Meaningful?"; the name is from Aggarwal, Hinneburg and Keim 2001.

    >>> relative_contrast([[1.0], [4.0], [2.0]], [[0.0]]).round(6).tolist()
    [3.0]
    """
    rows, asked = as_matrix("matrix", matrix), as_matrix("queries", queries)
    for name, each in {"matrix": rows, "queries": asked}.items():
        require(each.size > 0, name, "have a row and a column", each.shape)
    d = rows.shape[1]
    require(asked.shape[1] == d, "queries", f"have {d} columns, as matrix has", asked.shape[1])
    contrasts = []
    for start, block in distance_blocks(asked, rows):
        nearest = block.min(axis=1)
        found = np.flatnonzero(nearest == 0)
        remedy = "its contrast would be infinite; leave the row out of the matrix"
        require(found.size == 0, "queries", "be no rows", (start + found[:1]).tolist(), remedy)
        contrasts.append((block.max(axis=1) - nearest) / nearest)
    return np.concatenate(contrasts)


def squared_distance_moments(
    d: int, kurtosis: float = 3.0, variance: float = 1.0
) -> tuple[float, float]:
    """Return mean and variance of the squared distance of two random rows, exactly.

    A coordinate's difference u has E u² = 2σ² and E u⁴ = (2κ + 6) σ⁴, so the sum of d squares has
    the mean 2dσ² and the variance (2κ + 2) dσ⁴. For a Gaussian E D⁴ / (E D²)² is 1 + 2/d.

    Args:
        d: Independent coordinates, at least 1.
        kurtosis: κ of a coordinate, at least 1.
        variance: σ² of a coordinate, above 0.

    Raises:
        ValueError: If an argument is out of range.

    >>> squared_distance_moments(100)
    (200.0, 800.0)
    """
    d = _as_independent(d, kurtosis)
    require(0 < variance < math.inf, "variance", "be above 0 and finite", variance)
    return 2 * d * variance, (2 * kurtosis + 2) * d * variance**2


def distance_variation(d: int, kurtosis: float = 3.0) -> float:
    """Return the coefficient of variation of the distance of two random rows, for large d.

    √((κ + 1) / 8d): the limit of √d times the ratio of standard deviation and mean is
    √((κ + 1) / 8), half the ratio for squared distances. For a Gaussian it is 1/√(2d).

    Args:
        d: Independent coordinates, at least 1; the formula is good to about 1/d of itself.
        kurtosis: κ of a coordinate, at least 1.

    Raises:
        ValueError: If an argument is out of range.

    Source: François, Wertz and Verleysen 2007, "The Concentration of Fractional Distances",
        p = 2, for the difference of two rows.

    >>> round(distance_variation(100), 4), round(distance_variation(100, kurtosis=9 / 5), 4)
    (0.0707, 0.0592)
    """
    d = _as_independent(d, kurtosis)
    return math.sqrt((kurtosis + 1) / (8 * d))


def norm_variation(d: int, kurtosis: float = 3.0) -> float:
    """Return the coefficient of variation of a random row's distance from the mean, for large d.

    √((κ - 1) / 4d); for a Gaussian 1/√(2d), and 0 for coins, whose rows all have one length.

    Args:
        d: Independent coordinates, at least 1.
        kurtosis: κ of a coordinate, at least 1.

    Raises:
        ValueError: If an argument is out of range.

    Source: François, Wertz and Verleysen 2007, p = 2.

    >>> norm_variation(50), norm_variation(50, kurtosis=1)
    (0.1, 0.0)
    """
    d = _as_independent(d, kurtosis)
    return math.sqrt((kurtosis - 1) / (4 * d))


def query_variation(d: int, kurtosis: float = 3.0) -> float:
    """Return the coefficient of variation of the distances to one random query, for large d.

    √((κ + 3) / 16d). It is smaller than ``distance_variation``, because whether the query itself
    lies far out is the same for all its distances: given the query q, a coordinate's squared
    difference has the variance (κ - 1)σ⁴ + 4q²σ² - 4qμ₃, where the last term averages out.

    Args:
        d: Independent coordinates, at least 1.
        kurtosis: κ of a coordinate, at least 1.

    Raises:
        ValueError: If an argument is out of range.

    >>> round(query_variation(100), 4)
    0.0612
    """
    d = _as_independent(d, kurtosis)
    return math.sqrt((kurtosis + 3) / (16 * d))


def expected_range(n: int) -> float:
    """Return the mean difference of the largest and the smallest of n standard normal numbers.

    Raises:
        ValueError: If n is below 1.

    Source: Tippett 1925, "On the Extreme Individuals and the Range of Samples Taken from a Normal
        Population", the integral of 1 - Φⁿ - (1 - Φ)ⁿ.

    >>> round(expected_range(2), 6), round(expected_range(1000), 3)  # 2/√π
    (1.128379, 6.483)
    """
    n = as_integer("n", n, 1)
    x = _NORMAL_GRID
    # Evenly spaced points: for an integrand that ends flat on both sides nothing converges faster.
    outside = -np.expm1(n * log_ndtr(x)) - np.exp(n * log_ndtr(-x))
    return float(outside.sum() * (x[1] - x[0]))


def expected_contrast(n: int, d: int, kurtosis: float = 3.0) -> float:
    """Return about the relative contrast of a random query among n random rows, for large d.

    Distances to the query are nearly normal around one mean m with the standard deviation c m,
    c = ``query_variation``. Largest and smallest then lie at m (1 ± c w/2), with the range w of n
    normal numbers, and (largest - smallest) / smallest is about c w / (1 - c w/2). It falls as
    1/√d, and grows with n, but only as √log n.

    Args:
        n: Rows, at least 1.
        d: Independent coordinates, at least 1 and so many that c w is below 2.
        kurtosis: κ of a coordinate, at least 1.

    Raises:
        ValueError: If an argument is out of range, or d is too small for n.

    Source: that the contrast vanishes is Beyer et al. 1999, theorem 1; that √d times it stays
        bounded, Aggarwal, Hinneburg and Keim 2001.

    >>> round(expected_contrast(1000, 100), 3), round(expected_contrast(1000, 10_000), 3)
    (0.495, 0.041)
    """
    reach = query_variation(d, kurtosis) * expected_range(n)
    remedy = "in so few dimensions distances are not nearly normal; measure relative_contrast"
    require(reach < 2, "d", f"be larger for {n} rows", d, remedy)
    return reach / (1 - reach / 2)


def _as_independent(d: int, kurtosis: float) -> int:
    rule = "be at least 1 and finite, as every fourth moment is"
    require(1 <= kurtosis < math.inf, "kurtosis", rule, kurtosis)
    return as_integer("d", d, 1)

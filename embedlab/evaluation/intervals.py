"""Confidence intervals of a share, a mean and a rank correlation."""

from math import atanh, inf, sqrt, tanh

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit
from scipy.stats import binomtest

from embedlab.numerics import as_integer, as_vector, require


def wilson_interval(n_right: int, n_tried: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share of which n_right in n_tried independent trials is a sample.

    It stays inside [0, 1] and has a width even where all trials agree, which "share ± 2 standard
    errors" has not. No trial tells nothing: (0, 1).

    Raises:
        ValueError: If a count is negative or n_right above n_tried, or the confidence is not
            between 0 and 1.

    Source: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference".

    >>> [round(limit, 3) for limit in wilson_interval(10, 10)]
    [0.722, 1.0]
    """
    n_right, n_tried = as_integer("n_right", n_right, 0), as_integer("n_tried", n_tried, 0)
    require(n_right <= n_tried, "n_right", f"be at most n_tried, {n_tried}", n_right)
    require_confidence(confidence)
    if n_tried == 0:
        return 0.0, 1.0
    limits = binomtest(n_right, n_tried).proportion_ci(confidence, method="wilson")
    return float(limits.low), float(limits.high)


def mean_interval(values: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Student's interval of the mean of which these independent values are a sample.

    Raises:
        ValueError: If there are fewer than two values, one is not finite, or the confidence is
            not between 0 and 1.

    Source: Student 1908, "The Probable Error of a Mean".

    >>> [round(limit, 3) for limit in mean_interval([1.0, 2.0, 3.0])]
    [-0.484, 4.484]
    """
    numbers = as_vector("values", values).astype(np.float64)
    n = len(numbers)
    require(n >= 2, "values", "hold at least two numbers", n)
    require_confidence(confidence)
    error = float(numbers.std(ddof=1)) / sqrt(n)
    reach = float(stdtrit(n - 1, (1 + confidence) / 2)) * error
    mean = float(numbers.mean())
    return mean - reach, mean + reach


def correlation_interval(
    correlation: float, n: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of a Spearman rank correlation measured on n independent pairs.

    Fisher's z = atanh r is nearly normal; for ranks its variance is (1 + r² / 2) / (n - 3),
    larger than the 1 / (n - 3) of Pearson's coefficient. Where all pairs agree (r = ±1) z is
    infinite, and r is taken as if half a swap of two neighbors were missing. Three pairs tell
    nothing: (-1, 1).

    Args:
        correlation: r, between -1 and 1.
        n: Pairs, at least 3.
        confidence: Between 0 and 1.

    Raises:
        ValueError: If an argument is out of range.

    Source: Bonett and Wright 2000, "Sample size requirements for estimating Pearson, Kendall
        and Spearman correlations", doi:10.1007/BF02294183.

    >>> [round(limit, 3) for limit in correlation_interval(0.8699639, 15)]
    [0.584, 0.964]
    """
    require(-1 <= correlation <= 1, "correlation", "lie between -1 and 1", correlation)
    n = as_integer("n", n, 3)
    require_confidence(confidence)
    # Swapping two neighbors of n ranks lowers a perfect correlation by 12 / (n³ - n).
    largest = 1 - 6 / (n**3 - n)
    z = atanh(min(max(correlation, -largest), largest))
    error = sqrt((1 + correlation**2 / 2) / (n - 3)) if n > 3 else inf
    reach = float(ndtri((1 + confidence) / 2)) * error
    return min(tanh(z - reach), correlation), max(tanh(z + reach), correlation)


def require_confidence(confidence: float) -> None:
    """Raise ``ValueError`` unless a confidence lies between 0 and 1."""
    remedy = "0.95 is 95 percent" if confidence > 1 else ""
    require(0 < confidence < 1, "confidence", "lie between 0 and 1", confidence, remedy)

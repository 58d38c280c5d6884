"""Have the vectors changed? Two tests of whether two samples come from the same source.

Both return how often such a difference, or a larger one, comes about by chance where nothing has
changed: a p-value. They assume that each vector was drawn independently of the others.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_integer, as_matrix, require

# The squares of numbers beyond these are lost, or infinite, and with them every difference.
_SMALLEST, _LARGEST = 1e-100, 1e100
# With less, a covariance without an inverse could stay without one.
_RIDGE = 1e-12


@dataclass(frozen=True)
class Shift:
    """What a test found.

    Attributes:
        size: The squared distance of the two means, or the share of vectors told apart.
        p_value: The chance of such a size, or a larger one, where nothing has changed.
    """

    size: float
    p_value: float


def mean_test(
    before: npt.ArrayLike,
    now: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    n_permutations: int = 199,
) -> Shift:
    """Compare the means of two samples of vectors, by permutation.

    If nothing has changed, it does not matter which vector is called old and which new. So the
    labels are shuffled many times, and it is counted how often the means of the shuffled samples
    are as far from each other as those of the real ones.

    Args:
        before: (N, d) vectors from when all was well.
        now: (M, d) vectors of today.
        rng: Shuffles.
        n_permutations: How often; the smallest p-value is one over one more.

    Raises:
        ValueError: If the samples are no finite matrices of the same width, or empty, or their
            numbers too large or too small to be squared.
    """
    first, second = _samples(before, now)
    n, m = len(first), len(second)
    count = as_integer("n_permutations", n_permutations, 1)
    pooled = np.concatenate([first, second])
    # One row of weights for each shuffle: its product with the vectors is a difference of means.
    weights = np.repeat([[1.0 / n] * n + [-1.0 / m] * m], count + 1, axis=0)
    rng.permuted(weights[1:], axis=1, out=weights[1:])
    sizes = ((weights @ pooled) ** 2).sum(axis=1)
    # The real one counts among the shuffles, as one of the ways to deal the labels.
    rounding = 1e-12 * float((pooled**2).sum(axis=1).mean())
    as_large = int((sizes[1:] >= sizes[0] - rounding).sum())
    return Shift(float(sizes[0]), (1 + as_large) / (1 + count))


def classifier_test(
    before: npt.ArrayLike, now: npt.ArrayLike, *, rng: np.random.Generator, ridge: float = 1.0
) -> Shift:
    """Train a linear classifier to tell two samples apart, and count how often it can.

    It learns from one half of each sample and is asked about the rest. If nothing has changed, it
    is right as often as a coin.

    Args:
        before: (N, d) vectors from when all was well; at least four.
        now: (M, d) vectors of today; at least four.
        rng: Chooses the halves. Of the larger sample only as many are used as the other has.
        ridge: What is added to each direction's variance, as a multiple of the mean variance: the
            smaller, the more the classifier trusts directions in which the vectors vary little.
            Less than 1e-12 counts as that: rounding hides it.

    Raises:
        ValueError: As for ``mean_test``, or if the samples are too small, or ridge is not positive
            and finite.

    Source: Lopez-Paz and Oquab 2017, arXiv:1610.06545 (classifier two-sample tests); the classifier
    is Fisher's linear discriminant.
    """
    first, second = _samples(before, now)
    require(ridge > 0, "ridge", "be positive", ridge)
    require(math.isfinite(ridge), "ridge", "be finite", ridge)
    n = min(len(first), len(second))
    require(n >= 4, "samples", "hold at least four vectors each", n)
    halves = [sample[rng.permutation(len(sample))[:n]] for sample in (first, second)]
    (old, old_new), (new, new_new) = (np.split(half, [n // 2]) for half in halves)
    centered = np.concatenate([old - old.mean(axis=0), new - new.mean(axis=0)])
    covariance = centered.T @ centered / len(centered)
    # Where nothing varies any slack will do that is neither lost nor infinite when divided by.
    least = 1e-100 * (_peak(first, second) or 1.0) ** 2
    variance = float(np.trace(covariance)) / len(covariance)
    slack = max(max(ridge, _RIDGE) * variance, least)
    normal = np.linalg.solve(
        covariance + slack * np.eye(len(covariance)), new.mean(axis=0) - old.mean(axis=0)
    )
    threshold = (old.mean(axis=0) + new.mean(axis=0)) @ normal / 2
    n_right = int((old_new @ normal < threshold).sum() + (new_new @ normal > threshold).sum())
    n_asked = len(old_new) + len(new_new)
    return Shift(n_right / n_asked, coin_tail(n_right, n_asked))


def coin_tail(n_heads: int, n_throws: int) -> float:
    """Return the chance that a fair coin shows at least so many heads.

    Raises:
        ValueError: If a number is negative or no integer.

    >>> coin_tail(2, 3), coin_tail(0, 3)
    (0.5, 1.0)
    """
    n_throws, n_heads = as_integer("n_throws", n_throws, 0), as_integer("n_heads", n_heads, 0)
    # Each number of ways follows from the one before; computed anew, thousands would take seconds.
    ways, total = math.comb(n_throws, n_heads), 0
    for k in range(n_heads, n_throws + 1):
        total += ways
        ways = ways * (n_throws - k) // (k + 1)
    return total / (1 << n_throws)


def _samples(before: npt.ArrayLike, now: npt.ArrayLike) -> tuple[Array, Array]:
    first, second = as_matrix("before", before), as_matrix("now", now)
    same = first.shape[1] == second.shape[1]
    rule = f"have the {first.shape[1]} dimensions of before"
    require(same, "now", rule, second.shape[1], "vectors of two models cannot be compared")
    for name, sample in (("before", first), ("now", second)):
        require(sample.size > 0, name, "have at least one row and one column", sample.shape)
    peak = _peak(first, second)
    rule = f"hold a number between {_SMALLEST:g} and {_LARGEST:g}, and none above"
    fits = peak == 0 or _SMALLEST <= peak <= _LARGEST
    require(fits, "samples", rule, peak, "multiply all vectors by one number")
    return first.astype(np.float64), second.astype(np.float64)


def _peak(first: Array, second: Array) -> float:
    """Return the largest size of a number in two samples."""
    return max(float(np.abs(sample).max()) for sample in (first, second))

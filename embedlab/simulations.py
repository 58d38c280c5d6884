"""A measurement repeated on random data, with an interval of its mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from scipy.special import stdtrit

from embedlab.numerics import Array, IntArray, as_integer, require


@dataclass(frozen=True, eq=False)
class Band:
    """What a measurement gave in several dimensions, several times in each.

    Attributes:
        dimensions: (m,) numbers of dimensions.
        values: (m, n_repeats) one measurement each.
        mean: (m,) over the repeats.
        low: (m,) lower end of the confidence interval of the mean.
        high: (m,) its upper end.
    """

    dimensions: IntArray
    values: Array
    mean: Array
    low: Array
    high: Array


def simulated_band(
    measure: Callable[[int, np.random.Generator], float],
    dimensions: Sequence[int],
    n_repeats: int,
    *,
    confidence: float = 0.95,
    rng: np.random.Generator,
) -> Band:
    """Return a measurement on fresh random data, repeated in each number of dimensions.

    The interval is Student's. It tells where the mean of endless repetition lies, the thing a
    formula predicts; a single measurement strays further, see ``values``. Each interval covers
    with the given confidence by itself, not all of them at once.

    Args:
        measure: Function of d and a generator; one finite number.
        dimensions: Each at least 1.
        n_repeats: Measurements for each d, at least 2.
        confidence: Of each interval, between 0 and 1.
        rng: Has a child for each position in dimensions, so that more of them change no
            earlier result.

    Raises:
        ValueError: If an argument is out of range, or a measurement is not finite.

    Source: Student 1908, "The Probable Error of a Mean".

    >>> rng = np.random.default_rng(0)
    >>> band = simulated_band(lambda d, rng: rng.standard_normal(d).var(), [10, 1000], 20, rng=rng)
    >>> bool(band.low[0] < 0.9 < band.high[0]), bool(band.low[1] < 0.999 < band.high[1])
    (True, True)
    """
    sizes = [as_integer("each of dimensions", d, 1) for d in dimensions]
    require(len(sizes) > 0, "dimensions", "name at least one", "none")
    n_repeats = as_integer("n_repeats", n_repeats, 2)
    remedy = "0.95 is 95 percent" if confidence > 1 else ""
    require(0 < confidence < 1, "confidence", "lie between 0 and 1", confidence, remedy)
    values = np.empty((len(sizes), n_repeats))
    for row, d, child in zip(values, sizes, rng.spawn(len(sizes)), strict=True):
        for i in range(n_repeats):
            value = float(measure(d, child))
            require(isfinite(value), f"measure({d}, rng)", "be finite", value)
            row[i] = value
    mean = values.mean(axis=1)
    error = values.std(axis=1, ddof=1) / sqrt(n_repeats)
    reach = float(stdtrit(n_repeats - 1, (1 + confidence) / 2)) * error
    return Band(np.array(sizes), values, mean, mean - reach, mean + reach)

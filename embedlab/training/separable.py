"""Least squares with one number that does not enter linearly: the machinery behind ``fits``.

A formula is a sum of curves with a factor each, and has at most one number inside (a rate or an
exponent). For a given rate the best factors follow by linear least squares, so only the rate is
searched: no starting values, no local minimum nearby (variable projection: Golub and Pereyra
1973, "The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables
Separate"). Factors are not bounded: a floor below 0 says that the formula does not fit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import copysign, exp, inf, log
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from embedlab.numerics import Array, as_vector, require, require_same_length

# (times (n,), rate) -> (n, p) one column for each factor.
Basis: TypeAlias = Callable[[Array, float], Array]

# Rates tried before the best is refined; spaced evenly in their logarithms.
_N_RATES = 60
# A curve that is hit exactly has no logarithm of its error; double precision cannot hit closer.
_EXACT = 1e-12
# Of the logarithms of all numbers.
_LARGEST = log(np.finfo(np.float64).max)


@dataclass(frozen=True, eq=False)
class Fit:
    """A formula fitted to n losses.

    Attributes:
        parameters: Name to value.
        predict: From times to the losses that the formula gives.
        r_squared: Share of the variance explained, 1 at best, 0 for the mean.
        aic: Akaike's criterion n ln(RSS / n) + 2 k, for k numbers fitted and the error's
            variance. The formula with the smallest is to be preferred.
        bic: Schwarz's n ln(RSS / n) + k ln n, which asks more of a further parameter. Both take
            errors for independent; those of a loss curve often are not, so ask ``compare_fits``
            as well.
    """

    parameters: Mapping[str, float]
    predict: Callable[[npt.ArrayLike], Array]
    r_squared: float
    aic: float
    bic: float


def fit_separable(
    basis: Basis,
    t: Array,
    y: Array,
    parameters: Callable[[float, Array], Mapping[str, float]],
    rates: tuple[float, float] | None = None,
) -> Fit:
    """Return the best sum of a basis' columns, over all rates in a range if it has one.

    Args:
        basis: From times and a rate to the columns (n, p), of similar size: one that is tiny beside
            another would count as none.
        t: (n,) times, checked.
        y: (n,) losses, checked.
        parameters: From the rate and the p factors to the parameters' names and values.
        rates: Lowest and highest rate to search; None if the columns have none inside.
    """
    # Squares of losses of about 1 neither overflow nor vanish; a power of two rounds nothing.
    exponent = int(np.frexp(np.abs(y).max())[1])
    y = np.ldexp(y, -exponent)

    def solve(rate: float) -> tuple[Array, float]:
        columns = basis(t, rate)
        factors = np.linalg.lstsq(columns, y, rcond=None)[0]
        return factors, float(((columns @ factors - y) ** 2).sum())

    rate = 0.0
    if rates is not None:
        # Coarse first: the error as a function of the rate may have more than one valley.
        grid = np.linspace(log(rates[0]), log(rates[1]), _N_RATES)
        best = int(np.argmin([solve(exp(each))[1] for each in grid]))
        bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
        options = {"xatol": 1e-10}
        refined = minimize_scalar(
            lambda each: solve(exp(each))[1], bounds=bounds, method="bounded", options=options
        )
        rate = exp(refined.x if refined.fun <= solve(exp(grid[best]))[1] else grid[best])
    factors, rss = solve(rate)
    n, k = len(t), len(factors) + (rates is not None) + 1
    error = n * log(max(rss / n, (_EXACT * float(np.abs(y).max())) ** 2)) + 2 * n * exponent * log(
        2
    )
    r_squared = 1.0 - rss / float(((y - y.mean()) ** 2).sum())
    factors = np.ldexp(factors, exponent)

    def predict(times: npt.ArrayLike) -> Array:
        return np.asarray(basis(as_vector("times", times).astype(np.float64), rate) @ factors)

    return Fit(
        parameters={name: float(value) for name, value in parameters(rate, factors).items()},
        predict=predict,
        r_squared=r_squared,
        aic=error + 2 * k,
        bic=error + k * log(n),
    )


def grown(factor: float, power: float) -> float:
    """Return factor · exp(power), infinite where that is beyond all numbers.

    >>> grown(-2.0, 0.0), grown(-2.0, 1e4), grown(1e-300, 800.0) < 1e50
    (-2.0, -inf, True)
    """
    if factor == 0:
        return 0.0
    logarithm = log(abs(factor)) + power
    return copysign(exp(logarithm) if logarithm < _LARGEST else inf, factor)


def checked_curve(
    times: npt.ArrayLike, losses: npt.ArrayLike, n_least: int, *, positive: bool = False
) -> tuple[Array, Array]:
    """Return times and losses in double precision, after checking them.

    Args:
        times: (n,) rising.
        losses: (n,), not all the same.
        n_least: How many are needed.
        positive: Whether no time may be 0 or below.

    Raises:
        ValueError: If one of this does not hold, or a number is not finite.
    """
    t = as_vector("times", times).astype(np.float64)
    y = as_vector("losses", losses).astype(np.float64)
    require_same_length("times", t, "losses", y)
    require(len(t) >= n_least, "losses", f"be at least {n_least} for this formula", len(t))
    require_rising("times", t)
    if positive:
        remedy = "count steps from 1: this formula has no value at 0"
        require(bool(t[0] > 0), "times", "be positive", float(t[0]), remedy)
    require(float(np.ptp(y)) > 0, "losses", "differ", f"{y[0]:.6g} every time")
    return t, y


def require_rising(name: str, values: Array) -> None:
    """Raise ``ValueError`` unless each value is above the one before, and name where it is not."""
    falls = np.flatnonzero(np.diff(values) <= 0)
    where = "" if len(falls) == 0 else f"{values[falls[0] + 1]:g} after {values[falls[0]]:g}"
    require(len(falls) == 0, name, "rise from each to the next", where)

"""Which formula describes a loss curve? Fits by least squares, compared by evidence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log, nan
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_integer, require
from embedlab.training.separable import Fit, checked_curve, fit_separable, grown

Fitter: TypeAlias = Callable[[Array, Array], Fit]


@dataclass(frozen=True, eq=False)
class Comparison:
    """One formula among others.

    Attributes:
        name: Of the formula.
        fit: To all losses.
        cross_validated: Root mean squared error at losses left out of the fit, every fold in turn;
            the first and the last never are, so this is about what lies between losses.
        forecast: The same at the last losses, fitted to those before: what a formula that only
            draws the curve again gets wrong.
    """

    name: str
    fit: Fit
    cross_validated: float
    forecast: float


def fit_constant(times: npt.ArrayLike, losses: npt.ArrayLike) -> Fit:
    """Return the fit of L(t) = c, with which others are compared; its R² is 0.

    Raises:
        ValueError: As ``fit_exponential``.
    """
    t, y = checked_curve(times, losses, 1)
    return fit_separable(lambda t, _: np.ones((len(t), 1)), t, y, lambda rate, a: {"floor": a[0]})


def fit_exponential(times: npt.ArrayLike, losses: npt.ArrayLike, *, floor: bool = True) -> Fit:
    """Return the fit of L(t) = a exp(-αt) + c: the same share of the rest is lost in each step.

    Args:
        times: (n,) steps or epochs.
        losses: (n,) losses there.
        floor: Whether there is a c; without it the loss is to fall to 0.

    Returns:
        The fit, with the parameters ``scale`` a, ``rate`` α and, with a floor, ``floor`` c. The
        scale is that of time 0, and infinite if the times begin so late that it is beyond all
        numbers; count them from the first, then.

    Raises:
        ValueError: If times do not rise, losses are all the same, or there are too few.

    >>> times = np.arange(20.0)
    >>> fit = fit_exponential(times, 8 * np.exp(-0.1 * times), floor=False)
    >>> round(fit.parameters["scale"], 6), round(fit.parameters["rate"], 6)
    (8.0, 0.1)
    """
    t, y = checked_curve(times, losses, 4)
    names = ("scale", "floor")[: 1 + floor]
    # From a curve that is a straight line over all times to one that is over in a step.
    rates = 1e-3 / (t[-1] - t[0]), 20 / float(np.diff(t).min())
    start = t[0]  # decays from the first time on, so that no power underflows

    def basis(t: Array, rate: float) -> Array:
        # Before the start a fast decay would overflow.
        decay = np.exp(np.minimum(-rate * (t - start), 50.0))
        return np.stack([decay, np.ones_like(t)][: len(names)], axis=1)

    def parameters(rate: float, a: Array) -> dict[str, float]:
        scale = grown(a[0], rate * start)
        return {"scale": scale, "rate": rate} | ({"floor": a[1]} if floor else {})

    return fit_separable(basis, t, y, parameters, rates)


def fit_power_law(times: npt.ArrayLike, losses: npt.ArrayLike, *, floor: bool = True) -> Fit:
    """Return the fit of L(t) = a t^-b + c: each doubling of the time loses the same share.

    Args:
        times: (n,) positive; count steps from 1.
        losses: (n,) losses there.
        floor: Whether there is a c.

    Returns:
        The fit, with the parameters ``scale`` a, ``exponent`` b and, with a floor, ``floor`` c. The
        scale is that of time 1, and infinite where that is beyond all numbers.

    Raises:
        ValueError: As ``fit_exponential``, and if a time is not positive.
    """
    t, y = checked_curve(times, losses, 4, positive=True)
    columns, start = 1 + floor, float(t[0])  # from 1 at the first time, as above

    def basis(t: Array, exponent: float) -> Array:
        decay = np.exp(-exponent * _logarithms(t / start))
        return np.stack([decay, np.ones_like(t)][:columns], axis=1)

    def parameters(exponent: float, a: Array) -> dict[str, float]:
        scale = grown(a[0], exponent * log(start))
        return {"scale": scale, "exponent": exponent} | ({"floor": a[1]} if floor else {})

    return fit_separable(basis, t, y, parameters, (1e-3, 20.0))


def fit_logarithm(
    times: npt.ArrayLike, losses: npt.ArrayLike, *, reference: float | None = None
) -> Fit:
    """Return the fit of L(t) = L₀ (1 - β ln(t / t₀)), a straight line over the logarithm of time.

    Such a loss falls below 0 in the end, at t₀ exp(1 / β): it can hold for a while only.

    Args:
        times: (n,) positive.
        losses: (n,) losses there.
        reference: t₀; the first time if left out. The curve is the same for each choice.

    Returns:
        The fit, with the parameters ``start`` L₀ and ``beta`` β.

    Raises:
        ValueError: As ``fit_power_law``.
    """
    t, y = checked_curve(times, losses, 3, positive=True)
    t_0 = float(t[0]) if reference is None else float(reference)
    require(0 < t_0 < np.inf, "reference", "be positive and finite", reference)

    def basis(t: Array, _: float) -> Array:
        return np.stack([np.ones_like(t), -_logarithms(t / t_0)], axis=1)

    return fit_separable(basis, t, y, lambda _, a: {"start": a[0], "beta": _ratio(a)})


def fit_three_phases(
    times: npt.ArrayLike, losses: npt.ArrayLike, *, breaks: tuple[float, float]
) -> Fit:
    """Return the fit of an exponential, then a logarithm, then a constant, without jumps.

    L(t) = L₀ exp(-αt) up to t₁; L(t₁) (1 - β ln(t / t₁)) up to t₂; L(t₂) from there on. The formula
    of the source slides, with t₁ = 20 and t₂ = 60.

    Args:
        times: (n,) steps or epochs.
        losses: (n,) losses there.
        breaks: t₁ and t₂, positive and in order.

    Returns:
        The fit, with the parameters ``start`` L₀, ``rate`` α and ``beta`` β. What no time tells of
        is NaN: start and rate if none is before t₁, β if none is after it or all are after t₂.

    Raises:
        ValueError: As ``fit_exponential``, and if the breaks are not in order.
    """
    t, y = checked_curve(times, losses, 4)
    t_1, t_2 = breaks
    require(0 < t_1 < t_2 < np.inf, "breaks", "be positive and in order", breaks)

    def basis(t: Array, rate: float) -> Array:
        decay = np.exp(-rate * np.minimum(t, t_1))
        fall = -np.exp(-rate * t_1) * np.log(np.clip(t, t_1, t_2) / t_1)
        return np.stack([decay, fall], axis=1)

    def parameters(rate: float, a: Array) -> dict[str, float]:
        has_fall, has_decay = t[-1] > t_1 and t[0] < t_2, t[0] < t_1
        start, rate = (a[0], rate) if has_decay else (nan, nan)
        return {"start": start, "rate": rate, "beta": _ratio(a) if has_fall else nan}

    return fit_separable(basis, t, y, parameters, (1e-3 / t_1, 20 / t_1))


def compare_fits(
    fitters: Mapping[str, Fitter],
    times: npt.ArrayLike,
    losses: npt.ArrayLike,
    *,
    n_folds: int = 5,
    held_back: float = 0.25,
) -> list[Comparison]:
    """Return the formulas from the best to the worst by cross-validated error.

    Args:
        fitters: Name to a function of times and losses, such as ``fit_power_law``.
        times: (n,) rising.
        losses: (n,) losses there.
        n_folds: Every n-th loss is left out in turn; at least 2, and at most n - 2.
        held_back: Share of the losses, the last ones, that the forecast is about.

    Raises:
        ValueError: If a number is out of range, or what is left is too little for a formula.
    """
    t, y = checked_curve(times, losses, 4)
    k, most = as_integer("n_folds", n_folds, 2), len(t) - 2
    require(k <= most, "n_folds", f"be at most {most}, the losses between first and last", k)
    require(0 < held_back < 1, "held_back", "lie between 0 and 1, both excluded", held_back)
    require(len(fitters) > 0, "fitters", "hold at least one formula", "none")
    fold, cut = np.arange(len(t)) % k, len(t) - max(1, round(held_back * len(t)))
    fold[[0, -1]] = -1
    found = []
    for name, fitter in fitters.items():
        between = []
        for left in (fold == i for i in range(k)):
            between.append(fitter(t[~left], y[~left]).predict(t[left]) - y[left])
        ahead = fitter(t[:cut], y[:cut]).predict(t[cut:]) - y[cut:]
        errors = np.concatenate(between), ahead
        roots = (float(np.sqrt((each**2).mean())) for each in errors)
        found.append(Comparison(name, fitter(t, y), *roots))
    return sorted(found, key=lambda comparison: comparison.cross_validated)


def _logarithms(t: Array) -> Array:
    """Return ln t, or raise where a prediction is asked for a time that has none."""
    require(bool((t > 0).all()), "times", "be positive", float(t.min()))
    return np.asarray(np.log(t))


def _ratio(factors: Array) -> float:
    """Return the second factor relative to the first; NaN if that is 0."""
    return float(factors[1] / factors[0]) if factors[0] != 0 else nan

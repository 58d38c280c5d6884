"""Is this gradient the slope of this loss? Central differences that raise when it is not."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from embedlab.numerics import Array, as_integer, require

Arrays: TypeAlias = tuple[Array, ...]


class GradientError(AssertionError):
    """A gradient that is not the slope of its loss."""


def check_gradient(
    loss: Callable[..., Any],
    gradient: Callable[..., Any],
    at: Array | Arrays,
    *,
    rng: np.random.Generator,
    n_directions: int = 8,
    rtol: float = 1e-6,
    step: float = 1e-5,
) -> None:
    """Raise ``GradientError`` unless a gradient is the slope of a loss at one point.

    Along a random unit direction u the slope is ⟨gradient, u⟩, and the central difference
    (loss(at + h u) - loss(at - h u)) / 2h must agree. A random direction touches every
    coordinate, so a few directions find one wrong coordinate among thousands. With several
    arrays each is checked on its own, so that a large gradient cannot hide a small wrong one.

    Args:
        loss: Function of the array, or of the arrays of the tuple as separate arguments; one
            number.
        gradient: Function of the same arguments; an array of the same shape, or one per array.
        at: The float64 array, or tuple of arrays, at which to check.
        rng: Draws the directions.
        n_directions: Directions per array.
        rtol: Largest difference allowed, relative to the larger slope or to the root mean
            square of slopes along all directions, so that a direction that happens to run level
            is not judged by its rounding errors.
        step: h, multiplied by the largest coordinate of the array if that exceeds 1.

    Raises:
        GradientError: If a slope disagrees, or a gradient has the wrong shape or is not finite.
        ValueError: If an array is not float64, the loss is not finite, or the loss is level at
            this point (where a gradient of the wrong sign or size would pass as well).

    >>> rng = np.random.default_rng(0)
    >>> check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, np.array([1.0, 2.0]), rng=rng)
    >>> check_gradient(  # doctest: +ELLIPSIS
    ...     lambda x: (x**2).sum(), lambda x: x, np.array([1.0, 2.0]), rng=rng
    ... )
    Traceback (most recent call last):
    ...
    embedlab.gradcheck.GradientError: gradient of array 0 is wrong along direction 1 of 8: it
    gives the slope -1.869..., the loss has -3.739... (relative error 0.5, rtol 1e-06)
    """
    n_directions = as_integer("n_directions", n_directions, 1)
    require(0 < rtol < 1, "rtol", "lie between 0 and 1", rtol)
    require(0 < step < 1, "step", "lie between 0 and 1", step)
    arrays = _as_doubles(at)
    gradients = _gradients(gradient, arrays, several=isinstance(at, tuple))

    for k, (array, analytic) in enumerate(zip(arrays, gradients, strict=True)):
        h = step * max(1.0, float(np.abs(array).max()))
        typical = float(np.linalg.norm(analytic)) / np.sqrt(array.size)
        steepest, noise = typical, 0.0
        for i in range(n_directions):
            u = rng.standard_normal(array.shape)
            u /= np.linalg.norm(u)
            above = _loss_at(loss, (*arrays[:k], array + h * u, *arrays[k + 1 :]))
            below = _loss_at(loss, (*arrays[:k], array - h * u, *arrays[k + 1 :]))
            slope, expected = float((analytic * u).sum()), (above - below) / (2 * h)
            # A loss carries a rounding error of some units in its last place, divided here by h.
            noise = 16 * np.finfo(np.float64).eps * max(abs(above), abs(below)) / h
            steepest = max(steepest, abs(slope), abs(expected))
            scale = max(abs(slope), abs(expected), typical)
            if abs(slope - expected) > rtol * scale + noise:
                raise GradientError(
                    f"gradient of array {k} is wrong along direction {i + 1} of {n_directions}: "
                    f"it gives the slope {slope:.9g}, the loss has {expected:.9g} "
                    f"(relative error {abs(slope - expected) / scale:.2g}, rtol {rtol:.2g})"
                )
        rule = f"be a point where the loss changes with array {k}"
        remedy = "a level point would pass any gradient; choose another"
        require(steepest > 10 * noise, "at", rule, f"slope {steepest:.2g}", remedy)


def _as_doubles(at: Array | Arrays) -> Arrays:
    """Return the arrays of at, after checking that they can be checked in double precision."""
    arrays = at if isinstance(at, tuple) else (at,)
    require(len(arrays) > 0, "at", "hold at least one array", "an empty tuple")
    for array in arrays:
        dtype = np.asarray(array).dtype
        remedy = "the rounding errors of other types are larger than the differences to be seen"
        require(dtype == np.float64, "at", "be float64", str(dtype), remedy)
        require(np.size(array) > 0, "at", "hold at least one number", "an empty array")
        require(bool(np.isfinite(array).all()), "at", "be finite", array)
    return tuple(np.asarray(array) for array in arrays)


def _gradients(gradient: Callable[..., Any], arrays: Arrays, *, several: bool) -> Arrays:
    """Return the gradient of each array, after checking shape, precision and finiteness."""
    returned = gradient(*(array.copy() for array in arrays))
    gradients = tuple(returned) if several else (returned,)
    if len(gradients) != len(arrays):
        raise GradientError(f"gradient returned {len(gradients)} arrays for {len(arrays)}")
    for k, (array, value) in enumerate(zip(arrays, gradients, strict=True)):
        if np.shape(value) != array.shape:
            raise GradientError(
                f"gradient of array {k} has shape {np.shape(value)}, the array {array.shape}"
            )
        if not np.isfinite(value).all():
            raise GradientError(f"gradient of array {k} is not finite: {value}")
        dtype = np.asarray(value).dtype
        remedy = "somewhere it leaves double precision"
        require(dtype == np.float64, f"gradient of array {k}", "be float64", str(dtype), remedy)
    return tuple(np.asarray(value) for value in gradients)


def _loss_at(loss: Callable[..., Any], arrays: Arrays) -> float:
    """Return the loss as one finite number; the arrays it gets are its own to change."""
    value = np.asarray(loss(*(array.copy() for array in arrays)))
    require(value.ndim == 0, "loss", "return one number", f"shape {value.shape}")
    require(bool(np.isfinite(value)), "loss", "be finite near at", float(value))
    return float(value)

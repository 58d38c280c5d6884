"""Stable elementary functions, and the argument checks every other module uses.

A check returns the value in the form the caller computes with, or raises ``ValueError`` in
one wording: *argument* must *rule*, got *value*; *remedy*.
"""

from collections.abc import Sequence, Sized
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]
IntArray: TypeAlias = npt.NDArray[np.integer[Any]]


def require(holds: bool, name: str, rule: str, received: object, remedy: str = "") -> None:
    """Raise ``ValueError`` in the package's one wording unless the rule holds.

    Args:
        holds: Whether the rule holds.
        name: The argument, as the caller spelled it.
        rule: What must be true of it, to be read after "must".
        received: What came instead.
        remedy: What to do about it, where that is not obvious.

    Raises:
        ValueError: If the rule does not hold.

    >>> require(False, "window", "be at least 0", -2)
    Traceback (most recent call last):
    ...
    ValueError: window must be at least 0, got -2
    """
    if not holds:
        suffix = f"; {remedy}" if remedy else ""
        raise ValueError(f"{name} must {rule}, got {received!r}{suffix}")


def as_integer(name: str, value: object, minimum: int) -> int:
    """Return an integer argument (a Python or NumPy integer, not a bool) of at least a minimum.

    Raises:
        ValueError: If it is no integer, or too small.
    """
    is_integer = isinstance(value, int | np.integer) and not isinstance(value, bool)
    require(is_integer, name, "be an integer", value)
    number = int(value)  # type: ignore[call-overload]
    require(number >= minimum, name, f"be at least {minimum}", number)
    return int(number)


def first_not_finite(array: Array) -> tuple[int, ...] | None:
    """Return the index of the first NaN or infinity, or None if there is none.

    >>> first_not_finite(np.array([[1.0, 2.0], [np.nan, np.inf]]))
    (1, 0)
    """
    finite = np.isfinite(array)
    return None if finite.all() else tuple(int(i) for i in np.argwhere(~finite)[0])


def as_array(name: str, values: npt.ArrayLike, n_axes: Literal[1, 2]) -> Array:
    """Return finite numbers as a floating array with the given number of axes.

    Single precision stays single; everything else becomes double, so that small integer
    types cannot overflow.

    Raises:
        ValueError: If the values are not numbers, have other axes, or are not all finite.
    """
    shape_name = "a vector (d,)" if n_axes == 1 else "a matrix (V, d)"
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} must be {shape_name}, got rows of different lengths; "
            "make every row the same length"
        ) from error
    is_number = np.issubdtype(array.dtype, np.number) or array.dtype == bool
    is_real = is_number and not np.issubdtype(array.dtype, np.complexfloating)
    require(is_real, name, "hold real numbers", f"dtype {array.dtype}")
    require(array.ndim == n_axes, name, f"be {shape_name}", f"shape {array.shape}")
    floats: Array = array if array.dtype == np.float32 else array.astype(np.float64, copy=False)
    where = first_not_finite(floats)
    if where is not None:
        place = where[0] if n_axes == 1 else where
        raise ValueError(
            f"{name} must be finite, got {floats[where]} at index {place}; "
            "replace or drop missing values first"
        )
    return floats


def power_of_two(numbers: npt.ArrayLike) -> Array:
    """Return powers of two of about the size of numbers: dividing by them rounds nothing.

    Squares of what is divided by about the largest number neither overflow nor vanish.

    >>> power_of_two([0.75, 1.0, 5.0]).tolist()
    [0.5, 1.0, 4.0]
    """
    return np.asarray(np.ldexp(1.0, np.frexp(numbers)[1] - 1))


def rounding_of(values: npt.ArrayLike) -> float:
    """Return how far numbers may have been rounded, as a share: the epsilon of their own type.

    Of half precision it is what was lost before ``as_array`` made it double; of everything else
    what double precision loses, at least.

    >>> [rounding_of(np.ones(2, dtype)) for dtype in (np.float16, np.float32, np.int8)]
    [0.0009765625, 1.1920928955078125e-07, 2.220446049250313e-16]
    """
    dtype, least = np.asarray(values).dtype, float(np.finfo(np.float64).eps)
    is_floating = np.issubdtype(dtype, np.floating)
    return max(least, float(np.finfo(dtype).eps)) if is_floating else least


def as_vector(name: str, values: npt.ArrayLike) -> Array:
    """Return finite numbers as a floating vector (d,); see ``as_array``."""
    return as_array(name, values, 1)


def as_matrix(name: str, values: npt.ArrayLike) -> Array:
    """Return finite numbers as a floating matrix (V, d); see ``as_array``."""
    return as_array(name, values, 2)


def require_same_length(first: str, u: Sized, second: str, v: Sized) -> None:
    """Raise ``ValueError`` unless two arguments have the same length.

    >>> require_same_length("u", [1, 2], "v", [1, 2, 3])
    Traceback (most recent call last):
    ...
    ValueError: u and v must have the same length, got 2 and 3
    """
    rule = "have the same length"
    if len(u) != len(v):
        raise ValueError(f"{first} and {second} must {rule}, got {len(u)} and {len(v)}")


def require_tokens(name: str, tokens: object) -> None:
    """Raise ``ValueError`` where a string or a list of sentences stands for a list of tokens.

    Both are sequences, so without this check they would give an answer, and a wrong one.
    """
    rule = "be a list of tokens"
    is_text = isinstance(tokens, str | bytes)
    require(not is_text, name, rule, tokens, "call tokenize on it first")
    is_nested = isinstance(tokens, Sequence) and len(tokens) > 0 and isinstance(tokens[0], list)
    require(not is_nested, name, rule, "a list of lists", "hand over one sentence at a time")


def _floating(x: npt.ArrayLike) -> Array:
    """Return an array that keeps its floating precision; integers become double."""
    array = np.asarray(x)
    is_floating = np.issubdtype(array.dtype, np.floating)
    return array if is_floating else array.astype(np.float64)


def sigmoid(x: npt.ArrayLike) -> Array:
    """Return 1 / (1 + exp(-x)), elementwise, without overflow.

    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    x = _floating(x)
    # exp sees only -|x|, so it cannot overflow; the two branches are equal in exact arithmetic.
    decay = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, decay) / (1.0 + decay), dtype=x.dtype)


def log_sigmoid(x: npt.ArrayLike) -> Array:
    """Return log(sigmoid(x)) in nats, elementwise, without overflow or log(0).

    >>> float(log_sigmoid(-1000.0))
    -1000.0
    """
    x = _floating(x)
    return np.asarray(-np.logaddexp(x.dtype.type(0), -x))


def logsumexp(x: npt.ArrayLike, axis: int = -1) -> Array:
    """Return log(sum(exp(x))) along one axis, shifted by the maximum so that it cannot overflow.

    The sum over nothing but -inf is 0, and its logarithm -inf; one with inf in it is inf.

    >>> round(float(logsumexp([1000.0, 1000.0])), 4)
    1000.6931
    """
    x = _floating(x)
    peak = np.max(x, axis=axis, keepdims=True)
    # An infinity less itself would be nan; the sum of that row is the same with any other shift.
    shift = np.where(np.isinf(peak), x.dtype.type(0), peak)
    with np.errstate(divide="ignore", over="ignore"):
        total = np.log(np.exp(x - shift).sum(axis=axis, keepdims=True)) + shift
    return np.asarray(np.squeeze(total, axis=axis))


def softmax(x: npt.ArrayLike, axis: int = -1) -> Array:
    """Return exp(x) / sum(exp(x)) along one axis; the result sums to 1.

    Raises:
        ValueError: If x is -inf all along the axis somewhere: no weights are in those proportions.

    >>> softmax([1000.0, 1000.0]).tolist()
    [0.5, 0.5]
    """
    x = _floating(x)
    peak = np.max(x, axis=axis, keepdims=True)
    rule = f"hold a number above -inf wherever it is summed along axis {axis}"
    require(not np.isneginf(peak).any(), "x", rule, "-inf only", "leave such a row out")
    # In place: large arrays of scores take as long to allocate as to compute.
    weights = np.asarray(x - peak)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=axis, keepdims=True)
    return weights

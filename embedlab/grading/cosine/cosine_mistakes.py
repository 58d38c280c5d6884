"""Common mistakes in ``cosine(u, v)``, each an implementation and its sentence."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import distance, dot, length, without_zero_case
from embedlab.vectors import cosine


def _lengths(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    return length(u) * length(v)


def _divided_by(divisor: Callable[..., float]) -> Callable[..., float]:
    """Return the dot product divided by something, 0.0 where that is 0."""
    return lambda u, v: dot(u, v) / (divisor(u, v) or math.inf)


def _of_cosine(change: Callable[[float], float]) -> Callable[..., float]:
    return lambda u, v: float(change(cosine(u, v)))


def _of_part(part: slice) -> Callable[..., float]:
    """Return the cosine of a part of the vectors, 0.0 if it is empty."""
    return lambda u, v: cosine([*u[part], 0], [*v[part], 0])


def _of_dot_over(part: slice) -> Callable[..., float]:
    """Return the dot product of a part of the vectors, divided by their whole lengths."""
    return lambda u, v: dot(u[part], v[part]) / (_lengths(u, v) or math.inf)


def _rounded(digits: int) -> Callable[..., float]:
    return lambda u, v: round(cosine(u, v), digits)


def _divided_by_powers(i: int, j: int) -> Callable[..., float]:
    return _divided_by(lambda u, v: length(u) ** i * length(v) ** j)


def _centered(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    first, second = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    return cosine(first - first.mean(), second - second.mean())


def _in_the_plane(u: Any, v: Any) -> float:
    # An IndexError for a single number, as a student has it.
    return cosine([u[0], u[1]], [v[0], v[1]])


def _zero_if(is_zero: Callable[..., bool], bare: Callable[..., float]) -> Callable[..., float]:
    """Return the bare formula with a test for zero vectors that does not do its work."""
    return lambda u, v: 0.0 if is_zero(u, v) else bare(u, v)


def _bare(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    """Return the cosine by the bare formula in plain Python, which raises for a zero vector."""
    return dot(u, v) / _lengths(u, v)


def _added(epsilon: float) -> Callable[..., float]:
    return lambda u, v: dot(u, v) / (_lengths(u, v) + epsilon)


def _at_least(epsilon: float) -> Callable[..., float]:
    return lambda u, v: dot(u, v) / max(_lengths(u, v), epsilon)


def _added_to_each(epsilon: float) -> Callable[..., float]:
    return lambda u, v: dot(u, v) / ((length(u) + epsilon) * (length(v) + epsilon))


def _unless(is_wrong: Callable[[Any, Any], bool], error: type[Exception]) -> Callable[..., float]:
    """Return the cosine by operations that raise an error for some types of sequences."""

    def answer(u: Any, v: Any) -> float:
        if is_wrong(u, v):
            raise error
        return cosine(u, v)

    return answer


def _is_plain(vector: Any) -> bool:
    return not isinstance(vector, np.ndarray)


_ARRAYS = (
    "u and v may be lists or tuples, with which @, *, ** and .dot do not work: begin with "
    "u = np.asarray(u, dtype=float), and the same for v."
)
_ONE = "You divide by one of the two lengths only."
_SQUARED = "You divide by a squared length: take the square root of both sums first."
_PRODUCT = "You take the length of a product of u and v: divide by the product of the two lengths."
_RETURN = (
    "Only the first numbers of u and v count: your return stands inside the loop. Move it to the "
    "left, below the loop."
)
_LAST = (
    "Only the last numbers of u and v count: add up with +=, because = forgets what came before."
)
_TOO_SHORT = "You leave out the last number: range(n) ends before n by itself."
_ANGLE = "That is the angle itself; the cosine of it is wanted."
_WHOLE = "You cut the result to a whole number: divide with / and leave out int() and //."
_ZERO = "A zero vector has length 0, and dividing by 0 gives nan or an error: return 0.0 first."
_ONE_ZERO = "Return 0.0 when either of the two vectors is zero: you look at one of them only."
_BOTH_ZERO = "Return 0.0 when either of the two vectors is zero, not only when both are: write or."
_SUM_ZERO = "A vector is not zero because its numbers add up to 0: (3, -3) is none. Ask its length."
_PART_ZERO = "A vector is not zero because one of its numbers is: (0, 3) is none. Ask its length."
_EPSILON = (
    "A small number added to the lengths, or put in their place, distorts the result when the "
    "vectors themselves are short: treat the zero vector as a case of its own."
)
_TESTS_OF_ZERO = (
    (_ONE_ZERO, lambda u, v: length(u) == 0),
    (_ONE_ZERO, lambda u, v: length(v) == 0),
    (_BOTH_ZERO, lambda u, v: length(u) == 0 == length(v)),
)

COSINE = (
    Mistake("You left out the division by the two lengths (norms).", dot),
    Mistake(_ONE, _divided_by(lambda u, v: length(u))),
    Mistake(_ONE, _divided_by(lambda u, v: length(v))),
    Mistake(
        "dot / a * b divides by a and then multiplies by b: put the product of the two lengths "
        "into brackets.",
        lambda u, v: dot(u, v) / (length(u) or math.inf) * length(v),
    ),
    *(
        Mistake(_SQUARED, _divided_by_powers(i, j))
        for i, j in ((2, 2), (2, 1), (1, 2), (2, 0), (0, 2))
    ),
    Mistake(
        "You divide by the sum of the lengths: divide by their product.",
        _divided_by(lambda u, v: length(u) + length(v)),
    ),
    Mistake(
        "You add the squares of both vectors under one root: divide by the product of the two "
        "lengths.",
        _divided_by(lambda u, v: math.hypot(length(u), length(v))),
    ),
    *(
        Mistake(
            "You divide by the length of u + v or u - v: divide by the product of the two lengths.",
            _divided_by(lambda u, v, f=f: length(f(u, v, dtype=float))),
        )
        for f in (np.add, np.subtract)
    ),
    Mistake(_PRODUCT, _divided_by(lambda u, v: length(np.multiply(u, v)))),
    Mistake(_PRODUCT, _divided_by(lambda u, v: abs(dot(u, v)))),
    Mistake(
        "len(u) is how many numbers u has. The length of its arrow is the square root of u · u.",
        _divided_by(lambda u, v: len(u) * len(v)),
    ),
    Mistake(
        "You add up absolute values: the length is the square root of the sum of the squares.",
        _divided_by(lambda u, v: np.abs(u).sum() * np.abs(v).sum()),
    ),
    Mistake("That is the Euclidean distance, not the cosine.", distance),
    Mistake("That is minus the Euclidean distance, not the cosine.", lambda u, v: -distance(u, v)),
    Mistake(
        "That is a similarity made from the Euclidean distance, not the cosine.",
        lambda u, v: 1 / (1 + distance(u, v)),
    ),
    Mistake(
        "That is the Manhattan distance, not the cosine.",
        lambda u, v: np.abs(np.subtract(u, v, dtype=float)).sum(),
    ),
    Mistake(
        "That is the Jaccard (or Tanimoto) coefficient, not the cosine.",
        _divided_by(lambda u, v: dot(u, u) + dot(v, v) - dot(u, v)),
    ),
    Mistake(
        "That is the Dice coefficient, not the cosine.",
        _divided_by(lambda u, v: (dot(u, u) + dot(v, v)) / 2),
    ),
    Mistake("That is 1 minus the cosine: a distance.", _of_cosine(lambda c: 1 - c)),
    Mistake("You return the cosine with the opposite sign.", _of_cosine(lambda c: -c)),
    Mistake("You return the square of the cosine: opposite directions have a negative cosine.",
            _of_cosine(lambda c: c * c)),
    Mistake(_ANGLE, _of_cosine(math.acos)),
    Mistake(_ANGLE, _of_cosine(lambda c: math.degrees(math.acos(c)))),
    Mistake(
        "The quotient is the cosine already: do not apply np.cos to it.", _of_cosine(math.cos)
    ),
    Mistake("You take the absolute value: opposite directions have a negative cosine.",
            _of_cosine(abs)),
    Mistake("You replace negative results by 0: a cosine may be negative, down to -1.",
            _of_cosine(lambda c: max(c, 0.0))),
    Mistake("You move the result into the range from 0 to 1: return the cosine as it is.",
            _of_cosine(lambda c: (1 + c) / 2)),
    *(
        Mistake("You round the result: return it as it is.", _rounded(digits))
        for digits in (2, 1, 3, 4)
    ),
    Mistake(_WHOLE, _of_cosine(int)),
    Mistake(_WHOLE, _of_cosine(math.floor)),
    Mistake(_RETURN, _of_part(slice(1))),
    Mistake(_RETURN, _of_dot_over(slice(1))),
    Mistake(_LAST, _of_part(slice(-1, None))),
    Mistake(_LAST, _of_dot_over(slice(-1, None))),
    Mistake(_TOO_SHORT, _of_part(slice(-1))),
    Mistake(_TOO_SHORT, _of_dot_over(slice(-1))),
    Mistake("You leave out the first number: positions begin at 0.", _of_part(slice(1, None))),
    Mistake(
        "You use the first two numbers only: vectors may have any length, so loop over all of "
        "them.",
        _in_the_plane,
    ),
    Mistake(
        "You multiply every number of u with every one of v: two loops, one inside the other, do "
        "that. Go through both at once, with zip(u, v).",
        lambda u, v: np.sum(u) * np.sum(v) / (_lengths(u, v) or math.inf),
    ),
    Mistake("You subtract the mean first: that is a correlation, not the cosine.", _centered),
    Mistake(_ARRAYS, _unless(lambda u, v: _is_plain(u) and _is_plain(v), TypeError)),
    Mistake(_ARRAYS, _unless(lambda u, v: _is_plain(u) or _is_plain(v), TypeError)),
    Mistake(_ARRAYS, _unless(lambda u, v: _is_plain(u), AttributeError)),
    Mistake(_ZERO, without_zero_case),
    # Plain Python raises where NumPy returns nan.
    Mistake(_ZERO, _bare),
    *(
        Mistake(sentence, _zero_if(is_zero, bare))
        for sentence, is_zero in _TESTS_OF_ZERO
        for bare in (without_zero_case, _bare)
    ),
    Mistake(
        "You return 1.0 for a zero vector: it has no direction, so its similarity is 0.0.",
        lambda u, v: cosine(u, v) if _lengths(u, v) else 1.0,
    ),
    Mistake(
        "You return -1 for a zero vector: it has no direction, so its similarity is 0.0.",
        lambda u, v: cosine(u, v) if _lengths(u, v) else -1.0,
    ),
    Mistake(_SUM_ZERO, _zero_if(lambda u, v: np.sum(u) == 0 or np.sum(v) == 0, cosine)),
    Mistake(_PART_ZERO, _zero_if(lambda u, v: not np.all(u) or not np.all(v), cosine)),
    # To which a smaller one is added, the lengths stay right within the tolerance.
    *(Mistake(_EPSILON, _added(e)) for e in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)),
    *(Mistake(_EPSILON, _at_least(e)) for e in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10)),
    *(Mistake(_EPSILON, _added_to_each(e)) for e in (1e-6, 1e-7, 1e-8, 1e-9)),
    Mistake(
        "You treat short vectors as zero: only a length of exactly 0 is a zero vector.",
        _zero_if(lambda u, v: _lengths(u, v) < 1e-8, cosine),
    ),
)  # fmt: skip

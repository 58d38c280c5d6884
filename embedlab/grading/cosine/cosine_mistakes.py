"""Common mistakes in ``cosine(u, v)``, each an implementation and its sentence."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import distance, dot, length, without_zero_case
from embedlab.vectors import cosine


def _lengths(u: npt.ArrayLike, v: npt.ArrayLike) -> float:
    return length(u) * length(v)


def _rounding(digits: int) -> Callable[..., float]:
    return lambda u, v: round(cosine(u, v), digits)


def _with_epsilon(epsilon: float) -> Callable[..., float]:
    return lambda u, v: dot(u, v) / (_lengths(u, v) + epsilon)


_ZERO = "A zero vector has length 0, and dividing by 0 is no number: return 0.0 before you divide."
COSINE = (
    Mistake("You left out the division by the two lengths (norms).", dot),
    Mistake(
        "You divide by one of the two lengths only.", lambda u, v: dot(u, v) / (length(u) or 1)
    ),
    Mistake(
        "You divide by one of the two lengths only.", lambda u, v: dot(u, v) / (length(v) or 1)
    ),
    Mistake(
        "You divide by the squared lengths: take the square roots first.",
        lambda u, v: dot(u, v) / (_lengths(u, v) ** 2 or 1),
    ),
    Mistake(
        "You divide by the sum of the lengths: divide by their product.",
        lambda u, v: dot(u, v) / (length(u) + length(v) or 1),
    ),
    Mistake("That is the Euclidean distance, not the cosine.", distance),
    Mistake(
        "That is a similarity made from the Euclidean distance, not the cosine.",
        lambda u, v: 1 / (1 + distance(u, v)),
    ),
    Mistake("That is 1 minus the cosine: a distance.", lambda u, v: 1 - cosine(u, v)),
    Mistake(
        "That is the angle itself; the cosine of it is wanted.",
        lambda u, v: float(np.arccos(cosine(u, v))),
    ),
    Mistake(
        "You take the absolute value: opposite directions have a negative cosine.",
        lambda u, v: abs(cosine(u, v)),
    ),
    *(
        Mistake("You round the result: return it as it is.", _rounding(digits))
        for digits in (1, 2, 3)
    ),
    Mistake(_ZERO, without_zero_case),
    # Plain Python raises where NumPy returns nan.
    Mistake(_ZERO, lambda u, v: dot(u, v) / _lengths(u, v)),
    Mistake(
        "You return 1.0 for a zero vector: it has no direction, so its similarity is 0.0.",
        lambda u, v: cosine(u, v) if _lengths(u, v) else 1.0,
    ),
    *(
        Mistake(
            "A small number added to the lengths falsifies the result when the vectors "
            "themselves are short: treat the zero vector as a case of its own.",
            _with_epsilon(epsilon),
        )
        for epsilon in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12)
    ),
)

"""How students score the candidates of an analogy, rightly or wrongly.

The makers of cases choose tables on which these scores lead to different words; the common
mistakes return what they lead to. Each takes the rows A, B and C and a matrix of rows.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from embedlab.grading.scores import closeness
from embedlab.numerics import Array

Scores: TypeAlias = Callable[[Array, Array, Array, Array], Array]


def cosines(target: Array, rows: Array) -> Array:
    """Return the cosine of each row with a vector."""
    # Without the checks of arguments in ``vectors``: the makers of cases ask a thousand times.
    return np.asarray(unit_rows(rows) @ unit_rows(target))


def dots(target: Array, rows: Array) -> Array:
    """Return the dot product of each row with a vector."""
    return np.asarray(rows @ target)


def closenesses(target: Array, rows: Array) -> Array:
    """Return minus the Euclidean distance of each row from a vector."""
    return np.array([closeness(target, row) for row in rows])


def unit_rows(rows: Array) -> Array:
    """Return rows divided by their lengths, zero rows as they are."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths))


def with_sum(*signs: int, score: Callable[[Array, Array], Array] = cosines) -> Scores:
    """Return scores that compare each row with A, B and C added up with these signs."""
    return lambda a, b, c, rows: score(signs[0] * a + signs[1] * b + signs[2] * c, rows)


def of_unit_vectors(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the cosines with A - B + C where all three have been divided by their lengths."""
    return cosines(unit_rows(a) - unit_rows(b) + unit_rows(c), rows)


def of_whole_targets(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the cosines with A - B + C cut to whole numbers."""
    return cosines(np.trunc(a - b + c), rows)


def of_whole_inputs(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the cosines with A - B + C where all three have been cut to whole numbers."""
    return RIGHT(np.trunc(a), np.trunc(b), np.trunc(c), rows)


def of_whole_rows(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the cosines where all rows have been cut to whole numbers."""
    return of_whole_inputs(a, b, c, np.trunc(rows))


def in_the_plane(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the cosines with A - B + C of the first two numbers alone."""
    return RIGHT(a[:2], b[:2], c[:2], rows[:, :2])


def of_steps(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the cosines of the step from C to each row with the step from B to A."""
    return cosines(a - b, rows - c)


def of_products(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the scores of the method called 3CosMul, from cosines moved to between 0 and 1."""
    first, second, third = ((1 + cosines(each, rows)) / 2 for each in (a, b, c))
    return np.asarray(first * third / (second + 1e-3))


def of_quotients(a: Array, b: Array, c: Array, rows: Array) -> Array:
    """Return the same with the cosines as they are."""
    first, second, third = (cosines(each, rows) for each in (a, b, c))
    return np.asarray(first * third / (second + 1e-3))


RIGHT = with_sum(1, -1, 1)

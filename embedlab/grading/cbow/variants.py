"""CBOW's prediction with one thing done differently, for its common mistakes and its cases."""

from collections.abc import Callable, Collection, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array
from embedlab.vectors import similarity_matrix

Mean: TypeAlias = Callable[[Sequence[str], Sequence[str], npt.ArrayLike], Array | None]
Scores: TypeAlias = Callable[[Array, Array], Array]

# What is said of wrong means, whatever is made of them.
NEIGHBORS = "You take the nearest neighbors only: the window has w words on each side."
UNIT_ROWS = (
    "You divide each row by its length before you average, or average cosines, which is the same: "
    "average the rows as they are."
)
ONE_ROW = "A single context word makes your mean: add up the rows of all of them, then divide."
RUNNING = (
    "You average the average so far with the next row, so the last words weigh too much: add all "
    "rows up first, divide once."
)


def known_rows(words: Sequence[str], vocab: Sequence[str], E: npt.ArrayLike) -> Array:
    """Return the rows (m, d) of the words of a context that have one, in double precision."""
    rows = np.asarray(E, dtype=float)
    return rows[[vocab.index(word) for word in words if word in vocab]]


def mean_of(words: Sequence[str], vocab: Sequence[str], E: npt.ArrayLike) -> Array | None:
    """Return the mean of the known words' rows, or None if there is none."""
    rows = known_rows(words, vocab, E)
    return rows.mean(axis=0) if len(rows) else None


def mean_of_unit_rows(words: Sequence[str], vocab: Sequence[str], E: npt.ArrayLike) -> Array | None:
    """Return the mean of the known words' rows, each divided by its length first."""
    rows = np.asarray(E, dtype=float)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return mean_of(words, vocab, rows / np.where(lengths == 0, 1, lengths))


def row_at(place: int) -> Mean:
    """Return a mean that is the row of one known word, the first or the last."""

    def mean(words: Sequence[str], vocab: Sequence[str], E: npt.ArrayLike) -> Array | None:
        rows = known_rows(words, vocab, E)
        return rows[place] if len(rows) else None

    return mean


def running_mean(words: Sequence[str], vocab: Sequence[str], E: npt.ArrayLike) -> Array | None:
    """Return the mean of each row with the mean so far, in which the last words weigh most."""
    rows = known_rows(words, vocab, E)
    return reduce(lambda total, row: (total + row) / 2, rows) if len(rows) else None


def cosines(mean: Array, rows: Array) -> Array:
    """Return the cosine of each row with the mean."""
    return similarity_matrix(rows, mean[np.newaxis])[:, 0]


def bare_cosines(mean: Array, rows: Array) -> Array:
    """Return the cosines by the formula alone, which gives nan for a zero row."""
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(mean)
    return np.asarray(products(mean, rows) / lengths)


def products(mean: Array, rows: Array) -> Array:
    """Return the dot product of each row with the mean."""
    return np.asarray(rows @ mean)


def over_squares(mean: Array, rows: Array) -> Array:
    """Return the dot product of each row with the mean, over the row's squared length."""
    squares = (rows * rows).sum(axis=1)
    return np.asarray(products(mean, rows) / np.where(squares == 0, 1, squares))


def closenesses(mean: Array, rows: Array) -> Array:
    """Return minus the Euclidean distance of each row from the mean."""
    return -np.asarray(np.linalg.norm(rows - mean, axis=1))


def farthest(mean: Array, rows: Array) -> Array:
    """Return minus the cosines, so that the least similar row comes first."""
    return -cosines(mean, rows)


def absolute_cosines(mean: Array, rows: Array) -> Array:
    """Return the cosines without their signs."""
    return np.asarray(np.abs(cosines(mean, rows)))


def best_word(
    mean: Array | None,
    vocab: Sequence[str],
    E: npt.ArrayLike,
    *,
    scores: Scores = cosines,
    left_out: Collection[str] = (),
) -> Any:
    """Return the first word with the highest score, some left out; None for no mean."""
    if mean is None:
        return None
    values = scores(mean, np.asarray(E, dtype=float))
    values[[word in left_out for word in vocab]] = -np.inf
    return vocab[int(np.argmax(values))]

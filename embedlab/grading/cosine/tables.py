"""Small vocabularies made from a seed, for the checks of ``nearest`` and ``analogy``.

Most tables are built so that a likely mistake shows for certain, whatever the seed: the nearest
by distance, the largest dot product and the nearest by cosine are three different words.
"""

from typing import Any

import numpy as np

from embedlab.grading.cases import (
    OTHER_WORDS,
    PLAIN_WORDS,
    Row,
    are_apart,
    as_lists,
    draw_words,
    polar,
    until,
)
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array
from embedlab.vectors import cosine

# Angles of A, B and C, all of length 5, such that A, B or C comes nearest to A - B + C.
_INPUT_ANGLES = ((0, 60, 55), (20, 0, -20), (55, 60, 0))


def ranking_tables(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) with 3 <= k, where distance and dot product mislead."""
    return [
        _misleading_table(rng, 3),
        *(_random_table(rng, n, d, k) for n, d, k in [(6, 3, 4), (9, 5, 5), (7, 2, 6)]),
        _random_table(rng, 8, 4, 5, np.float32),
    ]


def counting_tables(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) with k from 1 to more than there are words."""
    n = 5
    return [
        _misleading_table(rng, 2),
        *(_random_table(rng, n, 3, k) for k in (1, 2, n - 1, n, n + 4)),
        _random_table(rng, 2, 2, 1),
    ]


def tables_with_equal_rows(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) where several words share a row, one of them the word's.

    All rows have length 2 and coordinates that are powers of 2 (or 0), so that cosines are
    exact in every order of summation and equal rows tie exactly.
    """
    levels = _exact_directions(rng)
    query, half, right_angle, opposite = levels
    rows = [query, half, half, right_angle, opposite, opposite, query]
    # One pair of equal rows in alphabetical order, one against it: sorting by word is no tie rule.
    words = ["river", "café", "naïve", "king", "trade", "berlin", "law"]
    return [
        (words[-1], words, np.array(rows), 6),
        ("law", ["trade", "berlin", "law"], np.array([half, half, query]), 5),
    ]


def tables_with_a_zero_row(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) with a zero row, which ranks between + and -."""
    cases: list[Arguments] = []
    for degrees in ((20, 70, 150), (65, 25, 120, 160)):
        start = rng.uniform(0, 360)
        rows = [polar(start + angle, 5) for angle in degrees]
        rows = [polar(start, 5), rows[0], [0.0, 0.0], *rows[1:]]
        words = draw_words(rng, len(rows))
        cases.append((words[0], words, np.array(rows), len(rows) - 1))
    return cases


def tables_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) that a function could change in place."""
    return [
        _misleading_table(rng, 3),
        _random_table(rng, 5, 2, 3),
        as_lists(_random_table(rng, 6, 3, 4)),
    ]


def _misleading_table(rng: np.random.Generator, k: int) -> Arguments:
    """Return a small table that ranks differently by distance and by dot product."""
    start = rng.uniform(0, 360)
    # Best, second, third and last by cosine; the second is nearest, the third has the largest
    # dot product, and the last is nearer than the best.
    rows = [(0, 5), (10, 15), (40, 6), (70, 100), (160, 5)]
    vectors = [polar(start + angle, length) for angle, length in rows]
    words = draw_words(rng, len(rows))
    order = rng.permutation(len(rows))
    return words[0], [words[i] for i in order], np.array([vectors[i] for i in order]), k


def _random_table(
    rng: np.random.Generator, n: int, d: int, k: int, dtype: type[np.floating[Any]] = np.float64
) -> Arguments:
    """Return a table whose words have clearly different cosines with the one asked about."""

    def make() -> tuple[int, Array]:
        lengths = rng.uniform(0.3, 3, (n, 1))
        return int(rng.integers(n)), np.round(lengths * rng.uniform(-5, 5, (n, d)), 1)

    def holds(table: tuple[int, Array]) -> bool:
        query, vectors = table
        others = np.delete(vectors, query, axis=0)
        return are_apart(vectors[query], others) and min(np.linalg.norm(vectors, axis=1)) > 0.3

    query, vectors = until(make, holds)
    words = draw_words(rng, n, OTHER_WORDS)
    return words[query], words, vectors.astype(dtype), k


def _exact_directions(rng: np.random.Generator) -> list[Row]:
    """Return rows of length 2 whose cosines with the first are 1, 1/2, 0 and -1."""
    signs = rng.choice([-1.0, 1.0], 4)
    i, j = rng.choice(4, 2, replace=False)
    half = np.zeros(4)
    half[i] = 2 * signs[i]
    right_angle = signs.copy()
    right_angle[[i, j]] *= -1
    return [row.tolist() for row in (signs, half, right_angle, -signs)]


def analogy_tables(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) whose answer is no input, and which mislead.

    The distance, the dot product and the wrong orders of the signs all give another word.
    """
    first, second, third, fourth = (_misleading_analogy(rng, d) for d in (2, 3, 3, 5))
    return [first, second, third, (*fourth[:4], fourth[4].astype(np.float32))]


def analogies_near_an_input(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) where a, then b, then c is nearest to A - B + C."""
    cases: list[Arguments] = []
    for nearest_input in range(3):
        start = rng.uniform(0, 360)
        inputs = [polar(start + angle, 5) for angle in _INPUT_ANGLES[nearest_input]]
        target = _target(*inputs)
        # The direction of A - B + C, which the inputs' angles fix.
        center = float(np.degrees(np.arctan2(target[1], target[0])))
        others = [polar(center + angle, 5) for angle in (35, 130, -130, 175)]
        cases.append(_analogy(rng, [*inputs, *others]))
    return cases


def analogies_with_equal_rows(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) where two equal rows are best.

    A - B + C and the rows are exact as in ``tables_with_equal_rows``.
    """
    signs, half, c, opposite = (np.array(row) for row in _exact_directions(rng))
    a = signs.copy()
    # A and C at right angles to A - B + C, and no multiples of one another.
    a[[int(np.flatnonzero(c == signs)[0]), int(np.flatnonzero(c != signs)[0])]] *= -1
    b = a + c - signs
    # The last two rows are what the wrong orders of the signs lead to.
    rows = np.array([opposite, signs, a, half, signs, b, c, b - a + c, a + b - c])
    words = ["trade", "naïve", "queen", "law", "berlin", "king", "spain", "river", "año"]
    swapped = [words[4] if w == words[1] else words[1] if w == words[4] else w for w in words]
    return [("queen", "king", "spain", names, rows) for names in (words, swapped)]


def analogies_with_a_zero_row(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) with a zero row: first not the answer, then the answer."""
    cases: list[Arguments] = []
    for best in ([15], []):
        start = rng.uniform(0, 360)
        target, across = np.array(polar(start, 5)), np.array(polar(start + 90, 5))
        # All three inputs point away from A - B + C, so they do not compete with the zero row.
        a, b, c = -0.3 * target + across, -2 * target, -0.7 * target - across
        others = [polar(start + angle, 5) for angle in (*best, 110, 130, -130)]
        rows = np.round([np.zeros(2), a, b, c, *others], 2)
        words = draw_words(rng, len(rows))
        cases.append((*words[1:4], words, rows))
    return cases


def analogies_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) that a function could change in place."""
    return [_misleading_analogy(rng, 2), as_lists(_misleading_analogy(rng, 3))]


def _misleading_analogy(rng: np.random.Generator, d: int) -> Arguments:
    """Return a table with one answer by cosine and others by every likely mistake."""

    def make() -> Array:
        a, b, c = rng.uniform(-5, 5, (3, d))
        target = a - b + c
        aside = np.linalg.norm(target) * _unit_across(rng, target)
        answer = 4 * target + rng.uniform(-0.3, 0.3, d)
        near, far = target + 0.5 * aside, 10 * target + 20 * aside
        mixed = (b - a + c, 2 * (a + b - c), 4 * (_unit(a) - _unit(b) + _unit(c)))
        return np.round([a, b, c, answer, near, far, *mixed], 1)

    def holds(rows: Array) -> bool:
        if min(np.linalg.norm(rows, axis=1)) < 1:
            return False
        a, b, c, answer, *others = rows
        target = a - b + c
        scores = [cosine(target, row) for row in (a, b, c, *others)]
        candidates = rows[3:]
        misleading = (
            candidates @ target,
            -np.linalg.norm(candidates - target, axis=1),
            [cosine(b - a + c, row) for row in candidates],
            [cosine(a + b - c, row) for row in candidates],
            [cosine(_unit(a) - _unit(b) + _unit(c), row) for row in candidates],
        )
        others_win = {int(np.argmax(values)) for values in misleading}
        is_best = cosine(target, answer) > max(scores) + 0.02
        return is_best and others_win == set(range(1, len(candidates)))

    return _analogy(rng, until(make, holds).tolist(), PLAIN_WORDS if d == 2 else OTHER_WORDS)


def _analogy(
    rng: np.random.Generator, rows: list[Row], pool: tuple[str, ...] = PLAIN_WORDS
) -> Arguments:
    """Return shuffled arguments; the first three rows are A, B and C."""
    words = draw_words(rng, len(rows), pool)
    order = rng.permutation(len(rows))
    vectors = np.array([rows[i] for i in order])
    return (*words[:3], [words[i] for i in order], vectors)


def _target(a: Row, b: Row, c: Row) -> Array:
    return np.asarray(np.subtract(a, b) + np.array(c))


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))


def _unit_across(rng: np.random.Generator, vector: Array) -> Array:
    """Return a random direction at a right angle to a vector."""
    across = rng.normal(size=len(vector))
    across -= vector * (across @ vector) / (vector @ vector)
    return _unit(across)

"""Analogies made from a seed, for the checks of ``analogy``.

One check's tables mislead: whatever else is computed or compared leads to another word. In those
of the other checks all rows have one length, so that distance and dot product cost no points
there; nor does B - A + C, the commonest wrong order, where that can be had. And all numbers there
are whole ones: whoever cuts numbers to whole ones fails the check whose tables mislead, for every
seed, and no other.
"""

from collections.abc import Sequence

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words, polar, until
from embedlab.grading.cosine.analogy_scores import (
    RIGHT,
    Scores,
    closenesses,
    dots,
    in_the_plane,
    of_products,
    of_quotients,
    of_steps,
    of_unit_vectors,
    unit_rows,
    with_sum,
)
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array

# What students compute instead; each must lead to other words than A - B + C, and than the others.
_MISTAKEN: tuple[Scores, ...] = (
    with_sum(1, -1, 1, score=closenesses),
    with_sum(1, -1, 1, score=dots),
    with_sum(-1, 1, 1),
    with_sum(1, 1, -1),
    with_sum(1, 1, 1),
    with_sum(1, -1, 0),
    with_sum(1, 0, 0),
    with_sum(0, 0, 1),
    of_unit_vectors,
    of_steps,
    of_products,
    of_quotients,
    in_the_plane,
    lambda a, b, c, rows: np.abs(RIGHT(a, b, c, rows)),
    lambda a, b, c, rows: -RIGHT(a, b, c, rows),
)
# Angles of A, B and C, all of length 5, such that A, B or C comes nearest to A - B + C, and of
# other words: the first is the answer, the others are what A, C or B - A + C alone lead to.
_NEAR_AN_INPUT = (
    ((0, 60, 55), (-35, 50, 115, 230)),
    ((22, 0, -18), (-30, 50, 140, 230)),
    ((55, 60, 0), (-35, 45, 130, 225)),
)
# The same, where all of these lead to the answer.
_HARMLESS = ((80, 60, 20), (24, 140, 180, 250))
# Tenths: nothing is left of A - B + C once it is cut to whole numbers, or rounded to them.
_SMALL = ((0, 5), (3, 4), (5, 0), (3, 2), (5, 1), (-3, 4), (-5, 0), (-3, -4))
_HARMLESS_WHOLE = ((0, 5), (3, 4), (5, 0), (4, 3), (-3, 4), (-5, 0), (-3, -4))


def misleading_analogies(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) whose answer is no input: small numbers, then misleading."""

    def make() -> list[Array]:
        # Absolute values mislead where there is an opposite, the lowest cosine everywhere.
        *tables, last = (
            _misleading_rows(rng, d, has_opposite=has_opposite)
            for d, has_opposite in ((2, True), (3, False), (3, True), (5, False))
        )
        # The numbers that single precision makes of them.
        return [*tables, last.astype(np.float32).astype(float)]

    pools = (PLAIN_WORDS, OTHER_WORDS, OTHER_WORDS, OTHER_WORDS)
    tables = until(make, _tell_mistakes_apart)
    *cases, last = (_shuffled(rng, rows, pool) for rows, pool in zip(tables, pools, strict=True))
    # Never turned round: to round down makes -1 of a small negative number.
    small = np.array(_SMALL)[:, rng.permutation(2)] / 10
    return [_shuffled(rng, small), *cases, (*last[:4], last[4].astype(np.float32))]


def analogies_near_an_input(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) where a, then b, then c is nearest to A - B + C.

    In the last, the answer is another word with the row of c.
    """
    cases = [_at_angles(rng, inputs, others) for inputs, others in _NEAR_AN_INPUT]
    inputs, others = _NEAR_AN_INPUT[2]
    return [*cases, _at_angles(rng, inputs, (inputs[2], *others))]


def analogies_with_equal_rows(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) where two equal rows are best.

    A - B + C is twice these rows, which are made of 1 and -1: its cosines are exact in every
    order of summation.
    """
    signs = rng.choice([-1.0, 1.0], 4)
    i, j, k, rest = rng.permutation(4)
    axes = np.diag(signs)
    a, b = axes[i], axes[j]
    best, c = signs, 2 * signs - a + b
    half, across = 2 * axes[k], signs * np.where(np.isin(range(4), [i, rest]), -1, 1)
    rows = np.array([half, a, best, across, b, best, c])
    words = draw_words(rng, len(rows))
    # The two words in both orders of the alphabet: comparing words is no tie rule.
    swapped = words.copy()
    swapped[2], swapped[5] = swapped[5], swapped[2]
    return [(each[1], each[4], each[6], each, rows) for each in (words, swapped)]


def analogies_with_a_zero_row(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) with a zero row: first no answer, then it, then b."""
    cases: list[Arguments] = []
    for is_answer in (False, True):
        start = rng.uniform(0, 360)
        target, across = np.array(polar(start, 100)), np.array(polar(start + 90, 100))
        # All three inputs point away from A - B + C, so they do not compete with the zero row;
        # none exactly, for then rounding can make a cosine less than -1.
        a, b = -0.5 * target + 1.1 * across, -2 * target + 0.2 * across
        c = -0.5 * target - 0.9 * across
        angles = (-15, 110 if is_answer else 70, 130, 230)
        best, *away = (np.array(polar(start + angle, 100)) for angle in angles)
        zero = np.zeros(2)
        # nan wins every comparison as the first of a list, and loses it later.
        rows = [a, b, away[0], zero, c, *away[1:]] if is_answer else [zero, a, b, c, best, *away]
        words = draw_words(rng, len(rows))
        abc = (0, 1, 4) if is_answer else (1, 2, 3)
        cases.append((*(words[i] for i in abc), words, np.rint(rows)))
    start = rng.uniform(0, 360)
    first, *others = (polar(start + angle, 100) for angle in (50, -50, 20, 170, 220))
    words = draw_words(rng, 6)
    return [*cases, (*words[:3], words, np.rint([first, [0.0, 0.0], *others]))]


def analogies_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (a, b, c, words, vectors) that a function could change in place."""
    turned = np.array(_HARMLESS_WHOLE)[:, rng.permutation(2)] * rng.choice([-1, 1], 2)
    return [
        _at_angles(rng, *_HARMLESS),
        _shuffled(rng, turned.astype(float)),
        _at_angles(rng, *_HARMLESS),
    ]


def _misleading_rows(rng: np.random.Generator, d: int, *, has_opposite: bool) -> Array:
    """Return A, B, C, the answer's row, and rows to which the likeliest mistakes lead."""

    def make() -> Array:
        a, b, c = rng.uniform(-5, 5, (3, d))
        target = a - b + c
        aside = np.linalg.norm(target) * _unit_across(rng, target)
        answer = 4 * target + rng.uniform(-1, 1, d)
        decoys = (
            target + 0.5 * aside,
            10 * target + 20 * aside,
            b - a + c,
            2 * (a + b - c),
            4 * (unit_rows(a) - unit_rows(b) + unit_rows(c)),
            c + 3 * (a - b),
            *([-2 * target + 0.05 * aside] if has_opposite else []),
        )
        return np.round([a, b, c, answer, *decoys], 1)

    def holds(rows: Array) -> bool:
        scores = RIGHT(rows[0], rows[1], rows[2], rows)
        is_clear = scores[3] > np.delete(scores, 3).max() + 0.02
        # Whoever computes an angle must not meet a cosine above 1, or below -1, by rounding.
        is_askew = np.abs(scores).max() < 1 - 1e-6
        return bool(is_clear and is_askew and np.linalg.norm(rows, axis=1).min() > 1)

    return until(make, holds)


def _tell_mistakes_apart(tables: Sequence[Array]) -> bool:
    """Return whether each mistake leads to other words than all else, in one table at least."""
    results = set()
    for scores in (RIGHT, *_MISTAKEN):
        found = (scores(rows[0], rows[1], rows[2], rows[3:]) for rows in tables)
        result = tuple(int(np.argmax(each)) for each in found)
        if result in results:
            return False
        results.add(result)
    return True


def _at_angles(
    rng: np.random.Generator, inputs: Sequence[float], others: Sequence[float]
) -> Arguments:
    """Return a table of whole rows of length 100 at these angles, counted from somewhere."""
    start, side = rng.uniform(0, 360), rng.choice([-1, 1])
    return _shuffled(rng, np.rint([polar(start + side * x, 100) for x in (*inputs, *others)]))


def _shuffled(
    rng: np.random.Generator, rows: Array, pool: tuple[str, ...] = PLAIN_WORDS
) -> Arguments:
    """Return arguments in some order; the first rows are A, B, C, the answer's and the next best.

    The order is such that no position or accident leads to the answer.
    """
    words = draw_words(rng, len(rows), pool)

    def holds(order: list[int]) -> bool:
        # An input before it: its position in words is another one once they are left out. The
        # next best as well: it is taken where the two cosines have become equal by rounding. And
        # another word after it: it is not the last either.
        place = order.index(3)
        before, after = order[:place], order[place:]
        return min(before, default=3) < 3 and 4 in before and max(after) > 3

    order = until(lambda: rng.permutation(len(rows)).tolist(), holds)
    return (*words[:3], [words[i] for i in order], rows[order])


def _unit_across(rng: np.random.Generator, vector: Array) -> Array:
    """Return a random direction at a right angle to a vector."""
    across = rng.normal(size=len(vector))
    across -= vector * (across @ vector) / (vector @ vector)
    return unit_rows(across)

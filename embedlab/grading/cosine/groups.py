"""Groups of words made from a seed, for the checks of ``odd_one_out``."""

from collections.abc import Sequence

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words, polar, until
from embedlab.grading.cosine.group_scores import MISTAKEN, RIGHT
from embedlab.grading.cosine.tables import exact_directions
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array

_GAP = 0.02
# Angles and lengths of a group whose fourth word is the odd one, and of two words more. By every
# likely mistake it is another word.
_MISLEADING = (
    (0, 15), (130, 4), (100, 4), (300, 2), (180, 5),
    (220, 5), (200, 10),
)  # fmt: skip
# Angles of the group and of two words more. With a zero row in the group (None), the last of the
# others is the odd one; if each word counts itself as well, the zero row would be.
_WITH_A_ZERO_ROW = (
    ((60, None, 0, 150), (240, 300)),
    ((0, 30, None, 55), (140, 200)),
)
# Tenths, the odd one second: cut to whole numbers, or rounded to them, nothing is left. The two
# lowest means agree in their first decimal.
_SMALL = ((0, 3), (3, 3), (1, 4), (4, 0), (4, 2))
_HARMLESS = ((10, 30, 160, 0), (205, 300))
_HARMLESS_WHOLE = ((4, 3), (5, 0), (-4, 3), (4, -3), (0, -5), (-3, -4))


def groups_with_an_odd_one(rng: np.random.Generator) -> list[Arguments]:
    """Return (group, words, vectors): small numbers, ordinary ones, zero rows, equal rows."""
    start, side = rng.uniform(0, 360), rng.choice([-1, 1])
    misleading = np.array([polar(start + side * x, length) for x, length in _MISLEADING])

    def make() -> list[tuple[int, Array]]:
        sizes = [(4, 6, 3), (6, 9, 4), (5, 7, 5)]
        return [(5, misleading), *(_random_group(rng, *size) for size in sizes)]

    tables = until(make, _tell_mistakes_apart)
    pools = (PLAIN_WORDS, OTHER_WORDS, OTHER_WORDS, OTHER_WORDS)
    *cases, last = (_shuffled(rng, *table, pool) for table, pool in zip(tables, pools, strict=True))
    return [
        _shuffled(rng, 3, np.array(_SMALL)[:, rng.permutation(2)] / 10, PLAIN_WORDS),
        # The smallest there is, the odd one in the middle.
        _at_angles(rng, (20, 130, 0), (160, 200, 250)),
        *cases,
        (*last[:2], last[2].astype(np.float32)),
        *(_at_angles(rng, *angles) for angles in _WITH_A_ZERO_ROW),
        *_groups_with_equal_rows(rng),
    ]


def groups_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (group, words, vectors) that a function could change in place."""
    turned = np.array(_HARMLESS_WHOLE)[:, rng.permutation(2)] * rng.choice([-1, 1], 2)
    return [
        _at_angles(rng, *_HARMLESS),
        _shuffled(rng, 4, turned.astype(float), PLAIN_WORDS),
        _at_angles(rng, *_HARMLESS),
    ]


def _random_group(rng: np.random.Generator, size: int, n: int, d: int) -> tuple[int, Array]:
    """Return the size of a group whose odd one is clear, and n rows that begin with its own."""

    def make() -> Array:
        return np.round(rng.uniform(0.3, 3, (n, 1)) * rng.uniform(-5, 5, (n, d)), 1)

    def holds(rows: Array) -> bool:
        lowest, second = np.sort(RIGHT(rows[:size], rows))[:2]
        return bool(np.linalg.norm(rows, axis=1).min() > 0.3 and second - lowest > _GAP)

    return size, until(make, holds)


def _tell_mistakes_apart(tables: Sequence[tuple[int, Array]]) -> bool:
    """Return whether each mistake leads to other words than all else, in one table at least."""
    results = {
        tuple(int(np.argmin(scores(rows[:size], rows))) for size, rows in tables)
        for scores in (RIGHT, *MISTAKEN)
    }
    return len(results) == 1 + len(MISTAKEN)


def _groups_with_equal_rows(rng: np.random.Generator) -> list[Arguments]:
    """Return groups with two equal rows that are both the odd one; their cosines are exact."""
    alike, half, _, odd = exact_directions(rng)
    rows = np.array([alike, odd, half, odd, alike])
    cases: list[Arguments] = []
    for order in ([4, 3, 2, 1, 0], [2, 1, 4, 3, 0]):
        names = draw_words(rng, len(rows))
        # Once the first of the group is the first in the alphabet, once the last.
        names[1], names[3] = sorted((names[1], names[3]), reverse=bool(cases))
        cases.append((names, [names[i] for i in order], rows[order]))
    return cases


def _at_angles(
    rng: np.random.Generator, group: tuple[float | None, ...], others: tuple[float, ...]
) -> Arguments:
    """Return whole rows of length 100 at these angles, counted from somewhere; None is zero."""
    start, side = rng.uniform(0, 360), rng.choice([-1, 1])
    rows = [[0.0, 0.0] if x is None else polar(start + side * x, 100) for x in (*group, *others)]
    return _shuffled(rng, len(group), np.rint(rows), PLAIN_WORDS)


def _shuffled(rng: np.random.Generator, size: int, rows: Array, pool: tuple[str, ...]) -> Arguments:
    """Return arguments; the first rows are those of the group, in its order."""
    names = draw_words(rng, len(rows), pool)
    # Not in the order of the group: a position in one is none in the other.
    order = until(
        lambda: rng.permutation(len(rows)).tolist(),
        lambda order: all(order[i] != i for i in range(size)),
    )
    return names[:size], [names[i] for i in order], rows[order]

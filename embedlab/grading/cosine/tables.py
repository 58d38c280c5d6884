"""Tables of words and vectors made from a seed, for the checks of ``nearest``.

One check's tables mislead: the nearest by distance, the largest dot product and the nearest by
cosine are different words. In those of the other checks all rows have one length, so that
distance and dot product rank as the cosine does and cost no points there; all numbers are whole
ones, so that whoever cuts numbers to whole ones loses none; and no cosine is negative where that
is not what is asked, so that absolute values cost none either.
"""

from typing import Any

import numpy as np

from embedlab.grading.cases import (
    OTHER_WORDS,
    PLAIN_WORDS,
    Row,
    draw_words,
    polar,
    until,
)
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array
from embedlab.vectors import similarity_matrix

# So far apart that even cosines rounded to two decimals rank alike.
_GAP = 0.02
# Cosines whose gaps are wider than this rank alike even when rounded to one decimal.
_WIDE_GAP = 0.1
# Tenths, best first for the first of them: cut to whole numbers, or rounded to them, all are 0.
_SMALL = ((4, 0), (4, 1), (5, 2), (4, 2), (3, 4), (1, 4))
# Rows of length 5 and whole numbers, best first for the first of them.
_WHOLE = ((3, 4), (4, 3), (0, 5), (5, 0), (-3, 4))


def ranking_tables(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) with 4 <= k, where distance and dot product mislead."""
    return [
        _small_table(rng),
        _misleading_table(rng),
        *(_random_table(rng, n, d, k) for n, d, k in [(6, 3, 4), (9, 5, 5)]),
        # Two or fewer that are not negative: the others must be listed as well.
        until(lambda: _random_table(rng, 7, 2, 6), lambda case: _n_positive(case) <= 2),
        _random_table(rng, 8, 4, 5, np.float32),
    ]


def counting_tables(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) with k from 1 to more than there are words.

    In the last, the word is the only one.
    """
    n = 5
    return [
        *(table_of_one_length(rng, n, 2, k) for k in (2, 1)),
        *(table_of_one_length(rng, n, 2, k) for k in (3, n - 1, n, n + 4)),
        table_of_one_length(rng, 2, 2, 1),
        table_of_one_length(rng, 1, 2, 3),
    ]


def tables_with_equal_rows(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) where several words share a row, one of them the word's.

    All rows have length 2 and coordinates that are powers of 2 (or 0), so that cosines are
    exact in every order of summation and equal rows tie exactly. In the second and in the last
    table equal rows tie where the list ends. The last two are longer than 16 words: shorter ones
    NumPy sorts in a stable way on some processors, asked to or not.
    """
    query, half, across, _ = exact_directions(rng)
    rows = [across, half, query, half, across, query]
    # One pair of equal rows in alphabetical order, one against it: sorting by word is no tie rule.
    words = until(
        lambda: draw_words(rng, len(rows), OTHER_WORDS),
        lambda words: words[1] < words[3] and words[0] > words[4],
    )
    three = [half, across, half, query, half]
    others = draw_words(rng, len(three))
    six = [half, half, across, half, query, half, half, half]
    more = draw_words(rng, len(six))
    alike, across_it = np.array([[2.0, 0.0], [0.0, 2.0]])[rng.permutation(2)]
    many = draw_words(rng, 23, PLAIN_WORDS + OTHER_WORDS)
    return [
        (words[-1], words, np.array(rows), 5),
        (more[4], more, np.array(six), 4),
        (others[3], others, np.array(three), 4),
        *((many[-1], many, np.array([across_it, alike] * 11 + [alike]), k) for k in (22, 6)),
    ]


def tables_with_a_zero_row(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) with a zero row, which ranks between + and -."""
    cases: list[Arguments] = []
    # The angles with the word asked about, which comes first; None is the zero row.
    for degrees in ((0, 160, 50, None, 20, 110), (0, 55, None, 115, 160, 25)):
        start = rng.uniform(0, 360)
        rows = [[0.0, 0.0] if x is None else polar(start + x, 100) for x in degrees]
        words = draw_words(rng, len(rows))
        cases.append((words[0], words, np.rint(rows), 4))
    return cases


def tables_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (word, words, vectors, k) that a function could change in place."""
    whole = np.array(_WHOLE)[:, rng.permutation(2)] * rng.choice([-1, 1], 2)
    words = draw_words(rng, len(whole))
    # Neither in the right order nor in the opposite.
    order = [2, 0, 3, 1, 4]
    return [
        table_of_one_length(rng, 5, 2, 4),
        (words[0], [words[i] for i in order], whole[order].astype(float), 4),
        table_of_one_length(rng, 6, 2, 4),
    ]


def table_of_one_length(rng: np.random.Generator, n: int, d: int, k: int) -> Arguments:
    """Return a table of whole rows of length 100, and positive cosines with the word's row."""

    def make() -> tuple[int, Array]:
        rows = rng.normal(size=(n, d))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        query = int(rng.integers(n))
        # Turned round where the cosine is negative.
        signs = np.sign(rows @ rows[query])[:, np.newaxis]
        # The sum makes 0.0 of -0.0.
        return query, np.rint(100 * signs * rows / lengths) + 0.0

    query, vectors = until(make, lambda table: _is_clear(table, _WIDE_GAP, lowest=0.01))
    words = draw_words(rng, n)
    return words[query], words, vectors, k


def exact_directions(rng: np.random.Generator) -> list[Row]:
    """Return rows of length 2 whose cosines with the first are 1, 1/2, 0 and -1.

    By their first two numbers alone they rank alike.
    """
    signs = rng.choice([-1.0, 1.0], 4)
    i, j = rng.integers(2), 2 + rng.integers(2)
    half = np.zeros(4)
    half[i] = 2 * signs[i]
    right_angle = signs.copy()
    right_angle[[i, j]] *= -1
    return [row.tolist() for row in (signs, half, right_angle, -signs)]


def _small_table(rng: np.random.Generator) -> Arguments:
    """Return a table of numbers below 1, two of whose cosines agree in the first decimal."""
    rows = np.array(_SMALL)[:, rng.permutation(2)] / 10
    words = draw_words(rng, len(rows))
    order = until(
        lambda: rng.permutation(len(rows)).tolist(),
        # The worse of the two comes first, so that the order of the words is not the right one.
        lambda order: order.index(3) < order.index(2),
    )
    return words[0], [words[i] for i in order], rows[order], 4


def _misleading_table(rng: np.random.Generator) -> Arguments:
    """Return a small table that ranks differently by distance and by dot product."""
    start = rng.uniform(0, 360)
    # Best, second, third and last by cosine; the second is nearest, the third has the largest
    # dot product, and the last is nearer than the best.
    rows = [(0, 5), (10, 15), (40, 6), (70, 100), (160, 5)]
    vectors = [polar(start + angle, length) for angle, length in rows]
    words = draw_words(rng, len(rows))
    order = rng.permutation(len(rows))
    return words[0], [words[i] for i in order], np.array([vectors[i] for i in order]), 4


def _random_table(
    rng: np.random.Generator, n: int, d: int, k: int, dtype: type[np.floating[Any]] = np.float64
) -> Arguments:
    """Return a table whose words have clearly different cosines with the one asked about."""

    def make() -> tuple[int, Array]:
        lengths = rng.uniform(0.3, 3, (n, 1))
        return int(rng.integers(n)), np.round(lengths * rng.uniform(-5, 5, (n, d)), 1)

    def holds(table: tuple[int, Array]) -> bool:
        is_long = bool(np.linalg.norm(table[1], axis=1).min() > 0.3)
        return is_long and _is_clear(table) and not has_ties(*table)

    query, vectors = until(make, holds)
    words = draw_words(rng, n, OTHER_WORDS)
    return words[query], words, vectors.astype(dtype), k


def _n_positive(arguments: Arguments) -> int:
    """Return how many other words have a positive cosine with the one asked about."""
    word, words, vectors, _ = arguments
    scores = similarity_matrix(vectors[[words.index(word)]], vectors)[0]
    # One of them is the word's own.
    return int(np.sum(scores > 0)) - 1


def has_ties(query: int, rows: Array) -> bool:
    """Return whether two rows are equally far from one, or have the same dot product with it.

    Who ranks by these gets an order that rounding decides, another one in single precision than
    in double, and could not be told what the mistake is.

    Args:
        query: Which row.
        rows: (n, d), all numbers tenths.
    """
    tenths = np.rint(10 * rows).astype(int)
    others = np.delete(tenths, query, axis=0)
    scores = np.sum((others - tenths[query]) ** 2, axis=1), others @ tenths[query]
    return any(len(np.unique(each)) < len(each) for each in scores)


def _is_clear(table: tuple[int, Array], gap: float = _GAP, lowest: float = -1.0) -> bool:
    """Return whether the cosines with one row are far from one another and from 1, none too low.

    And whether the words are not in the right order already, as a function that sorts nothing
    would return them.
    """
    query, rows = table
    scores = np.delete(similarity_matrix(rows[[query]], rows)[0], query)
    gaps = -np.diff([1.0, *sorted(scores, reverse=True)])
    is_sorted = len(scores) > 1 and bool(np.all(np.diff(scores) <= 0))
    return bool(np.all(gaps > gap) and np.all(scores > lowest)) and not is_sorted

"""Contexts and two words to choose between, made from a seed, for the checks of ``closer``."""

from collections.abc import Mapping
from itertools import permutations

import numpy as np

from embedlab.grading.cases import PLAIN_WORDS, draw_words, until
from embedlab.grading.cbow.scorings import SCORINGS, Scoring
from embedlab.grading.cbow.tables import ALL_WORDS, MIRRORED, arranged, names_with_zeros
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array, IntArray
from embedlab.text import context

# Tokens, position, window and dimensions: inside a sentence, then near its ends. Half a window,
# and the part of it on one side, hold a word each time: what comes of none, nobody can foresee.
_SHAPES = (
    (5, 2, 2, 2), (8, 4, 3, 3), (5, 1, 2, 2), (6, 4, 2, 2), (7, 1, 3, 3), (7, 5, 3, 3),
    (6, 1, 2, 3), (8, 2, 3, 4),
)  # fmt: skip
# How far apart the two scores are at least, in what is right and in each mistake.
_GAP = 0.02
# In how many cases any two functions differ at least: a mistake of another kind, which gives one
# of two answers by chance, must not be taken for one of these.
_DISTANCE = 3


def misleading_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E, first, second) that tell the likely mistakes apart.

    With two possible answers one case says little. So cases are added until any two mistakes,
    and each and what is right, differ in several of them. Then one in single precision is added,
    and some in which a word has a zero row.
    """
    cases: list[Arguments] = []
    # A row of answers for each case so far.
    answers: IntArray = np.zeros((0, len(SCORINGS) + 9), dtype=np.int64)
    n_tables = 0
    while np.min(_distances(answers)) < _DISTANCE:
        table = _table(rng, *_SHAPES[n_tables % len(_SHAPES)])
        pair, given = _most_telling(rng, table, _distances(answers))
        n_tables += 1
        if pair:
            cases.append((*table, *pair))
            answers = np.vstack([answers, given])
    tokens, i, w, vocab, E, first, second = cases[-1]
    again = (tokens, i, w, vocab, E.astype(np.float32), first, second)
    return [*cases, again, *_pairs_with_a_zero_row(rng)]


def _distances(answers: IntArray) -> IntArray:
    """Return in how many cases each two functions differ, one with itself much."""
    n_different = (answers[:, :, np.newaxis] != answers[:, np.newaxis, :]).sum(axis=0)
    return np.asarray(n_different + 99 * np.eye(answers.shape[1], dtype=np.int64))


def _table(rng: np.random.Generator, n: int, i: int, w: int, d: int) -> Arguments:
    """Return (tokens, i, w, vocab, E) with a sentence of n different, known words."""
    words = draw_words(rng, n + 3, PLAIN_WORDS if n < 8 else ALL_WORDS)
    around = context(list(range(n)), i, w)

    def make() -> Array:
        return np.round(rng.uniform(0.5, 2, (n + 3, 1)) * rng.uniform(-5, 5, (n + 3, d)), 1)

    def holds(E: Array) -> bool:
        # A mean in which almost everything cancels is not for single precision.
        lengths = np.linalg.norm(E, axis=1)
        mean = float(np.linalg.norm(E[around].mean(axis=0)))
        return bool(mean > 0.2 * max(lengths[around]) and min(lengths) > 0.5)

    # Adding 0 turns -0 into 0.
    E = until(make, holds) + 0.0
    order = rng.permutation(n + 3)
    return words[:n], i, w, [words[j] for j in order], E[order]


def _most_telling(
    rng: np.random.Generator, table: Arguments, distances: IntArray
) -> tuple[list[str], IntArray]:
    """Return the two words that tell functions apart which differed seldom, and the answers.

    An answer is 1 for the first word, 0 for the second, 2 for none. They come from what is right,
    from each of SCORINGS, and from whoever always returns the first or the second, in the order
    of the arguments, of vocab or of the alphabet, or takes the two rows in the order of vocab or
    of the alphabet.
    """
    vocab = table[3]
    scorings = [Scoring(), *(scoring for _, scoring in SCORINGS)]
    values = np.stack([_values(table, scoring) for scoring in scorings])
    best: tuple[list[str], IntArray] = ([], np.zeros(0, dtype=np.int64))
    most = 0.0
    # Not the first context word: to whoever adds the others into its row, which is asked
    # elsewhere, the case would look different.
    tokens, i, w = table[:3]
    places = [k for k, word in enumerate(vocab) if word != context(tokens, i, w)[0]]
    for a, b in rng.permutation(list(permutations(places, 2))):
        gaps = values[:, a] - values[:, b]
        if np.nanmin(np.abs(gaps)) < _GAP:
            continue
        by_score = np.where(np.isnan(gaps), 2, gaps > 0)
        orders = [True, a < b, vocab[a] < vocab[b]]
        swapped = [by_score[0] ^ (not is_first) for is_first in orders[1:]]
        given = np.array([*by_score, *orders, *(not each for each in orders), *swapped], int)
        gain = float(np.sum(4.0**-distances * (given[:, np.newaxis] != given)))
        if gain > most:
            best, most = ([vocab[a], vocab[b]], given), gain
    return best


def _values(table: Arguments, scoring: Scoring) -> Array:
    """Return the score of each word (V,), or nan for all where the window gives no mean."""
    try:
        values = scoring.values(*table)
    except IndexError:
        values = None
    return np.full(len(table[3]), np.nan) if values is None else values


def _pairs_with_a_zero_row(rng: np.random.Generator) -> list[Arguments]:
    """Return cases in which the zero row comes first or second, and wins or loses."""
    angles = {"a": 0, "b": 80, "near": 60, "opposite": 200, "target": 225}
    pairs = [("zero5", "opposite"), ("near", "zero5"), ("zero5", "near"), ("opposite", "zero5")]
    return [
        _arranged(rng, MIRRORED, 4, 4, angles, *pair, is_ascending=k % 2 == 0, zeros=(5,))
        for k, pair in enumerate(pairs)
    ]


# In the following, neither the order of the arguments, nor that of vocab, nor the alphabet tells
# which word is the right one.


def pairs_around_unknown_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (..., first, second) where words without a row, or repeated words, decide.

    In the last ones nothing of this matters: who fails there has made another mistake.
    """
    # 3 a + b points to 18.4 degrees, 2 a + b to 26.6, a + b to 45.
    angles = {"below": -20, "a": 0, "b": 90, "low": 10, "high": 54, "target": 200}
    both = {"target": 0, "b": 90, "high": 100, "low": 40}
    # The first row, then the last, would draw the mean away from low.
    by_first = {"first": 150, "a": 0, "low": 10, "high": 54, "target": 180, "last": -60}
    by_last = {"first": -60, "a": 0, "low": 10, "high": 54, "target": 180, "last": 150}
    plain = {"a": 0, "b": 80, "far": 150, "near": 50, "target": 225}
    turned = {"a": 0, "b": 80, "near": 30, "far": -80, "target": 225}
    return [
        _arranged(rng, "b a a a target a a a b", 4, 4, angles, "low", "high"),
        _arranged(rng, "? a target a ?", 2, 2, by_last, "high", "low", is_ascending=False),
        _arranged(
            rng, "a ? a ?? target ?? a ? a", 4, 4, by_first, "low", "high", is_ascending=False
        ),
        # A word that stands just outside the window as well.
        _arranged(rng, "b a a b target b a a b", 4, 3, angles, "below", "high"),
        # The target in its own context.
        _arranged(rng, "b target target target b", 2, 2, both, "high", "low"),
        _arranged(rng, MIRRORED, 4, 4, plain, "near", "far", is_ascending=False),
        _arranged(rng, MIRRORED, 4, 4, turned, "far", "near", is_ascending=False),
        _arranged(rng, MIRRORED, 4, 4, turned, "near", "far"),
    ]


def pairs_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (..., first, second) that a function could change in place."""
    angles = {"a": 0, "b": 80, "far": 150, "near": 50, "target": 225}
    more = {"a": 0, "b": 80, "near": 50, "far": 150, "target": 225, "farther": 120, "last": 290}
    cases = [
        _arranged(rng, MIRRORED, 4, 4, angles, "near", "far"),
        _arranged(rng, MIRRORED, 4, 4, more, "far", "near"),
        _arranged(rng, MIRRORED, 4, 4, more, "near", "far", is_ascending=False),
        _arranged(rng, MIRRORED, 4, 4, more, "far", "near", is_ascending=False),
        _arranged(rng, MIRRORED, 4, 4, angles, "far", "near"),
        _arranged(rng, MIRRORED, 4, 4, angles, "near", "far", is_ascending=False),
    ]
    # Simple rows for the names of the third and the fourth.
    rows = np.array([[5, 0], [0, 5], [4, 3], [-3, 4], [-4, -3], [-2, 4], [0, -5]], float)
    for k, matrix in ((2, rows), (3, rows.astype(np.float32))):
        cases[k] = (*cases[k][:4], matrix, *cases[k][5:])
    return cases


def _arranged(
    rng: np.random.Generator,
    pattern: str,
    i: int,
    w: int,
    angles: Mapping[str, float],
    first: str,
    second: str,
    *,
    is_ascending: bool = True,
    zeros: tuple[int, ...] = (),
) -> Arguments:
    """Return a case of ``tables.arranged`` with two of its words, called by their names there.

    The two, of which no token is made, are in the order of the alphabet or against it.
    """
    tokens, i, w, vocab, E = arranged(rng, pattern, i, w, angles, zeros)
    names = names_with_zeros(angles, zeros)
    places = [names.index(first), names.index(second)]
    words = sorted((vocab[place] for place in places), reverse=not is_ascending)
    for place, word in zip(places, words, strict=True):
        vocab[place] = word
    return tokens, i, w, vocab, E, *words

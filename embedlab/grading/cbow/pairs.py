"""Contexts and two words to choose between, made from a seed, for the checks of ``closer``."""

from collections.abc import Mapping
from itertools import permutations

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words, until
from embedlab.grading.cbow.closer_mistakes import SCORINGS, Scoring
from embedlab.grading.cbow.tables import MIRRORED, arranged, names_with_zeros
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array, IntArray
from embedlab.text import context

# Tokens, position, window and dimensions: inside a sentence, then near its ends. Half a window,
# and the part of it on one side, hold a word each time: what comes of none, nobody can foresee.
_SHAPES = ((5, 2, 2, 2), (8, 4, 3, 3), (5, 1, 2, 2), (6, 4, 2, 2), (7, 1, 3, 3), (7, 5, 3, 3))
# How far apart the two scores are at least, in what is right and in each mistake.
_GAP = 0.02


def misleading_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E, first, second) that tell the likely mistakes apart.

    With two possible answers one case says little. So cases are added until no two mistakes
    agree on all of them, and none with what is right. Then one in single precision is added, and
    some in which a word has a zero row.
    """
    cases: list[Arguments] = []
    # The answers so far of what is right and of each mistake, as one number in base 3.
    answers: IntArray = np.zeros(len(SCORINGS) + 4, dtype=np.int64)
    n_tables = 0
    while _n_kinds(answers) < len(answers):
        table = _table(rng, *_SHAPES[n_tables % len(_SHAPES)])
        pair, extended = _most_telling(rng, table, answers)
        n_tables += 1
        if _n_kinds(extended) > _n_kinds(answers):
            cases.append((*table, *pair))
            answers = extended
    tokens, i, w, vocab, E, first, second = cases[-1]
    again = (tokens, i, w, vocab, E.astype(np.float32), first, second)
    return [*cases, again, *_pairs_with_a_zero_row(rng)]


def _n_kinds(answers: IntArray) -> int:
    return len(set(answers.tolist()))


def _table(rng: np.random.Generator, n: int, i: int, w: int, d: int) -> Arguments:
    """Return (tokens, i, w, vocab, E) with a sentence of n different, known words."""
    words = draw_words(rng, n + 3, PLAIN_WORDS if n < 8 else PLAIN_WORDS + OTHER_WORDS)
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
    rng: np.random.Generator, table: Arguments, answers: IntArray
) -> tuple[list[str], IntArray]:
    """Return the pair of words that tells most answers apart, and the answers with those to it.

    An answer is 1 for the first word, 0 for the second, 2 for none. They come from what is right,
    from each of SCORINGS, and from whoever always returns the first, or always the second, or
    takes the two rows in the order of vocab.
    """
    vocab = table[3]
    scorings = [Scoring(), *(scoring for _, scoring in SCORINGS)]
    values = np.stack([_values(table, scoring) for scoring in scorings])
    best: tuple[list[str], IntArray] = ([], answers)
    for a, b in rng.permutation(list(permutations(range(len(vocab)), 2))):
        gaps = values[:, a] - values[:, b]
        if np.nanmin(np.abs(gaps)) < _GAP:
            continue
        by_score = np.where(np.isnan(gaps), 2, gaps > 0)
        extended = 3 * answers + [*by_score, 1, 0, by_score[0] ^ (a > b)]
        if _n_kinds(extended) > _n_kinds(best[1]):
            best = ([vocab[a], vocab[b]], extended)
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
    return [_arranged(rng, MIRRORED, 4, 4, angles, *pair, zeros=(5,)) for pair in pairs]


def pairs_around_unknown_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (..., first, second) where words without a row, or repeated words, decide."""
    # 3 a + b points to 18.4 degrees, 2 a + b to 26.6, a + b to 45.
    angles = {"below": -20, "a": 0, "b": 90, "low": 10, "high": 54, "target": 200}
    both = {"target": 0, "b": 90, "low": 40, "high": 100}
    # The first row, then the last, would draw the mean away from low.
    by_first = {"first": 150, "a": 0, "low": 10, "high": 54, "target": 180, "last": -60}
    by_last = {"first": -60, "a": 0, "low": 10, "high": 54, "target": 180, "last": 150}
    return [
        _arranged(rng, "b a a a target a a a b", 4, 4, angles, "low", "high"),
        _arranged(rng, "? a target a ?", 2, 2, by_last, "high", "low"),
        _arranged(rng, "a ? a ?? target ?? a ? a", 4, 4, by_first, "low", "high"),
        # A word that stands just outside the window as well.
        _arranged(rng, "b a a b target b a a b", 4, 3, angles, "below", "high"),
        # The target in its own context.
        _arranged(rng, "b target target target b", 2, 2, both, "high", "low"),
    ]


def pairs_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (..., first, second) that a function could change in place."""
    angles = {"a": 0, "b": 80, "far": 150, "near": 50, "target": 225}
    more = {**angles, "farther": 120, "farthest": 290}
    choices = [(angles, "near", "far"), (more, "far", "near")] * 2
    choices[2] = (more, "near", "far")
    cases = [_arranged(rng, MIRRORED, 4, 4, *choice) for choice in choices]
    # Simple rows for these names.
    rows = np.array([[5, 0], [0, 5], [-3, 4], [4, 3], [-4, -3], [-2, 4], [0, -5]], float)
    matrices = [rows[:5], cases[1][4], rows, rows.astype(np.float32)]
    return [(*case[:4], E, *case[5:]) for case, E in zip(cases, matrices, strict=True)]


def _arranged(
    rng: np.random.Generator,
    pattern: str,
    i: int,
    w: int,
    angles: Mapping[str, float],
    first: str,
    second: str,
    zeros: tuple[int, ...] = (),
) -> Arguments:
    """Return a case of ``tables.arranged`` with two of its words, called by their names there."""
    tokens, i, w, vocab, E = arranged(rng, pattern, i, w, angles, zeros)
    names = names_with_zeros(angles, zeros)
    return tokens, i, w, vocab, E, vocab[names.index(first)], vocab[names.index(second)]

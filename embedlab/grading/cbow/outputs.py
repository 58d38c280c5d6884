"""Input and output vectors made from a seed, for the checks of ``cbow_probabilities``."""

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array

# Sentences as letters, with the position and the window; "?" has no row.
_SENTENCES = (
    ("atb", 1, 1),
    ("abtcd", 2, 2),
    ("tabc", 0, 2),
    ("abcat", 4, 3),
    ("xaatab", 3, 2),
    ("atatb", 3, 2),
    ("?abt?cx", 3, 3),
    ("xatbcdxab", 2, 3),
)
_LETTERS = "abcdtx"


def small_scores(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E, U) with scores of a few units, both signs.

    Windows inside and at the ends, repeated words, unknown words; single precision last.
    """
    cases: list[Arguments] = []
    for k, (pattern, i, w) in enumerate(_SENTENCES):
        d = 2 + k // 2
        E, U = np.round(rng.uniform(-2, 2, (2, len(_LETTERS), d)), 1)
        cases.append(_named(rng, pattern, i, w, E, U))
    *first, E, U = cases[-1]
    return [*cases, (*first, E.astype(np.float32), U.astype(np.float32))]


def large_scores(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E, U) whose scores exp cannot take.

    Two or three scores come close to the largest, so that some probabilities are neither 0 nor 1.
    Context words share one row, and all numbers are multiples of 1/16: scores are exact in single
    precision too.
    """
    cases: list[Arguments] = []
    for k, level in enumerate((800, 1200, -900)):
        row = np.array([64.0, 64.0 * rng.choice([-1, 1])])
        E = np.tile(row, (len(_LETTERS), 1))
        # The target's and the outsider's rows do not matter to the mean.
        E[4:] = rng.integers(-9, 10, (2, 2))
        offsets = rng.permutation([0.0, -1.0, 2.0, -3.0, -40.0, -200.0])
        # U · row == level + offset, split over both dimensions in multiples of 1/16.
        share = rng.integers(-40, 41, len(_LETTERS)) / 16
        U = np.column_stack([(level + offsets) / row[0] - share, np.sign(row[1]) * share])
        cases.append(_named(rng, *_SENTENCES[(1, 2, 3)[k]], E, U))
    return cases


def _named(rng: np.random.Generator, pattern: str, i: int, w: int, E: Array, U: Array) -> Arguments:
    """Return a case with words in the place of letters, the rows shuffled."""
    words = draw_words(rng, len(_LETTERS) + 1, PLAIN_WORDS + OTHER_WORDS)
    names = dict(zip([*_LETTERS, "?"], words, strict=True))
    order = rng.permutation(len(_LETTERS))
    return [names[c] for c in pattern], i, w, [words[j] for j in order], E[order], U[order]

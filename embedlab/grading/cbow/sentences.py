"""Sentences made from a seed, and positions in them, for the checks of ``context``."""

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words
from embedlab.grading.declaration import Arguments

ALL_WORDS = PLAIN_WORDS + OTHER_WORDS


def inner_positions(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) where the whole window lies inside the sentence, no word twice."""
    shapes = [(5, 2, 1), (6, 2, 2), (9, 4, 3), (12, 5, 4)]
    sentences = [_sentence(rng, n, i, w) for n, i, w in shapes]
    # The third sentence again at the next position: who ignores i is right by chance once only.
    tokens, i, w = sentences[2]
    return [*sentences, (list(tokens), i + 1, w)]


def end_positions(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) where the window reaches over one end or both."""
    shapes = [
        (4, 0, 1),
        (5, 1, 2),
        (5, 3, 2),
        (5, 0, 2),
        (5, 4, 2),
        (4, 1, 7),
        (3, 2, 3),
        (1, 0, 2),
    ]
    return [_sentence(rng, n, i, w) for n, i, w in shapes]


def repeated_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) with words that occur twice, the target among them."""
    patterns = [
        ("abcba", 2, 2),
        ("tatbc", 2, 2),
        ("aabtcaa", 3, 3),
        ("attbt", 2, 2),
        ("abctad", 3, 2),
    ]
    cases: list[Arguments] = []
    for pattern, i, w in patterns:
        letters = sorted(set(pattern))
        names = dict(zip(letters, draw_words(rng, len(letters)), strict=True))
        cases.append(([names[letter] for letter in pattern], i, w))
    return cases


def zero_windows(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) with w = 0, and some with w > 0 inside a sentence."""
    shapes = [(3, 1, 0), (3, 1, 1), (1, 0, 0), (4, 3, 0), (5, 0, 0), (7, 3, 2)]
    return [_sentence(rng, n, i, w) for n, i, w in shapes]


def sentences_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) whose tokens a function could change in place."""
    return [_sentence(rng, n, i, w) for n, i, w in [(3, 1, 1), (5, 2, 2), (8, 4, 3)]]


def _sentence(rng: np.random.Generator, n: int, i: int, w: int) -> Arguments:
    return draw_words(rng, n, PLAIN_WORDS if n < 6 else ALL_WORDS), i, w

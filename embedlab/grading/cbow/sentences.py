"""Sentences made from a seed, and positions in them, for the checks of ``context``."""

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words
from embedlab.grading.declaration import Arguments

# Without capital letters: a word with one has a case of its own.
ALL_WORDS = PLAIN_WORDS + tuple(word for word in OTHER_WORDS if word == word.lower())

# Away from ``end_positions`` the window never touches an end of the sentence, so that a slip
# there costs the check of the ends alone. On one side at least two words are outside: one word
# too many is not the whole sentence.


def inner_positions(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) where the whole window lies inside the sentence, no word twice.

    One of the words has a capital letter.
    """
    shapes = [(6, 2, 1), (8, 3, 2), (10, 4, 3), (12, 5, 4)]
    sentences = [_sentence(rng, n, i, w) for n, i, w in shapes]
    # The third sentence again at the next position: who ignores i is right by chance once only.
    tokens, i, w = sentences[2]
    sentences[3][0][4] = "Berlin"
    return [*sentences, (list(tokens), i + 1, w)]


def end_positions(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) where the window reaches to an end, over it, or over both."""
    shapes = [
        (4, 0, 1),
        (4, 2, 1),
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
        ("wabcbayz", 3, 2),
        ("wxtatbcy", 4, 2),
        ("waabtcaayz", 4, 3),
        ("xattbty", 3, 2),
        ("wxabctady", 5, 2),
    ]
    cases: list[Arguments] = []
    for pattern, i, w in patterns:
        letters = sorted(set(pattern))
        names = dict(zip(letters, draw_words(rng, len(letters)), strict=True))
        cases.append(([names[letter] for letter in pattern], i, w))
    return cases


def zero_windows(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) with w = 0 everywhere, and some with w > 0 inside a sentence."""
    shapes = [(3, 1, 0), (5, 2, 1), (1, 0, 0), (4, 3, 0), (5, 0, 0), (9, 4, 2)]
    return [_sentence(rng, n, i, w) for n, i, w in shapes]


def sentences_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w) whose tokens a function could change in place."""
    shapes = [(6, 2, 1), (8, 4, 2), (10, 5, 3), (9, 3, 2)]
    return [_sentence(rng, n, i, w) for n, i, w in shapes]


def _sentence(rng: np.random.Generator, n: int, i: int, w: int) -> Arguments:
    return draw_words(rng, n, PLAIN_WORDS if n < 8 else ALL_WORDS), i, w

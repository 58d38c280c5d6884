"""Sentences made from a seed, for the checks of what is made of words.

A sentence is drawn by a pattern: "abab" is two different words in turn. So which n-grams repeat,
and which mistakes show, is the same for every seed.
"""

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, draw_words
from embedlab.grading.declaration import Arguments

WORDS = (
    "we", "met", "the", "cat", "dog", "sat", "on", "a", "mat", "ran", "home", "saw", "it", "old",
)  # fmt: skip
# None of them inside another: words that are have a case of their own in the challenge.
SEPARATE = tuple(word for word in WORDS if sum(word in other for other in WORDS) == 1)
# The second ends like the first, the fourth begins like the third.
PARTS = (
    ("law", "outlaw", "man", "mane"), ("ring", "bring", "car", "cart"),
    ("art", "part", "no", "not"),
)  # fmt: skip
LOWERCASE = tuple(word for word in OTHER_WORDS if word == word.lower() and word.isalpha())
# A function that drops any of them drops something in each sentence of these three.
UNUSUAL = ("don't", "42", "नमस्ते")
CAPITALIZED = ("Anna", "Paris", "Tom", "Spain", "Émile")


def repeating_sentences(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, n), n from 2 on and at most the number of tokens, mostly with repeats."""
    name = str(rng.choice(CAPITALIZED))
    return [
        (_sentence(rng, "abab"), 2),
        (_sentence(rng, "abcabc"), 3),
        (_sentence(rng, "aaa"), 2),
        ([name, *_sentence(rng, "abab")], 2),
        (_sentence(rng, "abcd"), 4),
        (_sentence(rng, "abcabcab", UNUSUAL), 3),
        (_sentence(rng, "abcdeabcdefa"), 5),
    ]


def sentences_to_start(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, n) without repeats, n from 2 on and at most the number of tokens."""
    return [
        (_sentence(rng, "ab"), 2),
        (_sentence(rng, "abc"), 3),
        (_sentence(rng, "abcde"), 4),
        (_sentence(rng, "abcdef", LOWERCASE), 6),
    ]


def sentences_to_end(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, n) without repeats, n from 1 on and at most the number of tokens."""
    return [
        (_sentence(rng, "ab"), 2),
        (_sentence(rng, "abc"), 3),
        (_sentence(rng, "abcde", LOWERCASE), 5),
        (_sentence(rng, "abc"), 1),
    ]


def single_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, 1) without repeats, the last without tokens."""
    return [
        (_sentence(rng, "ab"), 1),
        (_sentence(rng, "a"), 1),
        (_sentence(rng, "abcd", LOWERCASE), 1),
        ([], 1),
    ]


def short_sentences(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, n) with fewer tokens than n, often none, and one sentence with more."""
    return [
        ([], 2),
        ([], 3),
        (_sentence(rng, "a"), 2),
        (_sentence(rng, "ab"), 4),
        ([], int(rng.integers(4, 8))),
        (_sentence(rng, "abc"), 2),
    ]


def sentences_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, n) without repeats, n from 2 on."""
    return [(_sentence(rng, "abc"), 2), (_sentence(rng, "abcd"), 3), (_sentence(rng, "abcde"), 4)]


def lengths(rng: np.random.Generator) -> list[Arguments]:
    """Return (length, n), length from 1 on, below and above n.

    No sentence is so long that one n-gram more or less would lie within the tolerance.
    """
    short, middle, long = (int(rng.integers(*span)) for span in ((3, 8), (9, 40), (300, 900)))
    return [
        (short, 2),
        (short + 1, 3),
        (1, 1),
        (middle, 1),
        (2, int(rng.integers(4, 8))),
        (middle + 1, 5),
        (long, 4),
    ]


def lengths_with_zero(rng: np.random.Generator) -> list[Arguments]:
    """Return (length, n) with length 0, and two with more."""
    longer = [(int(rng.integers(12, 30)), n) for n in (2, 3)]
    return [(0, 2), (0, 1), (0, int(rng.integers(3, 8))), *longer]


def texts(rng: np.random.Generator) -> list[Arguments]:
    """Return (sentences, previous): a word, a mark, a word never seen; also without sentences.

    In one text words are parts of other words.
    """
    first, second, third, fourth, strange = draw_words(rng, 5, SEPARATE)
    other = draw_words(rng, 3, OTHER_WORDS)
    long = [[first, second, first, third], [first, second, fourth], [third, first, second, first]]
    return [
        ([[first, second], [first, third, first, second]], first),
        ([[first, second], [third, second], [first, fourth], [first]], "<S>"),
        ([[first, second, second], [second, third], [fourth, second]], second),
        ([[first, second], [second, third]], strange),
        (long, first),
        ([[first], [], [second, first]], "<S>"),
        # A word that only ends sentences: its neighbor would come from the next sentence.
        ([[first, second], [third, second], [first, third]], second),
        ([[other[0], other[1], other[0], other[2], other[0], other[1]]], other[0]),
        ([], first),
        _text_with_parts(rng),
    ]


def _text_with_parts(rng: np.random.Generator) -> Arguments:
    """Return (sentences, previous) with two bigrams, one of which is also inside other bigrams."""
    inside, around, short, long = PARTS[int(rng.integers(len(PARTS)))]
    return [[inside, short], [around, long], [inside, long, around]], inside


def texts_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (sentences, previous) with a word that never ends a sentence."""
    first, second, third, fourth = draw_words(rng, 4, SEPARATE)
    return [
        ([[first, second], [first, third, first, second]], first),
        ([[fourth, first, second], [first, third], [second, first, fourth]], first),
    ]


def _sentence(rng: np.random.Generator, pattern: str, pool: tuple[str, ...] = WORDS) -> list[str]:
    """Return one word for each letter of the pattern, the same for the same letter."""
    letters = sorted(set(pattern))
    word_of = dict(zip(letters, draw_words(rng, len(letters), pool), strict=True))
    return [word_of[letter] for letter in pattern]

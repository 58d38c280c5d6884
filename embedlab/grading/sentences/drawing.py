"""Sentences, word vectors and weights made from a seed, shared by the makers of cases.

A sentence is drawn after a pattern of letters, so that its make-up is the same for every seed:

* ``a`` to ``f``: words with a vector;
* ``S`` and ``T``: stopwords with a vector;
* ``X`` and ``Y``: words without a vector;
* ``Z``: a stopword without a vector.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, Row, draw_words, polar, until
from embedlab.numerics import Array

Rows: TypeAlias = dict[str, Row]
Names: TypeAlias = dict[str, str]
Kind: TypeAlias = Callable[[Row], Any]

_CONTENT, _STOP, _UNKNOWN, _UNKNOWN_STOP = "abcdef", "ST", "XY", "Z"
# No word of the pools is part of one of these, or has one as a part: PARTS are there for that.
_STOPWORDS = ("the", "and", "of", "with")
# A word inside a stopword, one around a stopword, and these two stopwords.
PARTS = ("he", "berlin", "the", "in")
_PLAIN = tuple(word for word in PLAIN_WORDS if word not in _STOPWORDS)
# Without capital letters: they have cases of their own.
_OTHER = tuple(word for word in OTHER_WORDS if word == word.lower())
# A component is no small rest of large terms, so that single precision has digits left for it.
_STEADY = 0.1


def integers(row: Row) -> list[int]:
    """Return a vector as a list of whole numbers."""
    return [round(x) for x in row]


def single(row: Row) -> Any:
    """Return a vector as an array in single precision."""
    return np.array(row, dtype=np.float32)


def draw_names(rng: np.random.Generator, *, is_plain: bool = True) -> Names:
    """Return a word for each letter of a pattern."""
    n = len(_CONTENT + _UNKNOWN)
    words = draw_words(rng, n, _PLAIN if is_plain else _OTHER)
    little = draw_words(rng, len(_STOP + _UNKNOWN_STOP), _STOPWORDS)
    return dict(zip(_CONTENT + _UNKNOWN + _STOP + _UNKNOWN_STOP, words + little, strict=True))


def spell(pattern: str, names: Names) -> list[str]:
    """Return the tokens of a pattern."""
    return [names[letter] for letter in pattern]


def letters_of(pattern: str, other: str = "d") -> str:
    """Return the letters of a pattern that have a vector, and one of a word outside it."""
    return "".join(sorted({*pattern, other} & {*_CONTENT, *_STOP}))


def stopwords_of(names: Names) -> set[str]:
    """Return the stopwords among the names."""
    return {names[letter] for letter in _STOP + _UNKNOWN_STOP}


def draw_rows(rng: np.random.Generator, letters: str, names: Names, d: int) -> Rows:
    """Return vectors of d numbers with one decimal, none of them short, for some letters."""

    def row() -> Row:
        values: Row = np.round(rng.uniform(-6, 6, d), 1).tolist()
        return values

    return {names[letter]: until(row, lambda x: max(map(abs, x)) > 1) for letter in letters}


def cone(
    rng: np.random.Generator,
    letters: str,
    names: Names,
    degrees: float,
    width: float = 15,
    lengths: tuple[float, float] = (3, 6),
) -> Rows:
    """Return vectors in the plane that all point nearly the same way."""
    return {
        names[letter]: polar(degrees + rng.uniform(-width, width), rng.uniform(*lengths))
        for letter in letters
    }


def draw_idf(rng: np.random.Generator, words: Iterable[str]) -> dict[str, float]:
    """Return a weight from 1 to 4 for each word, no two nearly equal and none nearly 1."""
    words = list(words)
    levels = np.linspace(1.3, 4, len(words)) + rng.uniform(-0.05, 0.05, len(words))
    return dict(zip(words, np.round(rng.permutation(levels), 2).tolist(), strict=True))


def converted(rows: Mapping[str, Row], kind: Kind) -> dict[str, Any]:
    """Return the vectors as lists, tuples or arrays."""
    return {word: kind(row) for word, row in rows.items()}


def is_steady(tokens: Sequence[str], rows: Mapping[str, Any], weights: Mapping[str, float]) -> bool:
    """Return whether no component of a weighted mean is what is left of much larger terms."""
    terms = np.array([np.multiply(weights.get(token, 1.0), rows[token]) for token in tokens])
    return bool(np.all(np.abs(terms.sum(axis=0)) > _STEADY * np.abs(terms).sum(axis=0)))


def weighted_sum(
    tokens: Sequence[str], rows: Mapping[str, Any], weights: Mapping[str, float]
) -> Array:
    """Return the weighted sum of a sentence's vectors; a word without a weight has 1."""
    terms = [np.multiply(weights.get(token, 1.0), rows[token]) for token in tokens]
    return np.asarray(np.sum(terms, axis=0))


def angle(u: Array, v: Array) -> float:
    """Return the angle between two vectors in degrees."""
    cosine = u @ v / (np.linalg.norm(u) * np.linalg.norm(v))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))

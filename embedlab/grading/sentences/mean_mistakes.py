"""Common mistakes in ``mean_vector``, each an implementation and its sentence."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from embedlab.grading.declaration import Mistake
from embedlab.grading.sentences.shared_mistakes import (
    LISTS_JOINED,
    NO_VECTOR,
    REMOVED,
    SHAPE,
    STOPWORDS_KEPT,
    Vectors,
    Words,
    dimension,
    looking_inside,
    nothing_left,
    removed,
    rounding,
    rows_of,
    stops_at_lists,
)
from embedlab.numerics import Array
from embedlab.sentences import mean_vector

_LEFT = (
    "Divide by the number of vectors you added up, not of all tokens: stopwords and words without "
    "a vector are not among them."
)
_REPEATS = (
    "You count each word once: a repeated word counts as often as it occurs, so make no set of "
    "the tokens."
)


def _divided_by(
    count: Callable[[Sequence[str], Vectors, Words], float], *, distinct: bool = False
) -> Callable[..., Any]:
    """Return a function that adds up the right vectors and divides by something."""

    def function(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
        added = list(dict.fromkeys(tokens)) if distinct else tokens
        total = rows_of(added, vectors, stopwords).sum(axis=0)
        # Nothing left is another mistake.
        return total / (count(tokens, vectors, stopwords) or 1) if np.any(total) else total

    return function


def _n_kept(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> int:
    return len(rows_of(tokens, vectors, stopwords))


def _n_distinct(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> int:
    return _n_kept(list(dict.fromkeys(tokens)), vectors, stopwords)


def _of_set(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
    return mean_vector(list(dict.fromkeys(tokens)), vectors, stopwords)


def _looked_up(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
    for token in tokens:
        if token not in stopwords:
            vectors[token]
    return mean_vector(tokens, vectors, stopwords)


def _until_unknown(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
    known = [t for t in tokens if t not in stopwords]
    first = next((i for i, t in enumerate(known) if t not in vectors), len(known))
    return mean_vector(known[:first], vectors)


def _zero_if_unknown(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
    is_known = all(t in vectors for t in tokens if t not in stopwords)
    return mean_vector(tokens if is_known else [], vectors, stopwords)


def _lowercase(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
    return mean_vector([token.lower() for token in tokens], vectors, stopwords)


def _running(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
    first, *others = rows_of(tokens, vectors, stopwords)
    for row in others:
        first = (first + row) / 2
    return first


def _in_place(convert: Callable[[Any], Array]) -> Callable[..., Any]:
    """Return a mean whose total is the array of the first word, where ``convert`` leaves it."""

    def function(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
        kept = [t for t in tokens if t in vectors and t not in stopwords]
        if not kept:
            return np.zeros(dimension(vectors))
        total = convert(vectors[kept[0]])
        for token in kept[1:]:
            total += convert(vectors[token])
        return total / len(kept)

    return function


def _reduced(reduce: Callable[[Array], Any]) -> Callable[..., Any]:
    def function(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> Any:
        rows = rows_of(tokens, vectors, stopwords)
        return reduce(rows) if len(rows) else np.zeros(dimension(vectors))

    return function


def _unit(rows: Array) -> Array:
    mean = rows.mean(axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) or 1))


MEAN = (
    Mistake(_LEFT, _divided_by(lambda tokens, vectors, stopwords: len(tokens))),
    Mistake(
        _LEFT,
        _divided_by(lambda tokens, vectors, stopwords: sum(t not in stopwords for t in tokens)),
    ),
    Mistake(
        _LEFT, _divided_by(lambda tokens, vectors, stopwords: sum(t in vectors for t in tokens))
    ),
    Mistake(STOPWORDS_KEPT, lambda tokens, vectors, stopwords: mean_vector(tokens, vectors)),
    Mistake(NO_VECTOR, _looked_up),
    Mistake(
        "You add the vectors up but do not divide: divide by how many there are.",
        _divided_by(lambda tokens, vectors, stopwords: 1),
    ),
    Mistake(_REPEATS, _of_set),
    Mistake(
        "You add up every occurrence but divide by the number of different words: divide by the "
        "number of vectors you added up.",
        _divided_by(_n_distinct),
    ),
    Mistake(
        "You add up each word once but divide by the number of occurrences: add up every "
        "occurrence.",
        _divided_by(_n_kept, distinct=True),
    ),
    *nothing_left(mean_vector),
    Mistake(
        "A word without a vector makes you return a zero vector: skip the word and average the "
        "others.",
        _zero_if_unknown,
    ),
    Mistake(
        "You stop at the first word without a vector: skip it and go on (continue, not break).",
        _until_unknown,
    ),
    Mistake(
        REMOVED,
        lambda tokens, vectors, stopwords: mean_vector(
            removed(tokens, vectors, stopwords), vectors
        ),
    ),
    *looking_inside(mean_vector),
    Mistake(LISTS_JOINED, stops_at_lists(mean_vector)),
    Mistake(
        "You change capital letters: take the tokens as they are, Berlin and berlin are two words.",
        _lowercase,
    ),
    Mistake(
        "You average the average so far with the next vector, so the last words weigh too much: "
        "add all up first, divide once.",
        _running,
    ),
    *(
        Mistake(
            "Your total is the very array that lies in vectors, so adding changes the word's "
            "vector: start with zeros, or with a copy.",
            _in_place(convert),
        )
        for convert in (np.asarray, lambda row: np.asarray(row, dtype=float))
    ),
    Mistake(
        "That is the median of the components: the mean is wanted.",
        _reduced(lambda rows: np.median(rows, axis=0)),
    ),
    Mistake(
        "You take the largest of each component: the mean is wanted.",
        _reduced(lambda rows: rows.max(axis=0)),
    ),
    Mistake("You divide the mean by its length: return the mean as it is.", _reduced(_unit)),
    Mistake(
        "You average over the numbers of each word: average over the words (axis=0).",
        _reduced(lambda rows: rows.mean(axis=1)),
    ),
    Mistake(
        "You average all numbers into one: average over the words (axis=0).",
        _reduced(lambda rows: rows.mean()),
    ),
    Mistake("You return the vectors themselves: return their mean.", _reduced(lambda rows: rows)),
    Mistake(SHAPE, lambda *arguments: [mean_vector(*arguments)]),
    *rounding(mean_vector),
)

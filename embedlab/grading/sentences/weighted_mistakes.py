"""Common mistakes in ``sentence_vector``, each an implementation and its sentence."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

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
    stops_at_lists,
)
from embedlab.sentences import mean_vector, sentence_vector

Idf: TypeAlias = Mapping[str, float]
Weigh: TypeAlias = Callable[[int, float], float]
Divide: TypeAlias = Callable[[Sequence[str], Vectors, Idf, Words], float]


def _kept(tokens: Sequence[str], vectors: Vectors, stopwords: Words) -> list[str]:
    return [t for t in tokens if t in vectors and t not in stopwords]


def _weighing(weigh: Weigh, divisor: Divide | None = None) -> Callable[..., Any]:
    """Return a weighted mean by another weight of count and idf, or by another divisor."""

    def function(tokens: Sequence[str], vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
        counts = Counter(_kept(tokens, vectors, stopwords))
        weights = {word: weigh(n, idf.get(word, 1.0)) for word, n in counts.items()}
        total = np.zeros(dimension(vectors))
        for word, weight in weights.items():
            total = total + weight * np.asarray(vectors[word], dtype=float)
        if not weights:
            return total
        return total / (
            divisor(tokens, vectors, idf, stopwords) if divisor else sum(weights.values())
        )

    return function


def _dividing_by(divisor: Divide) -> Callable[..., Any]:
    return _weighing(lambda n, idf: n * idf, divisor)


def _sum_of_idf(tokens: Sequence[str], idf: Idf) -> float:
    return sum(idf.get(token, 1.0) for token in tokens)


def _with_idf(change: Callable[[Idf, list[str]], Idf]) -> Callable[..., Any]:
    """Return the right weighted mean by another table of weights."""

    def function(tokens: Sequence[str], vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
        table = change(idf, _kept(tokens, vectors, stopwords))
        return sentence_vector(tokens, vectors, table, stopwords)

    return function


def _looking_up(idf: Idf, kept: list[str]) -> Idf:
    return {word: idf[word] for word in kept}


def _none_missing(idf: Idf, kept: list[str]) -> Idf:
    return {**dict.fromkeys(kept, 0.0), **idf}


def _largest_if_missing(idf: Idf, kept: list[str]) -> Idf:
    return {**dict.fromkeys(kept, max(idf.values(), default=1.0)), **idf}


def _nan_if_all_missing(tokens: Sequence[str], vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
    kept = _kept(tokens, vectors, stopwords)
    if kept and not any(word in idf for word in kept):
        return [np.nan] * dimension(vectors)
    return _with_idf(_none_missing)(tokens, vectors, idf, stopwords)


def _divided_by_zero(tokens: Sequence[str], vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
    kept = _kept(tokens, vectors, stopwords)
    if kept and not any(word in idf for word in kept):
        raise ZeroDivisionError
    return _with_idf(_none_missing)(tokens, vectors, idf, stopwords)


def _counted_in_text(tokens: Sequence[str], vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
    kept, text = _kept(tokens, vectors, stopwords), " ".join(tokens)
    repeated = [word for word in dict.fromkeys(kept) for _ in range(text.count(word))]
    return sentence_vector(repeated, vectors, idf, stopwords)


def _word_looked_up(tokens: Sequence[str], vectors: Vectors, idf: Idf, stopwords: Words) -> Any:
    for token in tokens:
        if token not in stopwords:
            vectors[token]
    return sentence_vector(tokens, vectors, idf, stopwords)


_MISSING = "A word that is not in idf has the weight 1: idf.get(word, 1)."
_COUNTS = "Repeats must count: the weight of a word is its count in the sentence times its idf."
_SUM = "Divide by the sum of the weights that you used"
_OTHERS = (
    f"{_SUM}, without the weights of stopwords and of words without a vector: they are not in the "
    "sum above."
)
WEIGHTED = (
    Mistake(
        "That is the plain mean: multiply each vector by the idf of its word, and divide by the "
        "sum of these weights.",
        lambda tokens, vectors, idf, stopwords: mean_vector(tokens, vectors, stopwords),
    ),
    Mistake(
        f"You do not divide: {_SUM[0].lower()}{_SUM[1:]}.",
        _dividing_by(lambda tokens, vectors, idf, stopwords: 1),
    ),
    Mistake(
        f"You divide by the number of words. {_SUM}.",
        _dividing_by(
            lambda tokens, vectors, idf, stopwords: len(_kept(tokens, vectors, stopwords))
        ),
    ),
    Mistake(
        f"You divide by the number of tokens. {_SUM}.",
        _dividing_by(lambda tokens, vectors, idf, stopwords: len(tokens)),
    ),
    Mistake(
        f"You divide by the number of different words. {_SUM}.",
        _dividing_by(
            lambda tokens, vectors, idf, stopwords: len({*_kept(tokens, vectors, stopwords)})
        ),
    ),
    Mistake(
        _OTHERS,
        _dividing_by(lambda tokens, vectors, idf, stopwords: _sum_of_idf(tokens, idf)),
    ),
    Mistake(
        _OTHERS,
        _dividing_by(
            lambda tokens, vectors, idf, stopwords: _sum_of_idf(
                [t for t in tokens if t not in stopwords], idf
            )
        ),
    ),
    Mistake(
        _OTHERS,
        _dividing_by(
            lambda tokens, vectors, idf, stopwords: _sum_of_idf(
                [t for t in tokens if t in vectors], idf
            )
        ),
    ),
    Mistake(
        f"{_SUM}: a word that occurs twice has its weight twice in it.",
        _dividing_by(
            lambda tokens, vectors, idf, stopwords: _sum_of_idf(
                [*{*_kept(tokens, vectors, stopwords)}], idf
            )
        ),
    ),
    Mistake(
        f"You divide by the sum of the whole idf table. {_SUM}.",
        _dividing_by(lambda tokens, vectors, idf, stopwords: sum(idf.values()) or 1),
    ),
    Mistake(_COUNTS, _weighing(lambda n, idf: idf)),
    Mistake(
        "You count a word inside other words: law is no token of a sentence that only has lawn. "
        "Count in the list, with tokens.count(word), and not in a text.",
        _counted_in_text,
    ),
    Mistake(
        "A repeated word counts too much: in a loop over all tokens each occurrence adds its idf "
        "once, without the count.",
        _weighing(lambda n, idf: n * n * idf),
    ),
    Mistake(
        "You take the logarithm of the count: the weight of a word is its count times its idf.",
        _weighing(lambda n, idf: (1 + np.log(n)) * idf),
    ),
    Mistake(
        "You add something to the idf: the weight is count times idf.",
        _weighing(lambda n, idf: n + idf),
    ),
    Mistake("You multiply by the idf twice.", _weighing(lambda n, idf: n * idf * idf)),
    Mistake(
        "You divide by the idf of a word: multiply by it, rare words are to count more.",
        _weighing(lambda n, idf: n / idf),
    ),
    Mistake(_MISSING, _with_idf(_looking_up)),
    Mistake(f"{_MISSING} You give it the weight 0.", _with_idf(_none_missing)),
    Mistake(f"{_MISSING} You give it the weight 0.", _nan_if_all_missing),
    Mistake(f"{_MISSING} You give it the weight 0.", _divided_by_zero),
    Mistake(f"{_MISSING} You give it the largest one.", _with_idf(_largest_if_missing)),
    Mistake(
        STOPWORDS_KEPT,
        lambda tokens, vectors, idf, stopwords: sentence_vector(tokens, vectors, idf),
    ),
    Mistake(NO_VECTOR, _word_looked_up),
    Mistake(
        REMOVED,
        lambda tokens, vectors, idf, stopwords: sentence_vector(
            removed(tokens, vectors, stopwords), vectors, idf
        ),
    ),
    *looking_inside(sentence_vector),
    Mistake(LISTS_JOINED, stops_at_lists(sentence_vector)),
    *nothing_left(sentence_vector),
    Mistake(SHAPE, lambda *arguments: [sentence_vector(*arguments)]),
    *rounding(sentence_vector),
)

"""Common mistakes in ``nearest``, each an implementation and its sentence."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import closeness, dot, without_zero_case
from embedlab.numerics import Array
from embedlab.vectors import cosine

Score: TypeAlias = Callable[[Array, Array], float]


def _scores(word: str, words: list[str], vectors: Any, score: Score = cosine) -> list[float]:
    rows = np.asarray(vectors, dtype=float)
    return [score(rows[words.index(word)], row) for row in rows]


def _ranked(word: str, words: list[str], vectors: Any, score: Score = cosine) -> list[str]:
    """Return all words, the word itself included, best first, ties in order."""
    scores = _scores(word, words, vectors, score)
    return [words[i] for i in np.argsort(np.negative(scores), kind="stable")]


def _others(word: str, words: list[str], vectors: Any, score: Score = cosine) -> list[str]:
    return [other for other in _ranked(word, words, vectors, score) if other != word]


def _taken(order: Iterable[Any], word: str, words: list[str], k: int) -> list[str]:
    return [words[i] for i in order if words[i] != word][:k]


def _by(score: Score) -> Callable[..., list[str]]:
    return lambda word, words, vectors, k: _others(word, words, vectors, score)[:k]


def _cut(cut: Callable[[list[str], int], list[str]]) -> Callable[..., list[str]]:
    """Return the right ranking with the wrong piece taken from it."""
    return lambda word, words, vectors, k: cut(_others(word, words, vectors), k)


def _first_k(others: list[str], k: int) -> list[str]:
    return [others[i] for i in range(k)]


def _nan_scores(word: str, words: list[str], vectors: Any) -> Array:
    return np.array(_scores(word, words, vectors, without_zero_case))


def _ascending(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    return [words[i] for i in np.argsort(_scores(word, words, vectors), kind="stable")[:k]]


def _turned_round(word: str, words: list[str], vectors: Any) -> list[Any]:
    return list(np.argsort(_scores(word, words, vectors), kind="stable")[::-1])


def _pairs(word: str, words: list[str], vectors: Any, k: int) -> list[tuple[str, float]]:
    scores = dict(zip(words, _scores(word, words, vectors), strict=True))
    return [(other, scores[other]) for other in _others(word, words, vectors)[:k]]


def _by_score_and_word(word: str, words: list[str], vectors: Any) -> list[tuple[float, str]]:
    scores = _scores(word, words, vectors)
    return [(s, w) for s, w in zip(scores, words, strict=True) if w != word]


def _from_dict_by_score(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    by_score = dict(_by_score_and_word(word, words, vectors))
    return [by_score[score] for score in sorted(by_score, reverse=True)][:k]


def _from_dict_with_the_word(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    by_score = dict(zip(_scores(word, words, vectors), words, strict=True))
    ranked = [by_score[score] for score in sorted(by_score, reverse=True)]
    return [other for other in ranked if other != word][:k]


def _other_rows(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    rows = dict(zip(words, np.asarray(vectors, dtype=float).tolist(), strict=True))
    return [w for w in _ranked(word, words, vectors) if rows[w] != rows[word]][:k]


def _sorted_by_nan(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    scores = dict(zip(words, _nan_scores(word, words, vectors).tolist(), strict=True))
    return sorted((w for w in words if w != word), key=lambda w: scores[w], reverse=True)[:k]


_PAIRS = "You return pairs of a word and its cosine: return the words only."
_WORST = "Your list starts with the worst: sort from the highest cosine down."
_TIES = (
    'Exactly equal rows must keep their order in words: np.argsort(-scores, kind="stable") and '
    "sorted(..., reverse=True) keep it; np.argsort(scores)[::-1] does not, nor does "
    'np.argsort(-scores) without kind="stable".'
)
_BY_WORD = (
    "Sorting pairs (score, word) puts equal scores in alphabetical order: sort by the score only."
)
_BY_SCORE = (
    "A dict from cosines to words keeps one word for each cosine, so of equal rows only the last "
    "is left: make it a dict from words to cosines."
)
_NAN = "A zero row gives nan, which cannot be sorted: its cosine with everything is 0.0."

NEAREST = (
    Mistake(
        "The word itself is in your list: it is always nearest to itself, leave it out.",
        lambda word, words, vectors, k: _ranked(word, words, vectors)[:k],
    ),
    Mistake(
        "The word itself is in your list: it is always nearest to itself, leave it out.",
        lambda word, words, vectors, k: _ranked(word, words, vectors)[: k + 1],
    ),
    Mistake(
        "When k is large, the word itself is the last of your list: leave it out whatever k is.",
        lambda word, words, vectors, k: [*_others(word, words, vectors), word][:k],
    ),
    Mistake(
        "You drop the first of the sorted list, but with equal rows that need not be the word "
        "itself: leave out the word by its name or position.",
        lambda word, words, vectors, k: _ranked(word, words, vectors)[1 : k + 1],
    ),
    Mistake(
        "You leave out every word whose row equals the row of word, or whose cosine is 1: leave "
        "out the word itself only.",
        _other_rows,
    ),
    Mistake(_WORST, _cut(lambda others, k: others[::-1][:k])),
    Mistake(_WORST, _ascending),
    Mistake(
        "You return the right words, but the worst of them first: the highest cosine comes first.",
        _cut(lambda others, k: others[:k][::-1]),
    ),
    Mistake(
        "You return the right words in alphabetical order: the highest cosine comes first.",
        _cut(lambda others, k: sorted(others[:k])),
    ),
    Mistake("You rank by Euclidean distance: rank by cosine.", _by(closeness)),
    Mistake("You rank by the dot product, which favors long vectors: rank by cosine.", _by(dot)),
    Mistake(
        "You rank by the absolute value of the cosine: opposite directions come last.",
        _by(lambda u, v: abs(cosine(u, v))),
    ),
    Mistake(
        "You use the first two numbers of each row only: rows may have any length.",
        _by(lambda u, v: cosine(u[:2], v[:2])),
    ),
    Mistake("You return one word too few.", _cut(lambda others, k: others[: k - 1])),
    Mistake("You return one word too many.", _cut(lambda others, k: others[: k + 1])),
    Mistake("You return all words: stop after the first k.", _cut(lambda others, k: others)),
    Mistake(
        "You return three words whatever k is: stop after the first k.",
        _cut(lambda others, k: others[:3]),
    ),
    Mistake(
        "k may be larger than the number of other words; then return them all. A slice like "
        "ranked[:k] does that by itself.",
        _cut(_first_k),
    ),
    Mistake(_PAIRS, _pairs),
    Mistake(
        _PAIRS,
        lambda word, words, vectors, k: [(s, w) for w, s in _pairs(word, words, vectors, k)],
    ),
    Mistake(
        "You return positions: return the words at these positions.",
        lambda word, words, vectors, k: [
            words.index(other) for other in _others(word, words, vectors)[:k]
        ],
    ),
    Mistake(
        "You return the cosines: return the words they belong to.",
        lambda word, words, vectors, k: [score for _, score in _pairs(word, words, vectors, k)],
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: _taken(_turned_round(word, words, vectors), word, words, k),
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: [
            words[i] for i in _turned_round(word, words, vectors)[1 : k + 1]
        ],
    ),
    # In which order these leave equal scores depends on the processor.
    Mistake(
        _TIES,
        lambda word, words, vectors, k: _taken(
            np.argsort(np.negative(_scores(word, words, vectors))), word, words, k
        ),
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: _taken(
            np.argsort(_scores(word, words, vectors))[::-1], word, words, k
        ),
    ),
    Mistake(
        _BY_WORD,
        lambda word, words, vectors, k: [
            w for _, w in sorted(_by_score_and_word(word, words, vectors), reverse=True)
        ][:k],
    ),
    Mistake(
        _BY_WORD,
        lambda word, words, vectors, k: [
            w for _, w in sorted((-s, w) for s, w in _by_score_and_word(word, words, vectors))
        ][:k],
    ),
    Mistake(_BY_SCORE, _from_dict_by_score),
    Mistake(_BY_SCORE, _from_dict_with_the_word),
    Mistake(
        _NAN,
        lambda word, words, vectors, k: _taken(
            np.argsort(-_nan_scores(word, words, vectors), kind="stable"), word, words, k
        ),
    ),
    Mistake(
        _NAN,
        lambda word, words, vectors, k: _taken(
            np.argsort(_nan_scores(word, words, vectors), kind="stable")[::-1], word, words, k
        ),
    ),
    Mistake(_NAN, _sorted_by_nan),
)

"""Common mistakes in ``nearest`` and ``analogy``, each an implementation and its sentence."""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import closeness, dot, without_zero_case
from embedlab.numerics import Array
from embedlab.vectors import cosine

Score: TypeAlias = Callable[[Array, Array], float]


# --- nearest -------------------------------------------------------------------------------


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


def _nan_scores(word: str, words: list[str], vectors: Any) -> Array:
    return np.array(_scores(word, words, vectors, without_zero_case))


def _pairs(word: str, words: list[str], vectors: Any, k: int) -> list[tuple[str, float]]:
    scores = dict(zip(words, _scores(word, words, vectors), strict=True))
    return [(other, scores[other]) for other in _others(word, words, vectors)[:k]]


def _by_score_and_word(word: str, words: list[str], vectors: Any) -> list[tuple[float, str]]:
    scores = _scores(word, words, vectors)
    return [(s, w) for s, w in zip(scores, words, strict=True) if w != word]


_NAN = "A zero row gives nan, which cannot be sorted: its cosine with everything is 0.0."
_TIES = (
    "Exactly equal rows must keep their order in words: np.argsort(scores)[::-1] turns them "
    'round, np.argsort(-scores, kind="stable") and sorted(..., reverse=True) do not.'
)
_BY_WORD = (
    "Sorting pairs (score, word) puts equal scores in alphabetical order: sort by the score only."
)
NEAREST = (
    Mistake(
        "The word itself is in your list: it is always nearest to itself, leave it out.",
        lambda word, words, vectors, k: _ranked(word, words, vectors)[:k],
    ),
    Mistake(
        "You drop the first of the sorted list, but with equal rows that need not be the word "
        "itself: leave out the word by its name or position.",
        lambda word, words, vectors, k: _ranked(word, words, vectors)[1 : k + 1],
    ),
    Mistake(
        "Your list starts with the worst: sort from the highest cosine down.",
        lambda word, words, vectors, k: _others(word, words, vectors)[::-1][:k],
    ),
    Mistake(
        "You rank by Euclidean distance: rank by cosine.",
        lambda word, words, vectors, k: _others(word, words, vectors, closeness)[:k],
    ),
    Mistake(
        "You rank by the dot product, which favors long vectors: rank by cosine.",
        lambda word, words, vectors, k: _others(word, words, vectors, dot)[:k],
    ),
    Mistake(
        "You return one word too few.",
        lambda word, words, vectors, k: _others(word, words, vectors)[: k - 1],
    ),
    Mistake(
        "You return one word too many.",
        lambda word, words, vectors, k: _others(word, words, vectors)[: k + 1],
    ),
    Mistake(
        "You return all words: stop after the first k.",
        lambda word, words, vectors, k: _others(word, words, vectors),
    ),
    Mistake("You return pairs (word, cosine): return the words only.", _pairs),
    Mistake(
        "You return pairs (cosine, word): return the words only.",
        lambda word, words, vectors, k: [(s, w) for w, s in _pairs(word, words, vectors, k)],
    ),
    Mistake(
        "You return positions: return the words at these positions.",
        lambda word, words, vectors, k: [
            words.index(other) for other in _others(word, words, vectors)[:k]
        ],
    ),
    Mistake(
        _TIES,
        lambda word, words, vectors, k: _taken(
            np.argsort(_scores(word, words, vectors), kind="stable")[::-1], word, words, k
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
)


# --- analogy -------------------------------------------------------------------------------


def _rows(words: list[str], vectors: Any, *names: str) -> list[Array]:
    matrix = np.asarray(vectors, dtype=float)
    return [matrix[words.index(name)] for name in names]


def _answer(
    a: str,
    b: str,
    c: str,
    words: list[str],
    vectors: Any,
    *,
    signs: tuple[int, int, int] = (1, -1, 1),
    score: Score = cosine,
    left_out: str = "abc",
    last: bool = False,
) -> str:
    """Return the best word for an analogy with one thing done differently."""
    target = np.dot(signs, _rows(words, vectors, a, b, c))
    names = {"a": a, "b": b, "c": c}
    excluded = {names[letter] for letter in left_out}
    best, best_score = "", -np.inf
    for word, row in zip(words, np.asarray(vectors, dtype=float), strict=True):
        value = score(target, row)
        better = value >= best_score if last else value > best_score
        if word not in excluded and better:
            best, best_score = word, value
    return best


def _with(**changes: Any) -> Callable[..., Any]:
    return lambda a, b, c, words, vectors: _answer(a, b, c, words, vectors, **changes)


def _of_unit_vectors(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
    rows = np.asarray(vectors, dtype=float)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return _answer(a, b, c, words, rows / np.where(lengths == 0, 1, lengths))


def _from_zero(a: str, b: str, c: str, words: list[str], vectors: Any) -> str | None:
    first, second, third, best = _rows(words, vectors, a, b, c, _answer(a, b, c, words, vectors))
    is_positive = cosine(first - second + third, best) > 0
    return _answer(a, b, c, words, vectors) if is_positive else None


def _nan_is_best(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
    zeros = [w for w, row in zip(words, np.asarray(vectors), strict=True) if not np.any(row)]
    return zeros[0] if zeros else _answer(a, b, c, words, vectors)


ANALOGY = (
    *(
        Mistake(
            "Leave out a, b and c, all three: one of them is often nearest to A - B + C.",
            _with(left_out="".join(letters)),
        )
        for n in range(3)
        for letters in combinations("abc", n)
    ),
    Mistake(
        "You compute B - A + C: the wanted vector is A - B + C, because a is to b as ? is to c.",
        _with(signs=(-1, 1, 1)),
    ),
    Mistake("You compute A + B - C: the wanted vector is A - B + C.", _with(signs=(1, 1, -1))),
    Mistake("You compare by Euclidean distance: take the highest cosine.", _with(score=closeness)),
    Mistake(
        "You compare by the dot product, which favors long vectors: take the highest cosine.",
        _with(score=dot),
    ),
    Mistake(
        "You return the vector A - B + C: return the word nearest to it.",
        lambda a, b, c, words, vectors: np.dot([1, -1, 1], _rows(words, vectors, a, b, c)),
    ),
    Mistake(
        "You return a list: return the word alone.",
        lambda a, b, c, words, vectors: [_answer(a, b, c, words, vectors)],
    ),
    Mistake(
        "You return a position: return the word at it.",
        lambda a, b, c, words, vectors: words.index(_answer(a, b, c, words, vectors)),
    ),
    Mistake(
        "You divide A, B and C by their lengths first: the wanted vector is A - B + C as it is.",
        _of_unit_vectors,
    ),
    Mistake(
        "Of exactly equal rows the first in words must win: use > where you use >=, or np.argmax.",
        _with(last=True),
    ),
    Mistake(
        "Your search starts at 0, but the best cosine may be 0 or less: start at minus infinity.",
        _from_zero,
    ),
    Mistake(
        "A zero row gives nan, and nan wins or loses every comparison: its cosine is 0.0.",
        _nan_is_best,
    ),
)

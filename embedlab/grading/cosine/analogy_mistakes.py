"""Common mistakes in ``analogy``, each an implementation and its sentence."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np

from embedlab.grading.cosine.analogy_scores import (
    RIGHT,
    Scores,
    closenesses,
    dots,
    in_the_plane,
    of_products,
    of_quotients,
    of_steps,
    of_unit_vectors,
    with_sum,
)
from embedlab.grading.declaration import Mistake
from embedlab.numerics import Array


def _rows(words: list[str], vectors: Any, *names: str) -> list[Array]:
    matrix = np.asarray(vectors, dtype=float)
    return [matrix[words.index(name)] for name in names]


def _candidates(
    names: tuple[str, str, str],
    words: list[str],
    vectors: Any,
    score: Scores = RIGHT,
    left_out: str = "abc",
) -> list[tuple[float, str]]:
    """Return (score, word) of all words but those of a, b and c that are left out."""
    matrix = np.asarray(vectors, dtype=float)
    a, b, c = _rows(words, vectors, *names)
    scores = score(a, b, c, matrix).tolist()
    excluded = {name for letter, name in zip("abc", names, strict=True) if letter in left_out}
    return [(s, w) for s, w in zip(scores, words, strict=True) if w not in excluded]


def _by(score: Scores, left_out: str = "abc") -> Callable[..., str]:
    """Return the word with the highest of other scores."""

    def answer(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
        found = _candidates((a, b, c), words, vectors, score, left_out)
        return max(found, key=lambda pair: pair[0])[1]

    return answer


def _from(choose: Callable[[list[tuple[float, str]], list[str]], Any]) -> Callable[..., Any]:
    """Return something else than the best word, made from the right (score, word) pairs."""
    return lambda a, b, c, words, vectors: choose(_candidates((a, b, c), words, vectors), words)


def _best(found: list[tuple[float, str]]) -> str:
    return max(found, key=lambda pair: pair[0])[1]


def _last_best(found: list[tuple[float, str]]) -> str:
    return max(reversed(found), key=lambda pair: pair[0])[1]


def _from_zero(start: Callable[[list[str]], str | None]) -> Callable[..., str | None]:
    def choose(found: list[tuple[float, str]], words: list[str]) -> str | None:
        return _best(found) if max(found)[0] > 0 else start(words)

    return _from(choose)


def _unbound(words: list[str]) -> str:
    # What Python raises for the name of a best word that nothing was ever assigned to.
    raise UnboundLocalError


def _other_rows(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
    used = [row.tolist() for row in _rows(words, vectors, a, b, c)]
    found = _candidates((a, b, c), words, vectors)
    rows = dict(zip(words, np.asarray(vectors, dtype=float).tolist(), strict=True))
    return _best([(score, word) for score, word in found if rows[word] not in used])


def _with_nan(choose: Callable[[list[tuple[float, str]]], str]) -> Callable[..., str]:
    """Return what comes of nan in place of 0.0 for a zero row."""

    def answer(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
        zeros = {w for w, row in zip(words, np.asarray(vectors), strict=True) if not np.any(row)}
        found = _candidates((a, b, c), words, vectors)
        return choose([(np.nan if word in zeros else score, word) for score, word in found])

    return answer


def _nan_wins(found: list[tuple[float, str]]) -> str:
    return found[int(np.argmax([score for score, _ in found]))][1]


def _nan_loses(found: list[tuple[float, str]]) -> str:
    return _best([(score, word) for score, word in found if not np.isnan(score)])


_ORDER = "the wanted vector is A - B + C, because a is to b as ? is to c."
_FIRST = (
    "Of exactly equal rows the first in words must win, as with np.argmax and max(): >=, "
    "np.argsort(...)[-1] and a dict by cosine take the last."
)
_COSINES = "You combine three cosines: compute the vector A - B + C first, then one cosine with it."
_START = (
    "The best cosine may be 0 or less: a search that starts at 0 misses it. Start at minus "
    "infinity, and give that value to words that you leave out."
)
_NAN = "A zero row gives nan, and nan wins or loses every comparison: its cosine is 0.0."

ANALOGY = (
    *(
        Mistake(
            "Leave out a, b and c, all three: one of them is often nearest to A - B + C.",
            _by(RIGHT, "".join(letters)),
        )
        for n in range(3)
        for letters in combinations("abc", n)
    ),
    Mistake(
        "Leave out the words a, b and c only: another word with the same row may be the answer.",
        _other_rows,
    ),
    Mistake(f"You compute B - A + C: {_ORDER}", _by(with_sum(-1, 1, 1))),
    Mistake(f"You compute A + B - C: {_ORDER}", _by(with_sum(1, 1, -1))),
    Mistake(f"You add up all three: {_ORDER}", _by(with_sum(1, 1, 1))),
    Mistake(f"You compute A - B and leave out C: {_ORDER}", _by(with_sum(1, -1, 0))),
    Mistake(f"You look for the word nearest to c: {_ORDER}", _by(with_sum(0, 0, 1))),
    Mistake(f"You look for the word nearest to a: {_ORDER}", _by(with_sum(1, 0, 0))),
    Mistake(
        "You compare by Euclidean distance: take the highest cosine.",
        _by(with_sum(1, -1, 1, score=closenesses)),
    ),
    Mistake(
        "You compare by the dot product, which favors long vectors: take the highest cosine.",
        _by(with_sum(1, -1, 1, score=dots)),
    ),
    Mistake(
        "You return the word with the lowest cosine: take the highest.",
        _from(lambda found, _: min(found, key=lambda pair: pair[0])[1]),
    ),
    Mistake(
        "You take the absolute value of the cosine: opposite directions are the least alike.",
        _from(lambda found, _: max(found, key=lambda pair: abs(pair[0]))[1]),
    ),
    Mistake(
        "You return the vector A - B + C: return the word nearest to it.",
        lambda a, b, c, words, vectors: np.dot([1, -1, 1], _rows(words, vectors, a, b, c)),
    ),
    Mistake("You return a list: return the word alone.", _from(lambda found, _: [_best(found)])),
    Mistake(
        "You return a pair of the word and its cosine: return the word alone.",
        _from(lambda found, _: max((pair[::-1] for pair in found), key=lambda pair: pair[1])),
    ),
    Mistake(
        "You return a pair of the cosine and the word: return the word alone.",
        _from(lambda found, _: max(found, key=lambda pair: pair[0])),
    ),
    Mistake(
        "You return a position: return the word at it.",
        _from(lambda found, words: words.index(_best(found))),
    ),
    Mistake(
        "You left a, b and c out of a list, so a position in it is no position in words any more.",
        _from(lambda found, words: words[[word for _, word in found].index(_best(found))]),
    ),
    Mistake(
        "You divide A, B and C by their lengths first: the wanted vector is A - B + C as it is.",
        _by(of_unit_vectors),
    ),
    Mistake(
        "You compare the step from c to each word with A - B: compare the word itself with "
        "A - B + C.",
        _by(of_steps),
    ),
    Mistake(_COSINES, _by(of_products)),
    Mistake(_COSINES, _by(of_quotients)),
    Mistake(
        "You use the first two numbers of each row only: rows may have any length.",
        _by(in_the_plane),
    ),
    Mistake(_FIRST, _from(lambda found, _: _last_best(found))),
    Mistake(
        "Comparing pairs (cosine, word) decides between equal cosines by the alphabet: compare "
        "the cosines only.",
        _from(lambda found, _: max(found)[1]),
    ),
    Mistake(
        "Comparing pairs (cosine, word) decides between equal cosines by the alphabet: compare "
        "the cosines only.",
        _from(lambda found, _: min((-score, word) for score, word in found)[1]),
    ),
    Mistake(_START, _from_zero(lambda words: None)),
    Mistake(_START, _from_zero(lambda words: "")),
    Mistake(_START, _from_zero(lambda words: words[0])),
    Mistake(_START, _from_zero(_unbound)),
    Mistake(_NAN, _with_nan(_nan_wins)),
    Mistake(_NAN, _with_nan(_nan_loses)),
    Mistake(_NAN, _with_nan(_best)),
)

"""What students choose from the candidates of an analogy; the common mistakes are made of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from embedlab.grading.cosine.analogy_scores import RIGHT, Scores
from embedlab.numerics import Array


def rows_of(words: list[str], vectors: Any, *names: str) -> list[Array]:
    """Return the rows of some words."""
    matrix = np.asarray(vectors, dtype=float)
    return [matrix[words.index(name)] for name in names]


def candidates(
    names: tuple[str, str, str],
    words: list[str],
    vectors: Any,
    score: Scores = RIGHT,
    left_out: str = "abc",
) -> list[tuple[float, str]]:
    """Return (score, word) of all words but those of a, b and c that are left out."""
    matrix = np.asarray(vectors, dtype=float)
    a, b, c = rows_of(words, vectors, *names)
    scores = score(a, b, c, matrix).tolist()
    excluded = {name for letter, name in zip("abc", names, strict=True) if letter in left_out}
    return [(s, w) for s, w in zip(scores, words, strict=True) if w not in excluded]


def by(score: Scores, left_out: str = "abc") -> Callable[..., str]:
    """Return the word with the highest of other scores."""

    def answer(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
        found = candidates((a, b, c), words, vectors, score, left_out)
        return max(found, key=lambda pair: pair[0])[1]

    return answer


def chosen_from(choose: Callable[[list[tuple[float, str]], list[str]], Any]) -> Callable[..., Any]:
    """Return something else than the best word, made from the right (score, word) pairs."""
    return lambda a, b, c, words, vectors: choose(candidates((a, b, c), words, vectors), words)


def best(found: list[tuple[float, str]]) -> str:
    """Return the word with the highest score, the first of equals."""
    return max(found, key=lambda pair: pair[0])[1]


def last_best(found: list[tuple[float, str]]) -> str:
    """Return the word with the highest score, the last of equals."""
    return max(reversed(found), key=lambda pair: pair[0])[1]


def from_zero(start: Callable[[list[str]], str | None]) -> Callable[..., str | None]:
    """Return what a search finds that starts at 0, with something else for the best word."""

    def choose(found: list[tuple[float, str]], words: list[str]) -> str | None:
        return best(found) if max(found)[0] > 0 else start(words)

    return chosen_from(choose)


def unbound(words: list[str]) -> str:
    """Raise what Python raises for the name of a best word that was never assigned to."""
    raise UnboundLocalError


def by_other_rows(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
    """Return the best word whose row is none of A, B and C."""
    used = [row.tolist() for row in rows_of(words, vectors, a, b, c)]
    found = candidates((a, b, c), words, vectors)
    rows = dict(zip(words, np.asarray(vectors, dtype=float).tolist(), strict=True))
    return best([(score, word) for score, word in found if rows[word] not in used])


def with_nan(choose: Callable[[list[tuple[float, str]]], str]) -> Callable[..., str]:
    """Return what comes of nan in place of 0.0 for a zero row."""

    def answer(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
        zeros = {w for w, row in zip(words, np.asarray(vectors), strict=True) if not np.any(row)}
        found = candidates((a, b, c), words, vectors)
        return choose([(np.nan if word in zeros else score, word) for score, word in found])

    return answer


def nan_wins(found: list[tuple[float, str]]) -> str:
    """Return the word that np.argmax finds: the first one with nan."""
    return found[int(np.argmax([score for score, _ in found]))][1]


def nan_loses(found: list[tuple[float, str]]) -> str:
    """Return the best word, those with nan left out."""
    return best([(score, word) for score, word in found if not np.isnan(score)])


def dropped(n: int) -> Callable[..., str]:
    """Return the best word but n, the inputs included."""

    def answer(a: str, b: str, c: str, words: list[str], vectors: Any) -> str:
        found = candidates((a, b, c), words, vectors, left_out="")
        return sorted(found, key=lambda pair: -pair[0])[n][1]

    return answer

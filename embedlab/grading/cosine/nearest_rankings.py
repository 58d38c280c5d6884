"""Rankings of words, right or wrong, from which the common mistakes in ``nearest`` are made."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.scores import without_zero_case
from embedlab.numerics import Array
from embedlab.vectors import cosine

Score: TypeAlias = Callable[[Array, Array], float]


def scores_of(word: str, words: list[str], vectors: Any, score: Score = cosine) -> list[float]:
    """Return the score of each word's row with the row of a word."""
    rows = np.asarray(vectors, dtype=float)
    return [score(rows[words.index(word)], row) for row in rows]


def ranked(word: str, words: list[str], vectors: Any, score: Score = cosine) -> list[str]:
    """Return all words, the word itself included, best first, ties in order."""
    scores = scores_of(word, words, vectors, score)
    return [words[i] for i in np.argsort(np.negative(scores), kind="stable")]


def others_of(word: str, words: list[str], vectors: Any, score: Score = cosine) -> list[str]:
    """Return all other words, best first, ties in order."""
    return [other for other in ranked(word, words, vectors, score) if other != word]


def words_at(order: Iterable[Any], word: str, words: list[str], k: int) -> list[str]:
    """Return the first k words at some positions, without the word asked about."""
    return [words[i] for i in order if words[i] != word][:k]


def ranked_by(score: Score) -> Callable[..., list[str]]:
    """Return a ``nearest`` that ranks by another score."""
    return lambda word, words, vectors, k: others_of(word, words, vectors, score)[:k]


def cut_by(cut: Callable[[list[str], int], list[str]]) -> Callable[..., list[str]]:
    """Return the right ranking with the wrong piece taken from it."""
    return lambda word, words, vectors, k: cut(others_of(word, words, vectors), k)


def first_k(others: list[str], k: int) -> list[str]:
    """Return the first k words, an error if there are fewer."""
    return [others[i] for i in range(k)]


def best_k_times(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return the best of what is left, k times."""
    others = others_of(word, words, vectors)
    # max() of what is left raises an error once nothing is.
    return [max(others[i:], key=lambda other: -others.index(other)) for i in range(k)]


def nan_scores_of(word: str, words: list[str], vectors: Any) -> Array:
    """Return the cosines by the bare formula: nan for a zero row."""
    return np.array(scores_of(word, words, vectors, without_zero_case))


def ascending(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return the k lowest, the word itself among them."""
    return [words[i] for i in np.argsort(scores_of(word, words, vectors), kind="stable")[:k]]


def turned_round(word: str, words: list[str], vectors: Any) -> list[Any]:
    """Return the positions of all words, best first, equal ones from the last to the first."""
    return list(np.argsort(scores_of(word, words, vectors), kind="stable")[::-1])


def pairs(word: str, words: list[str], vectors: Any, k: int) -> list[tuple[str, float]]:
    """Return pairs of a word and its cosine."""
    scores = dict(zip(words, scores_of(word, words, vectors), strict=True))
    return [(other, scores[other]) for other in others_of(word, words, vectors)[:k]]


def scored(word: str, words: list[str], vectors: Any) -> list[tuple[float, str]]:
    """Return pairs of a cosine and its word, in order of the words."""
    scores = scores_of(word, words, vectors)
    return [(s, w) for s, w in zip(scores, words, strict=True) if w != word]


def from_dict_by_score(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return what is left in a dict from cosines to words."""
    by_score = dict(scored(word, words, vectors))
    return [by_score[score] for score in sorted(by_score, reverse=True)][:k]


def from_dict_with_the_word(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return the same where the word itself is left out of the answer only."""
    by_score = dict(zip(scores_of(word, words, vectors), words, strict=True))
    found = [by_score[score] for score in sorted(by_score, reverse=True)]
    return [other for other in found if other != word][:k]


def with_minus_infinity(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return what np.argsort makes of scores where that of the word is minus infinity."""
    scores = np.array(scores_of(word, words, vectors))
    scores[words.index(word)] = -np.inf
    return words_at(np.argsort(-scores), word, words, k)


def shifted(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return what positions among the other words mean in the list of all words."""
    others = [other for other in words if other != word]
    return [words[others.index(other)] for other in others_of(word, words, vectors)[:k]]


def above(is_listed: Callable[[float], bool]) -> Callable[..., list[str]]:
    """Return the right ranking without the words whose cosine does not please."""

    def answer(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
        scores = dict(zip(words, scores_of(word, words, vectors), strict=True))
        return [w for w in others_of(word, words, vectors) if is_listed(scores[w])][:k]

    return answer


def partitioned(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return the k best as np.argpartition finds them, then sorted."""
    scores = -np.array(scores_of(word, words, vectors))
    scores[words.index(word)] = np.inf
    k = min(k, len(words) - 1)
    best = sorted(np.argpartition(scores, k - 1)[:k] if k else [])
    return [words[i] for i in sorted(best, key=lambda i: scores[i])]


def other_rows(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return the words whose row is another one."""
    rows = dict(zip(words, np.asarray(vectors, dtype=float).tolist(), strict=True))
    return [w for w in ranked(word, words, vectors) if rows[w] != rows[word]][:k]


def sorted_by_nan(word: str, words: list[str], vectors: Any, k: int) -> list[str]:
    """Return what sorted() makes of scores with nan."""
    scores = dict(zip(words, nan_scores_of(word, words, vectors).tolist(), strict=True))
    return sorted((w for w in words if w != word), key=lambda w: scores[w], reverse=True)[:k]

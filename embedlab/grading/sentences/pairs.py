"""Pairs of sentences made from a seed, for the checks of ``sentence_similarity``."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from embedlab.grading.cases import until
from embedlab.grading.declaration import Arguments
from embedlab.grading.sentences.drawing import (
    Kind,
    angle,
    cone,
    converted,
    draw_idf,
    draw_names,
    draw_rows,
    letters_of,
    single,
    spell,
    stopwords_of,
    weighted_sum,
)

# The least difference between the cosine and what a mistake makes of it.
_CLEAR = 0.02


def ordinary_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (s1, s2, vectors, idf, stopwords) with positive and negative cosines.

    Words of one sentence differ and have an idf, so that little is asked of sentence_vector;
    some pairs have stopwords, one has the same words in another order.
    """
    plans: list[tuple[str, str, int, Kind, int]] = [
        ("ab", "cd", 2, list, 1),
        ("ab", "bc", 2, list, -1),
        ("Sab", "cSTd", 2, list, 1),
        ("abc", "d", 3, tuple, -1),
        ("abT", "Tcdef", 4, np.array, 1),
        ("abcd", "acef", 5, single, -1),
    ]
    cases = [_pair(rng, *plan, is_plain=i < 4) for i, plan in enumerate(plans)]
    first, _, *rest = cases[0]
    huge = _pair(rng, "acd", "be", 3, np.array, 1, is_plain=False, scale=1e5)
    return [*cases, (first, first[::-1], *rest), huge]


def pairs_with_zero(rng: np.random.Generator) -> list[Arguments]:
    """Return (s1, s2, vectors, idf, stopwords) with nothing left in one, in the other, in both.

    Also words whose own vector is zero, and a pair without any of this.
    """
    cases: list[Arguments] = []
    for first, second in [("", "ab"), ("ba", ""), ("", ""), ("ZZ", "a"), ("cd", "ab"), ("ab", "f")]:
        names = draw_names(rng)
        rows = cone(rng, "abf", names, rng.uniform(0, 360))
        rows |= {word: [0.0, 0.0] for word in spell("cd", names)}
        idf = draw_idf(rng, spell("abcdefZ", names))
        cases.append((spell(first, names), spell(second, names), rows, idf, stopwords_of(names)))
    return cases


def pairs_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (s1, s2, vectors, idf, stopwords) that a function could change in place.

    The vectors of a sentence point nearly one way, those of the other the same way or the
    opposite one, so that only the sign of the answer matters.
    """
    plans: list[tuple[str, str, int, Kind]] = [
        ("abSa", "bd", 0, np.array),
        ("Sab", "ded", 180, list),
        ("dd", "abTa", 180, single),
    ]
    cases: list[Arguments] = []
    for first, second, turn, kind in plans:
        names, start = draw_names(rng), rng.uniform(0, 360)
        rows = cone(rng, "abST", names, start) | cone(rng, "de", names, start + turn)
        idf = draw_idf(rng, spell("abdeST", names))
        sentences = spell(first, names), spell(second, names)
        cases.append((*sentences, converted(rows, kind), idf, stopwords_of(names)))
    return cases


def _pair(
    rng: np.random.Generator,
    first: str,
    second: str,
    d: int,
    kind: Kind,
    sign: int,
    *,
    is_plain: bool,
    scale: float = 1,
) -> Arguments:
    """Return a pair whose plain means, or whose stopwords, would give another cosine."""
    names = draw_names(rng, is_plain=is_plain)
    letters = letters_of(first + second)
    idf = draw_idf(rng, spell(letters, names))
    sentences = spell(first, names), spell(second, names)
    stopwords = stopwords_of(names)
    left = [[token for token in tokens if token not in stopwords] for tokens in sentences]

    def make() -> dict[str, Any]:
        rows = draw_rows(rng, letters, names, d)
        scaled = {word: np.multiply(row, scale).round(6).tolist() for word, row in rows.items()}
        return converted(scaled, kind)

    def holds(rows: dict[str, Any]) -> bool:
        sums = [weighted_sum(tokens, rows, idf) for tokens in left]
        right = _cosine(left, rows, idf)
        plain = _cosine(left, rows, {})
        with_stopwords = _cosine(sentences, rows, idf)
        return (
            min(float(np.linalg.norm(v)) for v in sums) > 2 * scale
            and 0.1 < sign * right < 0.95
            and abs(plain - right) > _CLEAR
            and (list(sentences) == left or abs(with_stopwords - right) > _CLEAR)
        )

    return (*sentences, until(make, holds), idf, stopwords)


def _cosine(pair: Sequence[list[str]], rows: dict[str, Any], weights: dict[str, float]) -> float:
    u, v = (weighted_sum(tokens, rows, weights) for tokens in pair)
    return float(np.cos(np.radians(angle(u, v))))

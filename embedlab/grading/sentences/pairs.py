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

    In most pairs the words of a sentence differ and have an idf, so that little is asked of
    sentence_vector; some pairs have stopwords, one has the same words in another order, one has
    repeats and an unknown word, and in one there are words without an idf.
    """
    plans: list[tuple[str, str, int, Kind, int]] = [
        ("ab", "cd", 2, list, 1),
        ("ab", "bc", 2, list, -1),
        ("Sab", "cSTd", 2, list, 1),
        ("abc", "d", 3, tuple, -1),
        ("abT", "Tcdef", 4, np.array, 1),
        ("abcd", "acef", 5, single, -1),
        ("aabX", "cdd", 2, list, 1),
    ]
    cases = [_pair(rng, *plan, is_plain=i < 4) for i, plan in enumerate(plans)]
    first, _, *rest = cases[0]
    unlisted = _pair(rng, "ab", "cd", 2, list, 1, is_plain=True, unlisted="bc")
    scaled = [
        _pair(rng, "acd", "be", 3, np.array, 1, is_plain=False, scale=scale)
        for scale in (1e5, 1e-3)
    ]
    return [*cases, (first, first[::-1], *rest), unlisted, *scaled]


def pairs_with_zero(rng: np.random.Generator) -> list[Arguments]:
    """Return (s1, s2, vectors, idf, stopwords) with nothing left in one, in the other, in both.

    Also words whose own vector is zero, and pairs without any of this: one of sentences that
    share a word, and two of vectors that are not zero although a component or their sum is.
    Arrays only: that vectors may be lists is asked elsewhere.
    """
    patterns = [("", "ab"), ("ba", ""), ("", ""), ("ZZ", "a"), ("cd", "ab"), ("ab", "bf")]
    cases: list[Arguments] = []
    for first, second in [*patterns, ("e", "f"), ("f", "e")]:
        names = draw_names(rng)
        rows = cone(rng, "abf", names, rng.uniform(0, 360))
        rows |= {word: [0.0, 0.0] for word in spell("cd", names)}
        if "e" in first + second:
            rows |= {names["e"]: [0.0, 4.0], names["f"]: [-2.0, 2.0]}
        idf = draw_idf(rng, spell("abcdefZ", names))
        sentences = spell(first, names), spell(second, names)
        cases.append((*sentences, converted(rows, np.array), idf, stopwords_of(names)))
    return cases


def pairs_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (s1, s2, vectors, idf, stopwords) that a function could change in place.

    The vectors of a sentence point nearly one way, those of the other a way not far from it or
    from the opposite one, so that only the sign of the answer matters. The first two sentences
    lie on both sides of the diagonal, where a correlation has another sign than the cosine. No
    two vectors are parallel or opposite, so that no constant is an answer to all cases. The last
    two sentences share a word: without one, whoever returns 0 would seem to count shared words.
    """
    plans: list[tuple[str, str, float, int, Kind]] = [
        ("abSa", "d", float(rng.choice([30, 210])), 30, np.array),
        ("Sab", "ded", rng.uniform(0, 360), 150, np.array),
        ("dd", "abTa", rng.uniform(0, 360), 135, single),
        ("abS", "a", rng.uniform(0, 360), 0, np.array),
    ]
    cases: list[Arguments] = []
    for first, second, start, turn, kind in plans:
        names = draw_names(rng)
        rows = cone(rng, "abST", names, start, 10) | cone(rng, "de", names, start + turn, 10)
        # One word without an idf: a function might add it to the table.
        idf = draw_idf(rng, spell("adeST", names))
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
    unlisted: str = "",
) -> Arguments:
    """Return a pair of which each likely mistake about its words would give another cosine."""
    names = draw_names(rng, is_plain=is_plain)
    letters = letters_of(first + second)
    listed = [letter for letter in letters if letter not in unlisted]
    idf = draw_idf(rng, spell("".join(listed), names))
    # Tokens that are letters: what is left, and what other sentences a mistake makes of the pair.
    left = [[letter for letter in s if letter in "abcdef"] for s in (first, second)]
    mistaken = [pair for pair in _mistaken(first, second, unlisted) if pair != left]
    pairs = [[spell("".join(s), names) for s in pair] for pair in (left, *mistaken)]

    def make() -> dict[str, Any]:
        rows = draw_rows(rng, letters, names, d)
        scaled = {word: np.multiply(row, scale).round(6).tolist() for word, row in rows.items()}
        return converted(scaled, kind)

    def holds(rows: dict[str, Any]) -> bool:
        sums = [weighted_sum(tokens, rows, idf) for tokens in pairs[0]]
        right, *others = (_cosine(pair, rows, idf) for pair in pairs)
        others.append(_cosine(pairs[0], rows, {}))
        return (
            min(float(np.linalg.norm(v)) for v in sums) > 2 * scale
            and 0.1 < sign * right < 0.95
            and min(abs(other - right) for other in others) > _CLEAR
        )

    sentences = spell(first, names), spell(second, names)
    return (*sentences, until(make, holds), idf, stopwords_of(names))


def _mistaken(first: str, second: str, unlisted: str) -> list[list[list[str]]]:
    """Return pairs with the stopwords, without the repeats, without the words that have no idf."""
    with_stopwords = [[letter for letter in s if letter in "abcdefST"] for s in (first, second)]
    one, other = ([letter for letter in s if letter in "abcdef"] for s in (first, second))
    listed = [[letter for letter in s if letter not in unlisted] for s in (one, other)]
    once = [list(dict.fromkeys(s)) for s in (one, other)]
    return [with_stopwords, [once[0], other], [one, once[1]], once, listed]


def _cosine(pair: Sequence[list[str]], rows: dict[str, Any], weights: dict[str, float]) -> float:
    u, v = (weighted_sum(tokens, rows, weights) for tokens in pair)
    return float(np.cos(np.radians(angle(u, v))))

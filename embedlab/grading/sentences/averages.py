"""Sentences made from a seed, for the checks of ``mean_vector``; ``drawing`` explains patterns."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from embedlab.grading.cases import until
from embedlab.grading.declaration import Arguments
from embedlab.grading.sentences.drawing import (
    PARTS,
    Kind,
    Names,
    Rows,
    angle,
    cone,
    converted,
    draw_names,
    draw_rows,
    integers,
    is_steady,
    letters_of,
    single,
    spell,
    stopwords_of,
)
from embedlab.numerics import Array

# Each mistake about which words count turns the mean by at least so many degrees.
_CLEAR = 5.0


def sentences_with_repeats(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, stopwords) where all words count, some of them several times.

    Lists, tuples and arrays, whole numbers, large and small ones, one dimension and more; in the
    last one a word has the vector zero.
    """
    plans: list[tuple[str, int, Kind, float]] = [
        ("ab", 2, list, 1),
        ("aab", 2, integers, 1),
        ("abaca", 3, tuple, 1),
        ("a", 4, np.array, 1),
        ("abb", 1, list, 1),
        ("abcbabb", 5, np.array, 1),
        ("abca", 4, single, 1),
        ("caab", 2, np.array, 1e5),
        ("abbc", 3, list, 1e-3),
        ("abcdefa" * 3 + "bb", 2, tuple, 1),
    ]
    cases = [_repeating(rng, *plan, is_plain=i < 5) for i, plan in enumerate(plans)]
    return [*cases, _repeating(rng, "abca", 2, list, 1, is_plain=True, zero="c")]


def sentences_with_words_to_skip(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, stopwords) with stopwords and unknown words, two words left.

    In the last two words differ by a capital letter, and are parts of one another.
    """
    patterns = ["Sab", "aXb", "SaTXb", "STSaSb", "XaYZSb", "aZXb"]
    cases = [_skipping(rng, pattern, 2 + i // 3) for i, pattern in enumerate(patterns)]
    return [*cases, _capital_letters(rng), _inside_and_around(rng)]


def sentences_of_nothing(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, stopwords) where no word is left, and one where one is.

    The words are both stopwords and unknown, so that whoever forgot to skip one of the two
    kinds can still earn the point for the zero vector.
    """
    cases: list[Arguments] = []
    for pattern, d in [("", 2), ("ZZ", 3), ("", 5), ("Z", 1), ("a", 2)]:
        names = draw_names(rng)
        rows = draw_rows(rng, "abcd", names, d)
        cases.append((spell(pattern, names), converted(rows, np.array), stopwords_of(names)))
    return cases


def sentences_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, stopwords) that a function could change in place.

    All vectors of a case point nearly the same way, so that any kind of average does.
    """
    start = rng.uniform(0, 360)
    plans: list[tuple[str, Kind]] = [("abSa", np.array), ("SbTab", np.array), ("cbSa", single)]
    cases: list[Arguments] = []
    for i, (pattern, kind) in enumerate(plans):
        names = draw_names(rng)
        rows = cone(rng, "abcST", names, start + 120 * i, 10)
        cases.append((spell(pattern, names), converted(rows, kind), stopwords_of(names)))
    return cases


def _repeating(
    rng: np.random.Generator,
    pattern: str,
    d: int,
    kind: Kind,
    scale: float,
    *,
    is_plain: bool,
    zero: str = "",
) -> Arguments:
    names = draw_names(rng, is_plain=is_plain)
    tokens = spell(pattern, names)

    def make() -> dict[str, Any]:
        rows = draw_rows(rng, letters_of(pattern), names, d)
        rows |= {names[letter]: [0.0] * d for letter in zero}
        scaled = {word: np.multiply(row, scale).round(6).tolist() for word, row in rows.items()}
        return converted(scaled, kind)

    def holds(rows: dict[str, Any]) -> bool:
        means = [_mean(words, rows) for words in (tokens, list(dict.fromkeys(tokens)))]
        differ = len(tokens) == len({*tokens}) or np.max(np.abs(means[0] - means[1])) > 0.2 * scale
        is_large = np.min(np.abs(means[0])) > scale / 5
        is_fit = is_steady(tokens, rows, {}) and not _is_between(means[0])
        return bool(differ and is_large and is_fit)

    # The stopwords do not occur: here all words count.
    stopwords = set() if pattern == "ab" else stopwords_of(names)
    return tokens, until(make, holds), stopwords


def _skipping(rng: np.random.Generator, pattern: str, d: int) -> Arguments:
    names: Names = draw_names(rng, is_plain=d == 2)

    def holds(rows: Rows) -> bool:
        left, kept = spell("ab", names), spell("abST", names)
        some = [[*left, *spell(letter, names)] for letter in "ST"]
        turned = [angle(_mean(left, rows), _mean(words, rows)) for words in (kept, *some)]
        return min(turned) > _CLEAR and is_steady(left, rows, {})

    rows = until(lambda: draw_rows(rng, "abcST", names, d), holds)
    shown = spell(letters_of(pattern, "c"), names)
    return spell(pattern, names), {word: rows[word] for word in shown}, stopwords_of(names)


def _capital_letters(rng: np.random.Generator) -> Arguments:
    """Return a sentence where Berlin is unknown and berlin not, the is a stopword and The not."""
    words = ["berlin", "The", "the", "madrid", "spain"]

    def make() -> Rows:
        return {word: np.round(rng.uniform(-6, 6, 2), 1).tolist() for word in words}

    def holds(rows: Rows) -> bool:
        left = _mean(words[:2], rows)
        wrong = [["berlin"], ["berlin", "berlin", "The"], ["berlin", "the"], words[:3]]
        turned = [angle(left, _mean(others, rows)) for others in wrong]
        return min(turned) > _CLEAR and is_steady(words[:2], rows, {})

    return ["The", "Berlin", "the", "berlin"], until(make, holds), {"the", "and"}


def _inside_and_around(rng: np.random.Generator) -> Arguments:
    """Return a sentence where he is no stopword, although the is, nor is berlin, although in is.

    And law has no vector, although lawn has one.
    """

    def make() -> Rows:
        return {word: np.round(rng.uniform(-6, 6, 2), 1).tolist() for word in (*PARTS, "lawn")}

    def holds(rows: Rows) -> bool:
        left = ["he", "berlin"]
        wrong = [["he"], ["berlin"], [*left, "the"], [*left, "in"], list(PARTS)]
        turned = [angle(_mean(left, rows), _mean(others, rows)) for others in wrong]
        return min(turned) > _CLEAR and is_steady(left, rows, {})

    return ["he", "the", "berlin", "law", "in"], until(make, holds), {"the", "in"}


def _is_between(mean: Array) -> bool:
    """Return whether a component lies halfway between two numbers of two or three decimals.

    There, whoever rounds gets one or the other by chance, and the mistake could not be named.
    """
    parts = np.abs(np.outer([100, 1000], mean)) % 1
    return bool(np.any(np.abs(parts - 0.5) < 0.01))


def _mean(tokens: list[str], rows: Mapping[str, Any]) -> Array:
    return np.asarray(np.mean([rows[token] for token in tokens], axis=0))

"""Sentences made from a seed, for the checks of ``sentence_vector``.

Each check looks at one of the things that make up the weighted mean, and the others make no
difference in its cases; ``drawing`` explains patterns.
"""

from typing import Any

import numpy as np

from embedlab.grading.cases import until
from embedlab.grading.declaration import Arguments
from embedlab.grading.sentences.drawing import (
    PARTS,
    Kind,
    Names,
    angle,
    cone,
    converted,
    draw_idf,
    draw_names,
    draw_rows,
    integers,
    is_steady,
    letters_of,
    single,
    spell,
    stopwords_of,
    weighted_sum,
)
from embedlab.numerics import Array

_CLEAR = 5.0


def sentences_with_idf(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, idf, stopwords) of different words, all with an idf."""
    plans: list[tuple[str, int, Kind]] = [
        ("ab", 2, list),
        ("abc", 2, integers),
        ("acb", 3, tuple),
        ("abcd", 4, np.array),
        ("abc", 3, single),
    ]
    cases: list[Arguments] = []
    for i, (pattern, d, kind) in enumerate(plans):
        names = draw_names(rng, is_plain=i < 3)
        idf = draw_idf(rng, spell(letters_of(pattern, "f"), names))
        others = [
            {},
            {word: 1 / value for word, value in idf.items()},
            {word: value**2 for word, value in idf.items()},
            {word: value + 1 for word, value in idf.items()},
        ]
        cases.append(_turning(rng, pattern, d, kind, names, idf, others))
    return cases


def sentences_with_counts(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, idf, stopwords) with repeats, where all words have one idf.

    In the last one a word is part of another.
    """
    cases: list[Arguments] = []
    for i, (pattern, d) in enumerate([("aab", 2), ("abacca", 3), ("abbbbccbb", 2)]):
        names = draw_names(rng, is_plain=i == 0)
        idf = dict.fromkeys(spell("abcd", names), float(rng.choice([1.5, 2.0, 2.5])))
        count = {names[letter]: pattern.count(letter) for letter in set(pattern)}
        others = [
            {word: 1 / n for word, n in count.items()},
            {word: float(n) for word, n in count.items()},
            {word: (1 + float(np.log(n))) / n for word, n in count.items()},
        ]
        cases.append(_turning(rng, pattern, d, list, names, idf, others))
    return [*cases, _with_law_in_lawn(rng)]


def _with_law_in_lawn(rng: np.random.Generator) -> Arguments:
    """Return a sentence in whose text law occurs three times, and in the sentence once."""
    names = until(lambda: draw_names(rng), lambda drawn: "law" not in drawn.values())
    names |= {"a": "law", "b": "lawn"}
    idf = dict.fromkeys(spell("abcd", names), float(rng.choice([1.5, 2.0, 2.5])))
    once, squared, in_text = {"lawn": 0.5}, {"lawn": 2.0}, {"law": 3.0}
    by_logarithm = {"lawn": (1 + float(np.log(2))) / 2}
    others = [once, squared, in_text, by_logarithm]
    return _turning(rng, "bab", 2, list, names, idf, others)


def sentences_of_equal_vectors(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, idf, stopwords) where all words left have the same vector.

    Then that vector is the answer, whatever the weights, if they are divided by their sum.
    Stopwords and unknown words have an idf too, as a table of all documents' words has. Then
    there is a word whose vector is zero, and words inside a stopword and around one.
    """
    plans = [
        ("ab", 2, 1.0),
        ("abaa", 2, 1.0),
        ("Sab", 2, 1.0),
        ("aXb", 3, 1.0),
        ("STXbaaZ", 3, 0.01),
        ("abcb", 1, 1.0),
        ("aYbS", 4, 1000.0),
    ]
    cases = [_equal(rng, *plan, is_plain=i < 4) for i, plan in enumerate(plans)]
    return [*cases, _with_a_zero(rng), *_inside_and_around(rng)]


def sentences_without_idf(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, idf, stopwords) of different words, some or all without an idf.

    Those that have one have the idf 1, so that all weights are 1; other words have more. In the
    last one all words occur twice, so that only a count lost where the idf is missing matters.
    """
    plans = [("ab", ""), ("abc", "de"), ("bca", "af"), ("ba", "bcd"), ("aabb", "b")]
    cases: list[Arguments] = []
    for i, (pattern, listed) in enumerate(plans):
        names = draw_names(rng, is_plain=i < 3)
        idf = draw_idf(rng, spell(listed, names)) if listed else {}
        idf |= dict.fromkeys(spell("".join(set(listed) & set(pattern)), names), 1.0)
        known = dict.fromkeys(spell(pattern, names), 1.0)
        missing = [word for word in known if word not in idf]
        others = [{**known, word: weight} for word in missing for weight in (0.0, 0.5, 2.0)]
        cases.append(_turning(rng, pattern, 2 + i // 2, list, names, idf, others))
    return cases


def sentences_of_nothing(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, idf, stopwords) where no word is left, and one where one is."""
    cases: list[Arguments] = []
    for pattern, d in [("", 2), ("ZZ", 3), ("", 5), ("Z", 1), ("a", 2)]:
        names = draw_names(rng)
        rows = draw_rows(rng, "abcd", names, d)
        idf = draw_idf(rng, spell("abcdZ", names))
        arrays = converted(rows, np.array)
        cases.append((spell(pattern, names), arrays, idf, stopwords_of(names)))
    return cases


def sentences_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, vectors, idf, stopwords) that a function could change in place.

    All vectors of a case point nearly the same way, so that any kind of average does.
    """
    start = rng.uniform(0, 360)
    plans: list[tuple[str, Kind]] = [("abSa", np.array), ("SbTab", np.array), ("cbSa", single)]
    cases: list[Arguments] = []
    for i, (pattern, kind) in enumerate(plans):
        names = draw_names(rng)
        rows = cone(rng, "abcST", names, start + 120 * i, 10)
        # One word without an idf: a function might add it to the table.
        idf = draw_idf(rng, spell("acST", names))
        cases.append((spell(pattern, names), converted(rows, kind), idf, stopwords_of(names)))
    return cases


def _turning(
    rng: np.random.Generator,
    pattern: str,
    d: int,
    kind: Kind,
    names: Names,
    idf: dict[str, float],
    others: list[dict[str, float]],
) -> Arguments:
    """Return a sentence whose vector the other weights of its words would turn clearly."""
    tokens = spell(pattern, names)

    def make() -> dict[str, Any]:
        return converted(draw_rows(rng, letters_of(pattern), names, d), kind)

    def holds(rows: dict[str, Any]) -> bool:
        right = weighted_sum(tokens, rows, idf)
        mean = right / sum(idf.get(token, 1.0) for token in tokens)
        if not is_steady(tokens, rows, idf) or np.linalg.norm(mean) < 0.5:
            return False
        turned = [angle(right, weighted_sum(tokens, rows, other)) for other in others]
        return min(turned) > _CLEAR

    return tokens, until(make, holds), idf, stopwords_of(names)


def _equal(
    rng: np.random.Generator, pattern: str, d: int, scale: float, *, is_plain: bool
) -> Arguments:
    """Return a sentence whose words have one vector, its stopwords others, all with an idf."""
    names = draw_names(rng, is_plain=is_plain)

    def make() -> Array:
        values = rng.uniform(1, 6, (3, d)) * rng.choice([-1, 1], (3, d))
        return np.asarray(np.round(values, 2))

    shared, *stop = (np.round(row * scale, 6).tolist() for row in until(make, _are_fit))
    vectors = {"S": stop[0], "T": stop[1]}
    rows = {names[letter]: vectors.get(letter, shared) for letter in letters_of(pattern)}
    idf = draw_idf(rng, spell("".join(sorted({*pattern, "d"})), names))
    return spell(pattern, names), converted(rows, list), idf, stopwords_of(names)


def _with_a_zero(rng: np.random.Generator) -> Arguments:
    """Return two words with one vector and one with the vector zero, all of one idf above 1."""
    names = draw_names(rng)
    shared, *_ = until(lambda: np.round(rng.uniform(1, 6, (1, 2)), 2), _are_fit)
    rows = {names[letter]: shared.tolist() for letter in "ab"} | {names["c"]: [0.0, 0.0]}
    return spell("acb", names), rows, dict.fromkeys(rows, 2.0), stopwords_of(names)


def _inside_and_around(rng: np.random.Generator) -> list[Arguments]:
    """Return a word that is part of a stopword, one that has a stopword as a part.

    Then a word without a vector that is part of a word with one.
    """
    words = (*PARTS, "lawn")
    rows = {word: np.round(rng.uniform(1, 6, 2), 2).tolist() for word in words}
    idf = draw_idf(rng, (*words, "law"))
    sentences = ["he", "the"], ["in", "berlin"], ["law", "berlin"]
    return [(tokens, rows, idf, {"the", "in"}) for tokens in sentences]


def _are_fit(vectors: Array) -> bool:
    """Return whether three vectors differ clearly, and rounding would show in the first.

    Its second decimals are neither 0 nor 5: there, rounding would do nothing, or one or the other
    by chance.
    """
    shared, *stop = vectors
    is_rounded = np.isclose(shared * 20, np.round(shared * 20), atol=0.05)
    return not any(is_rounded) and all(np.max(np.abs(shared - other)) > 1 for other in stop)

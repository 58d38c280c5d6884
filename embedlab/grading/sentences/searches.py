"""A query and a few sentences made from a seed, for the checks of ``best_match``."""

import numpy as np

from embedlab.grading.declaration import Arguments
from embedlab.grading.sentences.drawing import (
    Names,
    Rows,
    cone,
    draw_idf,
    draw_names,
    spell,
    stopwords_of,
)


def searches(rng: np.random.Generator) -> list[Arguments]:
    """Return (query, sentences, vectors, idf, stopwords) with one clear winner.

    Plain means, the dot product, the distance and kept stopwords lead to other sentences; once
    all similarities are negative, and once an empty sentence with its 0.0 is the best.
    """
    misleading = [_misleading(rng, best) for best in ("b", "bb", "SbS")]
    return [*misleading, _turned_away(rng, "c b d"), _turned_away(rng, "d cd  c")]


def searches_without_a_clear_winner(rng: np.random.Generator) -> list[Arguments]:
    """Return (query, sentences, vectors, idf, stopwords) with equals, or with no sentences.

    Weights and coordinates are powers of 2, and so are all sums of weights, so that the
    vectors of equal sentences are exactly equal in every order of summation.
    """
    cases: list[Arguments] = []
    for patterns in ("c bb ab cd bb", "d e c a", ""):
        names = draw_names(rng)
        signs = rng.choice([-1.0, 1.0], 4)
        half = np.where(np.arange(4) == rng.integers(4), 2 * signs, 0)
        vectors = [signs, half, -half, -half, signs]
        rows = {w: v.tolist() for w, v in zip(spell("abcde", names), vectors, strict=True)}
        idf = dict.fromkeys(rows, float(rng.choice([0.5, 2.0])))
        cases.append(_search("b", patterns.split(), names, rows, idf))
    return cases


def _misleading(rng: np.random.Generator, best: str) -> Arguments:
    """Return a search whose best sentence, never the first, only the weighted cosine finds.

    The sentence c is nearer, d has the larger dot product; the words e and f of the last one
    stand on both sides of the query, and their plain mean in the middle, but e weighs more.
    """
    names, start = draw_names(rng), rng.uniform(0, 360)
    directions = {"a": (0, 5), "b": (8, 15), "c": (20, 5), "d": (40, 60), "e": (60, 5),
                  "f": (-60, 5), "S": (170, 40), "T": (90, 5)}  # fmt: skip
    rows: Rows = {}
    for letter, (degrees, length) in directions.items():
        rows |= cone(rng, letter, names, start + degrees, 1, (length, 1.02 * length))
    idf = draw_idf(rng, rows) | {names["e"]: 4.2, names["f"]: 1.2}
    sentences = [str(part) for part in rng.permutation(["c", "d", "ef"])]
    sentences.insert(int(rng.integers(1, 4)), best)
    return _search("a", sentences, names, rows, idf)


def _turned_away(rng: np.random.Generator, patterns: str) -> Arguments:
    """Return a search among sentences that all point away from the query, or are empty."""
    names, start = draw_names(rng), rng.uniform(0, 360)
    rows: Rows = {}
    for letter, degrees in {"a": 0, "b": 110, "c": 150, "d": -170}.items():
        rows |= cone(rng, letter, names, start + degrees, 5)
    return _search("a", patterns.split(" "), names, rows, draw_idf(rng, rows))


def _search(
    query: str, patterns: list[str], names: Names, rows: Rows, idf: dict[str, float]
) -> Arguments:
    sentences = [spell(pattern, names) for pattern in patterns]
    return spell(query, names), sentences, rows, idf, stopwords_of(names)

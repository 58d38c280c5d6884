"""Sentences with small vocabularies, made from a seed, for single properties of ``cbow_predict``.

The rows of a table are equally long, so that the dot product and the distance rank them as the
cosine does; left and right of the target the same words stand, mirrored; and the target points
away from the mean. Whoever takes the left half only, includes the target or forgets the lengths is
right here, and loses where ``misleading`` asks.
"""

from collections.abc import Mapping

import numpy as np

from embedlab.grading.cases import OTHER_WORDS, PLAIN_WORDS, draw_words, polar
from embedlab.grading.declaration import Arguments

# Without capital letters, of which no check of cbow_predict asks.
ALL_WORDS = PLAIN_WORDS + tuple(word for word in OTHER_WORDS if word == word.lower())
# Each half, the inner half and the window without its ends are all near the middle of a and b.
MIRRORED = "a b b a target a b b a"


def contexts_with_repeats(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) where a word that counts twice decides."""
    # 3 a + b points to 18.4 degrees, 2 a + b to 26.6, a + b to 45.
    twice = {"a": 0, "b": 90, "answer": 26.6, "once": 45, "target": 212, "far": 140}
    target_too = {"target": 0, "b": 90, "answer": 45, "far": 200, "beyond": 130}
    return [
        arranged(rng, "a a b target b a a", 3, 3, twice),
        arranged(rng, "target b target b target", 2, 2, target_too),
        arranged(rng, "far far b a a b target b a a b far far", 6, 3, twice),
        arranged(rng, "a b a target a b a", 3, 3, twice),
        arranged(rng, "far a a b a target a b a a far far", 5, 4, {**twice, "answer": 18.4}),
    ]


def contexts_with_unknown_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) with context words that have no row.

    The first and the last row, and the words just outside the window, would lead elsewhere.
    """
    angles = {"first": 150, "a": 0, "b": 90, "answer": 45, "out": 200, "far": -20, "last": -60}
    turned = {"first": -60, "a": 90, "b": 0, "answer": 45, "out": 250, "far": 110, "last": 150}
    return [
        arranged(rng, "far out a ? b ?? b ? a out far", 5, 3, angles),
        arranged(rng, "far out ? b a target a b ? out far", 5, 3, {"target": 230, **turned}),
        arranged(rng, "? b b a ? target ? a b b ?", 5, 5, {"target": 230, **angles, "answer": 60}),
        arranged(rng, "? a b ?? b a ?", 3, 3, turned),
        # None unknown: whoever gives up above answers here.
        arranged(rng, MIRRORED, 4, 4, {"target": 230, **angles}),
    ]


def contexts_without_known_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) where no context word has a row, and one where all have."""
    angles = {"first": 140, "a": 0, "b": 80, "answer": 40, "last": -100}
    return [
        arranged(rng, "?target", 0, 2, angles),
        arranged(rng, "a ?one ?target ?two b", 2, 1, angles),
        arranged(rng, "a ?target b", 1, 0, angles),
        arranged(rng, MIRRORED.replace("target", "?target"), 4, 4, angles),
    ]


def contexts_with_expected_words(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) whose answer is a context word, the target, another word."""
    angles = {"a": 0, "b": 40, "c": -40, "target": 185, "next": 20, "far": 130}
    return [
        arranged(rng, "a target a", 1, 1, angles),
        # One known word, and one is enough.
        arranged(rng, "?target a b b far", 0, 1, angles),
        arranged(rng, "b c target c b", 2, 2, {**angles, "target": 0, "a": -100}),
        arranged(rng, "a b c target c b a", 3, 3, angles),
        arranged(rng, "a b c target c b a", 3, 2, angles),
    ]


def contexts_with_equal_rows(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) where two or three words share the best row.

    All rows have length 4, the mean has length 2, and all numbers are powers of 2 or 0. So
    cosines are exact in every order of summation, and equal rows tie exactly.
    """
    signs, columns = rng.choice([-1.0, 1.0], 4), rng.permutation(4)
    patterns = [(2, 2, -2, -2), (2, 2, 2, 2), (4, 0, 0, 0), (-2, 2, -2, 2), (-2, 2, 2, 2)]
    aside, best, left, other, right = (
        # Adding 0 turns -0 into 0.
        signs * np.array(row)[columns] + 0.0
        for row in patterns
    )
    tokens = "king queen queen king кот king queen queen king".split()
    cases: list[Arguments] = []
    # The equal rows in alphabetical order, then against it.
    for first, second in (("café", "river"), ("river", "café")):
        words = ["trade", "king", first, "berlin", second, "queen"]
        cases.append((tokens, 4, 4, words, np.array([aside, left, best, other, best, right])))
        # At both ends of the vocabulary.
        words = [first, "queen", "spain", "king", "law", second]
        cases.append((tokens, 4, 4, words, np.array([best, right, aside, left, other, best])))
    words = ["naïve", "madrid", "spain", "x", "law", "год"]
    names = {"king": "madrid", "queen": "spain", "кот": "кот"}
    rows = np.array([other, left, right, best, best, best])
    return [*cases, ([names[token] for token in tokens], 4, 4, words, rows)]


def contexts_with_a_zero_row(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) with a zero row, of a context word too; short rows last."""
    angles = {"a": 0, "b": 80, "answer": 40, "target": 225, "far": 150}
    around = MIRRORED.replace("a b b a", "a b zero2 b a")
    cases = [
        arranged(rng, MIRRORED, 4, 4, angles, zeros=(5,)),
        arranged(rng, MIRRORED, 4, 4, angles, zeros=(0,)),
        arranged(rng, around, 5, 5, angles, zeros=(2,)),
        arranged(rng, MIRRORED, 4, 4, {**angles, "answer": 30, "target": 240}, zeros=(0, 3)),
    ]
    return [*cases, (*cases[2][:4], 1e-5 * cases[2][4])]


def contexts_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) that a function could change in place."""
    angles = {"a": 0, "b": 80, "answer": 40, "target": 225, "far": 150}
    more = {**angles, "farther": 120, "farthest": 290}
    cases = [arranged(rng, MIRRORED, 4, 4, names) for names in (angles, more, more, more)]
    # Simple rows for these names.
    rows = np.array([[5, 0], [0, 5], [4, 4], [-4, -2], [-4, 3], [-3, 4], [0, -5]], float)
    matrices = [rows[:5], cases[1][4], rows, rows.astype(np.float32)]
    return [(*case[:4], E) for case, E in zip(cases, matrices, strict=True)]


def arranged(
    rng: np.random.Generator,
    pattern: str,
    i: int,
    w: int,
    angles: Mapping[str, float],
    zeros: tuple[int, ...] = (),
) -> Arguments:
    """Return a case of words at given angles, turned at random, all of length 5.

    Args:
        rng: Source of the turn and of the words.
        pattern: The sentence: names of angles, and unknown words beginning with "?".
        i: The target's position.
        w: The window.
        angles: Name -> degrees, in the order of the vocabulary.
        zeros: Where zero rows, named zero<place>, are put into the vocabulary.
    """
    turn, side = rng.uniform(0, 360), rng.choice([-1, 1])
    rows = {name: polar(turn + side * angle, 5) for name, angle in angles.items()}
    names = names_with_zeros(angles, zeros)
    parts = pattern.split()
    strangers = list(dict.fromkeys(part for part in parts if part.startswith("?")))
    n = len(names) + len(strangers)
    drawn = draw_words(rng, n, PLAIN_WORDS if n < 8 else ALL_WORDS)
    words = dict(zip([*names, *strangers], drawn, strict=True))
    # Adding 0 turns -0 into 0.
    E = np.array([rows.get(name, [0.0, 0.0]) for name in names]) + 0.0
    return [words[part] for part in parts], i, w, drawn[: len(names)], E


def names_with_zeros(angles: Mapping[str, float], zeros: tuple[int, ...]) -> list[str]:
    """Return the names of all rows in the order of the vocabulary."""
    names = list(angles)
    for place in zeros:
        names.insert(place, f"zero{place}")
    return names

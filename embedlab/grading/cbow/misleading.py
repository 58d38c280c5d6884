"""Sentences with vocabularies in which likely mistakes of ``cbow_predict`` show, from a seed.

Every likely wrong window and every wrong score leads to a word of its own.
"""

import numpy as np

from embedlab.grading.cases import PLAIN_WORDS, draw_words, until
from embedlab.grading.cbow.tables import ALL_WORDS
from embedlab.grading.cbow.variants import closenesses, cosines, over_squares, products
from embedlab.grading.cbow.windows import PLACE_WINDOWS, Tokens
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array
from embedlab.text import context


def misleading_contexts(rng: np.random.Generator) -> list[Arguments]:
    """Return (tokens, i, w, vocab, E) where likely mistakes lead to words of their own.

    Windows inside a sentence come first, then both ends; one table in single precision, one with
    large numbers.
    """
    shapes = [(3, 1, 1, 2), (5, 2, 2, 3), (8, 4, 3, 4), (5, 1, 2, 4), (6, 4, 3, 4), (4, 0, 2, 3)]
    cases = [_misleading(rng, *shape) for shape in [*shapes, (4, 3, 2, 3)]]
    cases[2] = (*cases[2][:4], cases[2][4].astype(np.float32))
    cases[-1] = (*cases[-1][:4], 1e5 * cases[-1][4])
    return cases


def _misleading(rng: np.random.Generator, n: int, i: int, w: int, d: int) -> Arguments:
    """Return one case with a sentence of n different words, all of them known."""
    places = list(map(str, range(n)))
    window = list(map(int, context(places, i, w)))
    wrong = _wrong_places(places, i, w)

    def make() -> Array:
        rows = np.round(rng.uniform(-5, 5, (n, d)), 1)
        mean = rows[window].mean(axis=0)
        aside = float(np.linalg.norm(mean)) * _unit_across(rng, mean)
        # The answer; the largest dot product; the nearest point; the largest product over the
        # squared length; the largest absolute cosine.
        leading = [10 * mean + aside, 18 * mean + 24 * aside, mean - 0.4 * aside]
        leading.append(0.6 * mean + 0.45 * aside)
        leading += [-9 * mean] * (w > 1)
        # Where the wrong means point; those of one word have that word for an answer.
        means = [rows[p].mean(axis=0) for p in wrong if len(p) > 1]
        means.append(np.mean([_unit(rows[j]) for j in window], axis=0))
        return np.round([*rows, *leading, *(rng.uniform(4, 6) * _unit(m) for m in means)], 1)

    def holds(E: Array) -> bool:
        mean = E[window].mean(axis=0)
        if np.linalg.norm(mean) < 1.5 or min(np.linalg.norm(E, axis=1)) < 1:
            return False
        scores = cosines(mean, E)
        leaders = [products(mean, E), closenesses(mean, E), over_squares(mean, E)]
        leaders += [np.abs(scores)] * (w > 1)
        best = [int(np.argmax(values)) for values in leaders]
        of_sum = int(np.argmax(closenesses(len(window) * mean, E)))
        misled = all(np.argmax(cosines(E[p].mean(axis=0), E)) != n for p in wrong)
        is_clear = scores[n] > np.delete(scores, n).max() + 0.005
        leads = best == [*range(n + 1, n + 1 + len(best))]
        return is_clear and misled and leads and of_sum != n

    # Adding 0 turns -0 into 0.
    E = until(make, holds) + 0.0
    words = draw_words(rng, len(E), PLAIN_WORDS if len(E) < 12 else ALL_WORDS)
    return _shuffled(rng, words[:n], i, w, words, E)


def _wrong_places(places: Tokens, i: int, w: int) -> list[list[int]]:
    """Return the positions that the wrong windows take here, each other choice once."""
    found: dict[tuple[str, ...], None] = {}
    for mistake in PLACE_WINDOWS:
        try:
            found[tuple(sorted(mistake.function(places, i, w)))] = None
        except IndexError:
            continue
    right = tuple(sorted(context(places, i, w)))
    return [list(map(int, chosen)) for chosen in found if chosen not in ((), right)]


def _shuffled(
    rng: np.random.Generator, tokens: Tokens, i: int, w: int, words: Tokens, E: Array
) -> Arguments:
    order = rng.permutation(len(words))
    return tokens, i, w, [words[j] for j in order], E[order]


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))


def _unit_across(rng: np.random.Generator, vector: Array) -> Array:
    """Return a random direction at a right angle to a vector."""
    across = rng.normal(size=len(vector))
    across -= vector * (across @ vector) / (vector @ vector)
    return _unit(across)

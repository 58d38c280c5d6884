"""Pairs of vectors made from a seed, for the checks of ``cosine``."""

import numpy as np

from embedlab.grading.cases import until
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array, IntArray
from embedlab.vectors import cosine


def ordinary_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) arrays of 2 to 12 numbers, with positive and negative cosines."""
    sizes_and_signs = [(2, 1), (2, -1), (3, 1), (4, -1), (7, 1), (12, 1)]
    return [_pair(rng, d, sign) for d, sign in sizes_and_signs]


def rescaled_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) arrays multiplied by 1e-6 to 1e6, both signs of the cosine."""
    factors = [(10, 1), (1, 1000), (1e6, 1), (1, 1e-6), (1e6, 1e6), (1e-6, 1e-6), (1e6, 1e-6)]
    cases: list[Arguments] = []
    for i, (s, t) in enumerate(factors):
        u, v = _pair(rng, 2 + i // 2, 1 if i % 2 == 0 else -1)
        cases.append((s * u, t * v))
    return cases


def pairs_with_zero(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) with a zero vector first, second or twice, and one pair without."""
    cases: list[Arguments] = []
    for d in (2, 1, 3):
        u, _ = _pair(rng, d, 1)
        zero = np.zeros(d)
        cases += [(zero, u), (u, zero), (zero.copy(), zero)]
    return [*cases, _pair(rng, 2, 1)]


def pairs_of_any_sequence(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) as lists, tuples and arrays of small integers or single precision.

    The integer arrays hold at most 3 in absolute value, so that even int8 products and sums
    cannot overflow: whoever computes in the type received is right as well.
    """
    lists = [tuple(vector.tolist() for vector in _pair(rng, d, 1)) for d in (2, 3)]
    u, v = _pair(rng, 4, -1)
    small = [_small_integers(rng) for _ in range(3)]
    return [
        *lists,
        ([int(rng.integers(2, 6))], [-int(rng.integers(2, 6))]),
        (u.tolist(), v),
        (tuple(u.tolist()), tuple(v.tolist())),
        (small[0][0].tolist(), small[0][1].tolist()),
        (small[1][0], small[1][1]),
        (small[2][0].astype(np.int8), small[2][1].astype(np.int8)),
        (u.astype(np.float32), v.astype(np.float32)),
    ]


def pairs_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) that a function could change in place: arrays and lists."""
    u, v = _pair(rng, 3, 1)
    return [_pair(rng, 2, 1), _pair(rng, 2, -1), (u.tolist(), v.tolist())]


def _pair(rng: np.random.Generator, d: int, sign: int) -> tuple[Array, Array]:
    """Return two vectors of clearly different lengths, above 3, and a cosine of a given sign."""

    def make() -> tuple[Array, Array]:
        u, v = rng.uniform(-6, 6, (2, d))
        return np.round(u, 1), np.round(v, 1)

    def holds(pair: tuple[Array, Array]) -> bool:
        lengths = [float(np.linalg.norm(vector)) for vector in pair]
        far_apart = min(lengths) > 3 and abs(lengths[0] - lengths[1]) > 0.5
        return far_apart and (d == 1 or 0.1 < sign * cosine(*pair) < 0.95)

    return until(make, holds)


def _small_integers(rng: np.random.Generator) -> IntArray:
    """Return (2, 3) integers from -3 to 3 with a cosine that is clear of 0 and 1."""
    return until(
        lambda: rng.integers(-3, 4, (2, 3)),
        lambda pair: 0.1 < abs(cosine(pair[0], pair[1])) < 0.95,
    )

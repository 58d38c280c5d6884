"""Pairs of vectors made from a seed, for the checks of ``cosine``.

Each check's pairs are such that a mistake of another kind shows as little as possible: whoever
forgets the norms must not lose the points for leaving the inputs alone as well.
"""

import numpy as np

from embedlab.grading.cases import until
from embedlab.grading.declaration import Arguments
from embedlab.numerics import Array, IntArray
from embedlab.vectors import cosine


def ordinary_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) arrays of 2 to 12 numbers, with every kind of cosine.

    Among them is a cosine that four decimals are too few for, two vectors whose first numbers
    alone would give the wrong sign, and cosines of exactly 1, -1 and 0.
    """
    first = _pair(rng, 2, 1)
    second = until(lambda: _pair(rng, 2, -1), lambda pair: pair[0][0] * pair[1][0] > 0)
    third = until(lambda: _pair(rng, 3, 1), _needs_five_decimals)
    sizes_and_signs = [(4, -1), (7, 1), (12, 1)]
    cases: list[Arguments] = [first, second, third]
    cases += [_pair(rng, d, sign) for d, sign in sizes_and_signs]
    # Powers of 2 only, so that these cosines are exact however they are computed. An odd number
    # of minus signs: the numbers of no vector here add up to 0.
    u = np.ones(4)
    u[rng.integers(4)] = -1
    across = u.copy()
    across[rng.choice(4, 2, replace=False)] *= -1
    return [*cases, (2 * u, u), (u, -4 * u), (2 * u, across)]


def rescaled_pairs(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) arrays multiplied by 1e-6 to 1e6, all with a positive cosine.

    The cosines have two decimals: rounding is no matter of scale.
    """
    factors = [(10, 1), (1, 1000), (1e6, 1), (1, 1e-6), (1e6, 1e6), (1e-6, 1e-6), (1e4, 1e-4)]
    cases: list[Arguments] = []
    for i, (s, t) in enumerate(factors):
        u, v = _units_at_an_angle(rng, 1, is_wide=i % 2 == 0, is_steep=i % 4 == 0)
        cases.append((s * 5 * u, t * 10 * v))
    return cases


def pairs_with_zero(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) with a zero vector first, second or twice, and pairs without.

    Those without look like zero to whoever asks for the sum, or for a single number of the
    vector, or subtracts the mean, or rounds the result.
    """
    cases: list[Arguments] = []
    for d in (2, 3):
        u, _ = _pair(rng, d, 1)
        zero = np.zeros(d)
        cases += [(zero, u), (u, zero), (zero.copy(), zero)]
    a, b, c, d = rng.choice(np.arange(2.0, 8.0), 4, replace=False)
    return [
        *cases,
        _wide_pair(rng),
        (np.array([a, -a]), np.array([b, -b - c])),
        (np.array([a, c, b]), np.array([0.0, d, a])),
        (np.array([a, a]), np.array([b, c])),
    ]


def pairs_of_any_sequence(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) as lists, tuples and arrays of small integers or single precision.

    The integers are so small that even the product of two sums of squares fits into int8:
    whoever computes in the type received is right as well.
    """
    first = until(lambda: _wide_pair(rng), lambda pair: pair[0][0] * pair[1][0] < 0)
    second = until(
        lambda: _pair(rng, 3, -1),
        lambda pair: pair[0][-1] * pair[1][-1] > 0 and bool(np.prod(np.sum(pair, axis=1)) > 0),
    )
    u, v = _pair(rng, 4, -1)
    # Different, so that neither their sum nor their difference is 0.
    single, other = rng.choice(np.arange(2, 6), 2, replace=False).tolist()
    small = [_small_integers(rng) for _ in range(3)]
    return [
        (first[0].tolist(), first[1].tolist()),
        (second[0].tolist(), second[1].tolist()),
        ([single], [-other]),
        (u.tolist(), v),
        (tuple(u.tolist()), tuple(v.tolist())),
        (small[0][0].tolist(), small[0][1].tolist()),
        (small[1][0], small[1][1]),
        (small[2][0].astype(np.int8), small[2][1].astype(np.int8)),
        (u.astype(np.float32), v.astype(np.float32)),
    ]


def pairs_to_keep(rng: np.random.Generator) -> list[Arguments]:
    """Return (u, v) that a function could change in place: arrays and lists.

    One has length 2 and the other 1/2: dividing by the lengths changes each of them, but not
    their dot product.
    """
    pairs = (
        _units_at_an_angle(rng, 1, is_wide=True, is_steep=True),
        _units_at_an_angle(rng, -1, is_wide=False, is_steep=True),
        _units_at_an_angle(rng, -1, is_wide=True, is_steep=False),
    )
    first, second, (u, v) = [(np.round(2 * u, 1), np.round(v / 2, 1)) for u, v in pairs]
    return [first, second, (u.tolist(), v.tolist())]


def _pair(rng: np.random.Generator, d: int, sign: int) -> tuple[Array, Array]:
    """Return two vectors of clearly different lengths above 3, and a cosine of a given sign.

    None of their numbers is 0, nor is a sum: what makes a vector zero is asked elsewhere.
    """

    def make() -> tuple[Array, Array]:
        u, v = rng.uniform(-6, 6, (2, d))
        return np.round(u, 1), np.round(v, 1)

    def holds(pair: tuple[Array, Array]) -> bool:
        lengths = [float(np.linalg.norm(vector)) for vector in pair]
        far_apart = min(lengths) > 3 and abs(lengths[0] - lengths[1]) > 0.5
        looks_zero = not np.all(pair) or np.any(np.isclose(np.sum(pair, axis=1), 0))
        return far_apart and not looks_zero and 0.1 < sign * cosine(*pair) < 0.95

    return until(make, holds)


def _wide_pair(rng: np.random.Generator) -> tuple[Array, Array]:
    """Return two vectors of two numbers whose cosine is positive, and 0 when rounded."""
    return until(lambda: _pair(rng, 2, 1), lambda pair: cosine(*pair) < 0.45)


def _needs_five_decimals(pair: tuple[Array, Array]) -> bool:
    """Return whether four decimals are clearly outside the tolerance, whoever rounds."""
    exact = cosine(*pair)
    return exact < 0.3 and abs(round(exact, 4) - exact) > 4e-5


def _units_at_an_angle(
    rng: np.random.Generator, sign: int, *, is_wide: bool, is_steep: bool
) -> tuple[Array, Array]:
    """Return two vectors of length 1 with one decimal and a cosine of some sign.

    Args:
        rng: Source of the quadrant.
        sign: Of the cosine.
        is_wide: Whether the cosine is 0.28 in absolute value, else 0.96.
        is_steep: Whether the second number of the first vector is the larger one. In a wide pair
            the product of the smaller ones has the opposite sign of the cosine.
    """
    unit = np.array((0.6, 0.8) if is_steep else (0.8, 0.6)) * rng.choice([-1.0, 1.0], 2)
    # Mirrored on an axis or on the diagonal.
    other = unit * [1, -1] if is_wide else np.sign(unit) * np.abs(unit[::-1])
    return unit, sign * np.sign(unit @ other) * other


def _small_integers(rng: np.random.Generator) -> IntArray:
    """Return (2, 3) integers from -3 to 3, none of them 0, with a cosine clear of 0 and 1."""

    def holds(pair: IntArray) -> bool:
        looks_zero = 0 in pair or 0 in pair.sum(axis=1)
        fits = np.prod((pair**2).sum(axis=1)) < 128
        return not looks_zero and bool(fits) and 0.1 < abs(cosine(pair[0], pair[1])) < 0.95

    return until(lambda: rng.integers(-3, 4, (2, 3)), holds)

"""Angles between random directions, and how many directions fit nearly at right angles.

A random direction is a point drawn evenly from the unit sphere. By symmetry its cosine with any
fixed direction has the same law as its cosine with another random direction.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import betaincc, betaincinv, betaln, gammaln, poch, xlog1py

from embedlab.numerics import Array, as_integer, as_vector, require

# Nodes of the quadrature; 400 change no digit of double precision that 200 have.
_N_NODES = 200


def random_directions(n: int, d: int, *, rng: np.random.Generator) -> Array:
    """Return n points drawn evenly from the unit sphere in d dimensions (n, d).

    Raises:
        ValueError: If n or d is below 1.

    Source: Muller 1959, "A note on a method for generating points uniformly on n-dimensional
        spheres".

    >>> directions = random_directions(2, 10_000, rng=np.random.default_rng(0))
    >>> bool(abs(directions[0] @ directions[1]) < 0.04), directions.shape
    (True, (2, 10000))
    """
    points = rng.standard_normal((as_integer("n", n, 1), as_integer("d", d, 1)))
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def cosine_density(cosines: npt.ArrayLike, d: int) -> Array:
    """Return the probability density of the cosine of two random directions, at each cosine.

    It is (1 - t²)^((d-3)/2) / B(1/2, (d-1)/2): for d = 2 highest at ±1, for d = 3 flat, and for
    large d a Gaussian bell of standard deviation 1/√d, which is exact for every d.

    Args:
        cosines: (n,) between -1 and 1.
        d: Dimensions, at least 2.

    Raises:
        ValueError: If an argument is out of range.

    Source: Cai, Fan and Jiang 2013, "Distributions of Angles in Random Packing on Spheres",
        JMLR 14, where it is that of the angle.

    >>> cosine_density([0.0, 0.5, 0.9], 3).round(6).tolist()
    [0.5, 0.5, 0.5]
    """
    d, t = as_integer("d", d, 2), _as_cosines(cosines)
    return np.asarray(np.exp(xlog1py((d - 3) / 2, -(t**2)) - betaln(0.5, (d - 1) / 2)))


def angle_density(angles: npt.ArrayLike, d: int) -> Array:
    """Return the probability density of the angle of two random directions, per radian.

    Args:
        angles: (n,) between 0 and π.
        d: Dimensions, at least 2.

    Raises:
        ValueError: If an argument is out of range.

    Source: Cai, Fan and Jiang 2013.

    >>> angle_density([math.pi / 2], 3).round(6).tolist()
    [0.5]
    """
    d, theta = as_integer("d", d, 2), as_vector("angles", angles)
    outside = theta[(theta < 0) | (theta > math.pi)]
    require(outside.size == 0, "angles", "lie between 0 and π", outside[:1].tolist())
    with np.errstate(divide="ignore"):
        log_sines = np.log(np.sin(theta))
    powers = np.zeros_like(theta) if d == 2 else (d - 2) * log_sines
    return np.asarray(np.exp(powers - betaln(0.5, (d - 1) / 2)))


def mean_absolute_cosine(d: int) -> float:
    """Return the mean of |cosine| over random directions, Γ(d/2) / (√π Γ((d+1)/2)).

    For large d about √(2 / (π d)), as of a Gaussian of standard deviation 1/√d. The cosine itself
    has mean 0 and, for every d, variance 1/d: the squares of d coordinates add up to 1.

    Raises:
        ValueError: If d is below 1.

    >>> round(mean_absolute_cosine(3), 6), round(mean_absolute_cosine(300), 4)
    (0.5, 0.0461)
    """
    d = as_integer("d", d, 1)
    # poch(x, 1/2) is Γ(x + 1/2) / Γ(x); a difference of logarithms would lose the digits.
    return 1 / (math.sqrt(math.pi) * float(poch(d / 2, 0.5)))


def log_cosine_tail(cosine: float, d: int) -> float:
    """Return the logarithm of the probability that a random direction's cosine exceeds a value.

    Exact also where the probability itself is too small for a floating number; -inf for cosine 1.

    Args:
        cosine: Between -1 and 1.
        d: Dimensions, at least 2.

    Raises:
        ValueError: If an argument is out of range.

    Source: half the regularized incomplete beta function I of 1 - t² at ((d-1)/2, 1/2); Li 2011,
        "Concise Formulas for the Area and Volume of a Hyperspherical Cap". Where it underflows:
        its series, DLMF 8.17.8.

    >>> math.exp(log_cosine_tail(0.5, 3)), round(log_cosine_tail(0.5, 12288), 2)
    (0.25, -1772.31)
    """
    d, t = as_integer("d", d, 2), float(_as_cosines([cosine])[0])
    a, b = (d - 1) / 2, 0.5
    if t <= 0:
        return math.log1p(-float(betaincc(b, a, t * t)) / 2)
    tail = float(betaincc(b, a, t * t)) / 2
    if tail > 1e-280:
        return math.log(tail)
    if t == 1:
        return -math.inf
    # Each term is the one before times (a + b + i) / (a + 1 + i) · x, which is below x.
    x = (1 - t) * (1 + t)
    n_terms = 2 + math.ceil(40 / -math.log(x))
    ratios = x * (a + b + np.arange(n_terms)) / (a + 1 + np.arange(n_terms))
    series = 1 + float(np.cumprod(ratios).sum())
    log_front = a * math.log(x) + b * math.log(t * t) - math.log(a) - float(betaln(a, b))
    return log_front + math.log(series) - math.log(2)


def cosine_tail_bound(cosine: float, d: int) -> float:
    """Return a bound on the probability that a random direction's cosine exceeds a value.

    It is exp(-d t² / 2), simple, never too low, and too high by a factor that grows with t.

    Args:
        cosine: At least 0 and below 1.
        d: Dimensions, at least 2.

    Raises:
        ValueError: If an argument is out of range.

    Source: Ball 1997, "An Elementary Introduction to Modern Convex Geometry", lemma 2.2.

    >>> round(cosine_tail_bound(0.1, 768), 4), round(math.exp(log_cosine_tail(0.1, 768)), 4)
    (0.0215, 0.0028)
    """
    d = as_integer("d", d, 2)
    require(0 <= cosine < 1, "cosine", "be at least 0 and below 1", cosine)
    return math.exp(-d * cosine**2 / 2)


def expected_largest_cosine(n: int, d: int) -> float:
    """Return the mean of the largest cosine between one direction and n random ones.

    What nearest neighbors in n vectors without any meaning would show. For the largest of all
    pairs among m random directions take n = m (m - 1) / 2: pairs are not wholly independent, but
    nearly so as far as the largest is concerned.

    Args:
        n: Independent random directions, at least 1.
        d: Dimensions, at least 2.

    Raises:
        ValueError: If an argument is out of range.

    Source: the mean of an extreme, ∫ t d(F(t)^n), with the law of ``cosine_density``. For large n
        and d it approaches √(1 - n^(-2/(d-1))); Cai, Fan and Jiang 2013.

    >>> round(expected_largest_cosine(50_000, 300), 3)
    0.241
    """
    n, d = as_integer("n", n, 1), as_integer("d", d, 2)
    # None of the n comes closer than low, and not all of them stay further than high.
    low = _angle_within(1e-17 / n, d)
    high = _angle_within(min(-math.expm1(-40 / n), 1 - 2**-53), d)
    nodes, weights = np.polynomial.legendre.leggauss(_N_NODES)
    angles = (low + high) / 2 + (high - low) / 2 * nodes
    t = np.cos(angles)
    halves = betaincc(0.5, (d - 1) / 2, t * t) / 2
    # At most the largest number below 1, which has a logarithm: for n = 1 all directions count.
    closer = np.minimum(np.where(t >= 0, halves, 1 - halves), 1 - 2**-53)
    # cos θ = 1 - ∫ sin from 0 to θ; the mean needs the chance that none is closer than an angle.
    none_closer = np.exp(n * np.log1p(-closer))
    missing = float((weights * np.sin(angles) * none_closer).sum()) * (high - low) / 2
    return math.cos(low) - missing


def log_nearly_orthogonal(d: int, cosine: float) -> tuple[float, float]:
    """Return two bounds on how many directions fit, no two with |cosine| above a value.

    The logarithm of the largest number lies between them. From below: as long as the cones of
    all too close directions around the n chosen ones do not cover the sphere, one more fits; so
    n reaches 1 / P(|cosine| exceeds the value), and d at least. From above: a linear programming
    bound, see ``_log_most_lines``. Both grow in proportion to d at a fixed cosine.

    Args:
        d: Dimensions, at least 3.
        cosine: Largest |cosine| allowed, at least 0 and at most 0.99. At 0 exactly d fit.

    Returns:
        Lower and upper bound of log n, in nats.

    Raises:
        ValueError: If an argument is out of range.

    Source: the greedy argument is Gilbert's (1952) and Varshamov's (1957) for codes; the upper
        bound that of Kabatiansky and Levenshtein 1978, "Bounds for packings on a sphere and in
        space".

    >>> [round(math.exp(bound)) for bound in log_nearly_orthogonal(3, 1 / math.sqrt(5))]
    [3, 6]
    >>> [round(bound / math.log(10)) for bound in log_nearly_orthogonal(768, 0.2)]
    [8, 27]
    """
    d = as_integer("d", d, 3)
    require(0 <= cosine <= 0.99, "cosine", "lie between 0 and 0.99", cosine)
    if cosine < 1e-100:  # its square is 0
        return math.log(d), math.log(d)
    lower = max(math.log(d), -math.log(2) - log_cosine_tail(cosine, d))
    # What does not fit with larger cosines does not fit with this one, and the bound has peaks.
    wider = np.linspace(cosine, min(0.995, cosine + 2 / (d * cosine)), 9)
    return lower, min(_log_most_lines(d, float(t)) for t in wider)


def _log_most_lines(d: int, t: float) -> float:
    """Return the logarithm of a bound on the number of lines with |cosine| at most t.

    Let G_m be the Gegenbauer polynomials of the sphere with G_m(1) = 1, and 2k the last even
    degree before G(t) turns negative, x = G_2k+2(t) / G_2k(t). The square of G_2k+2(s) G_2k(t) -
    G_2k(s) G_2k+2(t), divided by s² - t², is at most 0 for |s| <= t, and a sum of G_m(s) with
    positive factors, as the formula of Christoffel and Darboux shows. Its value at 1 divided by
    its mean over the sphere is the bound, C(d + 2k - 2, 2k) (d + 2k - 1) / (d + 4k) ·
    (1 - x)² / (-x (1 - t²)). For k = 0 it is d (1 - t²) / (1 - d t²).
    """
    # The polynomials themselves would underflow; their ratios G_m+1 / G_m do not.
    degree, ratio = 0, t
    while True:
        following = ((2 * degree + d) * t - (degree + 1) / ratio) / (degree + d - 1)
        x = ratio * following
        if x < 0:
            break
        after = ((2 * degree + d + 2) * t - (degree + 2) / (following or 1e-300)) / (degree + d)
        # Exactly at a zero of the polynomial the next ratio has no size, only a sign.
        degree, ratio = degree + 2, after or 1e-300
    n, k2 = d + degree - 2, degree
    log_choose = float(gammaln(n + 1) - gammaln(k2 + 1) - gammaln(d - 1))
    log_choose += math.log((d + k2 - 1) / (d + 2 * k2))
    # Near a zero of the polynomial x is too small or too large to be squared.
    return log_choose + 2 * math.log1p(-x) - math.log(-x) - math.log1p(-t * t)


def _as_cosines(cosines: npt.ArrayLike) -> Array:
    t = as_vector("cosines", cosines)
    outside = t[np.abs(t) > 1]
    require(outside.size == 0, "cosines", "lie between -1 and 1", outside[:1].tolist())
    return t


def _angle_within(share: float, d: int) -> float:
    """Return the angle within which a random direction lies with the given probability."""
    if share > 0.5:
        return math.pi - _angle_within(1 - share, d)
    return math.asin(math.sqrt(float(betaincinv((d - 1) / 2, 0.5, 2 * share))))

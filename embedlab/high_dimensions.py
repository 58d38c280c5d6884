"""Balls, shells and clouds in d dimensions: where volume and probability lie.

Volumes beyond a few hundred dimensions do not fit into a floating number, so functions return
their natural logarithms.
"""

import math

import numpy as np
from scipy.special import gammainc

from embedlab.numerics import Array, as_integer, require

# log Γ(x + 1/2) - log Γ(x) - log(x) / 2 in powers 1, 3, 5, … of 1 / x.
_HALF_STEP = (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432)
# From here on the first term left out is below the rounding.
_LARGE = 16.0


def log_ball_volume(d: int, radius: float = 1.0) -> float:
    """Return the logarithm of the volume of a ball, π^(d/2) radius^d / Γ(d/2 + 1).

    Volumes of different d have different units: the volume of d = 5 is "larger" than that of
    d = 4 only as much as a cubic meter is larger than a square meter. What can be compared is a
    share of some other volume, as in ``log_ball_in_cube`` and ``shell_share``.

    Args:
        d: Dimensions, at least 0 (a point of volume 1).
        radius: Above 0.

    Raises:
        ValueError: If an argument is out of range.

    Source: DLMF 5.19.4, https://dlmf.nist.gov/5.19.

    >>> round(math.exp(log_ball_volume(3)), 6)  # 4π/3
    4.18879
    >>> round(log_ball_volume(1000) / math.log(10), 3)  # 10 to this power
    -885.511
    """
    d = as_integer("d", d, 0)
    _require_length("radius", radius)
    return d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1) + d * math.log(radius)


def log_sphere_surface(d: int, radius: float = 1.0) -> float:
    """Return the logarithm of a ball's surface, d · volume / radius, in d dimensions.

    The surface has d - 1 dimensions: for d = 2 it is the circumference, and for d = 1 two points.

    Args:
        d: Dimensions of the space, at least 1.
        radius: Above 0.

    Raises:
        ValueError: If an argument is out of range.

    Source: DLMF 5.19.4.

    >>> round(math.exp(log_sphere_surface(3)), 6)  # 4π
    12.566371
    """
    d = as_integer("d", d, 1)
    return math.log(d) + log_ball_volume(d, radius) - math.log(radius)


def largest_ball_dimension(radius: float = 1.0) -> int:
    """Return the d in which a ball of this radius has the largest number as its volume.

    It is 5 for radius 1, and about 2π radius² for large radii: the peak depends on the unit of
    length.

    Raises:
        ValueError: If the radius is not above 0 and below a million.

    >>> [largest_ball_dimension(radius) for radius in (1.0, 2.0)]
    [5, 24]
    """
    _require_length("radius", radius)
    require(radius < 1e6, "radius", "be below 1e6", radius)

    def grows(d: int) -> bool:
        """Whether d + 1 dimensions give more volume than d; once false, it stays false."""
        x = d / 2 + 1
        return math.log(radius * math.sqrt(math.pi / x)) > _half_step(x)

    low, high = -1, 1
    while grows(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if grows(middle) else (low, middle)
    return high


def log_ball_in_cube(d: int) -> float:
    """Return the logarithm of the share of a cube that the ball touching its sides fills.

    Raises:
        ValueError: If d is below 1.

    >>> round(math.exp(log_ball_in_cube(2)), 6)  # π/4
    0.785398
    """
    return log_ball_volume(as_integer("d", d, 1)) - d * math.log(2)


def shell_share(d: int, thickness: float) -> float:
    """Return the share of a ball's volume in its outer shell, 1 - (1 - thickness)^d.

    Args:
        d: Dimensions, at least 1.
        thickness: Of the shell, as a share of the radius: from 0 to 1.

    Raises:
        ValueError: If an argument is out of range.

    >>> shell_share(2, 0.5), round(shell_share(768, 0.01), 6)
    (0.75, 0.999556)
    """
    d = as_integer("d", d, 1)
    require(0 <= thickness <= 1, "thickness", "lie between 0 and 1", thickness)
    # log1p and expm1 keep the digits of a thin shell, where 1 - t would round them away.
    return 1.0 if thickness == 1 else -math.expm1(d * math.log1p(-thickness))


def shell_thickness(d: int, share: float) -> float:
    """Return how thick the outer shell must be, as a share of the radius, to hold this share.

    The inverse of ``shell_share``; for large d about -log(1 - share) / d.

    Args:
        d: Dimensions, at least 1.
        share: Of the volume, from 0 to 1.

    Raises:
        ValueError: If an argument is out of range.

    >>> round(shell_thickness(768, 0.99), 6)
    0.005978
    """
    d = as_integer("d", d, 1)
    require(0 <= share <= 1, "share", "lie between 0 and 1", share)
    return 1.0 if share == 1 else -math.expm1(math.log1p(-share) / d)


def ball_points(n: int, d: int, *, rng: np.random.Generator) -> Array:
    """Return points drawn evenly from the unit ball (n, d).

    A direction is even over the sphere if every coordinate is Gaussian; a radius below r has the
    probability r^d, so it is the d-th root of an even number.

    Raises:
        ValueError: If n or d is below 1.

    Source: Muller 1959, "A note on a method for generating points uniformly on n-dimensional
        spheres".

    >>> points = ball_points(1000, 50, rng=np.random.default_rng(0))
    >>> round(float((np.linalg.norm(points, axis=1) > 0.9).mean()), 2)  # shell_share: 0.995
    0.99
    """
    shape = as_integer("n", n, 1), as_integer("d", d, 1)
    points = rng.standard_normal(shape)
    radii = rng.random((shape[0], 1)) ** (1 / d)
    return np.asarray(points * (radii / np.linalg.norm(points, axis=1, keepdims=True)))


def log_covering_number(d: int, resolution: float) -> tuple[float, float]:
    """Return two bounds on how many balls of a small radius are needed to cover the unit ball.

    The logarithm of that number lies between d log(1/resolution) and d log(1 + 2/resolution):
    a measure of how many points of the ball a reader can tell apart who sees no finer than the
    resolution. Hypotheses: any point of the ball may occur, and the resolution is fixed in
    advance. Only if it is chosen as 1/d, the logarithm grows as d log d; at a fixed resolution
    it is proportional to d. The number itself is exponential in either case, and says nothing
    about how much a training can make use of.

    Args:
        d: Dimensions, at least 1.
        resolution: Radius of the small balls, above 0 and at most 1.

    Returns:
        Lower and upper bound of the logarithm, in nats.

    Raises:
        ValueError: If an argument is out of range.

    Source: Vershynin 2018, High-Dimensional Probability, corollary 4.2.13.

    >>> [round(bound / (300 * math.log(300)), 2) for bound in log_covering_number(300, 1 / 300)]
    [1.0, 1.12]
    """
    d = as_integer("d", d, 1)
    require(0 < resolution <= 1, "resolution", "be above 0 and at most 1", resolution)
    return d * -math.log(resolution), d * math.log1p(2 / resolution)


def gaussian_norm(d: int) -> tuple[float, float]:
    """Return mean and variance of the length of a standard Gaussian vector in d dimensions.

    The mean is √2 Γ((d + 1)/2) / Γ(d/2), a little below √d, and the variance d - mean² rises
    to 1/2: the cloud is an annulus whose radius grows while its thickness does not. The distance
    of two such vectors is √2 times such a length.

    Raises:
        ValueError: If d is below 1.

    Source: Johnson, Kotz and Balakrishnan 1994, Continuous Univariate Distributions 1, ch. 18
        (the chi distribution).

    >>> mean, variance = gaussian_norm(768)
    >>> round(mean, 4), round(variance, 4)
    (27.7038, 0.4998)
    """
    d = as_integer("d", d, 1)
    step = _half_step(d / 2)
    # d - mean² would lose the digits of the variance.
    return math.sqrt(d) * math.exp(step), -d * math.expm1(2 * step)


def gaussian_norm_share(d: int, tolerance: float) -> float:
    """Return the probability that a Gaussian vector's length is within a share of its mean.

    The same for the distance of two independent Gaussian vectors, whatever their variance, since
    it is a multiple of such a length. Coordinates must be independent and of one variance.

    Args:
        d: Dimensions, at least 1.
        tolerance: 0.1 for within 10 percent; at least 0.

    Raises:
        ValueError: If an argument is out of range.

    Source: the chi-square distribution of the squared length.

    >>> [round(gaussian_norm_share(d, 0.1), 4) for d in (100, 1000)]
    [0.8422, 1.0]
    """
    mean, _ = gaussian_norm(d)
    require(tolerance >= 0, "tolerance", "be at least 0", tolerance)
    low, high = max(0.0, mean * (1 - tolerance)), mean * (1 + tolerance)
    # A product that overflows is infinite, a power an error.
    return float(gammainc(d / 2, high * high / 2) - gammainc(d / 2, low * low / 2))


def _half_step(x: float) -> float:
    """Return log Γ(x + 1/2) - log Γ(x) - log(x) / 2, without the cancellation, for x > 0."""
    if x < _LARGE:
        return math.log(math.gamma(x + 0.5) / (math.gamma(x) * math.sqrt(x)))
    return sum(factor / x ** (2 * i + 1) for i, factor in enumerate(_HALF_STEP))


def _require_length(name: str, value: float) -> None:
    require(0 < value < math.inf, name, "be above 0 and finite", value)

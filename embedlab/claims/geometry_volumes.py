"""The claims of chapter 7 about the volumes of balls and of their shells."""

import math

import numpy as np

from embedlab.claims.findings import Finding, claim, compared, judged, several
from embedlab.high_dimensions import (
    largest_ball_dimension,
    log_ball_volume,
    log_sphere_surface,
    shell_share,
    shell_thickness,
)

_TENTH = 0.1


def _power(logarithm: float) -> float:
    """Return the power of ten of a number given by its natural logarithm."""
    return logarithm / math.log(10)


def _slices(d: int) -> float:
    """Return the volume of the unit ball, added up from slices that are balls of d - 1."""
    nodes, weights = np.polynomial.legendre.leggauss(100)
    volume = 2.0
    for k in range(2, d + 1):
        volume *= float(weights @ np.cos(nodes * math.pi / 2) ** k) * math.pi / 2
    return volume


@claim("formula")
def c196() -> Finding:
    """The volume of the unit ball in d dimensions is π^(d/2) / Γ(d/2 + 1)."""
    errors = [abs(_slices(d) / math.exp(log_ball_volume(d)) - 1) for d in range(1, 101)]
    names = {1: "length", 2: "area", 3: "volume"}
    return judged(
        max(errors) < 1e-10,
        computed="; ".join(
            f"d = {d}: {name} {math.exp(log_ball_volume(d)):.4f}" for d, name in names.items()
        )
        + "; up to d = 100 the formula agrees with balls added up from slices. It is the ball's "
        f"volume; the sphere around it has a surface, d times that: {4 * math.pi:.4f} for d = 3",
        correction="The formula differs from balls that are added up from slices.",
    )


@claim("arithmetic")
def c197() -> Finding:
    """The volume of the ball of radius 1 is largest in dimension 5 and falls to zero from there."""
    volumes = [log_ball_volume(d) for d in range(400)]
    surfaces = [log_sphere_surface(d) for d in range(1, 400)]
    peak = int(np.argmax(volumes))
    falls = bool((np.diff(volumes[peak:]) < 0).all())
    return judged(
        peak == 5 and falls and volumes[-1] < -500,
        computed=f"d = 4, 5, 6: {', '.join(f'{math.exp(volumes[d]):.4f}' for d in (4, 5, 6))}. The "
        f"peak belongs to the radius 1: with radius 2 it is at d = {largest_ball_dimension(2.0)}, "
        f"with radius 3 at d = {largest_ball_dimension(3.0)}, and the unit sphere's surface is "
        f"largest for d = {int(np.argmax(surfaces)) + 1}. Numbers of different dimensions have "
        "different units (m⁵, m⁶), so the peak says nothing about space",
        correction=f"The peak is at d = {peak}.",
    )


@claim("formula")
def c198() -> Finding:
    """The volume of the unit ball decays exponentially with the dimension."""
    quotients = {
        d: math.exp(log_ball_volume(d + 1) - log_ball_volume(d)) for d in (2, 10, 100, 1000)
    }
    inner = {d: (1 - shell_share(d + 1, _TENTH)) / (1 - shell_share(d, _TENTH)) for d in (10, 100)}
    ratio = max(quotients.values()) / min(quotients.values())
    return judged(
        ratio < 1.1,
        computed="one dimension more multiplies the volume by "
        + ", ".join(f"{quotient:.2f} at d = {d:,}" for d, quotient in quotients.items())
        + f"; what does decay exponentially is the share of a ball within 90% of its radius: "
        f"{inner[10]:.1f} per dimension at every d",
        correction="Exponential decay has one factor per dimension. Here the factor itself falls, "
        "about as √(2π/d): up to d = 5 the volume grows, later it falls faster than any "
        "exponential. A later slide says so: the factorial beats the exponential.",
    )


@claim("arithmetic")
def c199() -> Finding:
    """√π is 1.77, so π^(d/2) grows by this factor with every dimension."""
    factors = [math.pi ** ((d + 1) / 2) / math.pi ** (d / 2) for d in range(1, 200)]
    return several({"√π": (math.sqrt(math.pi), "1.77"), "growth": (max(factors), "1.77")})


@claim("arithmetic")
def c200() -> Finding:
    """1.77^100 is about 10^25."""
    return compared(100 * math.log10(1.77), "25", unit=" as the power of ten")


@claim("arithmetic")
def c201() -> Finding:
    """50! is about 10^64."""
    return compared(math.log10(math.factorial(50)), "64", unit=" as the power of ten")


@claim("formula")
def c202() -> Finding:
    """Stirling's formula: n! is about √(2πn) (n/e)^n."""
    sizes = (1, 10, 50, 1000, 100_000)
    logs = {n: math.lgamma(n + 1) - _log_stirling(n) for n in sizes}
    missing = {n: -math.expm1(-log) for n, log in logs.items()}
    return judged(
        all(abs(12 * n * missing[n] - 1) < 0.1 for n in sizes),
        computed="what the formula lacks: "
        + ", ".join(f"{missing[n]:.2g} of {n:,}!" for n in sizes)
        + "; that is about 1/(12n), so the ratio tends to 1",
        correction="The ratio of the two does not tend to 1.",
    )


def _log_stirling(n: int) -> float:
    return 0.5 * math.log(2 * math.pi * n) + n * (math.log(n) - 1)


@claim("formula")
def c203() -> Finding:
    """1.77^d / (d/2)! goes to zero extremely fast as d grows."""
    logs = np.array([d * math.log(1.77) - math.lgamma(d / 2 + 1) for d in range(10_001)])
    steps = np.diff(logs)
    shown = (5, 10, 20, 100, 1000)
    return judged(
        bool((np.diff(steps) < 0).all() and steps[-1] < math.log(0.1)),
        computed="; ".join(
            f"d = {d:,}: {_scientific(float(logs[d]))}"
            if d > 20
            else f"d = {d}: {math.exp(logs[d]):.2g}"
            for d in shown
        )
        + f". It grows up to d = {int(np.argmax(logs))}; after that every step shrinks it by more "
        "than the one before, faster than any exponential. For odd d the factorial is Γ(d/2 + 1)",
        correction="The quotient does not fall faster and faster.",
    )


def _scientific(logarithm: float) -> str:
    power = math.floor(_power(logarithm))
    return f"{10 ** (_power(logarithm) - power):.1f} · 10^{power}".replace("-", "−")


def _inner(d: int) -> float:
    """Return the share of a ball's volume within 90% of the radius."""
    return 1 - shell_share(d, _TENTH)


@claim("arithmetic")
def c204() -> Finding:
    """A ball of radius r holds r^d of the unit ball's volume: with r = 0.9 and d = 10, 0.35."""
    ratio = math.exp(log_ball_volume(10, 0.9) - log_ball_volume(10))
    return several({"0.9¹⁰": (0.9**10, "0.35"), "volumes": (ratio, "0.35")})


@claim("arithmetic")
def c205() -> Finding:
    """0.9^50 is 0.005: half a percent of the volume lies within 90% of the radius at d = 50."""
    return several({"0.9⁵⁰": (0.9**50, "0.005"), "in percent": (100 * _inner(50), "0.5")})


@claim("arithmetic")
def c206() -> Finding:
    """0.9^100 is about 10^−5, so 0.001% of the volume lies within 90% of the radius at d = 100."""
    percent = 100 * _inner(100)
    return several(
        {"power of ten": (100 * math.log10(0.9), "-5"), "percent inside": (percent, "0.001")},
        correction=f"The power of ten is right, the percentage read off it is not: 0.9^100 is "
        f"{0.9**100:.1e}, which is {percent:.4f}%, {percent / 0.001:.1f} times as much.",
    )


@claim("arithmetic")
def c207() -> Finding:
    """0.9^1000 is about 10^−46."""
    return compared(1000 * math.log10(0.9), "-46", unit=" as the power of ten")


@claim("arithmetic")
def c208() -> Finding:
    """In 768 dimensions 99.999999% of a ball's volume lies within 1% of its surface."""
    needed = next(d for d in range(768, 10_000) if shell_share(d, 0.01) >= 0.99999999)
    return compared(
        100 * shell_share(768, 0.01),
        "99.999999",
        unit="%",
        correction=f"0.99^768 = {0.99**768:.1e} of the volume is further inside, "
        f"{0.99**768 / 1e-8:,.0f} times what the slide leaves. The share on the slide needs a "
        f"shell of {shell_thickness(768, 0.99999999):.1%} of the radius, or {needed:,} dimensions.",
    )

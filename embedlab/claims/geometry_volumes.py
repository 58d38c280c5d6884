"""The claims of chapter 7 about the volumes of balls and shells, and what follows for vectors."""

import math

import numpy as np

from embedlab import learned
from embedlab.claims.findings import Finding, claim, compared, judged, listed, several
from embedlab.claims.geometry_spaces import (
    SKIP_GRAM,
    controls,
    noise,
    rank_correlation,
    skip_gram,
    spaces,
    truth,
)
from embedlab.concentration import distance_summary
from embedlab.directions import unit_rows
from embedlab.high_dimensions import (
    largest_ball_dimension,
    log_ball_volume,
    log_sphere_surface,
    shell_share,
    shell_thickness,
)
from embedlab.numerics import Array
from embedlab.vectors import similarity_matrix

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
    """The power 1.77^100 is about 10^25."""
    return several({"power of ten": (100 * math.log10(1.77), "25")})


@claim("arithmetic")
def c201() -> Finding:
    """The factorial 50! is about 10^64."""
    return several({"power of ten": (math.log10(math.factorial(50)), "64")})


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
    """0.9^1000 is about 10^−46: next to no volume is within 90% of the radius at d = 1,000."""
    return several({"power of ten": (1000 * math.log10(0.9), "-46")})


@claim("arithmetic")
def c208() -> Finding:
    """In 768 dimensions 99.999999% of a ball's volume lies within 1% of its surface."""
    needed = next(d for d in range(768, 10_000) if shell_share(d, 0.01) >= 0.99999999)
    percent = 100 * shell_share(768, 0.01)
    return judged(
        compared(percent, "99.999999", correction="Fewer nines.").verdict == "holds",
        computed=f"{percent:.3f}%",
        correction=f"{percent:.3f}% of the volume: 0.99^768 = {0.99**768:.1e} of it is further "
        f"inside, {0.99**768 / 1e-8:,.0f} times what the slide leaves. The slide's share needs a "
        f"shell of {shell_thickness(768, 0.99999999):.1%} of the radius, or {needed:,} dimensions.",
    )


@claim("statistical")
def c209() -> Finding:
    """All embedding vectors lie near the surface of the hypersphere."""
    shares = {
        name: [_near_sphere(rows) for rows in (matrix, controls()[name])]
        for name, matrix in spaces().items()
    }
    cbow = learned.cbow().matrix
    lengths = np.linalg.norm(cbow, axis=1)
    many = [share for name, (_, share) in shares.items() if controls()[name].shape[1] >= 300]
    return judged(
        all(trained == 1 for trained, _ in shares.values()) and _near_sphere(cbow) == 1,
        min(many) > 0.98,
        computed="share of lengths within 10% of the mean length, learned vectors and noise of "
        "the same shape: "
        + "; ".join(f"{name} {a:.0%}, {b:.0%}" for name, (a, b) in shares.items())
        + f"; CBOW of the artificial world {_near_sphere(cbow):.0%}, lengths from "
        f"{lengths.min() / lengths.mean():.1f} to {lengths.max() / lengths.mean():.1f} times the "
        "mean",
        correction="Only vectors that were given the same length, or have many independent "
        "coordinates. That most of a ball's volume is near its surface says nothing about vectors "
        "that are not spread evenly over a ball.",
    )


def _near_sphere(rows: Array) -> float:
    """Return the share of rows whose length is within 10% of the mean length."""
    lengths = np.linalg.norm(rows, axis=1)
    return float((np.abs(lengths / lengths.mean() - 1) <= 0.1).mean())


@claim("statistical")
def c210() -> Finding:
    """Random vectors are about equally far from each other."""
    clouds = {f"Gaussian, d = {d}": noise(1000, d) for d in (3, 50, 768)}
    uneven = "d = 768, variances 1, 1/2, 1/3 …"
    clouds[uneven] = noise(1000, 768) / np.sqrt(np.arange(1, 769))
    spread = {name: distance_summary(rows).variation for name, rows in clouds.items()}
    variances = {name: np.ones(rows.shape[1]) for name, rows in clouds.items()}
    variances[uneven] = 1 / np.arange(1, 769)
    ranks = {name: float(v.sum() ** 2 / (v**2).sum()) for name, v in variances.items()}
    law = {name: 1 / math.sqrt(2 * rank) for name, rank in ranks.items()}
    worst = max(abs(spread[name] / law[name] - 1) for name in list(clouds)[1:])
    return judged(
        all(value < 0.1 for value in spread.values()),
        spread["Gaussian, d = 768"] < 0.05,
        computed="standard deviation of the distances over their mean: "
        + "; ".join(f"{name}: {value:.1%}" for name, value in spread.items()),
        correction="If many dimensions are in even use. For Gaussian vectors the variation is "
        "about 1/√(2r), where r is not d but the participation ratio (Σλ)²/Σλ² of the variances"
        + (" (to within a tenth here, but for d = 3). " if worst < 0.1 else ". ")
        + f"The last vectors have r = {ranks[uneven]:.0f}.",
    )


@claim("opinion")
def c211() -> Finding:
    """That nearly all volume is in the outer shell explains why L2 normalization is effective."""
    cbow = learned.cbow().matrix.astype(np.float64)
    changed = {
        name: 1 - _agreement(rows) for name, rows in (("noise", noise(500, 768)), ("CBOW", cbow))
    }
    index = {word: i for i, word in enumerate(learned.cbow().words)}
    pairs = [(a, b, score) for a, b, score in truth().similarities if a in index and b in index]
    i = np.array([index[a] for a, _, _ in pairs])
    j = np.array([index[b] for _, b, _ in pairs])
    scores = np.array([score for _, _, score in pairs])
    quality = {
        name: rank_correlation((rows[i] * rows[j]).sum(axis=1), scores)
        for name, rows in (("dot product", cbow), ("cosine", unit_rows(cbow)))
    }
    return judged(
        changed["noise"] > changed["CBOW"],
        computed=f"correlation of dot products before and after normalizing: Gaussian noise in a "
        f"shell (d = 768) {1 - changed['noise']:.3f}, CBOW vectors of the artificial world, which "
        f"are in none, {1 - changed['CBOW']:.2f}. CBOW against the known similarities: "
        f"{listed(quality, '.2f')}",
        correction="The reverse: on a shell all lengths are equal, and normalizing has nothing "
        "left to do. It makes a difference, for better or worse, where vectors are not on a shell.",
    )


def _agreement(rows: Array) -> float:
    """Return the correlation of all pairs' dot products with their cosines."""
    upper = np.triu_indices(len(rows), 1)
    return float(np.corrcoef((rows @ rows.T)[upper], similarity_matrix(rows)[upper])[0, 1])


@claim("formula")
def c212() -> Finding:
    """In many dimensions cosine similarity becomes the natural distance metric."""
    angles = np.radians([0.0, 45.0, 90.0])
    corner = 1 - np.cos(np.abs(angles[:, np.newaxis] - angles))
    cosines = np.clip(similarity_matrix(skip_gram().matrix[:200].astype(np.float64)), -1, 1)
    broken = {
        "1 − cosine": _broken(1 - cosines),
        "angle": _broken(np.arccos(cosines)),
        "√(2 − 2 cosine)": _broken(np.sqrt(2 - 2 * cosines)),
    }
    return judged(
        corner[0, 2] <= corner[0, 1] + corner[1, 2] and broken["1 − cosine"] == 0,
        computed=f"1 − cosine for vectors at 0°, 45° and 90°: straight {corner[0, 2]:.2f}, with "
        f"the stop {corner[0, 1]:.2f} + {corner[1, 2]:.2f} = {corner[0, 1] + corner[1, 2]:.2f}. "
        f"Triples of 200 words of the {SKIP_GRAM} with a detour shorter than the way: "
        f"{listed(broken, '.1%')}",
        correction="The cosine grows as things get closer, so it is no distance; 1 − cosine breaks "
        "the triangle inequality. The angle keeps it, and so does √(2 − 2 cosine), the distance of "
        "the normalized vectors; both rank neighbors as the cosine does.",
    )


def _broken(distances: Array) -> float:
    """Return the share of triples of different points that break the triangle inequality."""
    n = len(distances)
    # A point between itself and another breaks nothing, so only triples of three count.
    n_broken = sum(
        int((distances > distances[:, [k]] + distances[[k]] + 1e-9).sum()) for k in range(n)
    )
    return n_broken / (n * (n - 1) * (n - 2))


@claim("opinion")
def x701() -> Finding:
    """The deck: the interior of the hypersphere is practically empty, it does not exist."""
    vectors = skip_gram()
    typical = float(np.linalg.norm(vectors.matrix, axis=1).mean())
    means = []
    for sentence in truth().sentences[:1000]:
        rows = [vectors[word] for word in sentence if word in vectors]
        means.append(np.linalg.norm(np.mean(rows, axis=0)) / typical)
    median = float(np.median(means))
    pairs = unit_rows(noise(1000, 768))
    middle = float(np.median(np.linalg.norm((pairs[:500] + pairs[500:]) / 2, axis=1)))
    return judged(
        min(median, middle) > 0.9,
        shell_share(768, _TENTH) > 0.999,
        computed=f"in 768 dimensions 0.9^768 ≈ 10^−{-_power(768 * math.log(0.9)):.0f} of a ball's "
        "volume lies within 90% of the radius. But means of the words of 1,000 sentences of the "
        f"artificial world: half of them shorter than {median:.2f} of a typical word vector; the "
        "point midway between two random unit vectors in 768 dimensions lies at "
        f"{middle:.2f} of the radius",
        correction="True of volume, and of points spread evenly over a ball. But means are there: "
        "sentence vectors, centroids of clusters, the middle of any two words. In many dimensions "
        "a mean of n unrelated vectors has 1/√n of their length.",
    )

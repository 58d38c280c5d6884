"""The claims of chapter 7 about distances in many dimensions.

Volumes and shells are in ``geometry_volumes``, the number of dimensions in
``geometry_dimensions``, isotropy, hubs and maps in ``geometry_shape``.
"""

import math
from functools import cache

import numpy as np

from embedlab import learned
from embedlab.claims.findings import Finding, claim, judged, listed
from embedlab.claims.geometry_spaces import (
    SKIP_GRAM,
    TABLE,
    controls,
    noise,
    rank_correlation,
    skip_gram,
    spaces,
    table,
    truth,
)
from embedlab.concentration import (
    DistanceSummary,
    distance_summary,
    distance_variation,
    relative_contrast,
    squared_distance_moments,
)
from embedlab.directions import unit_rows
from embedlab.distances import pairwise_distances
from embedlab.geometry import k_occurrences, skewness
from embedlab.high_dimensions import gaussian_norm_share
from embedlab.numerics import Array
from embedlab.retrieval import hashing
from embedlab.vectors import similarity_matrix

_BEYER = (
    "Beyer, Goldstein, Ramakrishnan and Shaft 1999, When Is 'Nearest Neighbor' Meaningful?, "
    "doi:10.1007/3-540-49257-7_15"
)
_WEBER = (
    "Weber, Schek and Blott 1998, A Quantitative Analysis and Performance Study for "
    "Similarity-Search Methods in High-Dimensional Spaces, VLDB, abstract: above about ten "
    "dimensions a plain scan beats the exact indexes"
)
_INDEPENDENT = ("Gaussian", "even numbers", "coins")


@cache
def _cloud(law: str, n: int, d: int) -> Array:
    """Return n points whose d coordinates are independent, or are not."""
    rng = np.random.default_rng(d)
    match law:
        case "Gaussian":
            return rng.standard_normal((n, d))
        case "even numbers":
            return rng.random((n, d))
        case "coins":
            return rng.integers(2, size=(n, d)).astype(float)
        case "Cauchy":
            return rng.standard_cauchy((n, d))
        case "in five dimensions":
            return rng.standard_normal((n, 5)) @ rng.standard_normal((5, d))
        case "variances 1, 1/2, 1/3 …":
            return rng.standard_normal((n, d)) / np.sqrt(np.arange(1, d + 1))
    raise AssertionError(law)


@cache
def _summary(law: str, n: int, d: int) -> DistanceSummary:
    return distance_summary(_cloud(law, n, d))


def _share_within(points: Array, tolerance: float) -> float:
    """Return the share of all distances that differ from their mean by no more than this share."""
    distances = pairwise_distances(points)[np.triu_indices(len(points), 1)]
    return float((np.abs(distances / distances.mean() - 1) <= tolerance).mean())


@claim("statistical")
def c188() -> Finding:
    """The largest minus the smallest distance, divided by the mean, tends to 0 as d grows."""
    laws = (*_INDEPENDENT, "Cauchy", "in five dimensions")
    sizes = (10, 100, 1000, 10_000)
    spreads = {law: [_summary(law, 200, d).spread for d in sizes] for law in laws}
    falls = {law: values[-1] < 0.1 * values[0] for law, values in spreads.items()}
    return judged(
        all(falls.values()),
        all(falls[law] for law in _INDEPENDENT),
        computed=f"200 points, d = {', '.join(f'{d:,}' for d in sizes)}: "
        + "; ".join(
            f"{law} {', '.join(f'{value:.2f}' for value in values)}"
            for law, values in spreads.items()
            if law != "Cauchy"
        )
        + f"; Cauchy numbers, which have no variance: {spreads['Cauchy'][0]:.0f} at d = 10, "
        f"{spreads['Cauchy'][-1]:.0f} at d = 10,000",
        correction="For a fixed number of points whose coordinates are independent, or nearly so, "
        "and have finite variances; then it falls as 1/√d. Points that fill only five of the "
        "dimensions keep the spread of five. For data, what counts is not d but how many "
        "dimensions are in use.",
        source=_BEYER,
    )


@claim("statistical")
def c189() -> Finding:
    """For Gaussian points the ratio (largest − smallest) / mean distance is about √(1 + 2/d)."""
    sizes = (10, 100, 1000)
    stated = {d: math.sqrt(1 + 2 / d) for d in sizes}
    found = {d: _summary("Gaussian", 1000, d) for d in sizes}
    others = {
        "spread": {d: found[d].spread for d in sizes},
        "largest": {d: found[d].largest / found[d].mean for d in sizes},
        "quadratic mean": {d: math.hypot(1, found[d].variation) for d in sizes},
    }
    squares = {}
    for d in sizes:
        mean, variance = squared_distance_moments(d)
        squares[d] = math.hypot(mean, math.sqrt(variance)) / mean
    is_stated = {
        name: all(abs(ratios[d] - stated[d]) < 0.1 * (stated[d] - 1) for d in sizes)
        for name, ratios in {**others, "squares": squares}.items()
    }
    return judged(
        any(is_stated[name] for name in others),
        computed=f"1,000 Gaussian points, d = 10, 100, 1,000: measured "
        f"{', '.join(f'{found[d].spread:.2f}' for d in sizes)}, the formula "
        f"{', '.join(f'{stated[d]:.3f}' for d in sizes)}",
        correction="The formula tends to 1, while the line above it on the slide says 0. With D "
        "for the distance it is the root of the mean of D⁴ over the squared mean of D²"
        + (", exactly: the " if is_stated["squares"] else ", or not even that: the ")
        + "squared distances' quadratic mean over their mean. What falls is the standard deviation "
        f"over the mean of the distances, about 1/√(2d): {distance_variation(100):.3f} at d = 100 "
        f"(measured {found[100].variation:.3f}).",
    )


@claim("statistical")
def c190() -> Finding:
    """In 100 dimensions all distances are within 10% of their mean."""
    shares = {law: _share_within(_cloud(law, 1000, 100), 0.1) for law in _INDEPENDENT}
    n_pairs = 1000 * 999 // 2
    outside = {d: n_pairs * (1 - gaussian_norm_share(d, 0.1)) for d in range(100, 3000, 10)}
    enough = next(d for d, number in outside.items() if number < 0.5)
    summary = _summary("Gaussian", 1000, 100)
    return judged(
        all(share == 1 for share in shares.values()),
        any(share == 1 for share in shares.values()),
        computed=f"1,000 points, d = 100, share of the {n_pairs:,} distances within 10%: "
        f"{listed(shares, '.1%')} (exactly {gaussian_norm_share(100, 0.1):.1%} for Gaussian "
        f"points); smallest {summary.smallest / summary.mean:.2f}, largest "
        f"{summary.largest / summary.mean:.2f} of the mean",
        correction=f"{gaussian_norm_share(100, 0.1):.0%} of them for Gaussian points. All of the "
        f"half million distances of 1,000 points are within 10% only from about d = {enough:,} on.",
    )


@claim("statistical")
def c191() -> Finding:
    """In 1,000 dimensions practically all points are equally far from each other."""
    laws = (*_INDEPENDENT, "variances 1, 1/2, 1/3 …", "in five dimensions")
    shares = {law: _share_within(_cloud(law, 1000, 1000), 0.1) for law in laws}
    summary = _summary("Gaussian", 1000, 1000)
    return judged(
        min(shares.values()) > 0.99,
        min(shares[law] for law in _INDEPENDENT) > 0.99,
        computed=f"1,000 points, d = 1,000, share of distances within 10% of the mean: "
        f"{listed(shares, '.1%')}; Gaussian points: smallest "
        f"{summary.smallest / summary.mean:.2f}, largest {summary.largest / summary.mean:.2f} of "
        "the mean",
        correction="If all 1,000 coordinates are independent and of one size, and up to a tenth. "
        "With variances that fall as 1/i, or few dimensions in use, the same 1,000 coordinates "
        "keep near and far apart.",
    )


def _same_kind(rows: Array, words: tuple[str, ...]) -> tuple[float, float]:
    """Return how often a word's nearest is of its kind, and how often same is nearer than other."""
    kinds = {word: kind for kind, members in truth().groups.items() for word in members}
    kept = [i for i, word in enumerate(words) if word in kinds]
    labels = np.array([kinds[words[i]] for i in kept])
    is_same = labels[:, np.newaxis] == labels
    distances = pairwise_distances(unit_rows(rows[kept]))
    np.fill_diagonal(distances, np.inf)
    nearest = is_same[np.arange(len(kept)), distances.argmin(axis=1)].mean()
    upper = np.triu_indices(len(kept), 1)
    same, other = distances[upper][is_same[upper]], np.sort(distances[upper][~is_same[upper]])
    farther = 1 - np.searchsorted(other, same, side="right") / len(other)
    return float(nearest), float(farther.mean())


@claim("opinion")
def c192() -> Finding:
    """In many dimensions the search for nearest neighbors becomes meaningless."""
    sizes = (10, 100, 1000, 10_000)
    contrasts = {
        d: float(np.median(relative_contrast(*np.split(_cloud("Gaussian", 200, d), [180]))))
        for d in sizes
    }
    trained, _ = _same_kind(skip_gram().matrix, skip_gram().words)
    chance, _ = _same_kind(noise(*skip_gram().matrix.shape), skip_gram().words)
    rows = _cloud("Gaussian", 1000, 1000)
    copies = rows[:200] + 0.5 * np.random.default_rng(0).standard_normal((200, 1000))
    found = float((pairwise_distances(copies, rows).argmin(axis=1) == np.arange(200)).mean())
    return judged(
        trained < 2 * chance,
        contrasts[10_000] < 0.1,
        computed="structureless points, how much farther the farthest of 180 is than the nearest: "
        + ", ".join(f"{contrasts[d]:.0%} at d = {d:,}" for d in sizes)
        + f". But a copy of one of 1,000 such points with noise of half its length is traced back "
        f"in {found:.0%} of the cases at d = 1,000, and in the {SKIP_GRAM} the nearest word is of "
        f"the same kind for {trained:.0%} of the words (noise {chance:.0%})",
        correction="Where there is nothing to find: independent coordinates, and a query that is "
        "related to none of the points. A related point stands out the better, the more equal all "
        "other distances are, if every dimension brings its share of the relation; dimensions that "
        "carry nothing about it bury the point.",
        source=_BEYER,
    )


@claim("opinion")
def c193() -> Finding:
    """Because distances concentrate, hashing and other approximate searches become necessary."""
    words = unit_rows(table().matrix)
    recall, looked_at = {}, {}
    for name, rows in (("words", words), ("noise", unit_rows(noise(*words.shape)))):
        index = hashing.build(rows, n_planes=8, n_tables=16, rng=np.random.default_rng(1))
        cosines = similarity_matrix(rows[:300], rows)
        np.fill_diagonal(cosines, -np.inf)
        owners, positions = hashing.candidates(index, rows[:300])
        is_met = np.zeros(cosines.shape, dtype=bool)
        is_met[owners, positions] = True
        recall[name] = float(is_met[np.arange(300), cosines.argmax(axis=1)].mean())
        looked_at[name] = float(is_met.mean())
    left = {d: _left_to_look_at(noise(1500, d)) for d in (2, 10, 20, 50)}
    learned_left = _left_to_look_at(words)
    return judged(
        recall["noise"] > recall["words"],
        left[2] < 0.01 and left[50] > 0.9,
        computed="1,500 points, the triangle inequality with 32 of them: share of the others that "
        "an exact search for the nearest cannot skip, Gaussian noise: "
        + ", ".join(f"d = {d} {share:.1%}" for d, share in left.items())
        + f"; {TABLE}, normalized, {learned_left:.0%}. 16 hash tables of 8 bits find the nearest "
        f"for {recall['words']:.0%} of these words, looking at {looked_at['words']:.0%} of all; in "
        f"noise of the same shape for {recall['noise']:.0%}, looking at {looked_at['noise']:.0%}",
        correction="Not to give neighbors back a meaning: approximate searches look for the same "
        "neighbors, and find them worst where distances concentrate. But for speed: an exact index "
        "skips points by the triangle inequality, and where distances concentrate it can skip "
        "none. So a large collection is searched approximately; for a vocabulary a full scan will "
        f"do (50,000 · 300 = {50_000 * 300 / 1e6:.0f} million multiplications).",
        source=_WEBER,
    )


def _left_to_look_at(rows: Array, n_queries: int = 200, n_pivots: int = 32) -> float:
    """Return the share of points that an exact search for the nearest cannot rule out.

    The distances to a few points, the pivots, are known; |d(q, p) − d(x, p)| ≤ d(q, x) then says
    which x are too far away.
    """
    queries, pivots = rows[:n_queries], rows[n_queries : n_queries + n_pivots]
    distances = pairwise_distances(queries, rows)
    np.fill_diagonal(distances, np.inf)
    ours, theirs = pairwise_distances(queries, pivots), pairwise_distances(rows, pivots)
    least = np.zeros(distances.shape)
    for k in range(n_pivots):
        np.maximum(least, np.abs(ours[:, [k]] - theirs[:, k]), out=least)
    is_left = least <= distances.min(axis=1, keepdims=True)
    np.fill_diagonal(is_left, val=False)
    is_left[:, n_queries : n_queries + n_pivots] = False
    return float(is_left.sum() / (n_queries * (len(rows) - n_pivots - 1)))


@claim("opinion")
def c194() -> Finding:
    """That distances concentrate explains why vectors of many dimensions must be normalized."""
    points, few = noise(1000, 384), noise(1000, 3)
    before, after = (distance_summary(rows).variation for rows in (points, unit_rows(points)))
    often = [k_occurrences(points, 10, normalize=normalize) for normalize in (False, True)]
    hubs = [skewness(counts) for counts in often]
    low = skewness(k_occurrences(few, 10, normalize=False))
    kept = _kept_neighbors(points)
    cbow = learned.cbow()
    lengths = np.linalg.norm(cbow.matrix, axis=1)
    frequency = np.array([_frequencies()[word] for word in cbow.words])
    correlation = rank_correlation(lengths, frequency)
    return judged(
        after > before,
        kept < 0.6 and hubs[1] < hubs[0] / 4 and low < hubs[0] / 4,
        computed=f"1,000 Gaussian points, d = 384: distances vary by {before:.1%} of their mean, "
        f"lengths by {_variation(points):.1%}; after normalizing, distances vary by {after:.1%}, "
        f"and {kept:.0%} of the ten nearest are still the same. The most popular point is among "
        f"the ten nearest of {often[0].max()} others, then of {often[1].max()}. CBOW vectors of "
        f"the artificial world: lengths vary by {_variation(cbow.matrix):.0%}, rank correlation "
        f"with the word's frequency {correlation:.1f}",
        correction="Not by spreading the distances: normalizing makes them more equal still. But "
        "where they are nearly equal, small differences of length decide which points are near, "
        f"and short vectors become hubs (skewness {hubs[0]:.0f}; below {max(0.5, low):.1f} in "
        f"three dimensions); normalizing replaces {1 - kept:.0%} of these neighbors and the hubs "
        f"vanish (skewness {hubs[1]:.1f}). Trained vectors have the stronger reason that their "
        "lengths differ and say something else, such as frequency.",
        source="Feldbauer and Flexer, doi:10.1007/s10115-018-1205-y, abstract (hubs and the "
        "concentration of distances)",
    )


def _kept_neighbors(rows: Array, k: int = 10) -> float:
    """Return the share of the k nearest that are still among them after normalizing."""
    nearest = []
    for vectors in (rows, unit_rows(rows)):
        distances = pairwise_distances(vectors)
        np.fill_diagonal(distances, np.inf)
        is_near = np.zeros(distances.shape, dtype=bool)
        np.put_along_axis(is_near, np.argsort(distances, axis=1)[:, :k], True, axis=1)
        nearest.append(is_near)
    return float((nearest[0] & nearest[1]).sum() / nearest[0].sum())


@cache
def _frequencies() -> dict[str, int]:
    counts: dict[str, int] = {}
    for sentence in learned.corpus():
        for word in sentence:
            counts[word] = counts.get(word, 0) + 1
    return counts


def _variation(rows: Array) -> float:
    """Return by how much lengths vary, as a share of their mean."""
    lengths = np.linalg.norm(rows, axis=1)
    return float(lengths.std() / lengths.mean())


@claim("opinion")
def c195() -> Finding:
    """In many dimensions near and far lose their meaning, since all points are equally far."""
    trained, shuffled = (
        _same_kind(rows, skip_gram().words)[1]
        for rows in (skip_gram().matrix, noise(*skip_gram().matrix.shape))
    )
    contrast = {
        name: [_contrast(rows) for rows in (matrix, controls()[name])]
        for name, matrix in spaces().items()
    }
    return judged(
        abs(trained - 0.5) < 0.1,
        abs(shuffled - 0.5) < 0.1,
        computed="how much farther the farthest word is than the nearest (median), learned "
        "vectors and noise of the same shape: "
        + "; ".join(f"{name} {a:.0%}, {b:.0%}" for name, (a, b) in contrast.items())
        + f". Two words of one kind are nearer than two of different kinds in {trained:.0%} of "
        f"all comparisons in the {SKIP_GRAM}, in noise in {shuffled:.0%}",
        correction="For points without structure. Trained vectors have as many coordinates, and "
        "near and far keep their meaning: that is what they are trained for.",
    )


def _contrast(rows: Array) -> float:
    """Return the median over the rows of (farthest − nearest) / nearest."""
    distances = pairwise_distances(rows)
    farthest = distances.max(axis=1)
    np.fill_diagonal(distances, np.inf)
    return float(np.median(farthest / distances.min(axis=1) - 1))

"""The claims of chapter 7 about the shape of clouds of vectors: isotropy, hubs, maps."""

import math
from functools import cache

import numpy as np

from embedlab.angles import random_directions
from embedlab.claims.findings import Finding, claim, judged, listed
from embedlab.claims.geometry_spaces import (
    ALONE,
    SKIP_GRAM,
    TABLE,
    alone,
    association,
    controls,
    never_used,
    noise,
    rank_correlation,
    skip_gram,
    spaces,
    table,
    truth,
)
from embedlab.directions import unit_rows
from embedlab.distances import pairwise_distances
from embedlab.evaluation.similarity import word_similarity
from embedlab.geometry import k_occurrences, procrustes, skewness
from embedlab.intrinsic import mle_dimension, two_nn_dimension
from embedlab.isotropy import (
    cone_half_angle,
    eigenvalue_ratio,
    mean_cosine,
    participation_ratio,
    partition_ratio,
    widest_angle,
)
from embedlab.numerics import Array, IntArray
from embedlab.postprocessing import all_but_the_top, mean_centered, whitened
from embedlab.pretrained import minilm, word_vectors_in_context
from embedlab.vectors import Embeddings, cosine

_ROGUE = (
    "Timkey and van Schijndel 2021, arXiv:2109.04404, section 1 (of the last layer of GPT-2); "
    "Ethayarajh 2019, arXiv:1909.00512"
)
_MU = "Mu and Viswanath 2018, arXiv:1702.01417"


def _without_last(rows: Array) -> Array:
    """Return the rows with their last coordinate unused."""
    return np.asarray(np.column_stack([rows[:, :-1], np.zeros(len(rows))]))


@claim("formula")
def c221() -> Finding:
    """The isotropy I(W) is the smallest eigenvalue of WᵀW divided by the largest."""
    even = noise(2000, 50)
    clouds = {
        "Gaussian noise (d = 50)": even,
        "the same with one dimension unused": _without_last(even),
        **spaces(),
    }
    clouds = {name: unit_rows(rows) for name, rows in clouds.items()}
    ratios = {name: eigenvalue_ratio(rows) for name, rows in clouds.items()}
    published = {name: partition_ratio(rows) for name, rows in clouds.items()}
    exact = np.vstack([np.eye(50), -np.eye(50)])
    return judged(
        max(abs(ratios[name] - published[name]) for name in clouds) < 0.05,
        abs(eigenvalue_ratio(exact) - 1) < 1e-9 and max(ratios.values()) < 1 - 1e-3,
        computed="eigenvalue ratio, and min Z / max Z, the I(W) of the paper on isotropy, of "
        "vectors of length 1: "
        + "; ".join(f"{name} {ratios[name]:.3f}, {published[name]:.3f}" for name in clouds),
        correction="It is 1 exactly for an even cloud, but no graded measure: a single unused "
        "dimension out of 50 makes it 0. And it is not what the literature calls I(W): that is the "
        "smallest value of Z(c) = Σ exp(c · w), the sum over all vectors w, over the largest, as c "
        "goes through all directions.",
        source=_MU,
    )


@claim("formula")
def c222() -> Finding:
    """The average cosine of n vectors is 2/(n(n − 1)) times the sum over the pairs i < j."""
    rows = skip_gram().matrix[:120].astype(np.float64)
    n = len(rows)
    total = sum(cosine(rows[i], rows[j]) for i in range(n) for j in range(i + 1, n))
    by_formula, average = 2 / (n * (n - 1)) * total, mean_cosine(rows)
    return judged(
        abs(by_formula - average) < 1e-9,
        computed=f"{n} words of the {SKIP_GRAM}, {n * (n - 1) // 2:,} pairs: {by_formula:.4f}, the "
        f"same as from the length of the sum of all unit vectors ({average:.4f}), which needs no "
        "pairs",
        correction="The formula is not the mean over the pairs.",
    )


@cache
def _layers() -> list[float]:
    """Return the average cosine of words in context, one of each sentence, after every layer."""
    rng = np.random.default_rng(0)
    rows = []
    for sentence in truth().sentences[:120]:
        word = sentence[int(rng.integers(len(sentence)))]
        rows.append(word_vectors_in_context(minilm(), " ".join(sentence), word)[0])
    stacked = np.array(rows, dtype=np.float64)
    return [mean_cosine(stacked[:, layer]) for layer in range(stacked.shape[1])]


@claim("empirical")
def c223() -> Finding:
    """Pre-trained vectors often have an average cosine above 0.5."""
    found = {name: mean_cosine(rows) for name, rows in spaces().items()}
    unused = mean_cosine(never_used())
    every = [*found.values(), *_layers(), unused]
    centered = mean_cosine(mean_centered(alone().matrix))
    return judged(
        sum(value > 0.5 for value in every) > len(every) / 2,
        any(value > 0.5 for value in every),
        computed=f"{listed(found, '.2f')}; words in context in MiniLM, after the embeddings and "
        f"after each layer {', '.join(f'{value:.2f}' for value in _layers())}; the 99 pieces of "
        f"its table that no text contains {unused:.2f}; noise "
        f"{mean_cosine(noise(2000, 50)) + 0:.2f}; single words after centering {abs(centered):.2f}",
        correction="It depends on the model. Published studies find no layer of the language "
        "models ELMo, BERT and GPT-2 in which the vectors point evenly in all directions, and any "
        "two words in GPT-2's last layer nearly parallel. The static vectors and the sentence "
        "encoder measured here have a common direction too, but stay below 0.5; above are only "
        "the pieces that no text contains. Centering takes the common direction away.",
        source=_ROGUE,
    )


def _cone(d: int, half_angle: float) -> Array:
    """Return 500 unit vectors on the rim of a cone of known half-angle."""
    around = random_directions(500, d - 1, rng=np.random.default_rng(d))
    return np.column_stack([np.full(500, math.cos(half_angle)), math.sin(half_angle) * around])


@claim("formula")
def c224() -> Finding:
    """The half-angle of the cone that holds all vectors is arccos of their smallest cosine."""
    half, sizes = math.radians(30), (2, 3, 50, 300)
    wide = {d: math.degrees(widest_angle(_cone(d, half))) for d in sizes}
    real = {
        name: tuple(math.degrees(angle(rows)) for angle in (widest_angle, cone_half_angle))
        for name, rows in spaces().items()
    }
    return judged(
        all(abs(angle - 30) < 1 for angle in wide.values()),
        computed="500 vectors on the rim of a cone of half-angle 30°: the formula gives "
        + ", ".join(f"{angle:.0f}° for d = {d}" for d, angle in wide.items())
        + "; formula, and the largest angle to the mean direction: "
        + "; ".join(f"{name} {a:.0f}°, {b:.0f}°" for name, (a, b) in real.items()),
        correction="The smallest cosine gives the widest angle between two vectors. In two and "
        "three dimensions that is the full opening, twice the half-angle; in many dimensions "
        "something between one and two half-angles. The half-angle is measured from the cone's "
        "axis, such as the mean direction.",
    )


@claim("formula")
def c225() -> Finding:
    """Isotropy is repaired by centering, removing the top components, or whitening.

    Whitening is (W − μ) Σ^(−1/2).
    """
    usable, output = table().matrix, alone().matrix
    d = output.shape[1]
    white = whitened(usable)
    gap = float(np.abs(white.T @ white / len(white) - np.eye(d)).max())
    centered = mean_centered(usable)
    left = float(np.linalg.norm(all_but_the_top(usable, 3)) / np.linalg.norm(centered)) ** 2
    works = gap < 1e-6 and abs(mean_cosine(centered)) < 0.01 and left < 1
    spread = np.linalg.svd(mean_centered(output), compute_uv=False)
    rank = int((spread > 1e-6 * spread[0]).sum())
    vectors = skip_gram()
    quality = {
        name: word_similarity(Embeddings(vectors.words, changed), truth().similarities).correlation
        for name, changed in {
            "as they are": vectors.matrix,
            "centered": mean_centered(vectors.matrix),
            "without the top component": all_but_the_top(vectors.matrix, 1),
            "whitened": whitened(vectors.matrix),
        }.items()
    }
    return judged(
        works and rank == d,
        works,
        computed=f"{TABLE}: average cosine {mean_cosine(usable):.2f}, centered "
        f"{abs(mean_cosine(centered)):.2f}; without three components {left:.0%} of the variance is "
        f"left; whitened, the covariance is the identity. {ALONE}: the covariance has rank {rank} "
        f"of {d}, so Σ^(−1/2) does not exist. {SKIP_GRAM}, agreement with the known similarities: "
        f"{listed(quality, '.2f')}",
        correction="Σ^(−1/2) exists only if every direction has some variance. That takes more "
        f"words than dimensions, and is not sure even then: {d - rank} of MiniLM's {d} outputs are "
        "the same for all words. Unused directions have to be left out. And more isotropic is not "
        "better by itself: see the known similarities.",
        source=_MU,
    )


def _uncentered(rows: Array) -> float:
    """Return the participation ratio of WᵀW; the rows and their opposites have the mean 0."""
    return participation_ratio(np.vstack([rows, -rows]))


@claim("formula")
def c226() -> Finding:
    """The intrinsic dimension is (Σλ)² / Σλ², with the eigenvalues λ."""
    rng = np.random.default_rng(0)
    turn = np.linalg.qr(rng.standard_normal((50, 50)))[0]
    angles = rng.uniform(0, 2 * math.pi, 1500)
    flat = rng.standard_normal((1500, 5))
    clouds = {
        "even in 5 dimensions": (5, flat @ turn[:5]),
        "uneven in 5, variances 1, 1/4, 1/16 …": (5, flat / 2.0 ** np.arange(5) @ turn[:5]),
        "a circle": (1, np.column_stack([np.cos(angles), np.sin(angles)]) @ turn[:2]),
    }
    ratios = {name: participation_ratio(rows) for name, (_, rows) in clouds.items()}
    fits = {name: abs(ratios[name] / true - 1) < 0.1 for name, (true, _) in clouds.items()}
    words = alone().matrix
    return judged(
        all(fits.values()),
        any(fits.values()),
        computed="points in 50 coordinates, formula and an estimate from two nearest neighbors: "
        + "; ".join(
            f"{name} {ratios[name]:.1f}, {two_nn_dimension(rows):.1f}"
            for name, (_, rows) in clouds.items()
        )
        + f". Single words in MiniLM: {participation_ratio(words):.0f} from the covariance, "
        f"{_uncentered(words):.1f} from WᵀW as the slide has it",
        correction="That is the participation ratio, the number of directions in even use. It is "
        "the dimension of a flat cloud with "
        "equal variances. Uneven variances lower it, and a curved line counts as the space it "
        "bends through. The eigenvalues have to be those of the covariance, not of WᵀW, in which a "
        "common mean counts as one strong direction.",
    )


@claim("empirical")
def c227() -> Finding:
    """For word vectors the intrinsic dimension is typically much smaller than d."""
    ratios, neighbors = {}, {}
    for name, rows in spaces().items():
        d, control = rows.shape[1], controls()[name]
        ratios[name] = (d, participation_ratio(rows), participation_ratio(control))
        neighbors[name] = (d, mle_dimension(rows), mle_dimension(control))
    return judged(
        all(value < d / 4 for d, value, _ in ratios.values()),
        all(value < d / 4 for d, value, _ in neighbors.values()),
        computed="the slide's formula, learned vectors and noise of the same shape: "
        + "; ".join(f"{name} {a:.0f}, {b:.0f}" for name, (_, a, b) in ratios.items())
        + ". From the distances to 20 neighbors: "
        + "; ".join(f"{name} {a:.0f}, {b:.0f}" for name, (_, a, b) in neighbors.items()),
        correction="Not by the slide's formula: there it is "
        f"{min(a / d for d, a, _ in ratios.values()):.0%} to "
        f"{max(a / d for d, a, _ in ratios.values()):.0%} of d. By distances to neighbors it is "
        "much smaller, but these estimates put noise in many dimensions far too low as well. Only "
        "the comparison with noise shows the structure.",
    )


@claim("statistical")
def c228() -> Finding:
    """Hubs: some vectors are among the nearest neighbors of very many others."""
    k = 10
    shown, tamer, largest, chance = [], [], {}, {}
    for name, rows in spaces().items():
        counts = [k_occurrences(rows, k, normalize=normalize) for normalize in (False, True)]
        plain = [
            int(k_occurrences(controls()[name], k, normalize=normalize).max())
            for normalize in (False, True)
        ]
        draws = np.random.default_rng(0).binomial(len(rows), k / len(rows), (20, len(rows)))
        chance[name] = float(draws.max(axis=1).mean())
        largest[name] = [int(found.max()) for found in counts]
        if largest[name][0] < plain[0]:
            tamer.append(name)
        shown.append(
            f"{name}, {len(rows)} words: {largest[name][0]} by distance (noise {plain[0]}), "
            f"{largest[name][1]} by cosine (noise {plain[1]}), by chance {chance[name]:.0f}"
        )
    first = k_occurrences(table().matrix, k, normalize=False)
    skew = {d: skewness(k_occurrences(noise(1000, d), k, normalize=False)) + 0.0 for d in (3, 300)}
    hubs = [table().words[i] for i in np.argsort(-first, kind="stable")[:4]]
    return judged(
        all(max(counts) > 3 * chance[name] for name, counts in largest.items()),
        all(max(counts) > 1.5 * chance[name] for name, counts in largest.items()),
        computed=f"how often the most popular word is among the {k} nearest of another (mean "
        f"{k}): {'; '.join(shown)}. Smaller hubs by distance than noise has: "
        f"{', '.join(tamer) or 'none'}. First hubs of {TABLE}, by distance: {', '.join(hubs)}. "
        f"Noise of 3 dimensions has none (skewness below {max(0.5, skew[3]):.1f}), of 300 it has, "
        f"by distance ({skew[300]:.0f}), hardly any by cosine",
        correction="Only by distance, or in some spaces.",
        source="Radovanović, Nanopoulos and Ivanović 2010, Hubs in Space, JMLR 11",
    )


def _affinities(rows: Array, perplexity: float) -> Array:
    """Return t-SNE's symmetric probabilities of pairs, each row's spread fitted to a perplexity."""
    squares = pairwise_distances(rows) ** 2
    np.fill_diagonal(squares, np.inf)
    squares -= squares.min(axis=1, keepdims=True)
    low, high = np.full((len(rows), 1), -30.0), np.full((len(rows), 1), 30.0)
    for _ in range(60):
        middle = (low + high) / 2
        shares = np.exp(-squares * np.exp(middle))
        shares /= shares.sum(axis=1, keepdims=True)
        logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
        is_wide = -(shares * logs).sum(axis=1, keepdims=True) > math.log(perplexity)
        low, high = np.where(is_wide, middle, low), np.where(is_wide, high, middle)
    return np.asarray((shares + shares.T) / (2 * len(rows)))


def _t_sne(rows: Array, perplexity: float = 20.0, n_steps: int = 300) -> Array:
    """Return a map (n, 2) by t-SNE, from the two principal components on.

    Source: van der Maaten and Hinton 2008, "Visualizing Data using t-SNE", JMLR 9.
    """
    wanted = _affinities(rows, perplexity)
    centered = mean_centered(rows)
    left, values, _ = np.linalg.svd(centered, full_matrices=False)
    places = left[:, :2] * values[:2]
    places *= 1e-2 / places.std()
    step = np.zeros_like(places)
    for i in range(n_steps):
        gaps = places[:, np.newaxis] - places
        kernel = 1 / (1 + (gaps**2).sum(axis=2))
        np.fill_diagonal(kernel, 0)
        forces = (wanted * (12 if i < 80 else 1) - kernel / kernel.sum()) * kernel
        gradient = 4 * (forces[:, :, np.newaxis] * gaps).sum(axis=1)
        step = (0.5 if i < 80 else 0.8) * step - len(rows) / 4 * gradient
        places = places + step
    return np.asarray(places)


@claim("empirical")
def c229() -> Finding:
    """Distances in a t-SNE map can mislead."""
    rng = np.random.default_rng(0)
    centers, widths, n = np.zeros((3, 20)), np.array([1.0, 1.0, 5.0]), 50
    centers[1, 0], centers[2, 0] = 40.0, 400.0
    labels = np.repeat(np.arange(3), n)
    points = centers[labels] + widths[labels, np.newaxis] * rng.standard_normal((3 * n, 20))
    before, after = (_gap_and_width(rows, labels) for rows in (points, _t_sne(points)))
    words = skip_gram().matrix[:200].astype(np.float64)
    upper = np.triu_indices(len(words), 1)
    far = pairwise_distances(words)[upper]
    shown = pairwise_distances(_t_sne(words))[upper]
    order = rank_correlation(far, shown)
    return judged(
        after[0] < before[0] / 3 or after[1] < before[1] / 3 or order < 0.5,
        computed=f"three clusters in 20 dimensions, the third {before[0]:.0f} times as far from "
        f"the first as the second is, and {before[1]:.0f} times as wide as the first: in the map "
        f"these ratios are about {after[0]:.0f} and {after[1]:.0f}. 200 words of the {SKIP_GRAM}: "
        f"rank correlation of true and mapped distances {'below' if order < 0.5 else 'above'} 0.5",
        correction="In these maps distances and widths are kept.",
        source="Wattenberg, Viégas and Johnson 2016, How to Use t-SNE Effectively, "
        "doi:10.23915/distill.00002",
    )


def _gap_and_width(rows: Array, labels: IntArray) -> tuple[float, float]:
    """Return the far gap over the near one, and the width of the third cluster over the first."""
    clusters = [rows[labels == label] for label in range(3)]
    first, second, third = (cluster.mean(axis=0) for cluster in clusters)
    spread = [float(np.linalg.norm(cluster - cluster.mean(axis=0))) for cluster in clusters]
    return (
        float(np.linalg.norm(third - first) / np.linalg.norm(second - first)),
        spread[2] / spread[0],
    )


def _compressed(first: int, last: int) -> Array:
    """Return vectors of 50 numbers from a part of the world's text."""
    left, values, _ = np.linalg.svd(association(first, last)[1])
    return np.asarray(left[:, :50] * np.sqrt(values[:50]))


def _residual(source: Array, target: Array) -> float:
    """Return what is left after turning, on rows that the turn was not fitted to."""
    half = len(source) // 2
    rotation, _ = procrustes(source[:half], target[:half])
    return float(
        np.linalg.norm(source[half:] @ rotation - target[half:]) / np.linalg.norm(target[half:])
    )


@claim("formula")
def c230() -> Finding:
    """Procrustes analysis tests whether two spaces are the same but for a change of basis."""
    rng = np.random.default_rng(0)
    space, other = _compressed(0, 15_000), _compressed(15_000, 30_000)
    d = space.shape[1]
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    # A basis that is neither orthogonal nor of one length.
    skewed = turn * np.geomspace(0.2, 5, d)
    left = {
        "turned": _residual(space, space @ turn),
        "in a basis of other lengths": _residual(space, space @ skewed),
        "from another text": _residual(space, other),
        "with its words shuffled": _residual(space, space[rng.permutation(len(space))]),
    }
    few = rng.standard_normal((2, d, d))
    fitted = procrustes(few[0], few[1])[1] / float(np.linalg.norm(few[1]))
    same = max(left["turned"], left["from another text"]) < 0.5 * left["with its words shuffled"]
    return judged(
        same and left["in a basis of other lengths"] < 0.1,
        same,
        computed=f"PPMI vectors of the artificial world, {len(space)} words, d = {d}; relative "
        "length of what a rotation fitted on half of the words leaves of the others: the same "
        f"space {listed(left, '.2f')}. Noise fitted and judged on the same {d} words: {fitted:.2f}",
        correction="Up to a rotation or reflection: only orthogonal changes of basis are allowed. "
        "The same space with stretched axes fails. And a residual means something only on words "
        "that the fit has not seen, beside that of shuffled words: with no more words than "
        "dimensions, noise fits too.",
    )


@claim("empirical")
def x702() -> Finding:
    """The deck: embeddings often lie in a narrow cone."""
    sets = {**spaces(), "pieces of the same table that no text contains": never_used()}
    typical = {name: _median_angle(rows) for name, rows in sets.items()}
    widest = {name: math.degrees(cone_half_angle(rows)) for name, rows in sets.items()}
    return judged(
        sum(angle < 45 for angle in widest.values()) > len(widest) / 2,
        any(angle < 45 for angle in typical.values()),
        computed="angle to the mean direction, median and largest: "
        + "; ".join(f"{name} {typical[name]:.0f}°, {widest[name]:.0f}°" for name in sets),
        correction=f"It takes a half-angle of {min(widest.values()):.0f}° or more to hold all "
        "vectors of any of these sets, nearly a half space or more than one. Only the pieces "
        "that no text contains are close together. "
        "Narrow cones are known from the upper layers of some language models.",
        source=_ROGUE,
    )


def _median_angle(rows: Array) -> float:
    units = unit_rows(rows)
    mean = units.mean(axis=0)
    cosines = np.clip(units @ (mean / np.linalg.norm(mean)), -1, 1)
    return float(np.degrees(np.median(np.arccos(cosines))))

"""Two spaces laid on top of each other, and the hubs of one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedlab.directions import cosines, unit_rows
from embedlab.evaluation.intervals import mean_interval, require_confidence
from embedlab.geometry import k_occurrences, procrustes, skewness
from embedlab.numerics import Array, IntArray, require
from embedlab.vectors import Embeddings

_N_FOLDS = 5
_N_RESAMPLES = 2000


@dataclass(frozen=True, eq=False)
class Alignment:
    """The words of one space, turned so that they lie where another space has them.

    Attributes:
        embeddings: All words of the source, in the coordinates of the target.
        rotation: (d, d) orthogonal matrix that turned them.
        words: The words that fitted the rotation.
        before: Mean cosine of these words' two vectors, centered on request, before turning.
        after: The same after the rotation that was fitted to them: too good, the more so the
            fewer words there are for each dimension.
        held_out: The same where each word's rotation was fitted without it (5 folds).
        interval: Confidence interval of held_out.
    """

    embeddings: Embeddings
    rotation: Array
    words: tuple[str, ...]
    before: float
    after: float
    held_out: float
    interval: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Hubness:
    """How unevenly neighborhoods are shared out.

    Attributes:
        skewness: Of the occurrences; 0 where every word is as popular as any other.
        interval: Confidence interval of the skewness.
        occurrences: (V,) how often each word is among the k nearest of another.
    """

    skewness: float
    interval: tuple[float, float]
    occurrences: IntArray


def align(
    source: Embeddings,
    target: Embeddings,
    *,
    words: Sequence[str] | None = None,
    center: bool = False,
    normalize: bool = True,
    confidence: float = 0.95,
) -> Alignment:
    """Return the source turned (or mirrored) onto the target by an orthogonal matrix.

    Two trainings on the same text give two spaces that differ by a rotation and some noise;
    cosines inside a space are the same before and after, those across mean something only after.

    Args:
        source: The space to turn.
        target: The space to turn it onto, of the same number of dimensions.
        words: The words whose places in both spaces fit the rotation; all that are in both if
            left out.
        center: Whether to subtract from each space the mean vector of these words first. The
            aligned vectors then have the target's mean.
        normalize: Whether each word weighs the same in the fit, whatever its length. The
            aligned vectors keep their lengths.
        confidence: Of the interval.

    Raises:
        ValueError: If the dimensions differ, a word is not in both spaces or repeated, or there
            are fewer than 2 words for each dimension, or than 5: so few would fit anything.

    Source: Schönemann 1966 (see ``geometry.procrustes``).

    >>> rng = np.random.default_rng(0)
    >>> points = rng.standard_normal((6, 2))
    >>> plane = Embeddings(tuple("abcdef"), points)
    >>> turned = Embeddings(tuple("abcdef"), points @ [[0.0, 1.0], [-1.0, 0.0]])
    >>> round(align(plane, turned).held_out, 6)
    1.0
    """
    shared = _shared_words(source, target, words)
    first, second = _rows(source, shared), _rows(target, shared)
    means = [rows.mean(axis=0) if center else 0.0 for rows in (first, second)]
    first, second = first - means[0], second - means[1]
    if normalize:
        first, second = (unit_rows(rows) for rows in (first, second))
    rotation, _ = procrustes(first, second)
    held_out = np.empty(len(shared))
    for fold in range(_N_FOLDS):
        is_out = np.arange(len(shared)) % _N_FOLDS == fold
        other, _ = procrustes(first[~is_out], second[~is_out])
        held_out[is_out] = cosines(first[is_out] @ other, second[is_out])
    turned = (source.matrix - means[0]) @ rotation + means[1]
    return Alignment(
        embeddings=Embeddings(source.words, turned.astype(source.matrix.dtype)),
        rotation=rotation,
        words=shared,
        before=float(cosines(first, second).mean()),
        after=float(cosines(first @ rotation, second).mean()),
        held_out=float(held_out.mean()),
        interval=mean_interval(held_out, confidence=confidence),
    )


def hubness(
    embeddings: Embeddings, k: int = 10, *, confidence: float = 0.95, rng: np.random.Generator
) -> Hubness:
    """Return how skewed the distribution of k-occurrences is.

    In many dimensions a few words become near neighbors of very many others, the hubs, and many
    words of none; the skewness of the counts grows.

    The interval is the middle of the skewnesses of words drawn again with replacement, from the
    counts as they are.

    Args:
        embeddings: Words and vectors; V² cosines are computed, block by block.
        k: Neighbors, at least 1 and less than V.
        confidence: Of the interval.
        rng: Draws the words again.

    Raises:
        ValueError: If k or the confidence is out of range.

    Source: Radovanović, Nanopoulos and Ivanović 2010, "Hubs in Space: Popular Nearest Neighbors
        in High-Dimensional Data", JMLR 11, the skewness of N_k.
    """
    require_confidence(confidence)
    occurrences = k_occurrences(embeddings.matrix, k)
    # Counts take few values, so a sample of words is a sample of how often each value comes.
    values, times = np.unique(occurrences, return_counts=True)
    draws = rng.multinomial(len(occurrences), times / len(occurrences), size=_N_RESAMPLES)
    resampled = [skewness(np.repeat(values, draw)) for draw in draws]
    tail = (1 - confidence) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail])
    return Hubness(skewness(occurrences), (float(low), float(high)), occurrences)


def _shared_words(
    source: Embeddings, target: Embeddings, words: Sequence[str] | None
) -> tuple[str, ...]:
    """Return the words that fit the rotation, after checking that they can."""
    d, width = source.n_dimensions, target.n_dimensions
    require(d == width, "source and target", "have the same dimensions", (d, width))
    require(not isinstance(words, str), "words", "be a sequence of words", words)
    shared = tuple(word for word in source if word in target) if words is None else tuple(words)
    for word in shared:
        require(word in source and word in target, "words", "be in both spaces", word)
    n_distinct = len(set(shared))
    require(
        n_distinct == len(shared), "words", "be distinct", f"{len(shared) - n_distinct} repeats"
    )
    n_needed = max(2 * d, _N_FOLDS)
    rule = f"be at least {n_needed} in both spaces of {d} dimensions"
    require(len(shared) >= n_needed, "words", rule, len(shared), "so few would fit anything")
    return shared


def _rows(space: Embeddings, words: Sequence[str]) -> Array:
    return space.matrix[[space.index[word] for word in words]].astype(np.float64)

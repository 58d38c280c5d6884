"""The same training with other random numbers: what of a result is luck?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedlab.evaluation import mean_interval
from embedlab.geometry import procrustes
from embedlab.numerics import Array, as_integer, require
from embedlab.vectors import Embeddings


@dataclass(frozen=True, eq=False)
class Spread:
    """One score over several seeds.

    Attributes:
        values: (n,) one for each seed.
        mean: Their mean.
        deviation: Their standard deviation (divisor n - 1): how far one training is from another.
        interval: Student's confidence interval of the mean over all seeds.
    """

    values: Array
    mean: float
    deviation: float
    interval: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Seeds:
    """Trainings that differ in nothing but their random numbers.

    Attributes:
        embeddings: One for each seed, all of the same words.
        scores: Name to the spread of that score.
    """

    embeddings: tuple[Embeddings, ...]
    scores: Mapping[str, Spread]


def over_seeds(
    train: Callable[[np.random.Generator], Embeddings],
    seeds: Sequence[int],
    scores: Mapping[str, Callable[[Embeddings], float]],
    *,
    confidence: float = 0.95,
) -> Seeds:
    """Train once for each seed and return how much every score varies.

    Two methods differ if their scores differ by more than seeds do. An interval over seeds is
    about training again on the same text, one over test words (``evaluation``) about other words;
    neither holds the other.

    Args:
        train: Trains with the generator it is given and returns the embeddings.
        seeds: At least two, all different.
        scores: Name to a function of the embeddings.
        confidence: Of the intervals.

    Raises:
        ValueError: If there are fewer than two seeds or one comes twice, a score is not finite, or
            the confidence is out of range.
    """
    seeds = [as_integer("each of seeds", seed, 0) for seed in seeds]
    require(len(seeds) >= 2, "seeds", "be at least two", len(seeds))
    remedy = "the same seed gives the same vectors, and no variance"
    require(len(set(seeds)) == len(seeds), "seeds", "be all different", seeds, remedy)
    trained = tuple(train(np.random.default_rng(seed)) for seed in seeds)
    spreads = {}
    for name, score in scores.items():
        values = np.array([float(score(embeddings)) for embeddings in trained])
        interval = mean_interval(values, confidence=confidence)
        spreads[name] = Spread(values, float(values.mean()), float(values.std(ddof=1)), interval)
    return Seeds(trained, spreads)


def seed_distances(embeddings: Sequence[Embeddings], *, align: bool = True) -> Array:
    """Return how far the clouds of several trainings are apart, (n, n).

    Every cloud is moved to its mean and brought to size 1 (the sum of squares). 0 means the same
    shape; two clouds that have nothing to do with each other are at about √2 without alignment,
    and nearer with it, since a rotation has d (d - 1) / 2 angles to choose. With few words for
    each dimension it makes almost any two alike.

    Args:
        embeddings: n of them, with the same words in any order, and the same d.
        align: Whether to turn one cloud onto the other first (Procrustes). Without it one sees
            that the coordinates of two seeds have nothing in common.

    Raises:
        ValueError: If words or dimensions differ, or all vectors of one are the same.
    """
    require(len(embeddings) > 0, "embeddings", "hold at least one", "none")
    words = embeddings[0].words
    clouds = [_unit_cloud(each, words, embeddings[0].n_dimensions) for each in embeddings]
    n = len(clouds)
    distances = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            if align:
                distance = procrustes(clouds[i], clouds[j])[1]
            else:
                distance = float(np.linalg.norm(clouds[i] - clouds[j]))
            distances[i, j] = distances[j, i] = distance
    return distances


def _unit_cloud(embeddings: Embeddings, words: Sequence[str], d: int) -> Array:
    """Return the rows of these words around 0, with 1 as the sum of all squares."""
    same = set(embeddings.words) == set(words)
    remedy = "hand one vocabulary to all trainings"
    require(same, "embeddings", "have the same words", len(embeddings), remedy)
    require(embeddings.n_dimensions == d, "embeddings", f"have {d} dimensions", embeddings)
    rows = embeddings.matrix[[embeddings.index[word] for word in words]].astype(np.float64)
    # From one of them first: the mean of equal rows is not always that row.
    rows -= rows[0]
    rows -= rows.mean(axis=0)
    peak = float(np.abs(rows).max())
    require(peak > 0, "embeddings", "spread over space", "one single point")
    rows /= peak  # squares neither overflow nor vanish
    return np.asarray(rows / np.linalg.norm(rows))

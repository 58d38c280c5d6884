"""Do words that belong together lie together?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.cluster.vq import ClusterError, kmeans2

from embedlab.directions import unit_rows
from embedlab.evaluation.intervals import wilson_interval
from embedlab.evaluation.lookup import require_known, require_policy
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.vectors import Embeddings

# k-means stops at a local minimum, so the best of several starts counts.
_N_STARTS = 20
_N_ITERATIONS = 50

_N_SHUFFLES = 1000


@dataclass(frozen=True)
class ClusterPurity:
    """How well clusters of vectors agree with given groups of words.

    Attributes:
        purity: Share of words whose group is the most frequent one of their cluster.
        interval: Wilson's interval of the purity, the clusters and their groups taken as given.
        chance: Mean purity when the words change places at random among the same clusters.
        clusters: The words of each cluster, the largest cluster first.
        n_used: Words that took part.
        unknown: Words of the groups that have no vector.
    """

    purity: float
    interval: tuple[float, float]
    chance: float
    clusters: tuple[tuple[str, ...], ...]
    n_used: int
    unknown: tuple[str, ...]


def cluster_purity(
    embeddings: Embeddings,
    groups: Mapping[str, Sequence[str]],
    *,
    n_clusters: int | None = None,
    unknown: Literal["skip", "error"] = "skip",
    confidence: float = 0.95,
    rng: np.random.Generator,
) -> ClusterPurity:
    """Return the share of words that k-means puts into a cluster where their group prevails.

    Purity is high by chance where clusters are small: it is 1 with a cluster for each word. So
    read it beside ``chance``, which has clusters of the same sizes.

    The interval is Wilson's, because resampling the words would see the same word several times
    in one cluster, which makes clusters purer than they are.

    Args:
        embeddings: Words and vectors; only their directions count.
        groups: The words of each group, as ``world`` gives them; no word may be in two.
        n_clusters: How many clusters to form; as many as there are groups if left out.
        unknown: Words without a vector are left out ("skip"), or are an error.
        confidence: Of the interval.
        rng: Draws the starting points of k-means, and the shuffles behind ``chance``.

    Raises:
        ValueError: If fewer than two groups have a known word, a word is in two groups, there
            are more clusters than distinct vectors, or an option is none of the above.

    Source: Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section
        16.3 (purity).

    >>> points = Embeddings(("cat", "dog", "run", "eat"), [[1, 0], [2, 0.1], [0, 1], [0.1, 2]])
    >>> groups = {"animal": ["cat", "dog"], "action": ["run", "eat"]}
    >>> result = cluster_purity(points, groups, rng=np.random.default_rng(0))
    >>> result.purity, sorted(result.clusters)
    (1.0, [('cat', 'dog'), ('run', 'eat')])
    """
    require_policy(unknown, ("skip", "error"))
    words, group_of, strangers = _members(embeddings, groups)
    require_known("groups", strangers, unknown)
    n_groups = len(np.unique(group_of))
    require(n_groups >= 2, "groups", "be at least 2 with known words", n_groups)
    n_clusters = len(groups) if n_clusters is None else as_integer("n_clusters", n_clusters, 1)

    units = unit_rows(embeddings.matrix[[embeddings.index[word] for word in words]])
    cluster_of = _k_means(units.astype(np.float64), n_clusters, rng)
    n_right = _n_in_majority(cluster_of, group_of)
    by_chance = [_n_in_majority(cluster_of, rng.permutation(group_of)) for _ in range(_N_SHUFFLES)]
    clusters = [
        tuple(words[i] for i in np.flatnonzero(cluster_of == number))
        for number in range(n_clusters)
    ]
    return ClusterPurity(
        purity=n_right / len(words),
        interval=wilson_interval(n_right, len(words), confidence=confidence),
        chance=float(np.mean(by_chance)) / len(words),
        clusters=tuple(sorted(clusters, key=len, reverse=True)),
        n_used=len(words),
        unknown=tuple(strangers),
    )


def _members(
    embeddings: Embeddings, groups: Mapping[str, Sequence[str]]
) -> tuple[list[str], IntArray, list[str]]:
    """Return the known words of all groups, the number of each one's group, and the others."""
    require(isinstance(groups, Mapping), "groups", "be a dict of lists of words", groups)
    group_of: dict[str, int] = {}
    names = list(groups)
    for number, (name, words) in enumerate(groups.items()):
        is_text = isinstance(words, str)
        require(not is_text, f"group {name!r}", "be a list of words", words)
        for word in words:
            other = names[group_of.setdefault(word, number)]
            require(other == name, "each word", f"be in one group, {other!r} or {name!r}", word)
    known = [word for word in group_of if word in embeddings]
    numbers = np.array([group_of[word] for word in known], dtype=np.int64)
    return known, numbers, [word for word in group_of if word not in embeddings]


def _k_means(units: Array, n_clusters: int, rng: np.random.Generator) -> IntArray:
    """Return the cluster (n,) of each row, from the tightest of several runs of k-means."""
    n_distinct = len(np.unique(units, axis=0))
    rule = f"be at most {n_distinct}, the number of words with distinct directions"
    require(n_clusters <= n_distinct, "n_clusters", rule, n_clusters)
    best, smallest = None, np.inf
    for _ in range(_N_STARTS):
        try:
            centers, labels = kmeans2(
                units, n_clusters, iter=_N_ITERATIONS, minit="++", missing="raise", seed=rng
            )
        except ClusterError:
            continue  # a cluster lost all its words; another start will keep them
        loss = float(((units - centers[labels]) ** 2).sum())
        if loss < smallest:
            best, smallest = labels, loss
    remedy = f"{_N_STARTS} starts of k-means left a cluster empty"
    require(best is not None, "n_clusters", "be smaller for these vectors", n_clusters, remedy)
    return np.asarray(best)


def _n_in_majority(cluster_of: IntArray, group_of: IntArray) -> int:
    """Return how many words belong to the most frequent group of their cluster."""
    table = np.zeros((int(cluster_of.max()) + 1, int(group_of.max()) + 1), dtype=np.int64)
    np.add.at(table, (cluster_of, group_of), 1)
    return int(table.max(axis=1).sum())

"""How much a word's vector depends on its context, and how much of that is its sense."""

import numpy as np
import numpy.typing as npt

from embedlab.layers import scatter_rows
from embedlab.numerics import Array, as_matrix, require


def context_variance(vectors: Array) -> float:
    """Return the mean squared distance of a word's vectors (m, d) to their mean, E‖v - v̄‖².

    >>> context_variance(np.array([[0.0, 0.0], [2.0, 0.0]]))
    1.0
    """
    vectors = as_matrix("vectors", vectors)
    require(len(vectors) > 0, "vectors", "have at least one row", "none")
    deviations = vectors - vectors.mean(axis=0)
    return float((deviations**2).sum(dtype=np.float64) / len(vectors))


def between_share(vectors: Array, labels: npt.ArrayLike) -> float:
    """Return the share of ``context_variance`` that lies between the means of the labels.

    The variance is the variance within each label's vectors plus that of the labels' means, each
    weighted by how many vectors it has. 0: the senses have the same mean. 1: each sense has one
    vector. Chance alone gives more than 0: the mean over all ways to deal k senses out to the m
    vectors, each as often as before, is (k - 1) / (m - 1).

    Args:
        vectors: (m, d) vectors of one word in m contexts.
        labels: (m,) the sense in each context.

    Raises:
        ValueError: If there is not one label for each vector, or all vectors are equal.

    >>> between_share(np.array([[0.0], [2.0], [10.0], [12.0]]), ["a", "a", "b", "b"])
    0.9615384615384616
    """
    vectors = as_matrix("vectors", vectors)
    senses, sense, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
    fits = np.shape(labels) == vectors.shape[:1]
    require(fits, "labels", f"be one for each of {len(vectors)} vectors", np.shape(labels))
    remedy = "without variance there is no share"
    require(bool((vectors != vectors[:1]).any()), "vectors", "differ", "equal rows", remedy)
    total = context_variance(vectors)
    require(0 < total < np.inf, "the variance", "be positive and finite", total, "scale vectors")
    sums = scatter_rows(sense, vectors - vectors.mean(axis=0), len(senses))
    return float(((sums**2).sum(axis=1) / counts).sum() / len(vectors) / total)

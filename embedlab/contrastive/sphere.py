"""What contrastive training does to vectors on the sphere: aligned pairs, spread evenly."""

import math

import numpy as np

from embedlab.contrastive.arguments import rows_of_pairs
from embedlab.numerics import Array, as_matrix, require

# Squared distances held at once (32 MB in double precision), however many vectors there are.
_MAX_DISTANCES = 1 << 22


def alignment(first: Array, second: Array) -> tuple[float, Array, Array]:
    """Return the mean squared distance of rows that belong together, and its gradients.

    Args:
        first: (B, d) unit rows; 0 is best, 4 is worst.
        second: (B, d) unit rows.

    Raises:
        ValueError: If a matrix is not finite or empty, or they differ in shape.

    Source: Wang and Isola 2020, arXiv:2005.10242, the alignment loss with α = 2.

    >>> alignment(np.eye(2), np.eye(2)[::-1])[0]
    2.0
    """
    first, second = rows_of_pairs("first", first, "second", second)
    gaps = first - second
    d_first = 2.0 / len(gaps) * gaps
    return float((gaps**2).sum(dtype=np.float64)) / len(gaps), d_first, -d_first


def uniformity(vectors: Array, t: float = 2.0) -> tuple[float, Array]:
    """Return log of the mean of exp(-t ‖x_i - x_j‖²) over all pairs i ≠ j, and its gradient.

    0 means that all vectors are one; the lower, the more evenly they spread over the sphere.
    Vectors that point into random directions of many dimensions reach nearly -2 t.

    Args:
        vectors: (n, d) unit rows, two or more.
        t: Positive; how fast a pair's say falls with its distance.

    Raises:
        ValueError: If the matrix is not finite, has one row only or rows so far apart that every
            term vanishes, or t is not positive and finite.

    Source: Wang and Isola 2020, arXiv:2005.10242, the uniformity loss.

    >>> uniformity(np.array([[1.0, 0.0], [-1.0, 0.0]]))[0]
    -8.0
    """
    vectors = as_matrix("vectors", vectors)
    n, t = len(vectors), float(t)
    require(n > 1, "vectors", "have two rows or more", n)
    require(0 < t < np.inf, "t", "be positive and finite", t)
    squares, total, d_vectors = (vectors**2).sum(axis=1), 0.0, np.zeros_like(vectors)
    size = max(1, _MAX_DISTANCES // n)
    for start in range(0, n, size):
        some = vectors[start : start + size]
        # Rounding can make the square of a tiny distance negative.
        distances = squares[start : start + size, np.newaxis] + squares - 2 * (some @ vectors.T)
        weights = np.exp(-t * np.maximum(distances, 0))
        weights[np.arange(len(some)), start + np.arange(len(some))] = 0.0
        total += float(weights.sum(dtype=np.float64))
        # Each pair occurs twice in the sum, once from either end: hence 4 and not 2.
        d_vectors[start : start + size] = (
            4 * t * (weights @ vectors - weights.sum(axis=1, keepdims=True) * some)
        )
    require(
        total > 0,
        "vectors",
        "lie close enough to compare",
        "distances that underflow",
        "divide each row by its length first: unit_rows",
    )
    return math.log(total / (n * (n - 1))), d_vectors / total

"""Random projections: fewer dimensions, and every distance nearly what it was."""

import math

import numpy as np
import numpy.typing as npt

from embedlab.distances import distance_blocks, pair_distances
from embedlab.numerics import Array, IntArray, as_integer, as_matrix, require


def jl_dimension(n: int, epsilon: float, *, beta: float = 0.0) -> int:
    """Return how many dimensions keep all squared distances of n points within 1 ± epsilon.

    The smallest whole k of at least (4 + 2β) ln n / (ε²/2 - ε³/3). Hypotheses: any n points,
    whatever their number of dimensions; the projection is drawn without looking at them; it is
    one of ``gaussian_projection`` and ``sparse_projection``. Then all n (n - 1) / 2 squared
    distances are kept with a probability of at least 1 - n^(-β), and for β = 0 of at least 1/n,
    so that such a projection exists.

    It is enough, not needed: it neither uses what the points are like nor asks what they are
    for. It says nothing about the dimension in which vectors of a vocabulary are best trained.

    Args:
        n: Points, at least 2.
        epsilon: Above 0 and below 1.
        beta: At least 0; 1 makes a failure less likely than 1/n.

    Raises:
        ValueError: If an argument is out of range.

    Source: Dasgupta and Gupta 2003, "An Elementary Proof of a Theorem of Johnson and
        Lindenstrauss", theorem 2.1; with β Achlioptas 2003, "Database-friendly random
        projections", theorem 1.1. Larsen and Nelson 2017 prove that in the worst case no map
        needs less than a constant times ln n / ε².

    >>> jl_dimension(50_000, 0.1), jl_dimension(50_000, 0.5)
    (9275, 520)
    """
    n = as_integer("n", n, 2)
    require(0 <= beta < math.inf, "beta", "be at least 0 and finite", beta)
    return math.ceil((4 + 2 * beta) * math.log(n) / _exponent(epsilon))


def log_jl_capacity(d: int, epsilon: float, *, beta: float = 0.0) -> float:
    """Return the logarithm of how many points ``jl_dimension`` can promise to keep in d dimensions.

    d (ε²/2 - ε³/3) / (4 + 2β): at a fixed ε the number is exponential in d. Hypotheses as there.

    Args:
        d: Dimensions, at least 1.
        epsilon: Above 0 and below 1.
        beta: At least 0.

    Returns:
        In nats.

    Raises:
        ValueError: If an argument is out of range.

    >>> [round(math.exp(log_jl_capacity(d, 0.5))) for d in (300, 768)]
    [518, 8886111]
    """
    require(0 <= beta < math.inf, "beta", "be at least 0 and finite", beta)
    return as_integer("d", d, 1) * _exponent(epsilon) / (4 + 2 * beta)


def gaussian_projection(
    d: int, n_components: int, *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
) -> Array:
    """Return a random matrix (d, n_components) of independent N(0, 1 / n_components) numbers.

    ``matrix @ projection`` has on average the squared distances of ``matrix``.

    Args:
        d: Dimensions before, at least 1.
        n_components: Dimensions after, at least 1.
        rng: Draws the matrix.
        dtype: Single or double precision.

    Raises:
        ValueError: If an argument is out of range.

    Source: Indyk and Motwani 1998; Dasgupta and Gupta 2003.

    >>> gaussian_projection(1000, 20, rng=np.random.default_rng(0)).shape
    (1000, 20)
    """
    shape = _as_shape(d, n_components)
    numbers = rng.standard_normal(shape, dtype=_as_floating(dtype))
    numbers /= math.sqrt(shape[1])
    return np.asarray(numbers)


def sparse_projection(
    d: int, n_components: int, *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float64
) -> Array:
    """Return a random matrix (d, n_components) of which two thirds are zero.

    The others are ±√(3 / n_components), either sign as likely. The same promise as for Gaussian
    numbers, and a projection needs nothing but additions.

    Args:
        d: Dimensions before, at least 1.
        n_components: Dimensions after, at least 1.
        rng: Draws the matrix.
        dtype: Single or double precision.

    Raises:
        ValueError: If an argument is out of range.

    Source: Achlioptas 2003, theorem 1.1.

    >>> projection = sparse_projection(1000, 3, rng=np.random.default_rng(0))
    >>> np.unique(projection).tolist(), round(float((projection == 0).mean()), 2)
    ([-1.0, 0.0, 1.0], 0.66)
    """
    shape, floating = _as_shape(d, n_components), _as_floating(dtype)
    faces = rng.integers(6, size=shape, dtype=np.int8)
    signs = (faces == 0).astype(floating) - (faces == 1).astype(floating)
    return np.asarray(signs * floating.type(math.sqrt(3 / shape[1])))


def distortions(
    original: npt.ArrayLike, projected: npt.ArrayLike, pairs: IntArray | None = None
) -> Array:
    """Return each pair's squared distance after a projection, divided by the one before, minus 1.

    Johnson and Lindenstrauss promise that none exceeds ε in absolute value.

    Args:
        original: (n, d) rows.
        projected: (n, k) the same rows after the projection.
        pairs: (m, 2) row numbers; if left out, all pairs i < j in order, n (n - 1) / 2 numbers,
            which is for a few thousand rows.

    Returns:
        (m,), in the precision of the original.

    Raises:
        ValueError: If a matrix is not finite, the numbers of rows differ or are below 2, or the
            two rows of a pair are equal before the projection.

    >>> distortions([[0.0, 0.0], [3.0, 4.0], [0.0, 4.0]], [[0.0], [4.0], [4.0]]).round(6).tolist()
    [-0.36, 0.0, -1.0]
    """
    before, after = as_matrix("original", original), as_matrix("projected", projected)
    sizes = len(before), len(after)
    require(sizes[0] == sizes[1], "original and projected", "have the same rows", sizes)
    require(sizes[0] >= 2, "original", "have at least two rows", sizes[0])
    if pairs is not None:
        return _relative_change(pair_distances(before, pairs), pair_distances(after, pairs))
    both = zip(distance_blocks(before), distance_blocks(after), strict=True)
    changes = []
    for (start, old), (_, new) in both:
        is_first = np.arange(len(before)) > start + np.arange(len(old))[:, np.newaxis]
        changes.append(_relative_change(old[is_first], new[is_first]))
    return np.concatenate(changes)


def _relative_change(before: Array, after: Array) -> Array:
    n_equal = int((before == 0).sum())
    remedy = "their distance can only stay 0; leave repeated rows out"
    require(n_equal == 0, "original", "have different rows", f"{n_equal} equal pairs", remedy)
    return np.asarray((after / before) ** 2 - 1)


def _exponent(epsilon: float) -> float:
    require(0 < epsilon < 1, "epsilon", "lie between 0 and 1", epsilon)
    return epsilon**2 / 2 - epsilon**3 / 3


def _as_shape(d: int, n_components: int) -> tuple[int, int]:
    return as_integer("d", d, 1), as_integer("n_components", n_components, 1)


def _as_floating(dtype: npt.DTypeLike) -> np.dtype[np.float32] | np.dtype[np.float64]:
    if np.dtype(dtype) == np.float32:
        return np.dtype(np.float32)
    require(np.dtype(dtype) == np.float64, "dtype", "be float32 or float64", str(dtype))
    return np.dtype(np.float64)

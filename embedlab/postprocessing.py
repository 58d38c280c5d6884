"""What is done to vectors after training: centering, removing strong directions, whitening."""

import math

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_integer, as_matrix, require, rounding_of


def mean_centered(matrix: npt.ArrayLike) -> Array:
    """Return the rows minus their mean (V, d), in the precision of the matrix.

    Raises:
        ValueError: If the matrix is not finite or has no rows.

    >>> mean_centered([[1.0, 2.0], [3.0, 2.0]]).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    rows = as_matrix("matrix", matrix)
    require(len(rows) > 0, "matrix", "have at least one row", rows.shape)
    return np.asarray(rows - rows.mean(axis=0, dtype=np.float64).astype(rows.dtype))


def all_but_the_top(matrix: npt.ArrayLike, n_components: int) -> Array:
    """Return the rows minus their mean and minus their parts along the strongest directions.

    The strongest directions are the principal components: unit vectors along which the centered
    rows vary most. In learned vectors they often follow word frequency more than meaning.

    Args:
        matrix: (V, d) vectors.
        n_components: How many directions to remove, from 0 (centering only) to d. The authors
            suggest about d / 100. Where two directions are equally strong, which one counts
            first is arbitrary.

    Returns:
        (V, d), in the precision of the matrix.

    Raises:
        ValueError: If the matrix is not finite or has no rows, or n_components is out of range.

    Source: Mu and Viswanath 2018, "All-but-the-Top: Simple and Effective Postprocessing for Word
        Representations", algorithm 1.

    >>> all_but_the_top([[5.0, 1.0], [-5.0, 1.0], [0.0, 3.0], [0.0, -1.0]], 1).round(6).tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 2.0], [0.0, -2.0]]
    """
    centered = mean_centered(matrix)
    d = centered.shape[1]
    n = as_integer("n_components", n_components, 0)
    require(n <= d, "n_components", f"be at most d, {d}", n)
    if n == 0:
        return centered
    components = principal_directions(centered, min(n, *centered.shape))
    components = components.astype(centered.dtype)
    # Adding zero turns -0.0 into 0.0.
    return np.asarray(centered - (centered @ components.T) @ components + 0.0)


def principal_directions(matrix: npt.ArrayLike, n_components: int) -> Array:
    """Return the directions along which rows vary most, strongest first (n_components, d).

    Unit vectors at right angles to each other, in double precision, each with the sign that
    makes its largest coordinate positive. They are eigenvectors of C'C for the centered rows C;
    with fewer rows than columns they come from those of the smaller CC'.

    Args:
        matrix: (V, d) vectors.
        n_components: At least 1 and at most the smaller of V and d.

    Raises:
        ValueError: If the matrix is not finite or has no rows, or n_components is out of range.

    Source: Pearson 1901; Hotelling 1933.

    >>> principal_directions([[5.0, 1.0], [-5.0, 1.0], [0.0, 2.0], [0.0, 0.0]], 1).round(6).tolist()
    [[1.0, 0.0]]
    """
    centered = mean_centered(matrix).astype(np.float64)
    V, d = centered.shape
    n = as_integer("n_components", n_components, 1)
    require(n <= min(V, d), "n_components", f"be at most {min(V, d)} for {V} rows of {d}", n)
    centered /= np.abs(centered).max() or 1.0
    if d <= V:
        # eigh sorts upward.
        directions = np.linalg.eigh(centered.T @ centered)[1][:, : -n - 1 : -1]
    else:
        left = np.linalg.eigh(centered @ centered.T)[1][:, : -n - 1 : -1]
        directions = np.linalg.qr(centered.T @ left)[0]
    largest = np.abs(directions).argmax(axis=0)
    signs = np.where(directions[largest, np.arange(n)] < 0, -1.0, 1.0)
    return np.asarray((directions * signs).T)


def whitened(matrix: npt.ArrayLike) -> Array:
    """Return centered rows of equal variance 1 in every direction, turned as little as possible.

    That is (W - mean) Σ^(-1/2) with the symmetric root of the covariance Σ = C'C / V: of all
    ways to whiten, the one that leaves every row nearest to where it was ("ZCA"). With the
    singular value decomposition C = U S V' it is √V · U V', which needs no inverse. Directions
    without variance are left at 0, not blown up to rounding errors of length 1.

    Directions that hold nothing but noise get the weight of all others; on small samples that
    makes neighbors worse. ``whitened_components`` keeps only the strongest.

    Args:
        matrix: (V, d) vectors.

    Returns:
        (V, d), in the precision of the matrix; its covariance is the identity where V is above d
        and every direction has some variance.

    Raises:
        ValueError: If the matrix is not finite or empty.

    Source: Bell and Sejnowski 1997; Kessy, Lewin and Strimmer 2018, "Optimal Whitening and
        Decorrelation".

    >>> whitened([[6.0, 1.0], [-6.0, 1.0], [0.0, 2.0], [0.0, 0.0]]).round(3).tolist()
    [[1.414, 0.0], [-1.414, 0.0], [0.0, 1.414], [0.0, -1.414]]
    """
    left, right, dtype = _decomposed(matrix)
    return np.asarray((left @ right + 0.0).astype(dtype))


def whitened_components(matrix: npt.ArrayLike, n_components: int) -> Array:
    """Return the rows' coordinates along the strongest directions, each of variance 1 (V, n).

    Args:
        matrix: (V, d) vectors.
        n_components: Directions to keep, at least 1 and at most the number of those with
            variance, which the error names.

    Returns:
        (V, n_components), strongest first, in the precision of the matrix. The sign of a column
        makes the largest coordinate of its direction positive.

    Raises:
        ValueError: If the matrix is not finite or empty, or n_components is out of range.

    Source: Su et al. 2021, "Whitening Sentence Representations for Better Semantics and Faster
        Retrieval".

    >>> whitened_components([[6.0, 1.0], [-6.0, 1.0], [0.0, 2.0], [0.0, 0.0]], 1).round(3).tolist()
    [[1.414], [-1.414], [0.0], [0.0]]
    """
    left, right, dtype = _decomposed(matrix)
    n = as_integer("n_components", n_components, 1)
    rank = len(right)
    require(n <= rank, "n_components", f"be at most {rank}, the directions with variance", n)
    largest = np.abs(right[:n]).argmax(axis=1)
    signs = np.where(right[np.arange(n), largest] < 0, -1.0, 1.0)
    return np.asarray((left[:, :n] * signs + 0.0).astype(dtype))


def _decomposed(matrix: npt.ArrayLike) -> tuple[Array, Array, np.dtype[np.floating]]:
    """Return √V · U and V' of the centered rows, for the singular values that are not rounding."""
    rows = as_matrix("matrix", matrix)
    require(rows.size > 0, "matrix", "have a row and a column", rows.shape)
    centered = mean_centered(rows.astype(np.float64))
    left, values, right = np.linalg.svd(centered, full_matrices=False)
    # The numbers came rounded in their own precision, each by itself, so that this grows with the
    # root of how many there are; mean and decomposition were made in double precision.
    largest = float(np.abs(rows).max())
    of_rows = rounding_of(matrix) * largest * sum(map(math.sqrt, rows.shape))
    of_svd = float(np.finfo(np.float64).eps) * max(rows.shape) * float(values[0])
    is_kept = values > of_rows + of_svd
    return math.sqrt(len(rows)) * left[:, is_kept], right[is_kept], rows.dtype

"""Losses of directions, of whole vectors and of their first numbers (Matryoshka)."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.contrastive.arguments import batches, rows_of_pairs
from embedlab.directions import or_one, unit_rows
from embedlab.numerics import Array, as_integer, as_vector, power_of_two, require

# Takes two matrices whose rows belong together; returns the loss, the gradient of each matrix,
# and the derivatives with respect to the loss's own parameters, if it has any.
PairLoss: TypeAlias = Callable[[Array, Array], tuple[Any, ...]]


def unit_rows_gradient(d_units: Array, vectors: Array) -> Array:
    """Return the gradient for vectors, given the one for ``unit_rows(vectors)``.

    With u = v / ‖v‖ it is (d_u - (d_u·u) u) / ‖v‖. The part along v drops out, because a longer
    vector has the same direction; so a step along this gradient never shortens a vector.

    Args:
        d_units: (B, d) gradient of a loss with respect to the unit rows.
        vectors: (B, d), at any scale. A zero row has no direction; its gradient is zero.

    Raises:
        ValueError: If an argument is not a finite matrix, or they differ in shape.

    >>> unit_rows_gradient(np.array([[1.0, 1.0]]), np.array([[0.0, 2.0]])).tolist()
    [[0.5, 0.0]]
    """
    d_units, vectors = rows_of_pairs("d_units", d_units, "vectors", vectors)
    units = unit_rows(vectors)
    across = d_units - (d_units * units).sum(axis=1, keepdims=True) * units
    # In units near a row's largest number no square overflows or vanishes. A power of two rounds
    # nothing.
    peaks = np.abs(vectors).max(axis=1, keepdims=True)
    powers = power_of_two(or_one(peaks)).astype(vectors.dtype)
    lengths = or_one(np.linalg.norm(vectors / powers, axis=1, keepdims=True))
    return np.asarray(np.where(peaks == 0, 0, across / lengths / powers), dtype=across.dtype)


def on_directions(loss: PairLoss, first: Array, second: Array) -> tuple[Any, ...]:
    """Return what a pair loss returns for the unit rows, with gradients for the rows themselves.

    Args:
        loss: Such as ``info_nce``; with parameters fixed by a lambda.
        first: (B, d) vectors of any length.
        second: (M, d) likewise.

    Returns:
        The loss, its gradients for first and second, and what else the loss returned.

    Raises:
        ValueError: If an argument is not a finite matrix, and as the loss.

    >>> from embedlab.contrastive import info_nce
    >>> vectors = np.array([[3.0, 0.0], [0.0, 0.5]])
    >>> round(on_directions(lambda q, k: info_nce(q, k, 1.0), vectors, vectors)[0], 4)
    0.3133
    """
    return matryoshka_loss(loss, first, second, [np.shape(first)[-1]])


def matryoshka_loss(
    loss: PairLoss,
    first: Array,
    second: Array,
    lengths: Sequence[int],
    weights: npt.ArrayLike | None = None,
) -> tuple[Any, ...]:
    """Return Σ_m w_m loss(first m numbers of each vector), and its gradients.

    Every prefix is divided by its length before it is compared, as it will be when it is used.
    So the first numbers of a vector have to do alone, and the later ones refine them.

    Args:
        loss: Such as ``info_nce``; with parameters fixed by a lambda.
        first: (B, d) vectors of any length.
        second: (M, d) likewise.
        lengths: m of each prefix, rising, from 1 to at most d.
        weights: w of each prefix, at least 0; 1 unless given.

    Returns:
        The loss, its gradients for first (B, d) and second (M, d), and the sums of what else the
        loss returned (the derivatives for ``clip_loss``'s log_scale, for instance).

    Raises:
        ValueError: If an argument is not a finite matrix, the lengths do not rise or exceed d,
            there is not one weight for each or one is negative, and as the loss.

    Source: Kusupati et al. 2022, arXiv:2205.13147, the sum of losses over nested prefixes.

    >>> from embedlab.contrastive import alignment
    >>> q, k = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 1.0], [-1.0, 1.0]])
    >>> plain, nested = ([2], [1, 2])
    >>> [round(matryoshka_loss(alignment, q, k, m)[0], 4) for m in (plain, nested)]
    [0.5858, 1.0858]
    """
    first, second = batches("first", first, "second", second)
    d, sizes = first.shape[1], [as_integer("each of lengths", m, 1) for m in lengths]
    rising = len(sizes) > 0 and sizes == sorted(set(sizes)) and sizes[-1] <= d
    require(rising, "lengths", f"rise, and end at {d} numbers or before", list(lengths))
    factors = as_vector("weights", np.ones(len(sizes)) if weights is None else weights)
    require(len(factors) == len(sizes), "weights", f"be {len(sizes)}, one per length", len(factors))
    require(bool((factors >= 0).all()), "weights", "be at least 0", factors.tolist())
    d_first, d_second = np.zeros_like(first), np.zeros_like(second)
    sums: list[Any] = []
    for m, weight in zip(sizes, factors.tolist(), strict=True):
        x, y = first[:, :m], second[:, :m]
        value, d_x, d_y, *others = loss(unit_rows(x), unit_rows(y))
        d_first[:, :m] += weight * unit_rows_gradient(d_x, x)
        d_second[:, :m] += weight * unit_rows_gradient(d_y, y)
        terms = [weight * term for term in (value, *others)]
        sums = [a + b for a, b in zip(sums, terms, strict=True)] if sums else terms
    return sums[0], d_first, d_second, *sums[1:]

"""Attention: each query gets a mean of the values, weighted by how well the keys fit it.

A mask is boolean and says which key a query may attend to (True). It is broadcast against
(..., n queries, m keys); one row for each sequence of a batch is (B, 1, m).
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.layers import linear, linear_gradients
from embedlab.numerics import Array, IntArray, as_integer, require

Mask: TypeAlias = npt.NDArray[np.bool_]


def attention(
    queries: Array, keys: Array, values: Array, mask: Mask | None = None
) -> tuple[Array, Array]:
    """Return softmax(Q Kᵀ / √d_k) V, and the weights softmax(Q Kᵀ / √d_k).

    Products of vectors with d_k independent components of mean 0 and variance 1 have the variance
    d_k. The root brings it back to 1; without it the softmax of a large model would give nearly all
    weight to one key, and nearly no gradient to any.

    Args:
        queries: Q, (..., n, d_k).
        keys: K, (..., m, d_k).
        values: V, (..., m, d_v).
        mask: Which key a query may attend to; every query at least one.

    Returns:
        The output (..., n, d_v); the weights (..., n, m), each row with the sum 1.

    Raises:
        ValueError: If the shapes do not fit, or a query has no allowed key.

    Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1.

    >>> output, weights = attention(np.zeros((1, 2)), np.eye(2), np.array([[4.0], [8.0]]))
    >>> weights.tolist(), output.tolist()
    ([[0.5, 0.5]], [[6.0]])
    """
    _check_attention(queries, keys, values, mask)
    scores = queries / math.sqrt(keys.shape[-1]) @ np.swapaxes(keys, -1, -2)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    # Not numerics.softmax, which asks for a number above -inf in each row. The mask leaves one,
    # so a row without any has overflowed: it becomes NaN, and a training run diverges in words.
    weights = np.asarray(scores - scores.max(axis=-1, keepdims=True))
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def attention_gradients(
    d_output: Array, queries: Array, keys: Array, values: Array, mask: Mask | None = None
) -> tuple[Array, Array, Array]:
    """Return the gradients of ``attention`` for queries, keys and values.

    With the weights W, D = d_output Vᵀ (the gradient for W) and S = W ∘ (D - rowsum(W ∘ D)) / √d_k
    they are S K, Sᵀ Q and Wᵀ d_output. A key that is not allowed has the weight 0 and therefore no
    gradient.

    Args:
        d_output: (..., n, d_v).
        queries: As in ``attention``, and so the following.
        keys: (..., m, d_k).
        values: (..., m, d_v).
        mask: Which key a query may attend to.

    Raises:
        ValueError: As ``attention``, and if d_output has another shape than the output.
    """
    _, weights = attention(queries, keys, values, mask)
    shape = (*queries.shape[:-1], values.shape[-1])
    require(d_output.shape == shape, "d_output", f"have the shape {shape}", d_output.shape)
    d_values = np.swapaxes(weights, -1, -2) @ d_output
    d_weights = d_output @ np.swapaxes(values, -1, -2)
    d_scores = weights * (d_weights - (weights * d_weights).sum(axis=-1, keepdims=True))
    d_scores /= math.sqrt(keys.shape[-1])
    return d_scores @ keys, np.swapaxes(d_scores, -1, -2) @ queries, d_values


def causal_mask(n: int) -> Mask:
    """Return the mask (n, n) under which a token attends to itself and those before it.

    >>> causal_mask(3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    return np.tri(as_integer("n", n, 1), dtype=bool)


def padding_mask(lengths: IntArray, n: int) -> Mask:
    """Return the mask (B, 1, n) under which nobody attends to what only fills up a row.

    Args:
        lengths: (B,) tokens of each row, from 1 to n; the rest of the row is padding.
        n: Width of the batch.

    Raises:
        ValueError: If a length is out of range.

    >>> padding_mask(np.array([1, 3]), 3).astype(int).tolist()
    [[[1, 0, 0]], [[1, 1, 1]]]
    """
    n, lengths = as_integer("n", n, 1), np.asarray(lengths)
    is_list = lengths.ndim == 1 and np.issubdtype(lengths.dtype, np.integer)
    require(is_list, "lengths", "be integers (B,)", lengths)
    in_range = bool(((lengths >= 1) & (lengths <= n)).all())
    require(in_range, "lengths", f"lie between 1 and n = {n}", lengths.tolist())
    return (np.arange(n) < lengths[:, np.newaxis])[:, np.newaxis]


@dataclass(frozen=True, eq=False)
class Projections:
    """The weights of multi-head attention, or the gradients for them.

    Attributes:
        query: W^Q, (d, d); columns h d/H to (h + 1) d/H - 1 belong to head h.
        key: W^K, likewise.
        value: W^V, likewise.
        output: W^O, (d, d), whose rows belong to the heads in the same way.
        query_bias: (d,), and so the following.
        key_bias: Without effect on any result: it adds the same to all scores of a query.
        value_bias: (d,).
        output_bias: (d,).
    """

    query: Array
    key: Array
    value: Array
    output: Array
    query_bias: Array
    key_bias: Array
    value_bias: Array
    output_bias: Array


def multi_head_attention(
    x: Array, projections: Projections, n_heads: int, mask: Mask | None = None
) -> tuple[Array, Array]:
    """Return the self-attention of H heads, joined and projected, and the weights of each head.

    Args:
        x: (..., n, d) vectors of n tokens.
        projections: Of the same d.
        n_heads: H, a divisor of d; each head has queries, keys and values of d/H dimensions.
        mask: As in ``attention``, the same for all heads.

    Returns:
        The output (..., n, d); the weights (..., H, n, n).

    Raises:
        ValueError: If the shapes do not fit, H does not divide d, or a token may attend to none.

    Source: Vaswani et al. 2017, section 3.2.2.
    """
    queries, keys, values = _heads_of(x, projections, n_heads)
    output, weights = attention(queries, keys, values, _for_heads(mask))
    return linear(_join(output), projections.output, projections.output_bias), weights


def multi_head_attention_gradients(
    d_y: Array, x: Array, projections: Projections, n_heads: int, mask: Mask | None = None
) -> tuple[Array, Projections]:
    """Return the gradients of ``multi_head_attention`` for x and for the projections.

    Args:
        d_y: (..., n, d).
        x: As in ``multi_head_attention``, and so the following.
        projections: Of the same d.
        n_heads: H.
        mask: Which token a token may attend to.

    Raises:
        ValueError: As ``multi_head_attention``, and if d_y has another shape than x.
    """
    p, mask = projections, _for_heads(mask)
    heads = _heads_of(x, p, n_heads)
    joined = _join(attention(*heads, mask)[0])
    d_joined, d_output, d_output_bias = linear_gradients(d_y, joined, p.output)
    d_heads = attention_gradients(_split(d_joined, n_heads), *heads, mask)
    d_queries, d_keys, d_values = map(_join, d_heads)
    from_queries, d_query, d_query_bias = linear_gradients(d_queries, x, p.query)
    from_keys, d_key, d_key_bias = linear_gradients(d_keys, x, p.key)
    from_values, d_value, d_value_bias = linear_gradients(d_values, x, p.value)
    return from_queries + from_keys + from_values, Projections(
        query=d_query,
        key=d_key,
        value=d_value,
        output=d_output,
        query_bias=d_query_bias,
        key_bias=d_key_bias,
        value_bias=d_value_bias,
        output_bias=d_output_bias,
    )


def sinusoidal_positions(n: int, d: int) -> Array:
    """Return sines and cosines of n positions at d/2 frequencies.

    Column 2i of row p is sin(ω_i p), column 2i + 1 is cos(ω_i p), with ω_i = 10000^(-2i/d).

    Args:
        n: Positions, 0 to n - 1.
        d: Dimensions, even.

    Returns:
        (n, d).

    Raises:
        ValueError: If n is not positive, or d not positive and even.

    Source: Vaswani et al. 2017, section 3.5.

    >>> sinusoidal_positions(2, 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    angles = np.arange(as_integer("n", n, 1))[:, np.newaxis] * _frequencies(d)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)


def position_shift(offset: int, d: int) -> Array:
    """Return the matrix that moves every sinusoidal position on by an offset.

    positions[p + offset] == positions[p] @ position_shift(offset, d) for every p. With a = ω_i p
    and b = ω_i offset, (sin a, cos a) times the block ((cos b, -sin b), (sin b, cos b)) is
    (sin(a + b), cos(a + b)) by the addition theorems: a rotation for each frequency, the same at
    every place. So relative place is a linear function of the encoding, and the product of two
    positions depends on their distance alone.

    Args:
        offset: k, an integer of either sign.
        d: Dimensions, even; columns in the order of ``sinusoidal_positions``.

    Returns:
        (d, d), orthogonal, with d/2 blocks of 2 × 2 along the diagonal.

    Raises:
        ValueError: If offset is no integer, or d not positive and even.

    >>> positions = sinusoidal_positions(10, 6)
    >>> bool(np.allclose(positions[2] @ position_shift(5, 6), positions[7]))
    True
    """
    require(isinstance(offset, int | np.integer), "offset", "be an integer", offset)
    angles = offset * _frequencies(d)
    even = np.arange(0, d, 2)
    shift = np.zeros((d, d))
    shift[even, even] = shift[even + 1, even + 1] = np.cos(angles)
    shift[even + 1, even] = np.sin(angles)
    shift[even, even + 1] = -np.sin(angles)
    return shift


def _frequencies(d: int) -> Array:
    d = as_integer("d", d, 2)
    require(d % 2 == 0, "d", "be even", d, "each frequency has a sine and a cosine")
    return np.asarray(10000.0 ** (-np.arange(0, d, 2) / d))


def _heads_of(x: Array, p: Projections, n_heads: int) -> tuple[Array, Array, Array]:
    """Return queries, keys and values (..., H, n, d/H)."""
    require(x.ndim >= 2, "x", "be (..., n, d)", f"shape {x.shape}")
    d = x.shape[-1]
    n_heads, remedy = as_integer("n_heads", n_heads, 1), "every head has d / n_heads dimensions"
    require(d % n_heads == 0, "n_heads", f"divide d = {d}", n_heads, remedy)
    for name, weight in {"query": p.query, "key": p.key, "value": p.value}.items():
        require(weight.shape == (d, d), f"projections.{name}", f"be {(d, d)}", weight.shape)
    return (
        _split(linear(x, p.query, p.query_bias), n_heads),
        _split(linear(x, p.key, p.key_bias), n_heads),
        _split(linear(x, p.value, p.value_bias), n_heads),
    )


def _split(x: Array, n_heads: int) -> Array:
    """Return (..., H, n, d/H) of (..., n, d), without a copy."""
    return np.swapaxes(x.reshape(*x.shape[:-1], n_heads, x.shape[-1] // n_heads), -2, -3)


def _join(heads: Array) -> Array:
    """Return (..., n, d) of (..., H, n, d/H)."""
    rows = np.swapaxes(heads, -2, -3)
    return rows.reshape(*rows.shape[:-2], rows.shape[-2] * rows.shape[-1])


def _for_heads(mask: Mask | None) -> Mask | None:
    """Return a mask with an axis for the heads before those of queries and keys."""
    return None if mask is None else np.expand_dims(np.atleast_2d(mask), -3)


def _check_attention(q: Array, k: Array, v: Array, mask: Mask | None) -> None:
    for name, array in {"queries": q, "keys": k, "values": v}.items():
        require(array.ndim >= 2, name, "be (..., n, d)", f"shape {array.shape}")
    shape = (*q.shape[:-2], k.shape[-2], q.shape[-1])
    require(k.shape == shape, "keys", "have the leading axes and d_k of queries", k.shape)
    require(v.shape[:-1] == k.shape[:-1], "values", "have one row for each key", v.shape)
    require(k.shape[-2] > 0 and k.shape[-1] > 0, "keys", "not be empty", k.shape)
    if mask is not None:
        check_mask(mask, (*q.shape[:-1], k.shape[-2]))


def check_mask(mask: Mask, shape: tuple[int, ...]) -> None:
    """Raise ``ValueError`` unless a mask fits (..., n, m) and leaves each query a key."""
    remedy = "True: may be attended to"
    require(mask.dtype == bool, "mask", "be boolean", f"dtype {mask.dtype}", remedy)
    try:
        fits = np.broadcast_shapes(mask.shape, shape) == shape
    except ValueError:
        fits = False
    rule, remedy = f"fit the shape {shape} of the weights", "one row for a sequence: (B, 1, m)"
    require(fits, "mask", rule, mask.shape, remedy)
    empty = ~mask.any(axis=-1) if mask.ndim > 0 else ~mask
    if empty.any():
        row = tuple(int(i) for i in np.argwhere(empty)[0])
        raise ValueError(
            f"mask must allow every query at least one key, got none in row {row}; "
            "let padding attend to something, too: its results are not used"
        )

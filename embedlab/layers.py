"""Layers of neural networks, each as a function with its gradients beside it.

A layer acts on the last axis; the axes before it may be any. ``d_y`` is the gradient of a loss for
the layer's result; a function of gradients takes it with the layer's own arguments and computes
again what it needs of the way forward. Single precision stays single.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.special import erf

from embedlab.numerics import Array, IntArray, as_integer, require

# In single precision Φ(x) = (1 + tanh(x P(x²))) / 2 takes a fifth of the time of SciPy's erf. These
# are the coefficients of P, highest power first, from a weighted fit (Lawson's iteration) to
# artanh(2 Φ(x) - 1) / x for x up to 6, where Φ has long been rounded to 1. They put x Φ(x) off by
# 7e-8 at most. With the rounding errors on the way it is 2e-7, times |x| where that exceeds 1, and
# by SciPy's erf 1.2e-7; a test compares.
_TANH_COEFFICIENTS = tuple(
    np.float32(c)
    for c in (
        1.80558881e-09,
        -1.33445291e-07,
        3.96909301e-06,
        -5.52400487e-05,
        -3.3130333e-05,
        0.036334284,
        0.797884216,
    )
)
_SATURATED = np.float32(6)
# Here the normal density and Φ(-x) are 0 in double precision, too: exp(-800) is.
_FAR = 40
# Numbers worked on at once, so that they stay in a core's cache from one operation to the next.
_CACHED = 1 << 15


def linear(x: Array, weight: Array, bias: Array) -> Array:
    """Return x W + b.

    Args:
        x: (..., n_in).
        weight: W, (n_in, n_out).
        bias: b, (n_out,).

    Raises:
        ValueError: If the shapes do not fit.

    >>> linear(np.array([1.0, 2.0]), np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 3.0]]), np.ones(3))
    array([ 2.,  3., 10.])
    """
    _check_linear(x, weight)
    require(bias.shape == weight.shape[1:], "bias", f"be {weight.shape[1:]}", bias.shape)
    # One product for all rows: over further axes NumPy would compute one for each.
    rows = x.reshape(math.prod(x.shape[:-1]), len(weight))
    return (rows @ weight + bias).reshape(*x.shape[:-1], len(bias))


def linear_gradients(d_y: Array, x: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Return the gradients of ``linear`` for x, weight and bias.

    Args:
        d_y: (..., n_out).
        x: (..., n_in).
        weight: W, (n_in, n_out).

    Raises:
        ValueError: If the shapes do not fit.
    """
    _check_linear(x, weight)
    _check_like("d_y", d_y, (*x.shape[:-1], weight.shape[1]))
    n = math.prod(x.shape[:-1])
    d_rows, rows = d_y.reshape(n, weight.shape[1]), x.reshape(n, len(weight))
    return (d_rows @ weight.T).reshape(x.shape), rows.T @ d_rows, d_rows.sum(axis=0)


def layer_norm(x: Array, gain: Array, bias: Array, epsilon: float = 1e-12) -> Array:
    """Return each row shifted to mean 0, scaled to variance 1, then times γ plus β.

    With the mean μ and the variance σ² of the d numbers of a row (σ² divides by d) and
    x̂ = (x - μ) / √(σ² + ε) the result is γ x̂ + β.

    Args:
        x: (..., d).
        gain: γ, (d,).
        bias: β, (d,).
        epsilon: ε, positive; keeps a row of equal numbers from 0 / 0. BERT has 1e-12, PyTorch
            1e-5 unless told otherwise.

    Raises:
        ValueError: If the shapes do not fit or epsilon is not positive.

    Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450, eq. 4.

    >>> layer_norm(np.array([1.0, 2.0, 3.0, 6.0]), np.ones(4), np.zeros(4)).round(4)
    array([-1.069 , -0.5345,  0.    ,  1.6036])
    """
    _check_norm(x, gain, epsilon)
    require(bias.shape == gain.shape, "bias", f"be {gain.shape}", bias.shape)
    y, _ = _standardize(x, epsilon)
    y *= gain
    y += bias
    return y


def layer_norm_gradients(
    d_y: Array, x: Array, gain: Array, epsilon: float = 1e-12
) -> tuple[Array, Array, Array]:
    """Return the gradients of ``layer_norm`` for x, gain and bias.

    With g = γ d_y, the gradient for x̂, and means over the d numbers of a row,

        d_x = (g - mean(g) - x̂ mean(g x̂)) / √(σ² + ε).

    The two means come from μ and σ², which depend on every x. Without them a row's gradient
    would have a part along (1, …, 1) and a part along x̂, though neither changes the result.

    Args:
        d_y: (..., d).
        x: (..., d).
        gain: γ, (d,), inside the means: it differs from column to column.
        epsilon: ε as in ``layer_norm``.

    Raises:
        ValueError: If the shapes do not fit or epsilon is not positive.
    """
    _check_norm(x, gain, epsilon)
    _check_like("d_y", d_y, x.shape)
    x_hat, deviation = _standardize(x, epsilon)
    d_x_hat = d_y * gain
    along = (d_x_hat * x_hat).mean(axis=-1, keepdims=True)
    d_x = (d_x_hat - d_x_hat.mean(axis=-1, keepdims=True) - x_hat * along) / deviation
    rows = (-1, x.shape[-1])
    d_gain = (d_y * x_hat).reshape(rows).sum(axis=0)
    return d_x, d_gain, d_y.reshape(rows).sum(axis=0)


def gelu(x: Array) -> Array:
    """Return x Φ(x), elementwise; Φ is the standard normal distribution function.

    Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2 (exact, not the tanh formula).

    >>> gelu(np.array([-10.0, -1.0, 0.0, 1.0, 10.0])).round(4)
    array([-0.    , -0.1587,  0.    ,  0.8413, 10.    ])
    """
    # Far below, Φ is 0, and -inf times 0 would be NaN where the limit is 0.
    share = _normal_distribution(x)
    return np.multiply(np.maximum(x, -_FAR), share, out=share)


def gelu_gradient(d_y: Array, x: Array) -> Array:
    """Return the gradient of ``gelu`` for x, d_y (Φ(x) + x φ(x)) with the normal density φ."""
    _check_like("d_y", d_y, x.shape)
    # Far off, φ is 0, and neither overflows a square nor becomes inf times 0 a NaN.
    near = np.clip(x, -_FAR, _FAR)
    density = np.exp(-0.5 * near * near) / math.sqrt(2 * math.pi)
    return np.asarray(d_y * (_normal_distribution(x) + near * density))


def dropout(x: Array, rate: float, *, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return x with a share of its numbers set to 0 and the others enlarged, and the factors.

    A number is kept with probability 1 - rate and then divided by it, so that the mean over many
    draws is x. The gradient for x is d_y times the factors.

    Args:
        x: Of any shape.
        rate: Probability of a 0, at least 0 and below 1.
        rng: Draws which.

    Returns:
        x times the factors; the factors, of the shape of x.

    Raises:
        ValueError: If rate is out of range.

    Source: Srivastava et al. 2014, JMLR 15, section 10 (scaled while training).

    >>> y, scale = dropout(np.ones(6), 0.5, rng=np.random.default_rng(1))
    >>> y.tolist()
    [2.0, 2.0, 0.0, 2.0, 0.0, 0.0]
    """
    require(0 <= rate < 1, "rate", "be at least 0 and below 1", rate)
    kept = rng.random(x.shape) >= rate
    # A NumPy scalar would make single precision double; a plain number does not.
    scale = kept.astype(np.result_type(x, np.float32)) / (1 - float(rate))
    return x * scale, scale


def cross_entropy(scores: Array, targets: IntArray) -> tuple[float, Array]:
    """Return the mean of -log softmax(scores)[target] in nats, and its gradient for the scores.

    Args:
        scores: (..., V), any real numbers.
        targets: (...), each the place of the right answer among V; -1 where there is none, which
            then counts for nothing.

    Raises:
        ValueError: If the shapes do not fit, a target is no place among V, or all are -1.

    >>> loss, d_scores = cross_entropy(np.zeros((2, 4)), np.array([3, -1]))
    >>> round(loss, 4), d_scores.tolist()
    (1.3863, [[0.25, 0.25, 0.25, -0.75], [0.0, 0.0, 0.0, 0.0]])
    """
    scores = scores.astype(np.result_type(scores, np.float32), copy=False)
    V = scores.shape[-1]
    targets = np.asarray(targets)
    check_ids("targets", targets, V, minimum=-1)
    _check_like("targets", targets, scores.shape[:-1])
    counted = targets >= 0
    n = int(counted.sum())
    require(n > 0, "targets", "name at least one right answer", "only -1")
    rows, answers = scores[counted], targets[counted]
    rows = rows - rows.max(axis=-1, keepdims=True)
    right = rows[np.arange(n), answers]
    exponentials = np.exp(rows, out=rows)
    totals = exponentials.sum(axis=-1)
    loss = float((np.log(totals) - right).sum(dtype=np.float64) / n)
    d_rows = exponentials / totals[:, np.newaxis]
    d_rows[np.arange(n), answers] -= 1
    d_scores = np.zeros_like(scores)
    d_scores[counted] = d_rows / n
    return loss, d_scores


def scatter_rows(ids: IntArray, rows: Array, n_rows: int) -> Array:
    """Return for each id the sum of its rows: the gradient of the lookup table[ids].

    Args:
        ids: (...), integers from 0 to n_rows - 1, repeated or not.
        rows: (..., d), one row for each id.
        n_rows: Rows of the table.

    Returns:
        (n_rows, d); zeros for an id that does not occur.

    Raises:
        ValueError: If the shapes do not fit or an id is out of range.

    >>> scatter_rows(np.array([2, 0, 2]), np.array([[1.0], [2.0], [3.0]]), 3).tolist()
    [[2.0], [0.0], [4.0]]
    """
    n_rows = as_integer("n_rows", n_rows, 1)
    ids = np.asarray(ids)
    check_ids("ids", ids, n_rows)
    _check_like("ids", ids, rows.shape[:-1])
    flat = rows.reshape(ids.size, rows.shape[-1])
    # A sparse matrix with a 1 for each id adds large batches several times faster than np.add.at.
    picks = (np.ones(ids.size, dtype=rows.dtype), ids.ravel(), np.arange(ids.size + 1))
    return np.asarray(csr_array(picks, shape=(ids.size, n_rows)).T @ flat)


def as_id_rows(name: str, ids: npt.ArrayLike) -> IntArray:
    """Return a batch of ids (B, n), of whichever integer type, as integers that can be negative.

    Raises:
        ValueError: If they are no integers in rows of one length, or there are none.

    >>> as_id_rows("ids", np.array([[2, 5, 3]], np.uint8)) - 3
    array([[-1,  2,  0]])
    """
    rule, remedy = "be integers (B, n)", "fill up short rows, as token_ids does"
    try:
        rows = np.asarray(ids)
    except ValueError as error:
        raise ValueError(f"{name} must {rule}, got rows of different lengths; {remedy}") from error
    # First, because an empty list has no integers either.
    require(rows.size > 0, name, "hold at least one token", f"shape {rows.shape}")
    is_batch = rows.ndim == 2 and np.issubdtype(rows.dtype, np.integer)
    require(is_batch, name, rule, f"{rows.dtype} of shape {rows.shape}")
    return rows.astype(np.intp, copy=False)


def check_ids(name: str, ids: IntArray, n: int, minimum: int = 0) -> None:
    """Raise ``ValueError`` unless ids are integers from minimum to n - 1."""
    is_integer = np.issubdtype(ids.dtype, np.integer)
    require(is_integer, name, "be integers", f"dtype {ids.dtype}")
    if ids.size > 0 and (ids.min() < minimum or ids.max() >= n):
        wrong = (ids < minimum) | (ids >= n)
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        received = f"{int(ids[place])} at index {place}"
        raise ValueError(f"{name} must lie between {minimum} and {n - 1}, got {received}")


def _standardize(x: Array, epsilon: float) -> tuple[Array, Array]:
    """Return x̂ as a new array, and √(σ² + ε) (..., 1)."""
    x_hat = x - x.mean(axis=-1, keepdims=True)
    # What is left of equal numbers is the mean's rounding error; a small ε would make it large.
    x_hat[(x_hat == x_hat[..., :1]).all(axis=-1)] = 0
    squares = np.einsum("...i,...i->...", x_hat, x_hat)[..., np.newaxis]
    deviation = np.sqrt(squares / x.shape[-1] + float(epsilon))
    if np.isinf(deviation).any():
        # Squares overflow long before σ does; divided by it, all would be 0. There ε is nothing.
        peaks = np.maximum(np.abs(x_hat).max(axis=-1, keepdims=True), np.finfo(x_hat.dtype).tiny)
        means = ((x_hat / peaks) ** 2).mean(axis=-1, keepdims=True)
        deviation = np.where(np.isinf(deviation), peaks * np.sqrt(means), deviation)
    x_hat /= deviation
    return x_hat, np.asarray(deviation)


def _normal_distribution(x: Array) -> Array:
    """Return Φ(x) = (1 + erf(x / √2)) / 2 as a new array."""
    if x.dtype != np.float32:
        return np.asarray((1 + erf(x * math.sqrt(0.5))) / 2)
    share = np.empty(x.size, dtype=np.float32)
    flat = x.reshape(-1)
    for start in range(0, x.size, _CACHED):
        some = np.clip(flat[start : start + _CACHED], -_SATURATED, _SATURATED)
        squares = some * some
        u = share[start : start + _CACHED]
        u.fill(_TANH_COEFFICIENTS[0])
        for coefficient in _TANH_COEFFICIENTS[1:]:
            u *= squares
            u += coefficient
        u *= some
        np.tanh(u, out=u)
        u += 1
        u *= 0.5
    return share.reshape(x.shape)


def _check_linear(x: Array, weight: Array) -> None:
    require(weight.ndim == 2, "weight", "be a matrix (n_in, n_out)", f"shape {weight.shape}")
    rule = f"end in an axis of {len(weight)} as weight has rows"
    require(x.ndim > 0 and x.shape[-1] == len(weight), "x", rule, f"shape {x.shape}")


def _check_norm(x: Array, gain: Array, epsilon: float) -> None:
    require(x.ndim > 0 and x.shape[-1] > 0, "x", "have a last axis of numbers", f"shape {x.shape}")
    require(gain.shape == x.shape[-1:], "gain", f"be {x.shape[-1:]} as rows of x", gain.shape)
    require(0 < epsilon < np.inf, "epsilon", "be positive and finite", epsilon)


def _check_like(name: str, array: Array | IntArray, shape: tuple[int, ...]) -> None:
    require(array.shape == shape, name, f"have the shape {shape}", array.shape)

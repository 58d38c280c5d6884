"""Skip-gram's objective over a whole corpus at once: exact loss, exact gradient, and its noise.

The fast trainer sees a few pairs at a time and draws noise words. Here nothing is drawn: all pairs
stand in one matrix of counts, and the loss is the mean over all of them. So a gradient norm or a
curvature is that of the objective and not of a sample. A call takes V² d products.

Parameters are one array (2, V, d): the input vectors, then the output vectors. An objective is a
function from parameters to the loss in nats per pair and its gradient, of the same shape.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from embedlab.numerics import (
    Array,
    as_integer,
    as_vector,
    first_not_finite,
    log_sigmoid,
    logsumexp,
    require,
    sigmoid,
)

Objective: TypeAlias = Callable[[Array], tuple[float, Array]]

# Scores held at once (8 MB in double precision), however large the vocabulary is.
_MAX_SCORES = 1 << 20


def softmax_objective(counts: csr_array) -> Objective:
    """Return skip-gram's loss under the softmax over all words, as a function of the parameters.

    It is the mean of ``word2vec.skipgram_softmax`` over all pairs.

    Args:
        counts: X, (V, V) sparse: how often word j is a context word of word i, such as
            ``counts.cooccurrences`` tells.

    Raises:
        ValueError: If counts are not square, or hold a negative or not finite number or no
            positive one; in a call, if the parameters are not (2, V, d).

    Source: Mikolov et al. 2013, arXiv:1310.4546, eq. 1 and 2.

    >>> objective = softmax_objective(csr_array([[0.0, 3.0], [3.0, 0.0]]))
    >>> loss, gradient = objective(np.zeros((2, 2, 5)))
    >>> round(loss, 6), gradient.shape
    (0.693147, (2, 2, 5))
    """
    X = _checked(counts)
    n_pairs = X.sum()

    def objective(parameters: Array) -> tuple[float, Array]:
        inputs, outputs = _tables(parameters, len(X.indptr) - 1)
        loss, gradient = 0.0, np.zeros_like(parameters)
        for some, observed in _blocks(X):
            scores = inputs[some] @ outputs.T
            n = observed.sum(axis=1)
            normalizer = logsumexp(scores)
            loss += float(n @ normalizer - (observed * scores).sum())
            # What the model expects of each cell, less what was observed.
            d_scores = n[:, np.newaxis] * np.exp(scores - normalizer[:, np.newaxis]) - observed
            gradient[0, some] = d_scores @ outputs / n_pairs
            gradient[1] += d_scores.T @ inputs[some] / n_pairs
        return loss / float(n_pairs), gradient

    return objective


def negative_objective(
    counts: csr_array, noise: npt.ArrayLike, *, n_negatives: int = 5
) -> Objective:
    """Return skip-gram's negative-sampling loss, as a function of the parameters.

    Noise words are not drawn: each pair meets every word j with weight k P(j), the expectation of
    k draws. So it is the expected mean of ``word2vec.skipgram_negative`` over all pairs.

    Args:
        counts: X, as in ``softmax_objective``.
        noise: P, (V,) probability of each noise word, such as ``text.noise_distribution``.
        n_negatives: k, at least 1.

    Raises:
        ValueError: As ``softmax_objective``, and if the noise is no distribution of V words.

    Source: Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization",
        eq. 2 to 4, sign flipped.
    """
    X, k = _checked(counts), as_integer("n_negatives", n_negatives, 1)
    P = as_vector("noise", noise).astype(np.float64)
    V, n_pairs = len(X.indptr) - 1, X.sum()
    require(len(P) == V, "noise", f"hold a probability for each of {V} words", len(P))
    is_distribution = bool((P >= 0).all()) and abs(float(P.sum()) - 1) < 1e-6
    require(is_distribution, "noise", "be at least 0 and sum to 1", float(P.sum()))

    def objective(parameters: Array) -> tuple[float, Array]:
        inputs, outputs = _tables(parameters, V)
        loss, gradient = 0.0, np.zeros_like(parameters)
        for some, observed in _blocks(X):
            scores = inputs[some] @ outputs.T
            drawn = k * observed.sum(axis=1, keepdims=True) * P
            loss -= float((observed * log_sigmoid(scores) + drawn * log_sigmoid(-scores)).sum())
            d_scores = drawn * sigmoid(scores) - observed * sigmoid(-scores)
            gradient[0, some] = d_scores @ outputs / n_pairs
            gradient[1] += d_scores.T @ inputs[some] / n_pairs
        return loss / float(n_pairs), gradient

    return objective


def on_batches(
    new_objective: Callable[[csr_array], Objective],
    counts: csr_array,
    batch_size: int,
    *,
    rng: np.random.Generator,
) -> Objective:
    """Return an objective that draws new pairs at each call: the noise of stochastic descent.

    Args:
        new_objective: Makes an objective of counts, such as ``softmax_objective``.
        counts: All pairs, as in ``softmax_objective``.
        batch_size: Pairs of a call, drawn with replacement, at least 1.
        rng: Draws them.

    Raises:
        ValueError: As ``softmax_objective``, and if the batch size is below 1.
    """
    X, size = _checked(counts).tocoo(), as_integer("batch_size", batch_size, 1)
    shares = X.data / X.data.sum()

    def objective(parameters: Array) -> tuple[float, Array]:
        times = rng.multinomial(size, shares).astype(np.float64)
        drawn = np.flatnonzero(times)
        places = X.row[drawn], X.col[drawn]
        return new_objective(csr_array((times[drawn], places), shape=X.shape))(parameters)

    return objective


def gradient_noise(parameters: Array, counts: csr_array) -> tuple[float, float]:
    """Return the norm of softmax skip-gram's mean gradient, and the spread around it.

    The spread is the root of the mean squared distance of a single pair's gradient from the mean
    gradient (the root of the trace of their covariance). The gradient of a batch of B pairs drawn
    at random has the same mean and the spread divided by √B: with one the direction of a step is
    told, with the other how far it can be trusted. Nothing is drawn here.

    Args:
        parameters: (2, V, d).
        counts: X, as in ``softmax_objective``.

    Raises:
        ValueError: As ``softmax_objective``.
    """
    X = _checked(counts)
    inputs, outputs = _tables(parameters, len(X.indptr) - 1)
    _, mean = softmax_objective(X)(parameters)
    lengths, squares = (outputs**2).sum(axis=1), 0.0
    for some, observed in _blocks(X):
        scores = inputs[some] @ outputs.T
        P = np.exp(scores - logsumexp(scores)[:, np.newaxis])
        expected = P @ outputs
        # The gradient of pair (i, j) is E o - o_j for the center, (P - 1_j) ⊗ center for outputs.
        d_center = (expected**2).sum(axis=1, keepdims=True) - 2 * expected @ outputs.T + lengths
        d_scores = (P**2).sum(axis=1, keepdims=True) - 2 * P + 1
        center = (inputs[some] ** 2).sum(axis=1, keepdims=True)
        squares += float((observed * (d_center + d_scores * center)).sum())
    signal = float((mean**2).sum())
    # Where all pairs agree, rounding can leave less than nothing.
    spread = max(squares / float(X.sum()) - signal, 0.0)
    return float(np.sqrt(signal)), float(np.sqrt(spread))


def hessian(objective: Objective, at: Array, *, step: float = 1e-5) -> Array:
    """Return the matrix of second derivatives (n, n) at one point, for n parameters.

    Central differences of the gradient, one parameter at a time: 2 n calls. Its eigenvalues tell
    what kind of point this is; both signs make a saddle.

    Args:
        objective: From parameters to loss and gradient.
        at: The float64 parameters, of any shape.
        step: How far each of them is moved to either side.

    Raises:
        ValueError: If at is not float64, or the step not positive.

    >>> hessian(lambda x: (float(x[0] * x[1]), x[::-1]), np.array([3.0, 5.0])).round(6).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    require(at.dtype == np.float64, "at", "be float64", str(at.dtype))
    require(0 < step < np.inf, "step", "be positive and finite", step)
    rows = np.empty((at.size, at.size))
    for i in range(at.size):
        moved = np.zeros(at.size)
        moved[i] = step
        offset = moved.reshape(at.shape)
        rows[i] = (objective(at + offset)[1] - objective(at - offset)[1]).ravel() / (2 * step)
    return np.asarray((rows + rows.T) / 2)


def _checked(counts: csr_array) -> csr_array:
    """Return counts in sparse rows, after checking them."""
    X = csr_array(counts).astype(np.float64)
    is_square = X.ndim == 2 and X.shape[0] == X.shape[1]
    require(is_square, "counts", "have a row and a column for each word", f"shape {X.shape}")
    where = first_not_finite(X.data)
    require(where is None, "counts", "be finite", float(X.data[where]) if where else "")
    lowest = float(X.data.min(initial=0.0))
    require(lowest >= 0, "counts", "be at least 0", lowest)
    require(float(X.sum()) > 0, "counts", "hold a count above 0", "none")
    return X


def _tables(parameters: Array, V: int) -> tuple[Array, Array]:
    """Return the input and the output vectors (V, d) after checking the parameters."""
    dtype, shape = np.asarray(parameters).dtype, np.shape(parameters)
    is_floating = isinstance(parameters, np.ndarray) and np.issubdtype(dtype, np.floating)
    # An array of integers would cut off the gradient, which has the parameters' type.
    require(is_floating, "parameters", "be a floating array", f"{type(parameters)} of {dtype}")
    fits = len(shape) == 3 and shape[:2] == (2, V)
    rule = f"have shape (2, {V}, d), the input vectors and then the output vectors"
    require(fits, "parameters", rule, shape)
    return parameters[0], parameters[1]


def _blocks(X: csr_array) -> Iterator[tuple[slice, Array]]:
    """Yield rows of the counts, a few at a time, as a dense matrix with the slice they are."""
    V = X.shape[0]
    size = max(1, _MAX_SCORES // V)
    for start in range(0, V, size):
        some = slice(start, min(start + size, V))
        yield some, X[some].toarray()

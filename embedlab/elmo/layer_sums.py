"""The vector of a token: a weighted sum of what all layers say, the weights learned by a task."""

import numpy as np

from embedlab.numerics import Array, as_vector, require, softmax


def elmo_vectors(layers: Array, weights: Array, scale: float = 1.0) -> Array:
    """Return γ Σ sⱼ hⱼ with s = softmax(weights), one vector per token.

    Args:
        layers: (L + 1, ..., D) the hⱼ, from ``elmo_layers``.
        weights: (L + 1,) any real numbers, learned by the task that uses the vectors.
        scale: γ, likewise.

    Raises:
        ValueError: If there is not one weight for each layer.

    Source: Peters et al. 2018, eq. 1.

    >>> layers = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> elmo_vectors(layers, np.log([3.0, 1.0]), scale=2.0).round(4).tolist()
    [1.5, 0.5]
    """
    shares = softmax(_layer_weights(layers, weights))
    # Shares of whole numbers are none; a NumPy scalar would make single precision double.
    shares = shares.astype(np.result_type(layers, np.float32))
    return np.asarray(float(scale) * np.tensordot(shares, layers, axes=1))


def elmo_vector_gradients(
    d_vectors: Array, layers: Array, weights: Array, scale: float = 1.0
) -> tuple[Array, float]:
    """Return the gradients of ``elmo_vectors`` for weights (L + 1,) and for scale.

    The layers are not among them: the language model stays as it is.

    Args:
        d_vectors: (..., D) gradient of the loss for the vectors.
        layers: As in ``elmo_vectors``, and so the following.
        weights: (L + 1,).
        scale: γ.
    """
    shares = softmax(_layer_weights(layers, weights))
    require(d_vectors.shape == layers.shape[1:], "d_vectors", "fit layers", d_vectors.shape)
    d_shares = np.array([np.vdot(d_vectors, layer) for layer in layers])
    d_scale = float(shares @ d_shares)
    return float(scale) * shares * (d_shares - d_scale), d_scale


def _layer_weights(layers: Array, weights: Array) -> Array:
    """Return the weights as a vector, after checking that there is one for each layer."""
    vector = as_vector("weights", weights)
    rule = f"have one number for each of the {len(layers)} layers"
    require(len(vector) == len(layers), "weights", rule, len(vector))
    return vector

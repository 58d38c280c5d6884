"""Gradient descent, AdaGrad and Adam as pure steps: parameters and state in, new ones out.

No argument is changed. Parameters and gradients have the same shape, whichever it is, and
single precision stays single.
"""

from dataclasses import dataclass

import numpy as np

from embedlab.numerics import Array, as_integer, first_not_finite, require


def sgd(parameters: Array, gradient: Array, *, learning_rate: float) -> Array:
    """Return the parameters after one step of gradient descent, θ - η g.

    Raises:
        ValueError: If the gradient has another shape or is not finite, or the learning rate is
            negative or not finite.

    >>> sgd(np.array([1.0, 2.0]), np.array([10.0, -10.0]), learning_rate=0.1).tolist()
    [0.0, 3.0]
    """
    _check_step(parameters, gradient, learning_rate)
    return np.asarray(parameters - float(learning_rate) * gradient)


def adagrad(
    parameters: Array,
    gradient: Array,
    squares: Array,
    *,
    learning_rate: float = 0.05,
    epsilon: float = 1e-8,
) -> tuple[Array, Array]:
    """Return the parameters and the sums of squared gradients after one AdaGrad step.

    With G = squares + g² the step is θ - η g / (√G + ε): a coordinate that has moved much moves
    less, one that is seldom touched, such as a rare word's, keeps its large steps.

    Args:
        parameters: θ.
        gradient: g.
        squares: Sum of g² over the steps before; zeros to begin with (GloVe's program: ones).
        learning_rate: η.
        epsilon: ε, positive; keeps a coordinate without any gradient from 0 / 0.

    Raises:
        ValueError: As ``sgd``, and if squares has another shape or a negative number.

    Source: Duchi, Hazan and Singer 2011, JMLR 12, figure 1 (diagonal matrices), δ there is ε.

    >>> step, squares = adagrad(np.zeros(1), np.array([4.0]), np.zeros(1), learning_rate=0.5)
    >>> step.round(6).tolist(), squares.tolist()
    ([-0.5], [16.0])
    """
    _check_step(parameters, gradient, learning_rate)
    _check_shape("squares", squares, parameters)
    require(bool((squares >= 0).all()), "squares", "be sums of squares, so at least 0", squares)
    require(0 < epsilon < np.inf, "epsilon", "be positive and finite", epsilon)
    squares = squares + gradient**2
    step = float(learning_rate) * gradient / (np.sqrt(squares) + float(epsilon))
    return np.asarray(parameters - step), np.asarray(squares)


@dataclass(frozen=True, eq=False)
class AdamState:
    """What Adam remembers between steps.

    Attributes:
        first_moment: m, running mean of the gradients, of the parameters' shape.
        second_moment: v, running mean of their squares, likewise.
        n_steps: t, steps taken so far.
    """

    first_moment: Array
    second_moment: Array
    n_steps: int = 0


def adam_start(parameters: Array) -> AdamState:
    """Return Adam's state before the first step: both means zero."""
    return AdamState(np.zeros_like(parameters), np.zeros_like(parameters))


def adam(
    parameters: Array,
    gradient: Array,
    state: AdamState,
    *,
    learning_rate: float = 0.001,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Array, AdamState]:
    """Return the parameters and the state after one Adam step, θ - η m̂ / (√v̂ + ε).

    The running means start at zero and are therefore too small at first; m̂ and v̂ are divided
    by 1 - βᵗ to undo it. So the first step has length η in every coordinate, however large g is.

    Args:
        parameters: θ.
        gradient: g.
        state: From ``adam_start`` or the step before.
        learning_rate: η.
        beta1: Share of the past in m, in [0, 1).
        beta2: Share of the past in v, in [0, 1).
        epsilon: ε, positive, outside the root.

    Raises:
        ValueError: As ``sgd``, and if the state does not fit the parameters.

    Source: Kingma and Ba 2015, arXiv:1412.6980, Algorithm 1.

    >>> parameters, gradient = np.zeros(2), np.array([1000.0, -0.001])
    >>> parameters, state = adam(parameters, gradient, adam_start(parameters))
    >>> parameters.round(6).tolist(), state.n_steps
    ([-0.001, 0.001], 1)
    """
    _check_step(parameters, gradient, learning_rate)
    _check_shape("state.first_moment", state.first_moment, parameters)
    _check_shape("state.second_moment", state.second_moment, parameters)
    for name, value in {"beta1": beta1, "beta2": beta2}.items():
        require(0 <= value < 1, name, "be at least 0 and below 1", value)
    require(0 < epsilon < np.inf, "epsilon", "be positive and finite", epsilon)
    t = as_integer("state.n_steps", state.n_steps, 0) + 1
    # NumPy's scalars would make single precision double.
    learning_rate, beta1, beta2, epsilon = map(float, (learning_rate, beta1, beta2, epsilon))
    m = beta1 * state.first_moment + (1 - beta1) * gradient
    v = beta2 * state.second_moment + (1 - beta2) * gradient**2
    unbiased_m, unbiased_v = m / (1 - beta1**t), v / (1 - beta2**t)
    step = learning_rate * unbiased_m / (np.sqrt(unbiased_v) + epsilon)
    return np.asarray(parameters - step), AdamState(m, v, t)


def _check_step(parameters: Array, gradient: Array, learning_rate: float) -> None:
    """Raise ``ValueError`` unless a step with this gradient and learning rate makes sense."""
    # A schedule that warms up begins with 0: nothing moves, and the memory fills.
    rule = "be at least 0 and finite"
    require(0 <= learning_rate < np.inf, "learning_rate", rule, learning_rate)
    _check_shape("gradient", gradient, parameters)
    where = first_not_finite(gradient)
    if where is not None:
        received = f"{np.asarray(gradient)[where]} at index {where}"
        remedy = "an earlier step may have diverged: lower the learning rate"
        raise ValueError(f"gradient must be finite, got {received}; {remedy}")


def _check_shape(name: str, array: Array, parameters: Array) -> None:
    """Raise ``ValueError`` unless an array has the shape of the parameters."""
    shape = np.shape(parameters)
    require(np.shape(array) == shape, name, f"have the parameters' shape {shape}", np.shape(array))

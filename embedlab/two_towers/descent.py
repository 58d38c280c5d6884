"""The one loop behind all contrastive training here: Adam with a falling rate."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from embedlab.descent import adam_by_name
from embedlab.numerics import Array, as_integer, require
from embedlab.optimizers import AdamState

Parameters: TypeAlias = Mapping[str, Array]
# Takes the parameters, draws a batch by itself, and returns the loss and a gradient per name.
Objective: TypeAlias = Callable[[Parameters], tuple[float, Parameters]]


def descend(
    objective: Objective, parameters: Parameters, *, n_steps: int, learning_rate: float
) -> tuple[dict[str, Array], Array]:
    """Return the parameters after some steps of Adam, and the loss before each step (n_steps,).

    The learning rate falls in a straight line to nearly nothing, so that the last steps settle.
    Parameters without a gradient stay as they are.

    Args:
        objective: Returns the loss at parameters, and its gradients.
        parameters: Where to start; not changed.
        n_steps: At least 1.
        learning_rate: η of the first step.

    Raises:
        ValueError: If n_steps or learning_rate is out of range, a gradient has a name that no
            parameter has, or the run diverges, so that the loss or a gradient is not finite.

    >>> def objective(p):
    ...     return float(p["x"] @ p["x"]), {"x": 2 * p["x"]}
    >>> start = {"x": np.array([1.0, -1.0])}
    >>> learned, losses = descend(objective, start, n_steps=100, learning_rate=0.1)
    >>> bool(abs(learned["x"]).max() < 0.01), float(losses[0])
    (True, 2.0)
    """
    n_steps = as_integer("n_steps", n_steps, 1)
    require(0 < learning_rate < np.inf, "learning_rate", "be positive and finite", learning_rate)
    current = dict(parameters)
    states: dict[str, AdamState] = {}
    losses = np.empty(n_steps)
    for step in range(n_steps):
        remedy = f"the run diverged after {step} steps; lower the learning rate"
        try:
            # What overflows on the way shows in the loss or in a gradient.
            with np.errstate(over="ignore", invalid="ignore"):
                loss, gradients = objective(current)
        except ValueError as error:
            # Where the run starts it had a value, or the caller's arguments are to blame.
            if step == 0:
                raise
            rule = "have a value wherever the run goes"
            raise ValueError(f"objective must {rule}, got an error; {remedy}") from error
        require(bool(np.isfinite(loss)), "loss", "be finite", float(loss), remedy)
        losses[step] = loss
        rate = learning_rate * (1 - step / n_steps)
        for name in gradients:
            require(name in current, "objective", "name parameters only", name)
        current, states = adam_by_name(current, gradients, states, learning_rate=rate)
    return current, losses

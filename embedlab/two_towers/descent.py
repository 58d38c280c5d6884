"""The one loop behind all contrastive training here: Adam with a falling rate."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from embedlab.descent import adam_by_name
from embedlab.numerics import Array, as_integer, require
from embedlab.optimizers import AdamState
from embedlab.runs import DivergenceError, History

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
        ValueError: If n_steps or learning_rate is out of range, or a gradient has a name that no
            parameter has.
        DivergenceError: If the loss, a gradient or a parameter is not finite any more, or the
            objective refuses a place where the run has led.

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
    rates = learning_rate * (1 - np.arange(n_steps) / n_steps)
    losses = np.empty(n_steps)

    def divergence(step: int, what: str) -> DivergenceError:
        done = np.arange(min(step, n_steps))
        return DivergenceError(
            f"the run diverged after {step} of {n_steps} steps: {what}; lower the learning_rate "
            f"(it was {learning_rate:g})",
            History(done / n_steps, losses[done], rates[done], "diverged"),
        )

    for step in range(n_steps):
        # What overflows on the way shows in the loss, in a gradient or in a parameter.
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                loss, gradients = objective(current)
            except ValueError as error:
                # Where the run starts it had a value, or the caller's arguments are to blame.
                if step == 0:
                    raise
                raise divergence(step, f"the objective has no value there, as {error}") from error
            if not np.isfinite(loss):
                raise divergence(step, f"the loss was {float(loss):g}")
            losses[step] = loss
            for name, gradient in gradients.items():
                require(name in current, "objective", "name parameters only", name)
                if not np.isfinite(gradient).all():
                    raise divergence(step, f"the gradient of {name} was not finite")
            current, states = adam_by_name(
                current, gradients, states, learning_rate=float(rates[step])
            )
    for name, array in current.items():
        if not np.isfinite(array).all():
            raise divergence(n_steps, f"{name} was not finite")
    return current, losses

"""Adam through all arrays of a model at once: gradients by name, clipped together.

A model here is a frozen dataclass; for training, its arrays go by name into a dict, and each is
moved by its own gradient. ``optimizers`` has the step of one array.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from embedlab.numerics import Array, power_of_two, require
from embedlab.optimizers import AdamState, adam, adam_start
from embedlab.runs import Step

# The arrays of a model and a batch; the mean loss, the predictions in it, and the gradients.
Gradients: TypeAlias = Callable[[dict[str, Array], Any], tuple[float, int, dict[str, Array]]]


def clip_by_norm(gradients: Mapping[str, Array], max_norm: float) -> tuple[dict[str, Array], float]:
    """Return gradients, all shortened by one factor if longer than max_norm, and their norm.

    Backward through n steps a gradient is multiplied n times, so that it may explode. One factor
    for all arrays keeps its direction.

    Args:
        gradients: Arrays by name, together one long vector.
        max_norm: Largest length allowed, positive.

    Returns:
        The gradients, and the length they had before; if that is not finite, as they were.

    Raises:
        ValueError: If max_norm is not positive.

    Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063, Algorithm 1.

    >>> clip_by_norm({"a": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    ({'a': array([0.6]), 'b': array([0.8])}, 5.0)
    """
    require(max_norm > 0, "max_norm", "be positive", max_norm)
    arrays = gradients.values()
    peak = float(np.max([np.abs(array).max(initial=0.0) for array in arrays], initial=0.0))
    if not 0 < peak < np.inf:
        return dict(gradients), peak
    # In units near the largest number no square overflows or vanishes. A power of two rounds
    # nothing.
    unit = float(power_of_two(peak))
    squares = [float(np.vdot(array / unit, array / unit)) for array in arrays]
    norm = unit * math.sqrt(sum(squares))
    factor = min(1.0, float(max_norm) / norm)
    return {name: np.asarray(gradient * factor) for name, gradient in gradients.items()}, norm


def adam_by_name(
    arrays: Mapping[str, Array],
    gradients: Mapping[str, Array],
    states: Mapping[str, AdamState],
    *,
    learning_rate: float,
) -> tuple[dict[str, Array], dict[str, AdamState]]:
    """Return all arrays and Adam's states after one step; arrays without a gradient stay.

    Args:
        arrays: By name; not changed.
        gradients: For some of them or all.
        states: From the step before; empty before the first.
        learning_rate: η, the same for all.

    Raises:
        ValueError: If a gradient has a name that no array has, and as ``optimizers.adam``.

    >>> start = {"a": np.zeros(1), "b": np.ones(2)}
    >>> arrays, states = adam_by_name(start, {"a": np.array([5.0])}, {}, learning_rate=0.1)
    >>> arrays["a"].round(6).tolist(), arrays["b"].tolist(), list(states)
    ([-0.1], [1.0, 1.0], ['a'])
    """
    moved, later = dict(arrays), dict(states)
    for name, gradient in gradients.items():
        require(name in arrays, "gradients", "name parameters only", name)
        state = states[name] if name in states else adam_start(arrays[name])
        moved[name], later[name] = adam(arrays[name], gradient, state, learning_rate=learning_rate)
    return moved, later


def adam_steps(
    start: Mapping[str, Array], gradients: Gradients, *, max_norm: float
) -> tuple[Step, dict[str, Array]]:
    """Return a step for ``runs.run``, and the arrays that it will have changed.

    Args:
        start: Arrays by name; not changed.
        gradients: Returns for such arrays and a batch the mean loss, the number of predictions
            and the gradients.
        max_norm: Longest gradient, over all arrays.
    """
    arrays = dict(start)
    states: dict[str, AdamState] = {}

    def step(batch: Any, learning_rate: float) -> tuple[float, float]:
        loss, n, d_arrays = gradients(arrays, batch)
        clipped, norm = clip_by_norm(d_arrays, max_norm)
        if not np.isfinite(loss + norm):  # the run says in words that it diverged
            return math.nan, n
        moved, later = adam_by_name(arrays, clipped, states, learning_rate=learning_rate)
        arrays.update(moved)
        states.update(later)
        return loss * n, n

    return step, arrays

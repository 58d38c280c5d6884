"""Gradient descent on any objective, step by step, by any of the ``optimizers``.

The plain version of a run: one array of parameters, one loss, nothing hidden. What chapter 8
says about optimizers is seen here; real corpora are for ``word2vec.train``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from embedlab.numerics import Array, IntArray, as_integer, first_not_finite, require
from embedlab.optimizers import adagrad, adam, adam_start, sgd
from embedlab.runs import DivergenceError, History, Plan, rate_at
from embedlab.schedules import Schedule, constant
from embedlab.training.skipgram import Objective

# A loss this many times that of the start (or this large, where that is small) is lost, even if
# double precision could follow it much further.
_DIVERGED = 1e6

# (parameters, gradient, learning rate) -> parameters; it remembers what has to be remembered.
Step: TypeAlias = Callable[[Array, Array, float], Array]
# From the starting parameters to the steps of one run.
Optimizer: TypeAlias = Callable[[Array], Step]


def by_sgd(start: Array) -> Step:
    """Return the steps of plain gradient descent."""
    return lambda parameters, gradient, rate: sgd(parameters, gradient, learning_rate=rate)


def by_adagrad(start: Array) -> Step:
    """Return the steps of AdaGrad, which remember the squared gradients of one run."""
    squares = np.zeros_like(start)

    def step(parameters: Array, gradient: Array, rate: float) -> Array:
        nonlocal squares
        parameters, squares = adagrad(parameters, gradient, squares, learning_rate=rate)
        return parameters

    return step


def by_adam(start: Array) -> Step:
    """Return the steps of Adam, which remember the two running means of one run."""
    state = adam_start(start)

    def step(parameters: Array, gradient: Array, rate: float) -> Array:
        nonlocal state
        parameters, state = adam(parameters, gradient, state, learning_rate=rate)
        return parameters

    return step


@dataclass(frozen=True, eq=False)
class Descent:
    """What was seen of a descent, one entry per report; the first is the start.

    Attributes:
        steps: (r,) steps taken before the report.
        loss: (r,) the loss there.
        gradient_norm: (r,) the root of the sum of all squared derivatives there.
        learning_rate: (r,) of the next step.
        kept_steps: (s,) steps taken before each kept point.
        kept: (s, ...) the parameters at these points, start and end included.
    """

    steps: IntArray
    loss: Array
    gradient_norm: Array
    learning_rate: Array
    kept_steps: IntArray
    kept: Array

    @property
    def parameters(self) -> Array:
        """Where the descent ended."""
        return np.asarray(self.kept[-1])


def descend(
    objective: Objective,
    start: Array,
    optimizer: Optimizer,
    *,
    learning_rate: float,
    n_steps: int,
    schedule: Schedule = constant,
    probe: Objective | None = None,
    n_reports: int | None = None,
    n_kept: int = 2,
) -> Descent:
    """Walk down a loss from a starting point and report on the way.

    Args:
        objective: From parameters to loss and gradient; may draw a new batch at each call.
        start: Finite parameters of any shape; not changed.
        optimizer: ``by_sgd``, ``by_adagrad``, ``by_adam`` or a function of that kind.
        learning_rate: Where the schedule is 1; positive and finite.
        n_steps: At least 1.
        schedule: From progress to a share of the learning rate.
        probe: The objective that is reported; that of the steps if left out. With one that
            draws batches a fixed probe shows the way, and not the luck of the batch.
        n_reports: Reports after the start, spread evenly; one for each step if left out.
        n_kept: How many points to keep, spread evenly from start to end, at least 2.

    Raises:
        ValueError: If a number is out of range, or the start is not finite.
        DivergenceError: If the loss grows beyond bounds, or a gradient is not finite any more.

    >>> bowl = lambda x: (float(x @ x) / 2, x)
    >>> run = descend(bowl, np.array([3.0, 4.0]), by_sgd, learning_rate=0.5, n_steps=2)
    >>> run.loss.tolist(), run.gradient_norm.tolist()
    ([12.5, 3.125, 0.78125], [5.0, 2.5, 1.25])
    """
    where = first_not_finite(start)
    require(where is None, "start", "be finite", f"a number that is not, at index {where}")
    n = as_integer("n_steps", n_steps, 1)
    n_reports = n if n_reports is None else as_integer("n_reports", n_reports, 1)
    reported = np.unique(np.linspace(0, n, min(n_reports, n) + 1).round().astype(np.int64))
    kept = np.unique(np.linspace(0, n, as_integer("n_kept", n_kept, 2)).round().astype(np.int64))
    plan = Plan(epochs=1, learning_rate=learning_rate, final_learning_rate=0.0, schedule=schedule)
    rates = np.array([rate_at(plan, i / n) for i in range(n + 1)])
    is_reported, is_kept = np.isin(np.arange(n + 1), reported), np.isin(np.arange(n + 1), kept)
    parameters, step = start, optimizer(start)
    reports: list[tuple[float, float]] = []
    points: list[Array] = []
    limit = np.inf
    for i in range(n + 1):
        # What overflows is told in words below.
        with np.errstate(over="ignore", invalid="ignore"):
            loss, gradient = objective(parameters)
            seen = (loss, gradient) if probe is None or not is_reported[i] else probe(parameters)
            norm = float(np.linalg.norm(seen[1]))
        limit = _DIVERGED * max(abs(loss), 1.0) if i == 0 else limit
        is_small = loss < limit and seen[0] < limit  # which NaN is not
        if not (is_small and np.isfinite(norm) and np.isfinite(gradient).all()):
            raise _divergence(i, n, learning_rate, reported, reports, rates)
        if is_reported[i]:
            reports.append((seen[0], norm))
        if is_kept[i]:
            points.append(parameters.copy())
        if i < n:
            with np.errstate(over="ignore", invalid="ignore"):
                parameters = step(parameters, gradient, float(rates[i]))
    losses, norms = np.array(reports).T
    return Descent(reported, losses, norms, rates[reported], kept, np.stack(points))


def _divergence(
    i: int,
    n: int,
    learning_rate: float,
    reported: IntArray,
    reports: list[tuple[float, float]],
    rates: Array,
) -> DivergenceError:
    """Return the error of a descent whose loss is lost at step i of n."""
    seen = reported[: len(reports)]
    losses = np.array([loss for loss, _ in reports])
    return DivergenceError(
        f"the descent diverged after {i} of {n} steps; lower the learning_rate (it was "
        f"{learning_rate:g})",
        History(seen / n, losses, rates[seen], "diverged"),
    )

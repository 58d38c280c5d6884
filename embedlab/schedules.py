"""Learning-rate schedules: which share of the range of learning rates is used at each moment.

A schedule is a function from the progress of a run, 0 at the first step and 1 after the last,
to a share between 0 and 1. ``runs.Plan`` turns shares into rates, 1 into ``learning_rate`` and
0 into ``final_learning_rate``, so a schedule knows neither the rate nor the number of steps.
``constant``, ``linear`` and ``cosine`` are schedules; ``steps`` and ``warm_up`` return one. All
of them take numbers and arrays. Any other function of that kind will do as well, such as
``lambda progress: (1 - progress) ** 2``.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, require

# Typed so that a schedule for plain numbers is one too.
Schedule: TypeAlias = Callable[[Any], npt.ArrayLike]


def constant(progress: npt.ArrayLike) -> Array:
    """Return 1 at every moment: the learning rate stays what it is.

    Raises:
        ValueError: If the progress is not between 0 and 1.

    >>> constant([0.0, 0.5, 1.0]).tolist()
    [1.0, 1.0, 1.0]
    """
    return np.ones_like(_shares(progress))


def linear(progress: npt.ArrayLike) -> Array:
    """Return 1 - p: the learning rate falls in a straight line, as in the word2vec program.

    Raises:
        ValueError: If the progress is not between 0 and 1.

    >>> linear([0.0, 0.25, 1.0]).tolist()
    [1.0, 0.75, 0.0]
    """
    return np.asarray(1.0 - _shares(progress))


def cosine(progress: npt.ArrayLike) -> Array:
    """Return (1 + cos πp) / 2: slow at both ends, fastest in the middle.

    Raises:
        ValueError: If the progress is not between 0 and 1.

    Source: Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts",
        arXiv:1608.03983, eq. 5, one cycle without restarts.

    >>> cosine([0.0, 0.5, 1.0]).round(12).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.asarray((1.0 + np.cos(np.pi * _shares(progress))) / 2.0)


def steps(at: Sequence[float], *, factor: float = 0.1) -> Schedule:
    """Return the schedule that multiplies the share by a factor at each of some moments.

    Args:
        at: Where the steps are, each above 0 and below 1, in rising order.
        factor: What is left after each, above 0 and below 1.

    Raises:
        ValueError: If there is no step, they are not in order, or a number is out of range.

    >>> steps([0.5, 0.75], factor=0.5)([0.0, 0.49, 0.5, 0.75, 1.0]).tolist()
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """
    places = np.array(at, dtype=np.float64)
    require(places.ndim == 1 and len(places) > 0, "at", "hold at least one moment", at)
    inside = bool(((places > 0) & (places < 1)).all())
    remedy = "moments are shares of the run, not epochs"
    require(inside, "at", "lie between 0 and 1, both excluded", at, remedy)
    require(bool((np.diff(places) > 0).all()), "at", "rise from each to the next", at)
    require(0 < factor < 1, "factor", "lie between 0 and 1, both excluded", factor)

    def schedule(progress: npt.ArrayLike) -> Array:
        return np.asarray(factor ** np.searchsorted(places, _shares(progress), side="right"))

    return schedule


def warm_up(duration: float, after: Schedule, *, start: float = 0.0) -> Schedule:
    """Return a schedule that first rises in a straight line, then follows another one.

    The other schedule has the rest of the run for the whole of its way, so it ends as it would
    have ended alone. Nothing jumps where the two meet.

    Args:
        duration: Share of the run that the rise takes, above 0 and below 1.
        after: What follows.
        start: Share of the first step, relative to that with which ``after`` begins. With 0 the
            first step of all moves nothing.

    Raises:
        ValueError: If duration or start is out of range, or what follows is no function.

    Source: Goyal et al. 2017, "Accurate, Large Minibatch SGD", arXiv:1706.02677, section 2.2
        (gradual warm-up).

    >>> warm_up(0.2, linear)([0.0, 0.1, 0.2, 0.6, 1.0]).round(12).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    remedy = "it is a share of the run, not a number of steps" if duration >= 1 else ""
    require(0 < duration < 1, "duration", "lie between 0 and 1, both excluded", duration, remedy)
    require(0 <= start <= 1, "start", "lie between 0 and 1", start)
    require(callable(after), "after", "be a schedule", after, "such as schedules.linear")

    def schedule(progress: npt.ArrayLike) -> Array:
        shares = _shares(progress)
        rise = start + (1.0 - start) * np.minimum(shares / duration, 1.0)
        rest = np.clip((shares - duration) / (1.0 - duration), 0.0, 1.0)
        return np.asarray(rise * after(rest))

    return schedule


def _shares(progress: npt.ArrayLike) -> Array:
    """Return the progress as an array of doubles, after checking that it is one."""
    shares = np.asarray(progress, dtype=np.float64)
    remedy = "divide the step by the number of steps"
    inside = bool(((shares >= 0) & (shares <= 1)).all())
    require(inside, "progress", "lie between 0 and 1", progress, remedy)
    return shares

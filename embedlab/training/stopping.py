"""When would a rule have stopped this run, and what would that have cost?

A rule is a function from a history of losses to the index of the entry after which the run would
have ended, or None if it runs to its end. It looks at no entry after that one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from embedlab.numerics import Array, as_integer, as_vector, require, require_same_length

Rule: TypeAlias = Callable[[Array], int | None]


def small_change(
    losses: npt.ArrayLike, *, threshold: float = 1e-3, n_in_a_row: int = 1
) -> int | None:
    """Return where the loss changed by less than a share of itself, so many times in a row.

    On a noisy curve two neighbors are alike by chance: smooth it first (``running_mean``), or ask
    for several in a row.

    Args:
        losses: (r,) a history.
        threshold: Smallest share by which a loss must have changed, in either direction, to go on.
        n_in_a_row: How many changes must be smaller.

    Raises:
        ValueError: If losses are not finite numbers, or a number is out of range.

    >>> small_change([8.0, 4.0, 3.999, 2.0])
    2
    """
    history = _checked(losses)
    require(0 < threshold < np.inf, "threshold", "be positive and finite", threshold)
    n = as_integer("n_in_a_row", n_in_a_row, 1)
    changes = np.abs(np.diff(history))
    # A loss that stays at 0 has no share to change by.
    is_small = (changes < threshold * np.abs(history[:-1])) | (changes == 0)
    n_small = np.concatenate([[0], is_small.cumsum()])
    return _first(n_small[n:] - n_small[:-n] == n, n)


def no_improvement(
    losses: npt.ArrayLike, *, patience: int = 5, min_improvement: float = 0.0
) -> int | None:
    """Return where the loss has not come below its best for so many entries (early stopping).

    On held-out losses this ends a run that has begun to overfit. What counts as the result is the
    model of the best entry, so keep that one.

    Args:
        losses: (r,) a history, best of losses on text that was not trained on.
        patience: How many entries without improvement to wait, at least 1.
        min_improvement: What an entry must be below the best so far to be an improvement.

    Raises:
        ValueError: If losses are not finite numbers, or a number is out of range.

    Source: Prechelt 1998, "Early Stopping - But When?", the UP criterion in the form in common use.

    >>> no_improvement([3.0, 2.0, 2.5, 2.4, 2.3, 1.0], patience=3)
    4
    """
    history = _checked(losses)
    patience = as_integer("patience", patience, 1)
    require(0 <= min_improvement < np.inf, "min_improvement", "be at least 0", min_improvement)
    best, waited = np.inf, 0
    for i, loss in enumerate(history.tolist()):
        waited = 0 if loss < best - min_improvement else waited + 1
        # An improvement too small to count does not lower the bar for the next either.
        best = loss if waited == 0 else best
        if waited == patience:
            return i
    return None


def low_enough(losses: npt.ArrayLike, *, threshold: float) -> int | None:
    """Return where the loss was at or below a threshold first.

    Raises:
        ValueError: If losses or the threshold are not finite numbers.

    >>> low_enough([3.0, 2.0, 1.0], threshold=2.0)
    1
    """
    require(-np.inf < threshold < np.inf, "threshold", "be a finite number", threshold)
    return _first(_checked(losses) <= threshold, 0)


def out_of_budget(losses: npt.ArrayLike, *, n_entries: int) -> int | None:
    """Return the index of the last entry within a budget.

    Raises:
        ValueError: If losses are not finite numbers, or the budget is below one entry.

    >>> out_of_budget([3.0, 2.0, 1.0], n_entries=2)
    1
    """
    n, budget = len(_checked(losses)), as_integer("n_entries", n_entries, 1)
    return budget - 1 if budget <= n else None


def running_mean(losses: npt.ArrayLike, n: int) -> Array:
    """Return the mean (r,) of each entry and the n - 1 before it, fewer at the beginning.

    It looks back only, so a rule on it could be followed while the run goes on.

    Raises:
        ValueError: If losses are not finite numbers, or n is below 1.

    >>> running_mean([4.0, 2.0, 0.0], 2).tolist()
    [4.0, 3.0, 1.0]
    """
    history, n = _checked(losses), as_integer("n", n, 1)
    n = min(n, len(history))
    # Not by differences of running sums: an early loss that is huge would swallow later ones.
    first = history[: n - 1].cumsum() / np.arange(1, n)
    return np.concatenate([first, sliding_window_view(history, n).mean(axis=1)])


@dataclass(frozen=True)
class Stop:
    """What a rule would have done.

    Attributes:
        rule: Its name.
        index: The entry after which the run would have ended; None if it runs to its end.
        loss: The loss there, or at the end.
        loss_lost: How much higher that is than at the end of the whole run; below 0 where the run
            has become worse since.
        time_saved: Share of the run that was not needed, if entries lie evenly in time.
    """

    rule: str
    index: int | None
    loss: float
    loss_lost: float
    time_saved: float


def compare_rules(
    rules: Mapping[str, Rule],
    losses: npt.ArrayLike,
    *,
    judged_by: npt.ArrayLike | None = None,
    starts_untrained: bool = False,
) -> list[Stop]:
    """Return for each rule where it would have stopped, and what was lost and saved.

    Args:
        rules: Name to rule, such as ``lambda losses: no_improvement(losses, patience=3)``.
        losses: (r,) the history that the rules see.
        judged_by: (r,) the history that tells the price, such as smoothed or held-out losses;
            ``losses`` if left out.
        starts_untrained: Whether the first entry was taken before the first step, as in a
            ``Recording`` and a ``Descent``: it took no time. A ``runs.History`` has no such entry.

    Raises:
        ValueError: If a history is not finite numbers, the two differ in length, or a rule gives
            no entry of it.

    >>> [stop] = compare_rules({"first": lambda losses: 1}, [9.0, 5.0, 4.0], starts_untrained=True)
    >>> stop.time_saved
    0.5
    """
    seen = _checked(losses)
    judge = seen if judged_by is None else _checked(judged_by)
    require_same_length("losses", seen, "judged_by", judge)
    stops, r = [], len(seen)
    # A run that was never trained took no time of which to save a share.
    n_timed = max(r - starts_untrained, 1)
    for name, rule in rules.items():
        index = rule(seen)
        is_index = isinstance(index, int | np.integer) and not isinstance(index, bool)
        is_index = index is None or (is_index and 0 <= index < r)
        require(is_index, f"rule {name!r}", f"give an index below {r}, or None", index)
        last = r - 1 if index is None else int(index)
        loss = float(judge[last])
        stops.append(Stop(name, index, loss, loss - float(judge[-1]), (r - 1 - last) / n_timed))
    return stops


def _checked(losses: npt.ArrayLike) -> Array:
    """Return a history in double precision, after checking it."""
    history = as_vector("losses", losses).astype(np.float64)
    require(len(history) > 0, "losses", "hold at least one number", "none")
    return history


def _first(holds: npt.NDArray[np.bool_], offset: int) -> int | None:
    """Return the first index at which something holds, moved by an offset, or None."""
    return int(holds.argmax()) + offset if holds.any() else None

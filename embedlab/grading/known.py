"""What the course's own functions do with a case: the reference, and each mistake.

The same ones come again and again: for every check that a function fails, each of its mistakes is
compared with the student's results in all the cases of the function.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from embedlab.grading.calls import Outcome, call
from embedlab.grading.declaration import Arguments

_MOST = 10_000
"""Outcomes kept; one submission has at most some thousands."""

# By which function and which case it is, not by what the case holds: to compare that would take as
# long as the call. Both are kept beside the outcome, so that no other can have their numbers.
_kept: dict[tuple[int, int], tuple[Outcome, Callable[..., Any], Arguments]] = {}


def outcome_of(function: Callable[..., Any], arguments: Arguments) -> Outcome:
    """Return what a function of the course does with a case that nobody changes.

    Args:
        function: A reference or a mistake; it may well divide by zero.
        arguments: The case, the object itself as ``checks.cases_of`` returns it.

    Raises:
        ImportError: If the function needs a package that is not there; nobody's answer could be
            judged by that.
    """
    key = id(function), id(arguments)
    known = _kept.get(key)
    if known is not None:
        return known[0]
    with own_settings():
        outcome = call(function, arguments, {})
    if outcome.error_type in ("ImportError", "ModuleNotFoundError"):
        raise ImportError(
            f"{function.__name__} of the course cannot run here, so your answer cannot be "
            f"checked: {outcome.error}"
        )
    # An interrupt was meant for what the student waits for.
    if not outcome.is_interrupted:
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[key] = outcome, function, arguments
    return outcome


@contextmanager
def own_settings() -> Iterator[None]:
    """Run our code as usual in a notebook that turns warnings into errors."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield

"""What an assignment is, as data: the functions asked for, the checks, the common mistakes.

One declaration serves the visible checks of the notebook, the hidden grading and the tests, so
that no case, tolerance or sentence is written twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from embedlab.grading.answers import Answer, Plain, alike

Arguments: TypeAlias = tuple[Any, ...]
Cases: TypeAlias = Callable[[np.random.Generator], list[Arguments]]


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer.

    Attributes:
        sentence: What to tell the student who made it.
        function: The mistake itself; a student whose results equal its results made it.
    """

    sentence: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Task:
    """A function that students are asked to write.

    Attributes:
        name: What it must be called.
        answer: The kind of thing it returns.
        reference: The right answer; its parameter names appear in the feedback.
        mistakes: The common mistakes, likeliest first.
        builds_on: Names of other functions of the assignment that it may call.
    """

    name: str
    answer: Answer
    reference: Callable[..., Any]
    mistakes: tuple[Mistake, ...]
    builds_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """One property of one function, worth some points.

    Attributes:
        name: The property; the ``grade_id`` of the notebook cell that checks it.
        points: What it is worth.
        task: The function it is about.
        cases: Makes the argument tuples from a generator, smallest first.
        same: Whether a received answer is right, given the arguments and the expected one.
        keeps_inputs: Whether the arguments must also be unchanged after the call.
        is_bonus: Whether it belongs to the optional challenge, whose points come on top.
    """

    name: str
    points: int
    task: Task
    cases: Cases
    same: Callable[[Arguments, Any, Plain], bool] = lambda _, expected, received: alike(
        expected, received
    )
    keeps_inputs: bool = False
    is_bonus: bool = False


@dataclass(frozen=True)
class Assignment:
    """An assignment: its name, and its checks by name in the order of the notebook.

    Attributes:
        name: The folder and the notebook are called so.
        version: Of notebook and checks together: one more whenever a check is added or means
            something else. A notebook states the one that it was made for.
        checks: All automatic checks.
        manual_points: Points that a person gives, by ``grade_id`` of the cell.
    """

    name: str
    version: int
    checks: Mapping[str, Check]
    manual_points: Mapping[str, int]

    @property
    def auto_points(self) -> int:
        """The points of all checks but the bonus."""
        return sum(check.points for check in self.checks.values() if not check.is_bonus)

    @property
    def bonus_points(self) -> int:
        """What the optional challenge can add."""
        return sum(check.points for check in self.checks.values() if check.is_bonus)

    @property
    def max_points(self) -> int:
        """The points of all checks and all questions answered in words, without the bonus."""
        return self.auto_points + sum(self.manual_points.values())

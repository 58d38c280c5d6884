"""Where the five source documents contradict each other, or themselves, and who is right."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Contradiction:
    """Claims that cannot all be true, and what a computation says about them.

    Attributes:
        ids: The numbers of the claims concerned.
        says: Who says what.
        settled: Computes the sentence that says who is right.
    """

    ids: tuple[str, ...]
    says: str
    settled: Callable[[], str]


CONTRADICTIONS: tuple[Contradiction, ...] = ()

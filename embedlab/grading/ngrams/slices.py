"""Ways to cut a sequence into pieces: the right one, and those of the common mistakes."""

from collections.abc import Sequence
from typing import TypeVar

S = TypeVar("S", bound=Sequence[str])


def windows(padded: S, n: int) -> list[S]:
    """Return all pieces of n items."""
    return _pieces(padded, n, len(padded) - n + 1)


def one_missing(padded: S, n: int) -> list[S]:
    """Return the pieces of n items without the last."""
    return _pieces(padded, n, len(padded) - n)


def one_too_many(padded: S, n: int) -> list[S]:
    """Return the pieces of n items and one that is shorter."""
    return _pieces(padded, n, len(padded) - n + 2)


def every_start(padded: S, n: int) -> list[S]:
    """Return a piece from each position on, the last ones shorter than n."""
    return _pieces(padded, n, len(padded))


def _pieces(padded: S, n: int, count: int) -> list[S]:
    return [padded[i : i + n] for i in range(count)]  # type: ignore[misc]

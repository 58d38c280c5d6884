"""What makes cases fair, and what the makers of cases share.

Two rules hold for all cases. No two candidates come closer than ``MARGIN`` in cosine unless their
rows are exactly equal, so every correct formula in single or double precision ranks them alike.
And no number asks for more than such a formula can do: lengths stay within 1e-6 and 1e6 times
an ordinary one, and small integer types hold values whose squares and products still fit them.

Each maker returns argument tuples, the smallest and most readable first.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import TypeAlias, TypeVar

import numpy as np

from embedlab.numerics import Array
from embedlab.vectors import cosine

T = TypeVar("T")
Row: TypeAlias = list[float]

MARGIN = 1e-3
PLAIN_WORDS = (
    "berlin", "madrid", "spain", "law", "court", "trade", "stream", "the", "and", "king",
    "queen", "river",
)  # fmt: skip
OTHER_WORDS = (
    "café", "naïve", "straße", "東京", "ωmega", "año", "кот", "don't", "Berlin", "co-op",
    "crème", "şehir", "łódź", "नमस्ते", "x", "42", "été",
)  # fmt: skip


def until(make: Callable[[], T], holds: Callable[[T], bool]) -> T:
    """Return the first thing made that has a property; almost every one does."""
    for _ in range(10_000):
        made = make()
        if holds(made):
            return made
    raise RuntimeError("no case with the required property in 10,000 attempts")


def draw_words(rng: np.random.Generator, n: int, pool: tuple[str, ...] = PLAIN_WORDS) -> list[str]:
    """Return n different words of a pool."""
    return [pool[i] for i in rng.choice(len(pool), n, replace=False)]


def polar(degrees: float, length: float) -> Row:
    """Return a vector of two coordinates with two decimals, readable in a message."""
    angle = np.radians(degrees)
    return [round(float(length * x), 2) for x in (np.cos(angle), np.sin(angle))]


def are_apart(query: Array, rows: Iterable[Array]) -> bool:
    """Return whether no two rows are nearly as similar to the query, and none is parallel to it."""
    scores = sorted(cosine(query, row) for row in rows)
    # The upper end as well: a row parallel to the query would tie with the query itself.
    return all(b - a > MARGIN for a, b in pairwise([*scores, 1.0]))

"""Answers as plain data: reduced to numbers, strings and lists, compared, and shown.

Everything that a student's function returns is reduced before it is judged, so the comparison
never calls a method of an object that the student wrote.
"""

import math
import numbers
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

RELATIVE_TOLERANCE = 1e-4
ABSOLUTE_TOLERANCE = 1e-6
# Far above every answer asked for and still convertible to a float.
_HUGE = 2**1000
_MOST_ITEMS = 100_000
_LONGEST_TEXT = 600


@dataclass(frozen=True)
class Other:
    """Something that is no number, string or collection; only its type is kept."""

    type_name: str


@dataclass(frozen=True)
class Unordered:
    """A set: its items, sorted by what they look like."""

    items: tuple["Plain", ...]


@dataclass(frozen=True)
class Table:
    """A dict: its keys and values, in its own order."""

    items: tuple[tuple["Plain", "Plain"], ...]


Plain: TypeAlias = bool | int | float | str | Other | Unordered | Table | list["Plain"] | None


@dataclass(frozen=True)
class Answer:
    """A kind of answer, apart from its value.

    Attributes:
        description: What to call it: "one number".
        fits: Whether a plain value is of this kind.
        item: What to call one entry of it, where it has entries: "word".
    """

    description: str
    fits: Callable[[Plain], bool]
    item: str = ""


def is_number(value: Plain) -> bool:
    """Return whether a plain value is a number."""
    return isinstance(value, int | float)


def is_word(value: Plain) -> bool:
    """Return whether a plain value is a string."""
    return isinstance(value, str)


def is_list_of(fits: Callable[[Plain], bool]) -> Callable[[Plain], bool]:
    """Return a function that tells whether a plain value is a list of one kind of thing."""
    return lambda value: isinstance(value, list) and all(map(fits, value))


NUMBER = Answer("one number", is_number)
WORD = Answer("one word", is_word)
WORD_OR_NONE = Answer("one word, or None", lambda value: value is None or is_word(value))
WORDS = Answer("a list of words", is_list_of(is_word), "word")
STRINGS = Answer("a list of strings", is_list_of(is_word), "string")
NGRAMS = Answer(
    "a list of n-grams, each a tuple or list of words", is_list_of(is_list_of(is_word)), "n-gram"
)
SET_OF_STRINGS = Answer(
    "a set or list of strings", lambda value: is_list_of(is_word)(members(value)), "string"
)
VECTOR = Answer("one vector, a sequence of numbers", is_list_of(is_number), "number")
NUMBER_BY_WORD = Answer(
    "a dict from words to numbers",
    lambda value: (
        isinstance(value, Table) and all(is_word(k) and is_number(v) for k, v in value.items)
    ),
    "word",
)


def members(value: Plain) -> list[Plain] | None:
    """Return the items of a list or set, or the keys of a dict; None for other values."""
    if isinstance(value, Table):
        return [key for key, _ in value.items]
    if isinstance(value, Unordered):
        return list(value.items)
    return value if isinstance(value, list) else None


def plain(value: Any) -> Plain:
    """Return a value reduced to plain data.

    Python and NumPy numbers and 0-d arrays become int or float; lists, tuples, arrays and other
    ordered collections become lists, sets ``Unordered``, dicts ``Table``. Anything else (a
    generator, a complex number, a function) becomes ``Other``.

    >>> plain((np.float32(0.5), np.array([1, 2]), {"word"}))
    [0.5, [1, 2], Unordered(items=('word',))]
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, numbers.Integral):
        number = int(value)
        return number if abs(number) < _HUGE else math.inf
    if isinstance(value, numbers.Real | Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return Table(tuple((plain(key), plain(item)) for key, item in value.items()))
    if isinstance(value, Set):
        return Unordered(tuple(sorted(map(plain, value), key=repr)))
    if hasattr(value, "__len__") and hasattr(value, "__iter__") and not isinstance(value, bytes):
        if len(value) > _MOST_ITEMS:
            return Other(f"{type(value).__name__} of {len(value):,} items")
        return [plain(item) for item in value]
    return Other(type(value).__name__)


def alike(expected: Plain, received: Plain) -> bool:
    """Return whether two plain answers are equal, numbers within the assignments' tolerance.

    The relative tolerance of 1e-4 lets work in single precision pass; the absolute one of 1e-6
    is for answers at or near 0, where a relative one has no meaning. Where a set is expected, any
    collection of the same items will do, in any order and with repeats.

    >>> alike([0.5, "word"], [0.500001, "word"]), alike(0.5, 0.51), alike(1.0, "1.0")
    (True, False, False)
    """
    if isinstance(expected, Unordered):
        items = members(received)
        return items is not None and set(map(repr, expected.items)) == set(map(repr, items))
    if isinstance(expected, list) and isinstance(received, list):
        return len(expected) == len(received) and all(map(alike, expected, received))
    if isinstance(expected, Table) and isinstance(received, Table):
        # By what the keys look like: a tuple among them became a list, which no dict takes.
        right, given = ({repr(key): item for key, item in t.items} for t in (expected, received))
        return right.keys() == given.keys() and all(alike(right[key], given[key]) for key in right)
    if isinstance(expected, int | float) and isinstance(received, int | float):
        both_nan = math.isnan(expected) and math.isnan(received)
        return both_nan or math.isclose(
            expected, received, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE
        )
    return type(expected) is type(received) and expected == received


def shorten(text: str) -> str:
    """Return a text as it is, or its beginning and how much there is of it."""
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]} ... ({len(text):,} characters)"


def show(value: Any) -> str:
    """Return an argument or answer as a student would type it, numbers to six digits.

    Takes both what a function is given and what ``plain`` made of its answer.

    >>> print(show(["word", 1 / 3, 2.0, np.array([1, 2], dtype=np.int8)]))
    ["word", 0.333333, 2.0, np.array([1, 2], dtype=np.int8)]
    """
    if isinstance(value, np.ndarray):
        usual = value.dtype in (np.float64, np.int64)
        suffix = "" if usual else f", dtype=np.{value.dtype}"
        return f"np.array({show(value.tolist())}{suffix})"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list | tuple):
        left, right = "[]" if isinstance(value, list) else "()"
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return left + ", ".join(map(show, value)) + comma + right
    if isinstance(value, Mapping | Table):
        pairs = value.items if isinstance(value, Table) else value.items()
        return "{" + ", ".join(f"{show(key)}: {show(item)}" for key, item in pairs) + "}"
    if isinstance(value, Set | Unordered):
        items = value.items if isinstance(value, Unordered) else value
        inside = ", ".join(sorted(map(show, items)))
        return "{" + inside + "}" if inside else "set()"
    if isinstance(value, float):
        text = f"{value + 0.0:.6g}"  # the sum turns -0.0 into 0.0
        return f"{text}.0" if text.lstrip("-").isdigit() else text
    return f"a {value.type_name}" if isinstance(value, Other) else repr(value)

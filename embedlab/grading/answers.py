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


@dataclass(frozen=True)
class Other:
    """Something that is no number, string or sequence; only its type is kept."""

    type_name: str


Plain: TypeAlias = bool | int | float | str | Other | list["Plain"] | None


@dataclass(frozen=True)
class Answer:
    """A kind of answer, apart from its value: how to call it and how to recognize it."""

    description: str
    fits: Callable[[Plain], bool]


def _is_number(value: Plain) -> bool:
    return isinstance(value, int | float)


def _is_word(value: Plain) -> bool:
    return isinstance(value, str)


def _is_word_list(value: Plain) -> bool:
    return isinstance(value, list) and all(map(_is_word, value))


NUMBER = Answer("one number", _is_number)
WORD = Answer("one word", _is_word)
WORDS = Answer("a list of words", _is_word_list)


def plain(value: Any) -> Plain:
    """Return a value reduced to plain data.

    Python and NumPy numbers and 0-d arrays become int or float; lists, tuples, arrays and other
    ordered collections become lists. What has no order (a set) or is no sequence (a dict, a
    generator, a complex number) becomes ``Other``.

    >>> plain((np.float32(0.5), np.array([1, 2]), "word", {3}))
    [0.5, [1, 2], 'word', Other(type_name='set')]
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
    is_ordered = hasattr(value, "__len__") and hasattr(value, "__iter__")
    if is_ordered and not isinstance(value, Mapping | Set | bytes):
        return [plain(item) for item in value]
    return Other(type(value).__name__)


def alike(expected: Plain, received: Plain) -> bool:
    """Return whether two plain answers are equal, numbers within the assignments' tolerance.

    The relative tolerance of 1e-4 lets work in single precision pass; the absolute one of 1e-6
    is for answers at or near 0, where a relative one has no meaning.

    >>> alike([0.5, "word"], [0.500001, "word"]), alike(0.5, 0.51), alike(1.0, "1.0")
    (True, False, False)
    """
    if isinstance(expected, list) and isinstance(received, list):
        return len(expected) == len(received) and all(map(alike, expected, received))
    if isinstance(expected, int | float) and isinstance(received, int | float):
        both_nan = math.isnan(expected) and math.isnan(received)
        return both_nan or math.isclose(
            expected, received, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE
        )
    return type(expected) is type(received) and expected == received


def show(value: Any) -> str:
    """Return an argument or answer as a student would type it, numbers to six digits.

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
    if isinstance(value, float):
        text = f"{value + 0.0:.6g}"  # the sum turns -0.0 into 0.0
        return f"{text}.0" if text.lstrip("-").isdigit() else text
    return f"a {value.type_name}" if isinstance(value, Other) else repr(value)

"""Which answers a check lets pass, where it looks at one property of them only.

Plain Python on plain data: no warning can come of a student's nan or infinity here.
"""

import math
from typing import Any

from embedlab.grading.answers import Plain, Table, alike
from embedlab.grading.declaration import Arguments

# 1 minus the cosine. 2.6 degrees: the mistakes in question turn a vector by 5 degrees or more, and
# rounding to two decimals, which another check looks at, by less.
_PARALLEL = 1e-3
# 26 degrees: more than anything an average of the vectors of sentences_to_keep can come to.
_ROUGHLY = 0.1
_SAME_LENGTH = 0.01


def same_direction(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether two vectors point the same way; what they are divided by is another check."""
    return _cosine(expected, received) > 1 - _PARALLEL


def mean_or_sum(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether a vector is the mean, or the sum, of the vectors of the right words.

    Whether there is a division is checked elsewhere; what it divides by is looked at here.
    """
    tokens, vectors, stopwords = arguments
    n_kept = sum(token in vectors and token not in stopwords for token in tokens)
    ratio = math.hypot(*received) / math.hypot(*expected)
    return same_direction(arguments, expected, received) and any(
        abs(ratio / right - 1) < _SAME_LENGTH for right in (1, n_kept)
    )


def roughly_same_direction(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether a vector points nearly the right way.

    For checks of something else: an average that is wrong in a detail passes, a constant
    does not, because the vectors of the next case point another way.
    """
    return _cosine(expected, received) > 1 - _ROUGHLY


def zero_for_zero_only(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether zero is answered where it is right, and something else where it is not.

    So a wrong formula can still earn the points for its zero case, and ``return 0`` cannot.
    """
    right, given = (value if isinstance(value, list) else [value] for value in (expected, received))
    if not any(right):
        return alike(expected, received)
    is_zero = alike([0.0] * len(given), given)
    return len(given) == len(right) and all(map(math.isfinite, given)) and not is_zero


def made_of_cosine(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether a number has the sign of the cosine, or is what is often made of a cosine.

    That is its absolute value, 0 in place of a negative one, 1 minus it, and the angle: for
    checks of something else. A constant does not pass, because the next case has another cosine.
    """
    angle = math.acos(max(-1.0, min(1.0, expected)))
    made = (abs(expected), max(0.0, expected), 1 - expected, angle, math.degrees(angle))
    has_sign = math.isfinite(received) and received * expected > 0
    return bool(has_sign or any(alike(other, received) for other in made))


def same_words(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether a dict has the right words, whatever the numbers."""
    return _words(expected) == _words(received)


def same_order_of_rarity(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether words of fewer documents have higher numbers, and equal ones equal numbers.

    So the formula may be wrong as long as it counts documents and falls with their number.
    """
    if not same_words(arguments, expected, received):
        return False
    right, given = dict(expected.items), dict(received.items)
    return all(math.isfinite(given[word]) for word in right) and all(
        _order(right[a], right[b]) == _order(given[a], given[b]) for a in right for b in right
    )


def _words(table: Table) -> set[Plain]:
    return {word for word, _ in table.items if isinstance(word, str)}


def _order(x: Any, y: Any) -> int:
    return 0 if alike(x, y) else 1 if x > y else -1


def _cosine(expected: Any, received: Any) -> float:
    """Return the cosine of two lists of numbers, or -1 if they cannot be compared."""
    lengths = math.hypot(*expected) * math.hypot(*received)
    if len(expected) != len(received) or not lengths > 0:
        return -1.0
    dot = sum(x * y for x, y in zip(expected, received, strict=True))
    return float(dot / lengths)

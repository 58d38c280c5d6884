"""Common mistakes in ``context``, each an implementation and its sentence."""

from collections.abc import Callable
from typing import Any

from embedlab.grading.cbow.variants import NEIGHBORS
from embedlab.grading.cbow.windows import (
    WORD_WINDOWS,
    Tokens,
    left_side,
    right_side,
    with_target,
)
from embedlab.grading.declaration import Mistake
from embedlab.text import context


def _at(tokens: Tokens, i: int, offsets: list[int]) -> Tokens:
    """Return the words so many places from i, those outside the sentence left out."""
    return [tokens[i + j] for j in offsets if 0 <= i + j < len(tokens)]


def _first_removed(tokens: Tokens, i: int, w: int) -> Tokens:
    words = with_target(tokens, i, w)
    words.remove(tokens[i])
    return words


def _padded(mark: Any) -> Callable[..., list[Any]]:
    return lambda tokens, i, w: [
        tokens[j] if 0 <= j < len(tokens) else mark for j in range(i - w, i + w + 1) if j != i
    ]


def _from_to(tokens: Tokens, start: int, i: int, stop: int) -> Tokens:
    """Return the words from one position to before another, without the one at position i."""
    chosen = range(max(0, start), min(stop, len(tokens)))
    return [tokens[j] for j in chosen if j != i]


def _full_sides(tokens: Tokens, i: int, w: int, *, left: bool = True, right: bool = True) -> Tokens:
    """Return the context without a side on which the sentence is shorter than the window."""
    has_left, has_right = i >= w or not left, i + w < len(tokens) or not right
    return left_side(tokens, i, w) * has_left + right_side(tokens, i, w) * has_right


_OVER = "The window reaches over an end of the sentence: use only the positions that exist."
_ORDER = "The words must stand in the order of the sentence, from left to right."
_TOO_MANY = (
    "You take one word too many: the window reaches from i - w to i + w, which is "
    "range(i - w, i + w + 1)."
)
_ONE_SIDE_OPEN = (
    "On one side you take all words up to the end of the sentence: take w words at most."
)
_SHORT_SIDE = (
    "Where the window reaches over an end of the sentence, that side is missing: take the words "
    "that are there."
)
_RIGHT_PART = "The right part has the positions from i + 1 to i + w: tokens[i + 1 : i + w + 1]."

CONTEXT = (
    *WORD_WINDOWS,
    Mistake(
        "list.remove takes out the first word that equals the target, which need not be the one "
        "at position i: leave out the position.",
        _first_removed,
    ),
    Mistake(
        _OVER,
        lambda tokens, i, w: [tokens[j] for j in range(max(0, i - w), i + w + 1) if j != i],
    ),
    Mistake(
        "You sort the words: leave them in the order of the sentence.",
        lambda tokens, i, w: sorted(context(tokens, i, w)),
    ),
    Mistake(
        "You sort the words and drop repeated ones: keep every occurrence, in the order of the "
        "sentence.",
        lambda tokens, i, w: sorted(set(context(tokens, i, w))),
    ),
    Mistake(_ORDER, lambda tokens, i, w: context(tokens, i, w)[::-1]),
    Mistake(
        _ORDER,
        lambda tokens, i, w: _at(tokens, i, [s * j for j in range(1, w + 1) for s in (-1, 1)]),
    ),
    Mistake(_ORDER, lambda tokens, i, w: left_side(tokens, i, w)[::-1] + right_side(tokens, i, w)),
    Mistake(_ORDER, lambda tokens, i, w: right_side(tokens, i, w) + left_side(tokens, i, w)),
    Mistake(
        "The window stops one word too early: range(i - w, i + w) ends before i + w, so add 1.",
        lambda tokens, i, w: _from_to(tokens, i - w, i, min(i + w, len(tokens) - 1)),
    ),
    Mistake(_TOO_MANY, lambda tokens, i, w: _from_to(tokens, i - w, i, i + w + 2)),
    Mistake(_TOO_MANY, lambda tokens, i, w: _from_to(tokens, i - w - 1, i, i + w + 1)),
    Mistake(_TOO_MANY, lambda tokens, i, w: context(tokens, i, w + 1)),
    Mistake(NEIGHBORS, lambda tokens, i, w: context(tokens, i, 1)),
    Mistake(
        "You take the two words at the ends of the window only: take those between as well.",
        lambda tokens, i, w: _at(tokens, i, [-w, w] if w else []),
    ),
    Mistake(
        "You stop after the first word: return the list after the loop, not inside it.",
        lambda tokens, i, w: context(tokens, i, w)[:1],
    ),
    Mistake(
        "You keep the last word only: append each word to the list.",
        lambda tokens, i, w: context(tokens, i, w)[-1:],
    ),
    Mistake(_RIGHT_PART, lambda tokens, i, w: left_side(tokens, i, w) + tokens[i + 1 : w + 1]),
    Mistake(_RIGHT_PART, lambda tokens, i, w: left_side(tokens, i, w) + tokens[i : i + w]),
    Mistake(
        "Positions start at 0: tokens[i] is the target, and not tokens[i - 1].",
        lambda tokens, i, w: [
            tokens[j] for j in range(max(0, i - 1 - w), min(i + w, len(tokens))) if j != i - 1
        ],
    ),
    Mistake(_ONE_SIDE_OPEN, lambda tokens, i, w: [*tokens[:i], *right_side(tokens, i, w)]),
    Mistake(_ONE_SIDE_OPEN, lambda tokens, i, w: [*left_side(tokens, i, w), *tokens[i + 1 :]]),
    Mistake(_SHORT_SIDE, _full_sides),
    Mistake(_SHORT_SIDE, lambda tokens, i, w: _full_sides(tokens, i, w, left=False)),
    Mistake(_SHORT_SIDE, lambda tokens, i, w: _full_sides(tokens, i, w, right=False)),
    Mistake(
        "The window runs on from one end of the sentence to the other: it is clipped there.",
        lambda tokens, i, w: [tokens[j % len(tokens)] for j in range(i - w, i + w + 1) if j != i],
    ),
    *(
        Mistake(
            "You fill the window up beyond the ends of the sentence: it is only clipped there.",
            _padded(mark),
        )
        for mark in (None, "<S>", "", "<PAD>", "<pad>", "<s>")
    ),
    Mistake(
        "You return the positions: return the words at them.",
        lambda tokens, i, w: _at(list(range(len(tokens))), i, [*range(-w, 0), *range(1, w + 1)]),  # type: ignore[arg-type]
    ),
    Mistake(
        "You return pairs of target and context word: return the context words alone.",
        lambda tokens, i, w: [(tokens[i], word) for word in context(tokens, i, w)],
    ),
    Mistake(
        "You return two lists, left and right: join them to one.",
        lambda tokens, i, w: (left_side(tokens, i, w), right_side(tokens, i, w)),
    ),
    *(
        Mistake(
            "You return one string: return a list of words.",
            lambda tokens, i, w, between=between: between.join(context(tokens, i, w)),
        )
        for between in (" ", ",", ", ")
    ),
    Mistake(
        "Where nothing stands around position i, return an empty list and not None.",
        lambda tokens, i, w: context(tokens, i, w) or None,
    ),
    Mistake(
        "For w = 0 nothing stands in the window: return an empty list and not the target.",
        lambda tokens, i, w: context(tokens, i, w) if w else [tokens[i]],
    ),
)

"""Wrong windows: what students take for the context, and common mistakes in ``context``."""

from collections.abc import Callable
from typing import Any, TypeAlias

from embedlab.grading.declaration import Mistake
from embedlab.text import context

Tokens: TypeAlias = list[str]
Window: TypeAlias = Callable[[Tokens, int, int], Tokens]


def _at(tokens: Tokens, i: int, offsets: list[int]) -> Tokens:
    """Return the words so many places from i, those outside the sentence left out."""
    return [tokens[i + j] for j in offsets if 0 <= i + j < len(tokens)]


def _left(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[max(0, i - w) : i]


def _right(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[i + 1 : i + w + 1]


def _with_target(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[max(0, i - w) : i + w + 1]


def _negative_slice(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[i - w : i] + tokens[i + 1 : i + w + 1]


def _negative_index(tokens: Tokens, i: int, w: int) -> Tokens:
    return [tokens[j] for j in range(i - w, i + w + 1) if j != i and j < len(tokens)]


def _unclipped(tokens: Tokens, i: int, w: int) -> Tokens:
    return [tokens[j] for j in range(i - w, i + w + 1) if j != i]


def _without_value(tokens: Tokens, i: int, w: int) -> Tokens:
    return [word for word in _with_target(tokens, i, w) if word != tokens[i]]


def _first_removed(tokens: Tokens, i: int, w: int) -> Tokens:
    words = _with_target(tokens, i, w)
    words.remove(tokens[i])
    return words


def _by_first_place(tokens: Tokens, i: int, w: int) -> Tokens:
    return [word for word in tokens if 0 < abs(tokens.index(word) - i) <= w]


def _pushed_inside(tokens: Tokens, i: int, w: int) -> Tokens:
    start = max(0, min(i - w, len(tokens) - 2 * w - 1))
    chosen = range(start, min(start + 2 * w + 1, len(tokens)))
    return [tokens[j] for j in chosen if j != i]


def _full_or_nothing(tokens: Tokens, i: int, w: int) -> Tokens:
    return context(tokens, i, w) if i >= w and i + w < len(tokens) else []


def _minus_zero(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[:i][-w:] + tokens[i + 1 :][:w]


def _padded(mark: Any) -> Callable[..., list[Any]]:
    return lambda tokens, i, w: [
        tokens[j] if 0 <= j < len(tokens) else mark for j in range(i - w, i + w + 1) if j != i
    ]


def _whole_sentence(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[:i] + tokens[i + 1 :]


_CLIP = (
    "Near the start i - w is negative, and a negative position counts from the end of the list: "
    "begin at max(0, i - w)."
)
_REPEATS = "You drop repeated words: each counts as often as it occurs in the window."
_ORDER = "The words must stand in the order of the sentence, from left to right."

PLACE_WINDOWS = (
    Mistake(
        "You count the target word in: the context is what stands around position i, without i.",
        _with_target,
    ),
    Mistake(_CLIP, _negative_slice),
    Mistake(_CLIP, _negative_index),
    Mistake(
        "The window reaches over an end of the sentence: use only the positions that exist.",
        _unclipped,
    ),
    Mistake("You take the words on the left only: the window reaches to both sides.", _left),
    Mistake("You take the words on the right only: the window reaches to both sides.", _right),
    Mistake(
        "The window stops one word too early: range(i - w, i + w) ends before i + w, so add 1.",
        lambda tokens, i, w: [*_left(tokens, i, w), *tokens[i + 1 : max(i + 1, i + w)]],
    ),
    Mistake(
        "On the left one word is missing: the window begins at position i - w.",
        lambda tokens, i, w: [*_left(tokens, i, w - 1), *_right(tokens, i, w)],
    ),
    Mistake(
        "On either side one word is missing: the window reaches from i - w to i + w, both ends "
        "included.",
        lambda tokens, i, w: context(tokens, i, max(0, w - 1)),
    ),
    Mistake(
        "You take w words in all: the window has w words on each side.",
        lambda tokens, i, w: context(tokens, i, w // 2),
    ),
    Mistake(
        "At an end of the sentence you take more words from the other side: the window is "
        "clipped there, not moved.",
        _pushed_inside,
    ),
    Mistake(
        "At an end of the sentence you return nothing: take the words that are there.",
        _full_or_nothing,
    ),
    Mistake(
        "You take the whole sentence: the window has at most w words on each side.",
        _whole_sentence,
    ),
)
"""Windows that take wrong places."""

REPEAT_WINDOWS = (
    Mistake(
        "You remove the target word wherever it occurs: leave out position i only.",
        _without_value,
    ),
    Mistake(_REPEATS, lambda tokens, i, w: list(dict.fromkeys(context(tokens, i, w)))),
    Mistake(
        "tokens.index(word) finds the first place of a word only, which is wrong for a word that "
        "is repeated: go over positions instead.",
        _by_first_place,
    ),
)
"""Windows that are wrong where a word is repeated."""

WORD_WINDOWS = (
    *PLACE_WINDOWS,
    *REPEAT_WINDOWS,
    Mistake(
        "For w = 0 your slice [-w:] is [0:], the whole list: begin at max(0, i - w).", _minus_zero
    ),
)
"""All wrong windows that are lists of words, so that a prediction can be made from them."""

CONTEXT = (
    *WORD_WINDOWS,
    Mistake(
        "list.remove takes out the first word that equals the target, which need not be the one "
        "at position i: leave out the position.",
        _first_removed,
    ),
    Mistake(_REPEATS, lambda tokens, i, w: sorted(set(context(tokens, i, w)))),
    Mistake(_ORDER, lambda tokens, i, w: context(tokens, i, w)[::-1]),
    Mistake(
        _ORDER,
        lambda tokens, i, w: _at(tokens, i, [s * j for j in range(1, w + 1) for s in (-1, 1)]),
    ),
    Mistake(_ORDER, lambda tokens, i, w: _left(tokens, i, w)[::-1] + _right(tokens, i, w)),
    Mistake(_ORDER, lambda tokens, i, w: _right(tokens, i, w) + _left(tokens, i, w)),
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
        lambda tokens, i, w: (_left(tokens, i, w), _right(tokens, i, w)),
    ),
    Mistake(
        "You return one string: return a list of words.",
        lambda tokens, i, w: " ".join(context(tokens, i, w)),
    ),
    Mistake(
        "Where nothing stands around position i, return an empty list and not None.",
        lambda tokens, i, w: context(tokens, i, w) or None,
    ),
)

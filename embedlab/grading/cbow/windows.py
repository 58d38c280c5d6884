"""Wrong windows: what students take for the context."""

from collections.abc import Callable
from typing import TypeAlias

from embedlab.grading.declaration import Mistake
from embedlab.text import context

Tokens: TypeAlias = list[str]
Window: TypeAlias = Callable[[Tokens, int, int], Tokens]


def left_side(tokens: Tokens, i: int, w: int) -> Tokens:
    """Return the words of the window on the left."""
    return tokens[max(0, i - w) : i]


def right_side(tokens: Tokens, i: int, w: int) -> Tokens:
    """Return the words of the window on the right."""
    return tokens[i + 1 : i + w + 1]


def with_target(tokens: Tokens, i: int, w: int) -> Tokens:
    """Return the words of the window, the target among them."""
    return tokens[max(0, i - w) : i + w + 1]


def _negative_slice(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[i - w : i] + tokens[i + 1 : i + w + 1]


def _negative_index(tokens: Tokens, i: int, w: int) -> Tokens:
    return [tokens[j] for j in range(i - w, i + w + 1) if j != i and j < len(tokens)]


def _unclipped(tokens: Tokens, i: int, w: int) -> Tokens:
    return [tokens[j] for j in range(i - w, i + w + 1) if j != i]


def _without_value(tokens: Tokens, i: int, w: int) -> Tokens:
    return [word for word in with_target(tokens, i, w) if word != tokens[i]]


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


def _whole_sentence(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[:i] + tokens[i + 1 :]


_CLIP = (
    "Near the start i - w is negative, and a negative position counts from the end of the list: "
    "begin at max(0, i - w)."
)
_REPEATS = "You drop repeated words: each counts as often as it occurs in the window."

PLACE_WINDOWS = (
    Mistake(
        "You include the target word: the context is what stands around position i, without i.",
        with_target,
    ),
    Mistake(_CLIP, _negative_slice),
    Mistake(_CLIP, _negative_index),
    Mistake(
        "The window reaches over an end of the sentence: use only the positions that exist.",
        _unclipped,
    ),
    Mistake("You take the words on the left only: the window reaches to both sides.", left_side),
    Mistake("You take the words on the right only: the window reaches to both sides.", right_side),
    Mistake(
        "The window stops one word too early: range(i - w, i + w) ends before i + w, so add 1.",
        lambda tokens, i, w: [*left_side(tokens, i, w), *tokens[i + 1 : max(i + 1, i + w)]],
    ),
    Mistake(
        "On the left one word is missing: the window begins at position i - w.",
        lambda tokens, i, w: [*left_side(tokens, i, w - 1), *right_side(tokens, i, w)],
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

END_WINDOWS = (
    Mistake(
        "At the right end the last word of the sentence is missing: the last position is "
        "len(tokens) - 1, and range and slices end before their second number.",
        lambda tokens, i, w: context(tokens[:-1] if i < len(tokens) - 1 else tokens, i, w),
    ),
    Mistake(
        "At the left end the first word of the sentence is missing: its position is 0.",
        lambda tokens, i, w: [*tokens[max(1, i - w) : i], *right_side(tokens, i, w)],
    ),
)
"""Windows that lose the word at one end of the sentence, and are right elsewhere."""

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
    *END_WINDOWS,
    *REPEAT_WINDOWS,
    Mistake(
        "For w = 0 your slice [-w:] is [0:], the whole list: begin at max(0, i - w).", _minus_zero
    ),
)
"""All wrong windows that are lists of words, so that a prediction can be made from them."""

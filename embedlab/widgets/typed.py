"""What explorers of a typed sentence share: its field, its words and a table of their pairs.

The words are those of ``text.tokenize``, except that a point or comma ends a word even in a number.
"""

import json
from typing import Any

import altair as alt

from embedlab.widgets.explorer import FAINT, rows, text_field

# So much of a word is written beside the table.
_LONGEST = 9
_LETTER, _JOINER = r"\p{L}\p{M}\p{N}", r"'’\-‐‑_\u200c\u200d"
# What stands between two words: more than one character, or one that joins nothing.
_BETWEEN = rf"^[^{_LETTER}]+|[^{_LETTER}]+$|[^{_LETTER}]{{2,}}|[^{_LETTER}{_JOINER}]"
# Pixels of the whole, and left of the table and above it.
WIDTH, BESIDE = 294, 74


def sentence(start: str, *, most: int) -> list[alt.Parameter]:
    """Return the parameters ``sentence``, a text field, ``said``, all its words, and ``tokens``.

    Args:
        start: What stands in the field at first.
        most: How many of the words become tokens.
    """
    spaced = f"replace(lower(sentence), regexp({json.dumps(_BETWEEN)}, 'gu'), ' ')"
    return [
        text_field("sentence", "type a sentence", start),
        # Of an empty text one empty word would be left.
        alt.param(
            name="said", expr=f"trim({spaced}) == '' ? [] : split(trim({spaced}), regexp(' +'))"
        ),
        alt.param(name="tokens", expr=f"slice(said, 0, {most})"),
    ]


def words_of(most: int) -> alt.Chart:
    """Return one row for each token: its place i, itself, and its name beside the table."""
    return (
        alt.Chart(rows([{"i": i} for i in range(most)]))
        .transform_filter("datum.i < length(tokens)")
        .transform_calculate(token="tokens[datum.i]")
        .transform_calculate(
            name=f"length(datum.token) <= {_LONGEST} ? datum.token :"
            f" slice(datum.token, 0, {_LONGEST - 1}) + '…'"
        )
    )


def pairs_of(most: int) -> alt.Chart:
    """Return one row for each pair of places i and j."""
    return (
        alt.Chart(rows([{"i": i} for i in range(most)]))
        .transform_calculate(j=f"sequence({most})")
        .transform_flatten(["j"])
        .transform_filter("datum.i < length(tokens) && datum.j < length(tokens)")
    )


def at(place: str, cell: str) -> str:
    """Return the expression of the near edge of row or column, in pixels."""
    return f"{BESIDE} + {place} * {cell}"


def channels(x: str, y: str) -> dict[str, Any]:
    """Return the channels of marks whose places are columns, in pixels."""
    return {
        "x": alt.X(f"{x}:Q", scale=None, axis=None),
        "y": alt.Y(f"{y}:Q", scale=None, axis=None),
    }


def cells(pairs: alt.Chart, cell: str) -> alt.Chart:
    """Return pairs with the edges of their cells: x and x2, y and y2."""
    placed: alt.Chart = pairs.transform_calculate(
        x=at("datum.j", cell),
        x2=at("(datum.j + 1)", cell) + " - 2",
        y=at("datum.i", cell),
        y2=at("(datum.i + 1)", cell) + " - 2",
    )
    return placed


def names(words: alt.Chart, cell: str, *, faint: str = "false") -> list[alt.Chart]:
    """Return the words left of a table and above it.

    Args:
        words: As ``words_of`` has them.
        cell: The expression of a cell's width.
        faint: The expression of which of them are written faintly.
    """
    placed = words.transform_calculate(
        near=f"{BESIDE} - 6", middle=at("(datum.i + 0.5)", cell) + " - 1"
    )
    opacity = alt.condition(faint, alt.value(FAINT), alt.value(1))
    left = placed.mark_text(align="right", baseline="middle", fontSize=13)
    above = placed.mark_text(align="left", baseline="middle", fontSize=13, angle=270)
    return [
        left.encode(**channels("near", "middle"), text="name:N", opacity=opacity),
        above.encode(**channels("middle", "near"), text="name:N", opacity=opacity),
    ]


def line(chart: alt.Chart, said: str, y: float, x: float = 0, opacity: float = 1) -> alt.Chart:
    """Return a line of text from an expression, at a place in pixels; cut if it is too long."""
    mark = chart.transform_calculate(line=said).mark_text(
        align="left", baseline="middle", opacity=opacity, limit=WIDTH - x
    )
    placed: alt.Chart = mark.encode(x=alt.value(x), y=alt.value(y), text="line:N")
    return placed

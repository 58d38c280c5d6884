"""Numbers as grids, bars and lines."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from embedlab.numerics import Array, as_matrix, as_vector, require_same_length
from embedlab.pictures import (
    BLUE,
    INK,
    MUTED,
    PALETTE,
    Picture,
    listing,
    new_figure,
    number,
    picture,
    quantity,
)
from embedlab.plots.lines import Line, name_ends, set_scales


def heatmap(
    values: Array,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    subject: str,
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Picture:
    """Draw a labelled grid of numbers, colored by value.

    Args:
        values: (R, C) numbers; each is printed in its cell.
        rows: R labels.
        columns: C labels.
        subject: What the numbers are, for the alternative text ("Cosine similarities").
        limits: The values at the two ends of the color scale.

    Raises:
        ValueError: If the labels do not fit the matrix.
    """
    values = as_matrix("values", values)
    require_same_length("rows", rows, "values", values)
    require_same_length("columns", columns, "a row of values", values[0])
    side = 0.62
    with new_figure(
        max(4.2, 1.3 + side * len(columns)), max(2.0, 0.9 + side * len(rows))
    ) as figure:
        axes = figure.add_subplot()
        low, high = limits
        # Whole numbers as they are, everything else to two decimals, so that columns line up.
        digits = 0 if np.array_equal(values, np.round(values)) else 2
        # Adding 0 makes a zero of -0, which a rounded small number can be.
        values = np.round(values, digits) + 0.0
        tint_cells(axes, 0.55 * np.clip((values - low) / (high - low), 0.0, 1.0))
        for (i, j), value in np.ndenumerate(values):
            axes.text(j, i, f"{value:.{digits}f}", ha="center", va="center")
        axes.set_xticks(range(len(columns)), columns, rotation=90 if len(columns) > 6 else 0)
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(labeltop=True, labelbottom=False)
        sentences = [
            f"{row}: "
            + listing(
                [f"{column} {f'{v:.{digits}f}'}" for column, v in zip(columns, line, strict=True)]
            )
            for row, line in zip(rows, values, strict=True)
        ]
        return picture(figure, f"{subject}, as a grid. " + "; ".join(sentences) + ".")


def tint_cells(axes: Axes, strengths: Array, *, borders: bool = False) -> None:
    """Tint the cells of a grid, the first row at the top, and take ticks and frame away.

    A tint is translucent: it suits a dark page too, and a number in it stays in the page's own text
    color.

    Args:
        axes: The panel.
        strengths: (R, C) from 0, no tint, to 1.
        borders: Whether there are faint lines around the cells.
    """
    line: dict[str, Any] = {}
    if borders:
        line = {"edgecolor": mpl.colors.to_rgba(MUTED, alpha=0.35), "lw": 0.5}
    for (i, j), strength in np.ndenumerate(strengths):
        tint = mpl.colors.to_rgba(BLUE, alpha=float(strength))
        axes.add_patch(mpl.patches.Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=tint, **line))
    # Half of an outer line lies outside of its cell.
    margin = 0.55 if borders else 0.5
    n_rows, n_columns = strengths.shape
    axes.set(xlim=(-margin, n_columns - 1 + margin), ylim=(n_rows - 1 + margin, -margin))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def bars(
    labels: Sequence[str], values: Sequence[float], *, subject: str, log: bool = False
) -> Picture:
    """Draw horizontal bars with their values written at the ends.

    Args:
        labels: One name per bar.
        values: One number per bar.
        subject: What the numbers are, with the unit; also the axis label.
        log: Whether the axis is logarithmic.
    """
    numbers = as_vector("values", values)
    require_same_length("labels", labels, "values", values)
    with new_figure(4.8, 0.9 + 0.42 * len(labels)) as figure:
        axes = figure.add_subplot()
        drawn = axes.barh(range(len(labels)), numbers, color=BLUE, height=0.65)
        axes.bar_label(drawn, [quantity(v) for v in numbers], color=INK, padding=4)
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        axes.set_xlabel(subject)
        if log:
            axes.set_xscale("log")
        axes.margins(x=0.25)
        shown = [f"{a} {quantity(v)}" for a, v in zip(labels, numbers, strict=True)]
        return picture(figure, f"Bar chart. {subject}: {listing(shown)}.")


def spikes(rows: Mapping[str, Sequence[float]], *, subject: str, ticks: int = 0) -> Picture:
    """Draw vectors below each other, one spike per dimension.

    Args:
        rows: Name to numbers; every row has its own scale of dimensions.
        subject: What is compared, for the alternative text.
        ticks: Label every dimension when at most this many.
    """
    with new_figure(4.8, 0.35 + 1.15 * len(rows)) as figure:
        panels = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        told = []
        for axes, (name, row) in zip(panels, rows.items(), strict=True):
            numbers = as_vector(name, row)
            width = 0.8 if len(numbers) < 60 else 1.6
            axes.bar(range(len(numbers)), numbers, width=width, color=BLUE)
            axes.axhline(0, color=INK, linewidth=0.6)
            axes.set_title(name, loc="left")
            axes.set_xlim(-0.9, len(numbers) - 0.1)
            if len(numbers) <= ticks:
                axes.set_xticks(range(len(numbers)))
            told.append(f"{name}: {len(numbers):,} numbers, {_content(numbers)}")
        return picture(figure, f"{subject}. " + "; ".join(told) + ".")


def _content(numbers: Array) -> str:
    """Say what a vector holds: its single 1, or its range and how many zeros."""
    [places] = np.nonzero(numbers)
    if len(places) == 1 and numbers[places[0]] == 1:
        return f"a single 1 at place {int(places[0]):,}, the others zero"
    n_zeros = len(numbers) - len(places)
    low, high = number(float(numbers.min())), number(float(numbers.max()))
    return f"from {low} to {high}, {n_zeros if n_zeros else 'none'} of them zero"


def curves(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    subject: str,
    labels: tuple[str, str],
    log: str = "",
) -> Picture:
    """Draw lines over one axis, each named at its end instead of in a legend.

    Args:
        x: n positions.
        series: Name to n values.
        subject: What is shown, for the alternative text.
        labels: Names of the horizontal and the vertical axis.
        log: Which axes are logarithmic: "", "x", "y" or "xy".
    """
    with new_figure(4.8, 3.6) as figure:
        axes = figure.add_subplot()
        told, lines, places = [], [], np.asarray(x, dtype=np.float64)
        set_scales(axes, log)
        for (name, values), color in zip(series.items(), cycle(PALETTE), strict=False):
            require_same_length("x", x, name, values)
            axes.plot(x, values, color=color, lw=2, marker="o", ms=4)
            lines.append(Line(name, color, places, np.asarray(values, dtype=np.float64)))
            told.append(
                f"{name} goes from {quantity(values[0])} at {quantity(x[0])} "
                f"to {quantity(values[-1])} at {quantity(x[-1])}"
            )
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.margins(y=0.12)
        axes.grid(visible=True)
        # What the axis says already is not said again.
        name_ends(axes, [line for line in lines if line.name != labels[1]], height=3.0)
        return picture(figure, f"{subject}, {labels[1]} over {labels[0]}: {'; '.join(told)}.")

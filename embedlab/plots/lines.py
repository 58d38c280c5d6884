"""What the figures with named lines share: scales, numbers at ticks, and names at the ends."""

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from embedlab.numerics import Array

_ROW = 0.2
"""Inches that a row of a name takes."""
_WIDEST = 14
"""Characters in a row of a name; a longer name takes several."""


class Line(NamedTuple):
    """A line that was drawn: its name, its color, and its points."""

    name: str
    color: str
    x: Array
    y: Array


def set_scales(axes: Axes, log: str) -> None:
    """Make the axes that ``log`` names logarithmic ("", "x", "y" or "xy"), the others linear."""
    axes.set_xscale("log" if "x" in log else "linear")
    axes.set_yscale("log" if "y" in log else "linear")


def plain_ticks(axes: Axes, log: str, write: Callable[[float], str]) -> None:
    """Write the numbers at the ticks of logarithmic axes as readers do, not as powers of ten.

    Args:
        axes: The panel; its scales are set.
        log: Which axes are logarithmic: "x", "y" or "xy".
        write: From a number to its text.
    """
    for letter, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        if letter in log:
            axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: write(value)))
            axis.set_minor_formatter(mpl.ticker.NullFormatter())


def spread(heights: Sequence[float], sizes: Sequence[float]) -> Array:
    """Return heights (n,) from 0 to 1, moved no farther than needed for names not to overlap.

    That is a regression with order kept: the sum of the squared ways is the least there is. Only
    where there is no room for all are some below 0.

    Args:
        heights: (n,) where the names' middles should stand, n at least 1.
        sizes: (n,) how high the names are.

    Source: Barlow et al. 1972, "Statistical Inference under Order Restrictions" (max-min formula).

    >>> spread([0.5, 0.0, 0.5], [0.25, 0.25, 0.25]).tolist()
    [0.375, 0.0, 0.625]
    >>> spread([1.0, 0.9], [0.25, 0.25]).tolist()
    [1.0, 0.75]
    """
    order = np.argsort(heights, kind="stable")
    own = np.asarray(sizes, dtype=np.float64)[order]
    # Where each stands above the lowest if all touch; without that, names need only ascend.
    stacked = np.cumsum(own) - (own + own[0]) / 2
    wanted = np.clip(np.asarray(heights, dtype=np.float64)[order], 0.0, 1.0) - stacked
    n = len(wanted)
    ascending = [
        max(min(wanted[i : j + 1].mean() for j in range(k, n)) for i in range(k + 1))
        for k in range(n)
    ]
    placed = np.empty(n)
    placed[order] = np.clip(ascending, 0.0, 1.0 - stacked[-1]) + stacked
    return placed


def name_ends(axes: Axes, lines: Sequence[Line], *, height: float) -> None:
    """Write each line's name right of the panel, at the height of its last finite value.

    Args:
        axes: The panel; its scales are set, and its limits or margins.
        lines: Those to name, each with a finite value.
        height: Of the panel, in inches.
    """
    if not lines:
        return
    # Limits are found late otherwise, when the figure is drawn.
    axes.autoscale_view()
    to_axes = axes.transData + axes.transAxes.inverted()
    heights, names = [], []
    for line in lines:
        last = np.flatnonzero(np.isfinite(line.y))[-1]
        heights.append(float(to_axes.transform((line.x[last], line.y[last]))[1]))
        names.append(wrap(line.name, _WIDEST))
    places = spread(heights, [_ROW / height * len(rows) for rows in names])
    for line, rows, place in zip(lines, names, places, strict=True):
        text = axes.text(1.02, place, "\n".join(rows), transform=axes.transAxes, color=line.color)
        text.set(va="center", weight="bold", fontsize=11)

"""The figures of chapter 7: formulas over simulations, learned vectors beside noise, and maps."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import linkage

from embedlab.high_dimensions import largest_ball_dimension, log_ball_volume
from embedlab.numerics import Array, as_integer, as_matrix, as_vector, require, require_same_length
from embedlab.pictures import (
    CENTER,
    MUTED,
    NOISE,
    PALETTE,
    TRUTH,
    Picture,
    listing,
    new_figure,
    picture,
    quantity,
)
from embedlab.plots.lines import plain_ticks
from embedlab.simulations import Band

_KINDS = "learned", "noise"
_MARKERS = {"●": "o", "■": "s", "▲": "^", "◆": "D"}
_N_BINS = 44
# Of a ranking only so many points are drawn, evenly on the logarithmic axis.
_N_RANKS = 80
_FEW_POWERS = 10**2.6


def simulated_bands(
    bands: Mapping[str, Band],
    formulas: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    label: str,
    subject: str,
    learned: Sequence[str] = (),
    claimed: Sequence[str] = (),
    axis: str = "dimensions d",
    symbol: str = "d",
) -> Picture:
    """Draw simulations with their confidence intervals over d, and formulas as dashed lines.

    Args:
        bands: Name to what ``simulated_band`` measured, positive.
        formulas: Name to dimensions and values there, positive.
        label: Name of what is measured.
        subject: What is shown, for the alternative text.
        learned: The bands that belong to learned vectors; the others are noise's.
        claimed: The formulas that somebody states, drawn dotted and gray.
        axis: Name of the horizontal axis.
        symbol: Of the dimensions, for the alternative text.

    Raises:
        ValueError: If a formula has not as many values as dimensions, or something drawn is not
            positive.
    """
    told = []
    with new_figure(4.8, 3.7) as figure:
        axes = figure.add_subplot()
        for name, (sizes, values) in formulas.items():
            y = as_vector(name, values)
            require_same_length(f"dimensions of {name}", sizes, name, y)
            require(bool((y > 0).all()), name, "be positive", float(y.min()))
            color, style = (MUTED, ":") if name in claimed else (TRUTH, "--")
            axes.plot(sizes, y, color=color, lw=2, ls=style)
            # Above its end if the line runs above all simulations.
            ends = [float(band.mean[-1]) for band in bands.values()]
            offset = 7 if y[-1] > 1.03 * max(ends, default=np.inf) else -16
            at, by = (sizes[-1], y[-1]), (2, offset)
            if len(formulas) > 1:
                axes.annotate(name, at, by, textcoords="offset points", ha="right", color=color)
            told.append(f"the formula “{name}” ends at {quantity(float(y[-1]))}")
        # A single formula needs no name at its line, which may run through the points.
        if len(formulas) == 1:
            _name_line(axes, f"╌ {next(iter(formulas))}", len(bands), color)
        for row, ((name, band), marker) in enumerate(zip(bands.items(), cycle(_MARKERS))):
            require(bool((band.low > 0).all()), name, "have positive bounds", float(band.low.min()))
            x, color = band.dimensions, CENTER if name in learned else NOISE
            axes.fill_between(x, band.low, band.high, color=color, alpha=0.35, lw=0)
            axes.vlines(x, band.low, band.high, color=color, lw=3)
            axes.plot(x, band.mean, ls="", marker=_MARKERS[marker], ms=5, color=color)
            _name_line(axes, f"{marker} {name}", len(bands) - 1 - row, color)
            shown = [
                f"{quantity(m)} ({quantity(lo)} to {quantity(hi)}) at {symbol} = {d:,}"
                for d, m, lo, hi in zip(x, band.mean, band.low, band.high, strict=True)
            ]
            told.append(f"{name} {listing(shown)}")
        axes.set(xscale="log", yscale="log", xlabel=axis, ylabel=label)
        plain_ticks(axes, "xy", "{:,g}".format)
        axes.minorticks_off()
        axes.margins(y=0.12)
        _more_numbers(axes)
        axes.grid(visible=True)
        return picture(figure, f"{subject}, with 95% intervals. {'; '.join(told)}.")


def _name_line(axes: Axes, text: str, row: int, color: str) -> None:
    """Write a name in the lower left corner, so many rows above the lowest."""
    place = (0.04, 0.05 + 0.085 * row)
    axes.text(*place, text, transform=axes.transAxes, color=color, weight="bold")


def _more_numbers(axes: Axes) -> None:
    """Where a logarithmic axis spans few powers of ten, number the steps between them too."""
    for axis, steps in ((axes.xaxis, (1, 3)), (axes.yaxis, (1, 2, 5))):
        low, high = axis.get_view_interval()
        if high < _FEW_POWERS * low:
            axis.set_major_locator(mpl.ticker.LogLocator(subs=steps))


def beside_noise(
    panels: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    *,
    label: str,
    subject: str,
    limits: tuple[float, float] | None = None,
) -> Picture:
    """Draw a histogram of numbers from learned vectors, and over it the outline of noise's.

    Args:
        panels: Name of a space to the numbers of its vectors, and of noise of the same shape.
        label: What the numbers are.
        subject: What is shown, for the alternative text.
        limits: Ends of the horizontal axis; without them, of all numbers.

    Raises:
        ValueError: If a panel has no numbers, or not finite ones.
    """
    told = []
    pairs = {
        name: [_numbers(f"{kind} of {name}", row) for kind, row in zip(_KINDS, rows, strict=True)]
        for name, rows in panels.items()
    }
    every = np.concatenate([row for rows in pairs.values() for row in rows])
    low, high = limits or (float(every.min()), float(every.max()))
    edges = np.linspace(low, high, _N_BINS + 1)
    with new_figure(4.8, 0.6 + 1.25 * len(pairs)) as figure:
        parts = figure.subplots(len(pairs), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (name, (real, noise)) in zip(parts, pairs.items(), strict=True):
            filled, outline = (np.histogram(row, edges)[0] / len(row) for row in (real, noise))
            axes.stairs(*_not_empty(filled, edges), fill=True, color=CENTER, alpha=0.75)
            axes.stairs(*_not_empty(outline, edges), color=NOISE, lw=2)
            axes.set_xlim(low, high)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            axes.set_title(name, loc="left", fontsize=12)
            told.append(f"{name}: learned {_middle(real)}, noise {_middle(noise)}")
        first = parts[0]
        first.set_title("noise", loc="right", fontsize=12, color=NOISE, weight="bold")
        first.set_title("learned", loc="center", fontsize=12, color=CENTER, weight="bold")
        parts[-1].set_xlabel(label)
        return picture(figure, f"{subject}. Middle 95% of {label}. {'; '.join(told)}.")


def _not_empty(heights: Array, edges: Array) -> tuple[Array, Array]:
    """Return a histogram from its first bar to its last."""
    bars = np.flatnonzero(heights)
    first, last = (bars[0], bars[-1]) if len(bars) else (0, len(heights) - 1)
    return heights[first : last + 1], edges[first : last + 2]


def _numbers(name: str, values: npt.ArrayLike) -> Array:
    """Return a vector with at least one number."""
    vector = as_vector(name, values)
    require(len(vector) > 0, name, "hold at least one number", "none")
    return vector


def _middle(values: Array) -> str:
    low, high = np.quantile(values, (0.025, 0.975))
    least = quantity(float(values.min()))
    return f"{quantity(float(low))} to {quantity(float(high))} (smallest {least})"


def ball_volumes(last: int) -> Picture:
    """Draw the number that is the unit ball's volume, and how far it lies below the cube's.

    Args:
        last: Largest number of dimensions, at least 10.

    Raises:
        ValueError: If last is too small.
    """
    last = as_integer("last", last, 10)
    sizes = np.arange(last + 1)
    logs = np.array([log_ball_volume(int(d)) for d in sizes])
    cubes = logs - sizes * np.log(2.0)
    peak = largest_ball_dimension()
    with new_figure(4.8, 5.0) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True)
        upper.bar(sizes, np.exp(logs), color=[TRUTH if d == peak else CENTER for d in sizes])
        upper.set(ylabel="volume, radius 1")
        upper.margins(y=0.15)
        text = f"d = {peak}: {np.exp(logs[peak]):.3f}"
        upper.annotate(text, (peak, np.exp(logs[peak])), (8, 0), textcoords="offset points")
        lower.plot(sizes, np.exp(cubes), color=CENTER, marker="o", ms=4)
        lower.set(yscale="log", xlabel="dimensions d", ylabel="share of the cube")
        lower.grid(visible=True)
        ends = f"{np.exp(logs[last]):.2g} at d = {last}"
        return picture(
            figure,
            f"Above, the volume of the ball of radius 1, largest as a number at d = {peak} with "
            f"{np.exp(logs[peak]):.3f}, and {ends}. Below, on a logarithmic axis, its share of the "
            f"cube that it touches: {np.exp(cubes[2]):.3f} at d = 2, {np.exp(cubes[10]):.2g} at "
            "d = 10.",
        )


def shares_within(dimensions: Sequence[int]) -> Picture:
    """Draw the share r^d of a ball's volume that lies within r of its center, for several d.

    Args:
        dimensions: Each at least 1.

    Raises:
        ValueError: If one is below 1.
    """
    radii = np.unique(np.concatenate([np.linspace(0, 1, 26), 1 - np.geomspace(1e-3, 0.5, 26)]))
    told = []
    with new_figure(4.8, 3.4) as figure:
        axes = figure.add_subplot()
        for i, d in enumerate(as_integer("each of dimensions", d, 1) for d in dimensions):
            strength = 0.6 + 0.4 * i / max(1, len(dimensions) - 1)
            axes.plot(radii, radii**d, color=CENTER, lw=2.4, alpha=strength)
            height = 0.93 - 0.86 * i / max(1, len(dimensions) - 1)
            at = height ** (1 / d)
            axes.text(at - 0.015, height, f"{d:,}", ha="right", va="center")
            told.append(f"{0.9**d:.2g} of it within 0.9 for d = {d:,}")
        axes.set(xlabel="radius r", ylabel="share of the volume within r", xlim=(0, 1.02))
        axes.grid(visible=True)
        return picture(
            figure,
            f"The share of a ball's volume within a radius r, a curve for each number of "
            f"dimensions, which stands beside it: {listing(told)}.",
        )


def rankings(
    panels: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]], *, label: str, subject: str
) -> Picture:
    """Draw counts from the largest to the smallest, learned vectors beside noise.

    Args:
        panels: Title to the counts of learned vectors, and of noise.
        label: What is counted.
        subject: What is shown, for the alternative text.

    Raises:
        ValueError: If there are no counts, or they are not finite.
    """
    told = []
    with new_figure(4.8, 0.4 + 2.3 * len(panels)) as figure:
        parts = figure.subplots(len(panels), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, (title, rows) in zip(parts, panels.items(), strict=True):
            largest = []
            for kind, color, row in zip(_KINDS, (CENTER, NOISE), rows, strict=True):
                counts = np.sort(_numbers(f"{kind}, {title}", row))[::-1]
                at = np.unique(np.geomspace(1, len(counts), _N_RANKS).astype(int))
                axes.plot(at, np.maximum(counts[at - 1], 0.5), color=color, lw=2.6)
                largest.append(f"{kind} {quantity(float(counts[0]))}")
            top = ", ".join(largest)
            axes.set_title(f"{title}: at most {top}", loc="left", fontsize=12)
            axes.set(xscale="log", yscale="log", ylabel=label)
            plain_ticks(axes, "xy", "{:,g}".format)
            axes.minorticks_off()
            axes.grid(visible=True)
            told.append(f"{title}, the largest: {top}")
        parts[-1].set_xlabel("rank")
        parts[0].text(0.97, 0.9, "learned", transform=parts[0].transAxes, color=CENTER, ha="right")
        parts[0].text(0.97, 0.78, "noise", transform=parts[0].transAxes, color=NOISE, ha="right")
        return picture(figure, f"{subject}: {label}, by rank. {'; '.join(told)}.")


def point_maps(
    panels: Mapping[str, npt.ArrayLike], groups: Sequence[str], *, subject: str
) -> Picture:
    """Draw the same points in several planes, colored by group.

    Args:
        panels: Title to positions (n, 2).
        groups: The group of each point; a group keeps its color.
        subject: What is shown, for the alternative text.

    Raises:
        ValueError: If positions are not (n, 2) for n groups.
    """
    names = list(dict.fromkeys(groups))
    n_rows = (len(panels) + 1) // 2
    told = []
    with new_figure(4.8, 2.6 * n_rows) as figure:
        parts = figure.subplots(n_rows, 2, squeeze=False).ravel()
        for axes in parts[len(panels) :]:
            axes.set_axis_off()
        for axes, (title, positions) in zip(parts, panels.items(), strict=False):
            points = as_matrix(title, positions)
            require_same_length("groups", groups, title, points)
            require(points.shape[1] == 2, title, "have two columns", points.shape[1])
            middles = []
            for name, color in zip(names, cycle(PALETTE), strict=False):
                own = points[[group == name for group in groups]]
                _dots(axes, own, color)
                center = own.mean(axis=0)
                middles.append((name, center, float(np.sqrt(((own - center) ** 2).mean()))))
            axes.set_title(title, loc="left", fontsize=12)
            axes.set_aspect("equal", adjustable="datalim")
            axes.set(xticks=[], yticks=[])
            for spine in axes.spines.values():
                spine.set(visible=True, edgecolor=MUTED)
            told.append(f"{title}: {_layout(middles) if len(names) > 1 else _gap(points)}")
        _name_groups(figure, names, 0.1 / n_rows)
        groups_told = f" Groups: {listing(names)}." if len(names) > 1 else ""
        return picture(figure, f"{subject}.{groups_told} {'; '.join(told)}.")


def _name_groups(figure: Figure, names: Sequence[str], height: float) -> None:
    """Write the groups' names in their colors on a line below the panels, a share of the figure."""
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0, height, 1, 1 - height))  # type: ignore[call-arg]
    at = 0.02
    for name, color in zip(names, cycle(PALETTE), strict=False):
        figure.text(at, 0.2 * height, name, color=color, weight="bold")
        at += 0.06 + 0.023 * len(name)


def _dots(axes: Axes, points: Array, color: str) -> None:
    """Draw points as one path of tiny strokes with round ends, a tenth of the bytes of markers."""
    width = 1e-4 * float(np.ptp(points))
    strokes = np.stack(
        [points, points + np.array([width, 0.0]), np.full_like(points, np.nan)], axis=1
    )
    [line] = axes.plot(*strokes.reshape(-1, 2).T, color=color, lw=3.4, solid_capstyle="round")
    line.get_path().should_simplify = False


def _layout(middles: Sequence[tuple[str, Array, float]]) -> str:
    """Say how wide groups are and how far apart, in units of the first group's width."""
    unit = middles[0][2] or 1.0
    wide = [f"{name} {quantity(width / unit)}" for name, _, width in middles]
    first = middles[0][1]
    far = [f"{name} {quantity(float(np.linalg.norm(m - first)) / unit)}" for name, m, _ in middles]
    return f"widths {listing(wide)}; from the first group's center {listing(far)}"


def _gap(points: Array) -> str:
    """Say how far points fall apart, in units of the usual step from one to the next."""
    steps = linkage(points, "single")[:, 2]
    ratio = float(steps.max() / np.median(steps))
    return f"the widest gap is {quantity(round(ratio, 1))} times the usual one"

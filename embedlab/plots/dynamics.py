"""The figures of chapter 8: curves of runs, curvature, a landscape, stopping rules, seeds."""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from embedlab.numerics import Array, as_vector, require, require_same_length
from embedlab.pictures import (
    CENTER,
    CONTEXT,
    INK,
    MUTED,
    NOISE,
    TRUTH,
    Picture,
    listing,
    new_figure,
    picture,
    quantity,
)
from embedlab.plots.lines import Line, name_ends, set_scales
from embedlab.training import Stop

# An eigenvalue this small beside the largest is a flat direction.
_FLAT = 1e-4


def panels(
    content: Mapping[str, Mapping[str, tuple[Sequence[float], Sequence[float]]]],
    *,
    label: str,
    subject: str,
    points: Sequence[str] = (),
    controls: Sequence[str] = (),
    log: str = "",
    limits: tuple[float, float] | None = None,
    height: float = 1.5,
) -> Picture:
    """Draw curves in panels below each other, each named at its end instead of in a legend.

    Args:
        content: Title of a panel to the curves in it: name to positions and values. A value that
            is not finite leaves a gap.
        label: Name of the horizontal axis.
        subject: What is shown, for the alternative text.
        points: Names drawn as points: what is stated or measured, not what is run.
        controls: Names drawn in the color of controls.
        log: Which axes are logarithmic: "", "x", "y" or "xy".
        limits: Where the vertical axes begin and end; what is beyond is cut off.
        height: Of a panel, in inches.

    Raises:
        ValueError: If there is no panel, or a curve's lengths do not agree.
    """
    require(len(content) > 0, "content", "hold at least one panel", "none")
    told = []
    with new_figure(4.8, 0.55 + (height + 0.25) * len(content)) as figure:
        stacked = figure.subplots(len(content), 1, squeeze=False, sharex=True)[:, 0]
        for axes, (title, curves) in zip(stacked, content.items(), strict=True):
            axes.set_title(title, loc="left")
            set_scales(axes, log)
            lines = _draw_curves(axes, curves, points, controls)
            told += [f"{title}, {name}: {_course(x, y)}" for name, _, x, y in lines]
            axes.margins(y=0.12)
            axes.minorticks_off()
            if "y" not in log:
                n_ticks = max(2, int(2.2 * height))
                axes.yaxis.set_major_locator(MaxNLocator(n_ticks, steps=[1, 2, 5, 10]))
            if limits is not None:
                axes.set_ylim(*limits)
            axes.grid(visible=True)
            name_ends(axes, lines, height=height)
        stacked[-1].set_xlabel(label)
        return picture(figure, f"{subject}, over {label}. {'; '.join(told)}.")


def _draw_curves(
    axes: Axes,
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    points: Sequence[str],
    controls: Sequence[str],
) -> list[Line]:
    """Draw the curves of one panel, and return those that have a point."""
    lines: list[Line] = []
    colors = cycle((CENTER, CONTEXT, TRUTH))
    for name, (x, y) in curves.items():
        place, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        require_same_length("positions", place, name, values)
        color = INK if name in points else NOISE if name in controls else next(colors)
        if len(place) == 0:
            continue  # it keeps its color for another panel
        style = {"marker": "D", "ls": "", "ms": 6} if name in points else {"lw": 2}
        axes.plot(place, values, color=color, **style)
        lines.append(Line(name, color, place, values))
    return lines


def _course(x: Array, y: Array) -> str:
    """Say where a curve begins and ends, and where it is lowest or highest in between."""
    seen = np.flatnonzero(np.isfinite(y))
    require(len(seen) > 0, "a curve", "have a finite value", y.tolist())
    ends = [int(seen[0]), int(seen[-1])]
    text = " to ".join(f"{quantity(float(y[i]))} at {quantity(float(x[i]))}" for i in ends)
    low, high = sorted(float(y[i]) for i in ends)
    for name, i in (("lowest", int(np.nanargmin(y))), ("highest", int(np.nanargmax(y)))):
        if not low <= y[i] <= high:
            text += f", {name} {quantity(float(y[i]))} at {quantity(float(x[i]))}"
    return text


def eigenvalues(points: Mapping[str, Sequence[float]]) -> Picture:
    """Draw the eigenvalues of the Hessian at several points, relative to the largest of each.

    Args:
        points: Name of a point to the eigenvalues there.

    Raises:
        ValueError: If eigenvalues are not finite, or all zero.
    """
    told = []
    with new_figure(4.8, 0.75 + 0.85 * len(points)) as figure:
        axes = figure.add_subplot()
        for row, (name, values) in enumerate(points.items()):
            found = as_vector(name, values).astype(np.float64)
            largest = float(np.abs(found).max())
            require(largest > 0, name, "hold an eigenvalue that is not 0", found.tolist())
            shares = found / largest
            kinds = {
                "negative": (shares < -_FLAT, CONTEXT),
                "zero": (np.abs(shares) <= _FLAT, MUTED),
                "positive": (shares > _FLAT, CENTER),
            }
            for which, color in kinds.values():
                heights = np.full(int(which.sum()), row)
                axes.plot(shares[which], heights, "|", ms=17, mew=1.8, color=color)
            counted = [f"{float(which.mean()):.0%} {kind}" for kind, (which, _) in kinds.items()]
            axes.text(-1.05, row - 0.36, f"{name}: {', '.join(counted)}", va="bottom", fontsize=11)
            told.append(f"{name}: {listing(counted)}")
            axes.vlines(0, row - 0.3, row + 0.3, color=INK, lw=0.8)
        axes.set(xlim=(-1.1, 1.1), ylim=(len(points) - 0.5, -0.95), xticks=[-1, -0.5, 0, 0.5, 1])
        axes.set(yticks=[], xlabel="eigenvalue, as a share of the largest")
        axes.spines["left"].set_visible(False)
        return picture(figure, f"Eigenvalues of the Hessian. {'; '.join(told)}.")


def landscape(
    loss: Callable[[Array, Array], Array],
    paths: Mapping[str, Array],
    *,
    limit: float,
    labels: tuple[str, str],
    subject: str,
) -> Picture:
    """Draw a loss of two numbers as contour lines, with ways down it.

    Args:
        loss: From two arrays of coordinates to the losses there.
        paths: Name of a way to its points (n, 2); the name stands at its outer end.
        limit: Both coordinates are drawn from minus to plus this.
        labels: Names of the axes.
        subject: What is shown, for the alternative text.

    Raises:
        ValueError: If a way has no points in the plane.
    """
    line = np.linspace(-limit, limit, 45)
    x, y = np.meshgrid(line, line)
    height, told = loss(x, y), []
    levels = np.quantile(height, np.linspace(0.06, 0.94, 6))
    with new_figure(4.8, 4.5) as figure:
        axes = figure.add_subplot()
        axes.contour(x, y, height, levels=np.unique(levels), colors=MUTED, linewidths=0.9)
        for (name, path), color in zip(paths.items(), cycle((CENTER, CONTEXT, NOISE))):
            points = np.asarray(path, dtype=np.float64)
            rule = "have shape (n, 2) with at least one point"
            require(points.ndim == 2 and points.shape[1] == 2, name, rule, points.shape)
            _draw_way(axes, name, points, color, limit)
            heights = [float(loss(*points[i].reshape(2, 1))[0]) for i in (0, -1)]
            told.append(f"{name}, from {heights[0]:.3f} to {heights[1]:.3f} in {len(points) - 1}")
        axes.plot(0, 0, "x", color=INK, ms=10, mew=2)
        axes.annotate("saddle", (0, 0), (8, -14), textcoords="offset points")
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.set(xlim=(-limit, limit), ylim=(-limit, limit))
        axes.set_aspect("equal")
        saddle = float(loss(np.zeros(1), np.zeros(1))[0])
        return picture(
            figure,
            f"{subject}. Contour lines around a saddle in the middle, where the loss is "
            f"{saddle:.3f}. Ways down, their losses and steps: {'; '.join(told)}.",
        )


def _draw_way(axes: Axes, name: str, points: Array, color: str, limit: float) -> None:
    """Draw a way down a landscape: a square at its start, its name at its outer end."""
    axes.plot(*points.T, color=color, lw=2, marker="o", ms=3.5)
    axes.plot(*points[0], color=color, marker="s", ms=8)
    # Ways end near each other, in one valley; they begin apart.
    x, y = max(points[0], points[-1], key=lambda point: float(point @ point))
    inward = "center" if abs(x) < limit / 2 else "right" if x > 0 else "left"
    options: dict[str, Any] = {"color": color, "weight": "bold", "ha": inward}
    offset, side = (0, -9 if y < 0 else 9), "top" if y < 0 else "bottom"
    axes.annotate(name, (x, y), offset, textcoords="offset points", va=side, **options)


def stopping(runs: Mapping[str, Sequence[Stop]], n_entries: Mapping[str, int]) -> Picture:
    """Draw how far each stopping rule lets a run go, and what that saves and costs.

    Args:
        runs: Name of a run to the stops of its rules.
        n_entries: Name of a run to the entries of the whole of it, the start included.

    Raises:
        ValueError: If the names differ.
    """
    require(list(runs) == list(n_entries), "n_entries", f"name {list(runs)}", list(n_entries))
    told, row = [], 0.0
    with new_figure(4.8, 0.5 + sum(0.4 + 0.62 * len(stops) for stops in runs.values())) as figure:
        axes = figure.add_subplot()
        for run, stops in runs.items():
            axes.text(0, row, run, weight="bold", va="center")
            row += 0.75
            last = n_entries[run] - 1
            for stop in stops:
                end = last if stop.index is None else stop.index
                axes.barh(row + 0.38, end / last, height=0.26, color=CENTER)
                axes.barh(row + 0.38, 1 - end / last, height=0.26, left=end / last, color=MUTED)
                price = f"{stop.loss_lost:+.2f}".replace("-", "−")
                line = f"{stop.rule}: at {end} of {last}, costs {price}"
                axes.text(0, row, line, va="center", fontsize=11)
                told.append(f"{run}, {line}")
                row += 1.0
            row += 0.2
        axes.set(xlim=(0, 1), ylim=(row - 0.35, -0.5), yticks=[], xlabel="share of the run")
        axes.spines["left"].set_visible(False)
        return picture(figure, f"Where stopping rules end a run. {'; '.join(told)}.")


def seed_bands(
    times: Sequence[float], scores: Mapping[str, Array], *, label: str, subject: str
) -> Picture:
    """Draw the same training with several seeds: each a thin line, their mean a thick one.

    Args:
        times: (s,) positions.
        scores: Name of a score to its values (n, s), a row for each seed.
        label: Name of the horizontal axis.
        subject: What is shown, for the alternative text.

    Raises:
        ValueError: If scores are not (n, s) with n of at least 2.
    """
    x, told = as_vector("times", times).astype(np.float64), []
    with new_figure(4.8, 0.5 + 1.75 * len(scores)) as figure:
        stacked = figure.subplots(len(scores), 1, squeeze=False, sharex=True)[:, 0]
        for axes, (name, values) in zip(stacked, scores.items(), strict=True):
            rows = np.asarray(values, dtype=np.float64)
            fits = rows.ndim == 2 and len(rows) >= 2 and rows.shape[1] == len(x)
            require(fits, name, f"have shape (n, {len(x)}), n at least 2", rows.shape)
            for one in rows:
                axes.plot(x, one, color=MUTED, lw=1.1)
            axes.plot(x, rows.mean(axis=0), color=CENTER, lw=2.6)
            axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            axes.grid(visible=True)
            ends = f"{rows[:, -1].mean():.3f} ± {rows[:, -1].std(ddof=1):.3f}"
            axes.set_title(f"{name}: {ends} at the end", loc="left")
            told.append(f"{name}: at the end {ends} (mean and deviation of {len(rows)} seeds)")
        stacked[-1].set_xlabel(label)
        return picture(figure, f"{subject}, over {label}. {'; '.join(told)}.")

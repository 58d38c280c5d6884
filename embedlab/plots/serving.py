"""The figures of chapter 9's second page: batches, waiting, drift, and machines."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from embedlab.capacity import padding_share
from embedlab.numerics import Array, IntArray, as_vector, require, require_same_length
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
from embedlab.plots.lines import Line, name_ends, plain_ticks, set_scales

_COLORS = (CENTER, CONTEXT, INK, NOISE, TRUTH)


def short(value: float) -> str:
    """Return a number in two significant digits with a word or letter for its size.

    >>> short(1_234_567), short(0.0123), short(52_000), short(3.1e10)
    ('1.2M', '0.012', '52k', '31G')
    """
    for unit, name in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * unit:
            scaled = value / unit
            return f"{scaled:.0f}{name}" if scaled >= 9.95 else f"{scaled:.2g}{name}"
    return f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.2g}"


def batch_blocks(
    lengths: IntArray, batches: Mapping[str, Sequence[IntArray]], *, subject: str
) -> Picture:
    """Draw texts as rows of a batch's rectangle: tokens filled, padding empty.

    Args:
        lengths: (N,) tokens of each text.
        batches: Name to batches, each the places of its texts.
        subject: What is shown, for the alternative text.
    """
    told = []
    with new_figure(4.8, 4.2) as figure:
        panels = figure.subplots(1, len(batches), sharey=True, squeeze=False)[0]
        for axes, (name, rows) in zip(panels, batches.items(), strict=True):
            y = 0
            for batch in rows:
                longest = int(lengths[batch].max())
                box = mpl.patches.Rectangle(
                    (0, y), longest, len(batch), facecolor="none", edgecolor=MUTED, lw=1.0
                )
                axes.add_patch(box)
                places = [y + 0.1 + i for i in range(len(batch))]
                axes.barh(places, lengths[batch], height=0.8, align="edge", color=CENTER)
                y += len(batch) + 1
            share = padding_share(lengths, rows)
            axes.set(xlim=(0, 1.02 * int(lengths.max())), ylim=(y - 0.5, -0.5), yticks=[])
            axes.set_xlabel("tokens")
            axes.spines["left"].set_visible(False)
            axes.set_title(f"{name}\n{share:.0%} padding", loc="left")
            told.append(f"{name}: {share:.0%} of the places are padding")
        size = len(next(iter(batches.values()))[0])
        return picture(figure, f"{subject}. Batches of {size} texts. {'; '.join(told)}.")


def named_lines(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    subject: str,
    labels: tuple[str, str],
    log: str = "",
    level: tuple[str, float] | None = None,
) -> Picture:
    """Draw up to five lines, each named at its right end, and a dotted line at a level.

    Args:
        x: n positions, ascending.
        series: Name to n values; NaN where there is none.
        subject: What is shown, for the alternative text.
        labels: Of the horizontal and the vertical axis.
        log: Which axes are logarithmic: "", "x", "y" or "xy".
        level: Name and height of the dotted line.

    Raises:
        ValueError: If there are more than five lines, or a length does not fit.
    """
    require(len(series) <= len(_COLORS), "series", "be five at most", len(series))
    told, lines = [], []
    with new_figure(4.8, 3.7) as figure:
        axes = figure.add_subplot()
        set_scales(axes, log)
        for (name, values), color in zip(series.items(), _COLORS, strict=False):
            require_same_length("x", x, name, values)
            heights = np.asarray(values, float)
            axes.plot(x, heights, color=color, lw=2, marker="o", ms=4)
            lines.append(Line(name, color, np.asarray(x, float), heights))
            at = [f"{short(v)} at {short(p)}" for p, v in zip(x, heights, strict=True) if v == v]
            top = int(np.argmax(heights[np.isfinite(heights)]))
            places = dict.fromkeys([0, len(at) // 2, top, len(at) - 1])
            told.append(f"{name} " + ", ".join(at[i] for i in sorted(places)))
        if level is not None:
            axes.axhline(level[1], color=MUTED, lw=1.4, ls=(0, (2, 2)))
            axes.annotate(
                level[0],
                (x[-1], level[1]),
                xytext=(0, -3),
                textcoords="offset points",
                color=MUTED,
                ha="right",
                va="top",
            )
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.margins(y=0.14)
        plain_ticks(axes, log, short)
        if "x" in log:
            axes.set_xticks(x)
        axes.grid(visible=True)
        name_ends(axes, lines, height=3.0)
        return picture(figure, f"{subject}, {labels[1]} over {labels[0]}: {'; '.join(told)}.")


def stall(
    moments: npt.ArrayLike, latencies: Mapping[str, Array], *, subject: str, unit: str = "ms"
) -> Picture:
    """Draw each request's latency over the moment at which it was due, a panel for each way to ask.

    Args:
        moments: (n,) seconds; a way that asked fewer times has NaN at the others.
        latencies: Name of a way to (n,) latencies.
        subject: What is shown, for the alternative text.
        unit: Of the latencies.
    """
    at, told = as_vector("moments", moments), []
    with new_figure(4.8, 1.0 + 1.35 * len(latencies)) as figure:
        panels = figure.subplots(len(latencies), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, (name, values) in zip(panels, latencies.items(), strict=True):
            require_same_length("moments", at, name, values)
            axes.vlines(at, 0, values, color=CENTER, lw=2)
            known = values[np.isfinite(values)]
            p99 = float(np.percentile(known, 99, method="inverted_cdf"))
            axes.set_title(f"{name}: {len(known)} requests, p99 {quantity(p99)} {unit}", loc="left")
            axes.set_ylabel(unit)
            axes.grid(visible=True, axis="y")
            p50 = float(np.median(known))
            figures = f"median {quantity(p50)} {unit}, p99 {quantity(p99)} {unit}"
            told.append(f"{name}: {len(known)} requests, {figures}")
        panels[-1].set_xlabel("second")
        return picture(figure, f"{subject}. {listing(told)}.")


def load_curves(
    rates: Sequence[float],
    percentiles: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    subject: str,
) -> Picture:
    """Draw percentiles of the latency over the rate of requests, a panel for each server.

    Args:
        rates: Requests per second.
        percentiles: Server to name of a percentile to milliseconds, one for each rate.
        subject: What is shown, for the alternative text.
    """
    told: list[str] = []
    drawn: dict[Axes, list[Line]] = {}
    with new_figure(4.8, 0.9 + 2.2 * len(percentiles)) as figure:
        panels = figure.subplots(len(percentiles), 1, sharex=True, sharey=True, squeeze=False)
        for axes, (server, lines) in zip(panels[:, 0], percentiles.items(), strict=True):
            axes.set_yscale("log")
            drawn[axes] = []
            for (name, values), color in zip(lines.items(), _COLORS, strict=False):
                require_same_length("rates", rates, name, values)
                axes.plot(rates, values, color=color, lw=2, marker="o", ms=4)
                points = np.asarray(rates, float), np.asarray(values, float)
                drawn[axes].append(Line(name, color, *points))
            axes.margins(y=0.15)
            axes.set_title(server, loc="left")
            axes.set_ylabel("ms")
            plain_ticks(axes, "y", short)
            axes.grid(visible=True)
            first, last = (
                listing([f"{name} {short(values[i])} ms" for name, values in lines.items()])
                for i in (0, -1)
            )
            median = next(iter(lines.values()))
            slow = [rate for rate, ms in zip(rates, median, strict=True) if ms > 1000]
            knee = (
                f"; {next(iter(lines))} above a second from {quantity(slow[0])} on" if slow else ""
            )
            told.append(
                f"{server}: {first} at {quantity(rates[0])} requests a second, {last} at "
                f"{quantity(rates[-1])}{knee}"
            )
        # Only now: what is drawn in one panel moves the limits of all.
        for axes, ends in drawn.items():
            name_ends(axes, ends, height=1.8)
        panels[-1, 0].set_xlabel("requests per second")
        return picture(figure, f"{subject}. {'; '.join(told)}.")

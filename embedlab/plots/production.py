"""The figures of chapter 9's first page: a pipeline, prefixes, trade-offs, tuning, one space."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from embedlab.numerics import Array, as_matrix, as_vector, require, require_same_length
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
    number,
    picture,
    quantity,
)
from embedlab.plots.lines import Line, name_ends

_COLORS = (TRUTH, CENTER, CONTEXT, NOISE)


def pipeline(steps: Sequence[tuple[str, str]], *, subject: str) -> Picture:
    """Draw steps below each other, joined by arrows.

    Args:
        steps: Two or more; for each its name, and what there is after it.
        subject: What is shown, for the alternative text.
    """
    require(len(steps) >= 2, "steps", "be two or more", len(steps))
    with new_figure(4.8, 0.2 + 0.62 * len(steps)) as figure:
        axes = figure.add_subplot()
        for row, (name, result) in enumerate(steps):
            box = mpl.patches.FancyBboxPatch(
                (0, -row - 0.31),
                10,
                0.62,
                boxstyle="round,pad=0,rounding_size=0.1",
                facecolor=mpl.colors.to_rgba(CENTER, 0.14),
                edgecolor=MUTED,
            )
            axes.add_patch(box)
            axes.text(0.3, -row, name, va="center", weight="bold")
            axes.text(9.7, -row, result, va="center", ha="right")
            if row:
                ends = (5, -row + 0.31), (5, -row + 0.69)
                axes.annotate("", *ends, arrowprops={"arrowstyle": "-|>", "color": INK})
        axes.set(xlim=(-0.1, 10.1), ylim=(-len(steps) + 0.6, 0.4))
        axes.set_axis_off()
        told = [f"{name} ({result})" for name, result in steps]
        return picture(figure, f"{subject}, from above: {', then '.join(told)}.")


def token_histogram(lengths: Sequence[int], limit: int, *, subject: str) -> Picture:
    """Draw how many texts have how many tokens, and a limit.

    Args:
        lengths: Tokens of each text.
        limit: What the model reads at most.
        subject: What is shown, for the alternative text.
    """
    counts = as_vector("lengths", lengths)
    edges = np.arange(0, max(limit, int(counts.max())) + 21, 10)
    heights = np.histogram(counts, edges)[0]
    n_over = int((counts > limit).sum())
    with new_figure(4.8, 2.9) as figure:
        axes = figure.add_subplot()
        axes.bar(edges[:-1], heights, width=9, align="edge", color=CENTER)
        axes.axvline(limit, color=NOISE, lw=2, ls="--")
        axes.text(limit - 3, heights.max(), f"limit {limit}", color=NOISE, ha="right", va="top")
        axes.set(xlabel="tokens", ylabel="texts")
        axes.grid(visible=True, axis="y")
        return picture(
            figure,
            f"{subject}: {len(counts)} texts with {counts.min():.0f} to {counts.max():.0f} tokens, "
            f"median {np.median(counts):.0f}; {n_over} are longer than the limit of {limit}.",
        )


def by_size(
    sizes: Sequence[int],
    series: Mapping[str, Sequence[float]],
    *,
    subject: str,
    axis: str,
    control: str,
    reference: tuple[str, float] | None = None,
) -> Picture:
    """Draw shares over the number of dimensions kept, on a logarithmic axis.

    Args:
        sizes: Numbers of dimensions, ascending.
        series: Up to four names and shares from 0 to 1, one for each size.
        subject: What is shown, for the alternative text.
        axis: What the shares are.
        control: The series that is one, drawn dashed.
        reference: A name and a share to draw as a level.
    """
    require(control in series, "control", f"be one of {list(series)}", control)
    told = []
    with new_figure(4.8, 3.9) as figure:
        axes = figure.add_subplot()
        colors = iter((TRUTH, CENTER, CONTEXT))
        for row, (name, shares) in enumerate(series.items()):
            values = as_vector(name, shares)
            require_same_length("sizes", sizes, name, values)
            color = NOISE if name == control else next(colors)
            axes.plot(sizes, values, "--" if name == control else "-", color=color, marker="o")
            # The lower right is free: every curve ends high.
            axes.text(
                0.98,
                0.04 + 0.085 * (len(series) - 1 - row),
                f"{name} ●",
                color=color,
                transform=axes.transAxes,
                ha="right",
                weight="bold",
            )
            points = zip(sizes, values, strict=True)
            told.append(f"{name}: " + ", ".join(f"{k} {share:.2f}" for k, share in points))
        if reference is not None:
            axes.axhline(reference[1], color=MUTED, ls=":")
            axes.text(sizes[-1], reference[1], reference[0], ha="right", va="bottom", color=MUTED)
            told.append(f"level of {reference[0]}: {reference[1]:.2f}")
        axes.set(xscale="log", xlabel="dimensions kept", ylabel=axis, ylim=(0, 1.05))
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.grid(visible=True)
        return picture(figure, f"{subject}, {axis} by the dimensions kept. {'; '.join(told)}.")


def trade_offs(
    methods: Mapping[str, tuple[tuple[float, float, float], float, float | None]], *, subject: str
) -> Picture:
    """Draw recall with its interval, and as dots on log scales bytes and milliseconds, by method.

    Args:
        methods: Name to recall with its lower and upper limit, bytes of each text, and
            milliseconds of a query, None where nothing was measured.
        subject: What is shown, for the alternative text.
    """
    require(len(methods) > 0, "methods", "hold at least one", "none")
    names, values = list(methods), list(methods.values())
    with new_figure(5.4, 1.0 + 0.36 * len(names)) as figure:
        # Laid out by hand: the solver's last digits would differ from run to run.
        figure.set_layout_engine("none")
        edge = (0.25 + 0.085 * max(map(len, names))) / 5.4
        height = figure.get_size_inches()[1]
        room = {"left": edge, "right": 0.99, "bottom": 0.4 / height, "top": 1 - 0.4 / height}
        ratios = {"width_ratios": (2, 1, 1), "wspace": 0.15}
        left, middle, right = figure.subplots(1, 3, sharey=True, gridspec_kw=ratios | room)
        for row, ((mean, low, high), n_bytes, ms) in enumerate(values):
            left.plot([low, high], [row, row], color=MUTED, lw=2)
            left.plot(mean, row, "o", color=CENTER)
            _dot(middle, row, n_bytes, CONTEXT)
            if ms is not None:
                _dot(right, row, ms, TRUTH)
        left.set_yticks(range(len(names)), names, fontsize=11)
        left.set_ylim(len(names) - 0.4, -0.6)
        left.set(xlim=(0, 1), xticks=[0, 0.5, 1])
        left.set_title("recall@10", fontsize=11)
        middle.set_title("bytes (log)", fontsize=11)
        right.set_title("ms (log)", fontsize=11)
        left.grid(visible=True, axis="x")
        told = [
            f"{name} {mean:.2f} ({low:.2f} to {high:.2f}), {quantity(round(n_bytes))} bytes, "
            + (f"{number(ms)} ms" if ms is not None else "not timed")
            for name, ((mean, low, high), n_bytes, ms) in methods.items()
        ]
        return picture(figure, f"{subject}: recall@10 with its 95% interval. {'; '.join(told)}.")


def _dot(axes: Axes, row: int, value: float, color: str) -> None:
    """Draw one dot on a logarithmic axis, and its value above it."""
    axes.set_xscale("log")
    axes.axhline(row + 0.32, color=MUTED, lw=0.5)
    axes.plot(value, row + 0.32, "o", color=color, ms=5)
    axes.margins(x=0.08)
    shown = quantity(round(value)) if value >= 100 else f"{value:.2g}"
    axes.text(
        0.04, row - 0.06, shown, transform=axes.get_yaxis_transform(), va="center", fontsize=10
    )
    axes.spines[:].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False, left=False, which="both")


def over_epochs(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    *,
    subject: str,
    marks: Mapping[str, int] | None = None,
) -> Picture:
    """Draw quantities of several runs over epochs, one panel for each quantity.

    Args:
        panels: Name of a quantity to up to four runs and their values, from epoch 0 on.
        subject: What is shown, for the alternative text.
        marks: For runs, the epoch to mark with a ring: the one that was kept.
    """
    told, chosen = [], marks or {}
    with new_figure(4.8, 0.4 + 2.2 * len(panels)) as figure:
        stacked = figure.subplots(len(panels), 1, squeeze=False, sharex=True)[:, 0]
        for axes, (quantity_name, runs) in zip(stacked, panels.items(), strict=True):
            lines = []
            for (name, given), color in zip(runs.items(), _COLORS, strict=False):
                values = as_vector(name, given)
                lines.append(Line(name, color, np.arange(len(values), dtype=np.float64), values))
                axes.plot(values, color=color, lw=2)
                if name in chosen:
                    at = chosen[name]
                    axes.plot(at, values[at], "o", ms=10, mfc="none", mec=color, mew=2)
                lowest, highest = int(values.argmin()), int(values.argmax())
                told.append(
                    f"{quantity_name}, {name}: {values[0]:.2f} at first, lowest "
                    f"{values[lowest]:.2f} at epoch {lowest}, highest {values[highest]:.2f} at "
                    f"epoch {highest}, {values[-1]:.2f} at last"
                )
            axes.set_title(quantity_name, loc="left")
            axes.grid(visible=True)
            name_ends(axes, lines, height=1.8)
        stacked[-1].set_xlabel("epoch")
        return picture(figure, f"{subject}. {'; '.join(told)}.")


def two_kinds(
    first: Array, second: Array, names: tuple[str, str], labels: Sequence[str], *, subject: str
) -> Picture:
    """Draw pairs of two kinds of things in one plane, each pair joined by a line.

    Args:
        first: (n, 2) one kind.
        second: (n, 2) the other; row i belongs to row i.
        names: What the kinds are called.
        labels: n names of the pairs; an empty one is not written.
        subject: What is shown, for the alternative text.
    """
    a, b = as_matrix("first", first), as_matrix("second", second)
    require_same_length("first", a, "second", b)
    require_same_length("labels", labels, "first", a)
    within = float(np.linalg.norm(a - b, axis=1).mean())
    across = float(np.linalg.norm(a[:, np.newaxis] - b, axis=2).mean())
    with new_figure(4.8, 3.9) as figure:
        axes = figure.add_subplot()
        middle = (b[:, 0].min() + b[:, 0].max()) / 2
        for (x, y), (u, v), label in zip(a, b, labels, strict=True):
            axes.plot([x, u], [y, v], color=MUTED, lw=1)
            if label:
                is_right = u > middle
                axes.annotate(
                    label,
                    (u, v),
                    (-7 if is_right else 7, 4),
                    textcoords="offset points",
                    ha="right" if is_right else "left",
                    size=10,
                )
        axes.plot(*a.T, "o", color=CENTER, ms=7)
        axes.plot(*b.T, "s", color=CONTEXT, ms=7)
        for row, (name, color, mark) in enumerate(zip(names, (CENTER, CONTEXT), "●■", strict=True)):
            at = (0.0, 1.02 + 0.08 * row)
            axes.text(*at, f"{mark} {name}", color=color, transform=axes.transAxes, weight="bold")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        axes.margins(0.12)
        shown = listing([label for label in labels if label])
        return picture(
            figure,
            f"{subject}. {names[0]} and {names[1]} in one plane, pairs joined: mean distance "
            f"{number(within)} within a pair, {number(across)} between any two. Named: {shown}.",
        )

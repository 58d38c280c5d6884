"""The figures of chapter 6: senses, who looks at whom, waves of position, layers, pictures."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any, cast

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
    Picture,
    listing,
    new_figure,
    number,
    picture,
)

# The two senses of a word, and the one vector that would have to serve both.
_SENSE_STYLES = ((CENTER, "o"), (CONTEXT, "s"))


def sense_map(
    word: str, points: Array, senses: Sequence[str], cues: Sequence[str], *, place: str
) -> Picture:
    """Draw the vectors of one word in several sentences, and their mean, in a plane.

    Args:
        word: The word.
        points: (m, 2) a position for each sentence.
        senses: m names, two different ones.
        cues: m words, each from its sentence, written beside the point.
        place: Where the vectors come from, for the alternative text.

    Raises:
        ValueError: If the lengths do not agree, or there are not two senses.
    """
    points = as_matrix("points", points)
    require_same_length("points", points, "senses", senses)
    require_same_length("points", points, "cues", cues)
    names = list(dict.fromkeys(senses))
    require(len(names) == len(_SENSE_STYLES), "senses", "be of two kinds", names)
    center, told = points.mean(axis=0), []
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.16 * (high - low)
    with new_figure(4.8, 3.9) as figure:
        axes = figure.add_subplot()
        for name, (color, marker) in zip(names, _SENSE_STYLES, strict=True):
            rows = [i for i, sense in enumerate(senses) if sense == name]
            axes.scatter(points[rows, 0], points[rows, 1], s=60, color=color, marker=marker)
            told.append(f"{name} ({', '.join(cues[i] for i in rows)})")
        for point, cue in zip(points, cues, strict=True):
            # Below, if another point's word would stand in the way above.
            near = (points - point) / (high - low)
            is_crowded = bool(
                ((np.abs(near[:, 0]) < 0.2) & (near[:, 1] > 0) & (near[:, 1] < 0.09)).any()
            )
            offset = (0, -9) if is_crowded else (0, 7)
            axes.annotate(
                cue,
                (float(point[0]), float(point[1])),
                offset,
                textcoords="offset points",
                ha="center",
                va="top" if is_crowded else "bottom",
            )
        axes.scatter(center[:1], center[1:], s=150, color=NOISE, marker="X", zorder=4)
        axes.set_title(names[0], loc="left", color=_SENSE_STYLES[0][0], weight="bold")
        axes.set_title("one vector for both", loc="center", color=NOISE, fontsize=12)
        axes.set_title(names[1], loc="right", color=_SENSE_STYLES[1][0], weight="bold")
        axes.set(xlim=(low[0] - margin[0], high[0] + margin[0]), xticks=[])
        axes.set(ylim=(low[1] - margin[1], high[1] + margin[1]), yticks=[])
        axes.spines[:].set_visible(False)
        return picture(
            figure,
            f"{len(points)} vectors of {word}, {place}, drawn in a plane: {listing(told)}. "
            f"{_separation(points, senses, names)} A cross marks the mean of all.",
        )


def _separation(points: Array, senses: Sequence[str], names: Sequence[str]) -> str:
    """Say how far the two senses lie apart, measured by their spread."""
    groups = [points[[sense == name for sense in senses]] for name in names]
    gap = float(np.linalg.norm(groups[0].mean(axis=0) - groups[1].mean(axis=0)))
    spread = np.mean([np.linalg.norm(g - g.mean(axis=0), axis=1).mean() for g in groups])
    return f"Their middles are {gap / float(spread):.1f} times as far apart as a sense is wide."


def variance_layers(between: Sequence[float], within: Sequence[float], *, word: str) -> Picture:
    """Draw the variance of a word's vectors after each layer, split between and within senses.

    Args:
        between: One number for each layer, the word table's sum first.
        within: As many.
        word: The word.

    Raises:
        ValueError: If the lengths do not agree.
    """
    lower, upper = as_vector("between", between), as_vector("within", within)
    require_same_length("between", between, "within", within)
    layers = np.arange(len(lower))
    with new_figure(4.8, 3.2) as figure:
        axes = figure.add_subplot()
        axes.bar(layers, lower, color=CENTER, width=0.7)
        axes.bar(layers, upper, bottom=lower, color=MUTED, width=0.7)
        for x, (part, total) in enumerate(zip(lower, lower + upper, strict=True)):
            axes.text(x, total, f"{part / total:.0%}", ha="center", va="bottom")
        axes.set(xlabel="layer", ylabel="variance", xticks=layers)
        axes.set_title("between the senses", loc="left", fontsize=12, color=CENTER)
        axes.set_title("within a sense", loc="right", fontsize=12, color=MUTED)
        axes.margins(y=0.14)
        told = [
            f"layer {layer} {number(a + b)}, {a / (a + b):.0%} of it between the senses"
            for layer, a, b in zip(layers, lower, upper, strict=True)
        ]
        return picture(figure, f"Variance of {word} over its contexts: {'; '.join(told)}.")


def attention_grids(
    maps: Mapping[str, Array], tokens: Sequence[str], *, columns: int = 1
) -> Picture:
    """Draw who looks at whom: a row for each token that looks, a column for what it looks at.

    Args:
        maps: Title to weights (n, n) from 0 to 1; the darker a cell, the larger.
        tokens: n tokens.
        columns: Panels beside each other.

    Raises:
        ValueError: If a map does not fit the tokens.
    """
    n_rows, told = -(-len(maps) // columns), []
    side = 4.1 / columns
    with new_figure(4.8, n_rows * (side + 0.3) + 0.8) as figure:
        panels = figure.subplots(n_rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
        for axes in panels[len(maps) :]:
            axes.set_axis_off()
        for axes, (title, weights) in zip(panels, maps.items(), strict=False):
            table = as_matrix(title, weights)
            rule = f"be {len(tokens)} × {len(tokens)}, as the tokens"
            require(table.shape == (len(tokens), len(tokens)), title, rule, table.shape)
            _grid(axes, table, tokens)
            axes.set_title(title, fontsize=12)
            strongest = [tokens[j] for j in table.argmax(axis=1)]
            pairs = [f"{a} at {b}" for a, b in zip(tokens, strongest, strict=True)]
            told.append(f"{title}: {', '.join(pairs)}")
        return picture(
            figure,
            "Grids of attention weights, a row for the token that looks. Each token looks most, in "
            + "; in ".join(told)
            + ".",
        )


def _grid(axes: Axes, table: Array, tokens: Sequence[str]) -> None:
    """Color the cells of one panel by their weights."""
    colors = np.zeros((*table.shape, 4))
    colors[..., :3] = mpl.colors.to_rgb(CENTER)
    colors[..., 3] = 0.04 + 0.96 * np.clip(table, 0, 1)
    axes.imshow(colors, interpolation="nearest")
    axes.set_xticks(range(len(tokens)), tokens, rotation=90, fontsize=11)
    axes.set_yticks(range(len(tokens)), tokens, fontsize=11)
    axes.tick_params(length=0, pad=2)
    axes.spines[:].set_visible(False)


def position_waves(table: Array) -> Picture:
    """Draw a table of sines and cosines: a row for each position, a column for each dimension.

    Args:
        table: (n, d) from ``attention.sinusoidal_positions``.
    """
    table = as_matrix("table", table)
    n, d = table.shape
    colors = np.zeros((n, d, 4))
    colors[table >= 0, :3] = mpl.colors.to_rgb(CENTER)
    colors[table < 0, :3] = mpl.colors.to_rgb(CONTEXT)
    colors[..., 3] = np.clip(np.abs(table), 0, 1)
    with new_figure(4.8, 3.6) as figure:
        axes = figure.add_subplot()
        axes.imshow(colors, aspect="auto", interpolation="nearest")
        axes.set(xlabel="dimension", ylabel="position p")
        axes.set_title("above 0", loc="left", fontsize=12, color=CENTER)
        axes.set_title("below 0", loc="right", fontsize=12, color=CONTEXT)
        first, last = (_changes(table[:, j]) for j in (0, d - 2))
        return picture(
            figure,
            f"Sines and cosines of {n} positions in {d} dimensions. Down a column the sign changes "
            f"{first} times in the first dimension, {last} times in dimension {d - 2}.",
        )


def _changes(column: Array) -> int:
    """Return how often the sign changes down a column."""
    signs = column[column != 0] > 0
    return int((signs[1:] != signs[:-1]).sum())


def layer_dots(
    results: Mapping[str, Mapping[str, Sequence[float]]], *, control: Sequence[str], subject: str
) -> Picture:
    """Draw an accuracy for each layer of several models, trained filled and controls hollow.

    Args:
        results: Model to kind of training to accuracies of its layers, the lowest first.
        control: Which kinds are controls.
        subject: What is measured, for the alternative text.

    Raises:
        ValueError: If the kinds of a model differ in layers.
    """
    told, shades = [], dict(zip(control, (NOISE, MUTED), strict=True))
    with new_figure(4.8, 0.5 + 1.55 * len(results)) as figure:
        parts = figure.subplots(len(results), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (model, kinds) in zip(parts, results.items(), strict=True):
            n = len(next(iter(kinds.values())))
            for kind, found in kinds.items():
                values = as_vector(f"{model}, {kind}", found)
                require(len(values) == n, f"{model}, {kind}", f"have {n} layers", len(values))
                color = shades.get(kind, CENTER)
                face = "none" if kind in shades else color
                axes.scatter(
                    values, range(n), s=60, facecolor=face, edgecolor=color, lw=2, zorder=3
                )
                told.append(f"{model} {kind} {', '.join(f'{v:.0%}' for v in values)}")
            axes.axvline(0.5, color=INK, lw=0.8)
            names = ["words", *(f"layer {i}" for i in range(1, n))]
            axes.set_yticks(range(n), names)
            axes.set(ylim=(-0.5, n - 0.5), xlim=(0.35, 1.03))
            axes.set_title(model, loc="left", fontsize=12)
            axes.grid(visible=True, axis="x")
            axes.tick_params(axis="y", length=0)
        # Beside the first title, where no dot can be; each kind ends where the next begins.
        right, beside = 1.0, cast(Any, "axes fraction")
        for kind, color in shades.items():
            at, units = (right, 1.04), (beside, "axes fraction")
            beside = parts[0].annotate(f"○ {kind}", at, xycoords=units, ha="right", color=color)
            right = -0.1
        parts[-1].xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1.0, decimals=0))
        return picture(figure, f"{subject}, by layer from below: {'; '.join(told)}.")


def picture_grid(pictures: Array, captions: Sequence[str], *, columns: int = 3) -> Picture:
    """Draw small pictures with their captions below them.

    Args:
        pictures: (N, side, side, 3), from 0 to 1.
        captions: N sentences.
        columns: Pictures beside each other.

    Raises:
        ValueError: If the numbers differ.
    """
    require_same_length("pictures", pictures, "captions", captions)
    n_rows = -(-len(captions) // columns)
    with new_figure(4.8, n_rows * (4.8 / columns + 0.45)) as figure:
        panels = figure.subplots(n_rows, columns, squeeze=False).ravel()
        for axes in panels:
            axes.set_axis_off()
        for axes, shown, text in zip(panels, pictures, captions, strict=False):
            axes.imshow(shown, interpolation="nearest")
            told = fill(text, 45 // columns + 2)
            axes.text(0.5, -0.05, told, transform=axes.transAxes, ha="center", va="top").set_size(
                11
            )
        return picture(figure, f"{len(captions)} small pictures: {listing(list(captions))}.")

"""Words as arrows and points in a plane or in space."""

from collections.abc import Mapping, Sequence
from itertools import combinations, cycle
from typing import cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from mpl_toolkits.mplot3d.axes3d import Axes3D

from embedlab.numerics import Array, as_matrix, as_vector, require, require_same_length
from embedlab.pictures import (
    CENTER,
    INK,
    MUTED,
    PALETTE,
    Picture,
    listing,
    new_figure,
    number,
    picture,
)


def arrows(
    vectors: Mapping[str, Sequence[float]],
    *,
    subject: str,
    moves: Sequence[tuple[str, str]] = (),
    labels: tuple[str, str] = ("dimension 1", "dimension 2"),
) -> Picture:
    """Draw two-dimensional vectors as labelled arrows from the origin.

    Args:
        vectors: Word to its two numbers.
        subject: What is shown, for the alternative text.
        moves: Pairs of words to join by a dashed arrow (an offset).
        labels: Names of the two axes.
    """
    matrix = as_matrix("vectors", [list(v) for v in vectors.values()])
    require(matrix.shape[1] == 2, "vectors", "have two dimensions", matrix.shape[1])
    with new_figure(4.8, 4.2) as figure:
        axes = figure.add_subplot()
        solid = {"arrowstyle": "-|>", "color": CENTER, "lw": 2}
        for word, (x, y) in vectors.items():
            axes.annotate("", (x, y), (0, 0), arrowprops=solid)
            axes.annotate(word, (x, y), (4, 4), textcoords="offset points")
        for start, end in moves:
            dashed = {"arrowstyle": "-|>", "color": INK, "linestyle": "--"}
            (x, y), (head_x, head_y) = vectors[start], vectors[end]
            axes.annotate("", (head_x, head_y), (x, y), arrowprops=dashed)
        corners = np.vstack([matrix, [[0.0, 0.0]]])
        axes.scatter(corners[:, 0], corners[:, 1], s=0)
        axes.margins(0.15)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.grid(visible=True)
        where = [f"{w} at ({number(x)}, {number(y)})" for w, (x, y) in vectors.items()]
        joined = [f"{a} to {b}" for a, b in moves]
        offsets = f" Dashed arrows lead from {listing(joined)}." if joined else ""
        return picture(figure, f"{subject}. Arrows from the origin: {listing(where)}.{offsets}")


def word_map(
    points: Array, words: Sequence[str], groups: Sequence[str], *, subject: str
) -> Picture:
    """Draw words as labelled points, colored by group.

    Args:
        points: (V, 2) positions.
        words: V words.
        groups: The group of each word; a group keeps its color and marker.
        subject: What is shown, for the alternative text.
    """
    points = as_matrix("points", points)
    require_same_length("words", words, "points", points)
    require_same_length("groups", groups, "points", points)
    with new_figure(4.8, 4.4) as figure:
        axes = figure.add_subplot()
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.where(high > low, high - low, 1.0)
        names = list(dict.fromkeys(groups))
        for name, color, marker in zip(names, cycle(PALETTE), cycle("os^D"), strict=False):
            rows = [i for i, group in enumerate(groups) if group == name]
            axes.scatter(points[rows, 0], points[rows, 1], color=color, marker=marker, s=36)
            _label_group(axes, points[rows], [words[i] for i in rows], name, color, span)
        axes.set_xlim(low[0] - 0.05 * span[0], high[0] + 0.45 * span[0])
        axes.margins(y=0.15)
        axes.set_axis_off()
        members = [
            f"{name} ({', '.join(w for w, g in zip(words, groups, strict=True) if g == name)})"
            for name in names
        ]
        told = f"{subject}. Groups: {'; '.join(members)}.{_apart(points, groups)}"
        return picture(figure, told)


def _apart(points: Array, groups: Sequence[str]) -> str:
    """Say how far two points of one group, and of two groups, are apart on average."""
    inside: list[float] = []
    between: list[float] = []
    for i, j in combinations(range(len(points)), 2):
        gap = float(np.linalg.norm(points[i] - points[j]))
        (inside if groups[i] == groups[j] else between).append(gap)
    if not inside or not between:
        return ""
    near, far = number(float(np.mean(inside))), number(float(np.mean(between)))
    return f" Mean distance of two words of one group {near}, of different groups {far}."


def _label_group(
    axes: Axes, points: Array, words: Sequence[str], name: str, color: str, span: Array
) -> None:
    """Write a group's words in a column beside its points, so that no two labels overlap."""
    gap = 0.062 * span[1]
    order = np.argsort(-points[:, 1])
    heights = points[order, 1].copy()
    for row in range(1, len(heights)):
        heights[row] = min(heights[row], heights[row - 1] - gap)
    heights += points[:, 1].mean() - heights.mean()
    left = np.max(points[:, 0]) + 0.06 * span[0]
    thread = {"arrowstyle": "-", "color": MUTED, "lw": 0.7, "shrinkB": 4}
    for i, height in zip(order, heights, strict=True):
        x, y = points[i]
        axes.annotate(words[i], (x, y), (left, height), va="center", arrowprops=thread)
    axes.text(left, heights[0] + 1.1 * gap, name, va="center", color=color, weight="bold")


def parallelogram(
    vectors: Mapping[str, Sequence[float]], corners: tuple[str, str, str, str], *, subject: str
) -> Picture:
    """Draw the analogy a - b + c in three dimensions: two parallel offsets between four words.

    Args:
        vectors: Word to its three numbers.
        corners: The words a, b, c and the fourth corner d; b to a and c to d are the offsets.
        subject: What is shown, for the alternative text.
    """
    a, b, c, d = (as_vector(word, vectors[word]) for word in corners)
    with new_figure(4.8, 4.4) as figure:
        axes = cast(Axes3D, figure.add_subplot(projection="3d"))
        for start, end, color in ((b, a, CENTER), (c, d, CENTER), (b, c, INK), (a, d, INK)):
            axes.quiver(*start, *(end - start), color=color, lw=2, arrow_length_ratio=0.12)
        points = np.stack([a, b, c, d])
        low = np.minimum(np.min(points, axis=0), 0.0)
        side = float(np.max(np.max(points, axis=0) - low))
        for word, point in zip(corners, (a, b, c, d), strict=True):
            axes.scatter(*point, color=CENTER, s=30)
            # The text stands outside the figure of the four arrows.
            outward = "right" if word in corners[:2] else "left"
            axes.text(*point, f"  {word}  ", ha=outward, va="bottom")
        # One scale for the three axes, or equal offsets would not look equal.
        axes.set(xlim=(low[0], low[0] + side), ylim=(low[1], low[1] + side))
        axes.set_zlim(low[2], low[2] + side)
        axes.set(xlabel="dimension 1", ylabel="dimension 2", zlabel="dimension 3")
        axes.view_init(elev=18, azim=-50)
        axes.set_box_aspect(None, zoom=0.85)
        for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
            axis.set_pane_color((0, 0, 0, 0))
            # The two axes of the floor end in one corner, where two numbers would collide.
            prune = "lower" if axis is axes.yaxis else None
            axis.set_major_locator(mpl.ticker.MaxNLocator(3, prune=prune))
        where = [
            f"{word} ({', '.join(number(x) for x in point)})"
            for word, point in zip(corners, (a, b, c, d), strict=True)
        ]
        gap = float(np.abs((a - b) - (d - c)).max())
        closes = "closes exactly" if gap < 1e-9 else f"misses by up to {number(gap)} per dimension"
        return picture(figure, f"{subject}. Corners {listing(where)}; the parallelogram {closes}.")

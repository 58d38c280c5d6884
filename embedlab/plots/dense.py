"""The figures of chapter 2: angles, tables of cosines side by side, components and differences."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations, cycle
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from mpl_toolkits.mplot3d.axes3d import Axes3D

from embedlab.numerics import Array, as_matrix, as_vector, require, require_same_length
from embedlab.pictures import (
    CENTER,
    CONTEXT,
    INK,
    MUTED,
    TRUTH,
    Picture,
    listing,
    new_figure,
    number,
    picture,
)


def angles(center: str, panels: Mapping[str, Mapping[str, float]]) -> Picture:
    """Draw unit arrows at the angles that belong to cosines; one panel for each set of them.

    Args:
        center: The word that lies along the axis.
        panels: Title to words and their cosines with the center, each in [-1, 1].

    Raises:
        ValueError: If there is no panel, or a cosine is out of range.
    """
    require(len(panels) > 0, "panels", "be at least one", "none")
    told = []
    with new_figure(4.8, 0.2 + 2.3 * len(panels)) as figure:
        drawn = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
        for axes, (title, cosines) in zip(drawn, panels.items(), strict=True):
            _arrow(axes, 0.0, CENTER, center)
            parts = []
            lines = np.array([0.0, *(math.acos(max(-1, min(1, c))) for c in cosines.values())])
            for i, (word, value) in enumerate(cosines.items()):
                require(-1 <= value <= 1, f"the cosine of {word}", "lie in [-1, 1]", value)
                angle = float(np.arccos(value))
                _arrow(axes, angle, CONTEXT, f"{word} {value:.2f}")
                turn = np.linspace(0, angle, 40)
                radius = max(0.2, 0.66 - 0.3 * i)
                axes.plot(radius * np.cos(turn), radius * np.sin(turn), color=MUTED, lw=1.2)
                # Where the arc is farthest from every arrow.
                free = np.abs(turn[:, np.newaxis] - lines).min(axis=1)
                at = turn[np.argmax(free)]
                x, y = (radius + 0.12) * np.cos(at), (radius + 0.12) * np.sin(at)
                axes.text(x, y, f"{np.degrees(angle):.0f}°", va="center", ha="center")
                parts.append(f"{word} {value:.2f}, an angle of {np.degrees(angle):.0f}°")
            axes.set_title(title, loc="left")
            axes.set(xlim=(-0.75, 1.75), ylim=(-0.12, 1.2))
            axes.set_aspect("equal")
            axes.set_axis_off()
            told.append(f"{title}: {'; '.join(parts)}")
        return picture(figure, f"Arrows at their angles with {center}. {'. '.join(told)}.")


def _arrow(axes: Axes, angle: float, color: str, name: str) -> None:
    """Draw a unit arrow from the origin with its name at the end."""
    x, y = np.cos(angle), np.sin(angle)
    style = {"arrowstyle": "-|>", "color": color, "lw": 2.2, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (x, y), (0, 0), arrowprops=style)
    axes.annotate(name, (x, y), (6, 3), textcoords="offset points", va="bottom")


def unit_vectors(words: Sequence[str], vectors: Array) -> Picture:
    """Draw the directions of three words exactly: three vectors always fit into three dimensions.

    Args:
        words: Three words.
        vectors: (3, d) their vectors, linearly independent.

    Raises:
        ValueError: If there are not three vectors, or one is a combination of the others.
    """
    rows = as_matrix("vectors", vectors)
    require_same_length("words", words, "vectors", rows)
    require(len(rows) == 3 and np.linalg.matrix_rank(rows) == 3, "vectors", "span a space", words)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = np.clip(units @ units.T, -1, 1)
    # Any rows with these dot products are the same three directions, turned.
    points = np.linalg.cholesky(cosines)
    told = []
    with new_figure(4.8, 4.3) as figure:
        axes = cast(Axes3D, figure.add_subplot(projection="3d"))
        _sphere(axes)
        for word, point in zip(words, points, strict=True):
            axes.quiver(0, 0, 0, *point, color=CENTER, lw=2.5, arrow_length_ratio=0.08)
            axes.text(*(1.1 * point), word, weight="bold", ha="center", va="center")
        for i, j in combinations(range(3), 2):
            turn = np.linspace(0, 1, 30)[:, np.newaxis]
            arc = (1 - turn) * points[i] + turn * points[j]
            arc = arc / np.linalg.norm(arc, axis=1, keepdims=True)
            axes.plot(*arc.T, color=CONTEXT, lw=1.8)
            degrees = float(np.degrees(np.arccos(cosines[i, j])))
            axes.text(*(1.09 * arc[15]), f"{degrees:.0f}°", ha="center", va="center")
            told.append(f"{words[i]} and {words[j]} {degrees:.0f}°, cosine {cosines[i, j]:.2f}")
        axes.set(xlim=(-0.05, 1.0), ylim=(-0.05, 1.0))
        axes.set_zlim(-0.02, 1.03)
        axes.view_init(elev=22, azim=28)
        axes.set_box_aspect((1, 1, 1), zoom=1.05)
        axes.set_axis_off()
        return picture(
            figure,
            f"The unit vectors of {listing(list(words))} in space, with arcs between their ends: "
            f"{'; '.join(told)}.",
        )


def _sphere(axes: Axes3D) -> None:
    """Draw an eighth of the unit sphere as a net."""
    steps = np.linspace(0, np.pi / 2, 30)
    for fixed in np.linspace(0, np.pi / 2, 6):
        ring = np.stack([np.cos(steps), np.sin(steps), np.full(30, np.sin(fixed))])
        ring[:2] *= np.cos(fixed)
        axes.plot(*ring, color=MUTED, lw=0.6, alpha=0.6)
        axes.plot(
            np.cos(fixed) * np.cos(steps),
            np.sin(fixed) * np.cos(steps),
            np.sin(steps),
            color=MUTED,
            lw=0.6,
            alpha=0.6,
        )


def two_tables(words: Sequence[str], tables: Mapping[str, Array], *, subject: str) -> Picture:
    """Draw tables of similarities between the same words, one below the other.

    Args:
        words: W words.
        tables: Two titles, each with a (W, W) table.
        subject: What the numbers are, for the alternative text.

    Raises:
        ValueError: If there are not two tables, or one is not (W, W).
    """
    require(len(tables) == 2, "tables", "be two", list(tables))
    W = len(words)
    parts, grids = [], []
    with new_figure(4.2, 0.7 + 2 * (0.55 + 0.44 * W)) as figure:
        for axes, (title, table) in zip(figure.subplots(2, 1), tables.items(), strict=True):
            grid = as_matrix(title, table)
            require(grid.shape == (W, W), title, f"have shape ({W}, {W})", grid.shape)
            for (i, j), value in np.ndenumerate(grid):
                tint = mpl.colors.to_rgba(CENTER, alpha=0.55 * float(np.clip(value, 0, 1)))
                axes.add_patch(mpl.patches.Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=tint))
                axes.text(j, i, f"{value:.2f}", ha="center", va="center")
            axes.set(xlim=(-0.5, W - 0.5), ylim=(W - 0.5, -0.5))
            axes.set_xticks(range(W), words)
            axes.set_yticks(range(W), words)
            axes.tick_params(length=0, labeltop=True, labelbottom=False)
            axes.spines[:].set_visible(False)
            axes.set_title(title, loc="left", pad=22)
            grids.append(grid)
            pairs = [
                f"{words[i]}–{words[j]} {grid[i, j]:.2f}" for i, j in combinations(range(W), 2)
            ]
            parts.append(f"{title}: {', '.join(pairs)}")
        gap = float(np.abs(grids[0] - grids[1]).max())
        return picture(
            figure, f"{subject}, two tables. {'; '.join(parts)}. Largest difference {gap:.2f}."
        )


def components(groups: Mapping[str, Mapping[str, Sequence[float]]], *, subject: str) -> Picture:
    """Draw the components of vectors as bars from zero: a row for each vector, a column for each.

    Args:
        groups: Title of a group to names and their vectors, all of one length d. A group has a
            color of its own.
        subject: What is shown, for the alternative text.

    Raises:
        ValueError: If the vectors differ in length.
    """
    vectors = [as_vector(name, v) for group in groups.values() for name, v in group.items()]
    d = len(vectors[0])
    require(all(len(v) == d for v in vectors), "groups", f"hold vectors of length {d}", "others")
    reach = max(1e-12, max(float(np.max(np.abs(v))) for v in vectors))
    n_lines = len(vectors) + len(groups)
    told, labels, row = [], [], 0
    with new_figure(4.8, 0.5 + 0.33 * n_lines) as figure:
        axes = figure.add_subplot()
        for (title, group), color in zip(groups.items(), cycle((CENTER, MUTED, TRUTH))):
            # Among the names, where no bar and no axis runs through it.
            place: dict[str, Any] = {"textcoords": "offset points", "ha": "right", "va": "center"}
            axes.annotate(title, (-0.5, row), (-4, 0), color=color, weight="bold", **place)
            row += 1
            for name, vector in group.items():
                for column, value in enumerate(as_vector(name, vector)):
                    width = 0.52 * value / reach
                    axes.barh(row, width, left=column, color=color, height=0.6)
                    end = max(float(width), 0.0) + 0.04
                    axes.text(column + end, row, number(value).replace("-", "−"), va="center")
                labels.append((row, name))
                told.append(f"{name} ({', '.join(number(float(x)) for x in vector)})")
                row += 1
        axes.vlines(range(d), 0.5, n_lines - 0.5, color=INK, lw=0.6)
        axes.set_yticks([place for place, _ in labels], [name for _, name in labels])
        axes.set(xlim=(-0.5, d - 0.1), ylim=(n_lines - 0.4, -0.6))
        axes.set_xticks(range(d), [f"{column + 1}" for column in range(d)])
        axes.set_xlabel("dimension")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return picture(figure, f"{subject}, as bars. {'; '.join(told)}.")


def answers(
    questions: Sequence[tuple[str, str]],
    left_out: Sequence[str],
    allowed: Sequence[str],
    *,
    subject: str,
) -> Picture:
    """Draw questions with the word wanted and two answers; a right answer stands on a tint.

    Args:
        questions: n questions, each with the word that is right.
        left_out: n answers if the question's own words may not be answers.
        allowed: n answers if they may.
        subject: What is asked, for the alternative text.

    Raises:
        ValueError: If the lengths do not agree.
    """
    require_same_length("left_out", left_out, "questions", questions)
    require_same_length("allowed", allowed, "questions", questions)
    columns = {"left out": left_out, "allowed": allowed}
    n, told = len(questions), []
    with new_figure(4.8, 0.75 + 0.58 * n) as figure:
        axes = figure.add_subplot()
        axes.text(1.0, -0.95, "question’s own words …", ha="right", va="center", color=MUTED)
        for x, title in zip((0.44, 0.74), columns, strict=True):
            axes.text(x, -0.45, f"… {title}", va="center", weight="bold")
        for row, (question, wanted) in enumerate(questions):
            axes.text(0, row + 0.06, question, va="center", fontsize=11)
            axes.text(0, row + 0.44, f"= {wanted}", va="center")
            for x, given in zip((0.44, 0.74), columns.values(), strict=True):
                if given[row] == wanted:
                    tint = mpl.colors.to_rgba(TRUTH, 0.35)
                    box = mpl.patches.Rectangle((x - 0.012, row + 0.22), 0.26, 0.46, facecolor=tint)
                    axes.add_patch(box)
                axes.text(x, row + 0.44, given[row], va="center")
            told.append(f"{question} = {wanted}: {left_out[row]}, {allowed[row]}")
        axes.set(xlim=(-0.01, 1.01), ylim=(n, -1.25))
        axes.set_axis_off()
        rights = [
            sum(g == w for g, (_, w) in zip(given, questions, strict=True))
            for given in columns.values()
        ]
        return picture(
            figure,
            f"{subject}: {n} questions, {rights[0]} answered right with the question’s own words "
            f"left out, {rights[1]} with them allowed. {'; '.join(told)}.",
        )

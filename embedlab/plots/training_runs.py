"""What a training run does: moments of it side by side; what was learned beside what should be."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np

from embedlab.numerics import Array, as_vector, require, require_same_length
from embedlab.pictures import (
    CENTER,
    CONTEXT,
    NOISE,
    PALETTE,
    TRUTH,
    Picture,
    listing,
    new_figure,
    number,
    picture,
)


def stills(
    frames: Array, words: Sequence[str], groups: Sequence[str], titles: Sequence[str]
) -> Picture:
    """Draw words at several moments of a training, one panel for each, all on one scale.

    Args:
        frames: (s, W, 2) positions, such as ``training.trajectories`` gives.
        words: W words, for the alternative text.
        groups: The group of each word, named in the last panel.
        titles: s titles.

    Raises:
        ValueError: If the lengths do not agree.
    """
    require_same_length("titles", titles, "frames", frames)
    require_same_length("words", words, "a frame", frames[0])
    require_same_length("groups", groups, "a frame", frames[0])
    names = list(dict.fromkeys(groups))
    limit = 1.15 * float(np.abs(frames).max())
    radii, n_rows = [], -(-len(frames) // 2)
    with new_figure(4.8, 0.2 + 2.35 * n_rows) as figure:
        panels = figure.subplots(n_rows, 2, squeeze=False).ravel()
        for axes in panels:
            axes.set_axis_off()
        for axes, frame, title in zip(panels, frames, titles, strict=False):
            is_last = title == titles[-1]
            for name, color, marker in zip(names, cycle(PALETTE), cycle("os^D"), strict=False):
                rows = [i for i, group in enumerate(groups) if group == name]
                axes.scatter(frame[rows, 0], frame[rows, 1], color=color, marker=marker, s=26)
                if is_last:
                    x = float(frame[rows, 0].mean())
                    high = max(frame[rows, 1]) + 0.06 * limit
                    axes.text(x, high, name, color=color, weight="bold", ha="center", va="bottom")
            axes.set(xlim=(-limit, limit), ylim=(-limit, 1.1 * limit), title=title)
            axes.set_aspect("equal")
            radii.append(float(np.sqrt((frame**2).sum(axis=1).mean())))
        told = [f"{title}, {number(r / radii[-1])}" for title, r in zip(titles, radii, strict=True)]
        members = [
            f"{name} ({', '.join(w for w, g in zip(words, groups, strict=True) if g == name)})"
            for name in names
        ]
        return picture(
            figure,
            f"Words at {len(titles)} moments of training: {listing(members)}. Spread around the "
            f"middle, as a share of the last one: {'; '.join(told)}.",
        )


def agreement(
    expected: Mapping[str, Sequence[float]],
    learned: Mapping[str, Sequence[float]],
    *,
    labels: tuple[str, str],
    subject: str,
) -> Picture:
    """Draw learned against expected numbers as points, with the line where they are equal.

    Args:
        expected: Name of a kind of points to their numbers.
        learned: The same names to as many numbers.
        labels: Names of the horizontal and the vertical axis.
        subject: What is compared, for the alternative text.

    Raises:
        ValueError: If names or lengths do not agree.
    """
    require(list(expected) == list(learned), "learned", f"name {list(expected)}", list(learned))
    told, ends = [], []
    with new_figure(4.8, 4.2) as figure:
        axes = figure.add_subplot()
        for (name, x), color, marker in zip(
            expected.items(), (CONTEXT, CENTER, NOISE), "os^", strict=False
        ):
            first, second = as_vector(name, x), as_vector(name, learned[name])
            require_same_length("expected", first, "learned", second)
            axes.scatter(first, second, s=9, color=color, marker=marker, alpha=0.55, linewidths=0)
            r = float(np.corrcoef(first, second)[0, 1])
            ends.append((name, color))
            told.append(f"{len(first)} {name}, correlation {r:.2f}")
        low = min(min(x) for x in expected.values())
        high = max(max(x) for x in expected.values())
        axes.plot([low, high], [low, high], color=TRUTH, lw=2)
        axes.annotate(
            "equal",
            (high, high),
            (-4, 6),
            textcoords="offset points",
            color=TRUTH,
            ha="right",
            weight="bold",
        )
        for row, (name, color) in enumerate(ends):
            axes.text(
                0.02,
                0.97 - 0.075 * row,
                name,
                transform=axes.transAxes,
                color=color,
                weight="bold",
                va="top",
            )
        axes.set(xlabel=labels[0], ylabel=labels[1])
        axes.grid(visible=True)
        return picture(figure, f"{subject}, {labels[1]} over {labels[0]}: {'; '.join(told)}.")

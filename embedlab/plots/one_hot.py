"""The figures of the introduction and of chapter 1: associations, three codes, equal distances."""

from collections.abc import Mapping, Sequence
from typing import cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from mpl_toolkits.mplot3d.axes3d import Axes3D

from embedlab.numerics import Array, as_integer, as_vector, require, require_same_length
from embedlab.onehot import code_points, one_hot
from embedlab.pictures import (
    CENTER,
    CONTEXT,
    INK,
    MUTED,
    Picture,
    listing,
    new_figure,
    number,
    picture,
)


def associations(
    center: str, words: Sequence[str], similarities: Mapping[str, Sequence[float]]
) -> Picture:
    """Draw words around another one, the nearer the more similar; one panel for each measure.

    Args:
        center: The word in the middle.
        words: W words, which keep their direction from panel to panel.
        similarities: Name of a measure to W numbers, at most 1; 1 is the middle and 0 the ring.

    Raises:
        ValueError: If there are no words, or not W numbers, or one is above 1.
    """
    require(len(words) > 0, "words", "be at least one", list(words))
    angles = np.pi / 2 + 2 * np.pi * np.arange(len(words)) / len(words)
    told = []
    with new_figure(4.8, 4.1 * len(similarities)) as figure:
        panels = figure.subplots(len(similarities), 1, squeeze=False)[:, 0]
        for axes, (name, values) in zip(panels, similarities.items(), strict=True):
            scores = as_vector(name, values)
            require_same_length("words", words, name, scores)
            require(float(np.max(scores)) <= 1, name, "be at most 1", float(np.max(scores)))
            _star(axes, center, words, scores, angles)
            axes.set_title(name, loc="left")
            order = np.argsort(-scores, kind="stable")
            told.append(f"{name}: {listing([f'{words[i]} {scores[i]:.2f}' for i in order])}")
        return picture(figure, f"Words around {center}, nearest first. {'; '.join(told)}.")


def _star(axes: Axes, center: str, words: Sequence[str], scores: Array, angles: Array) -> None:
    """Draw one panel of ``associations``."""
    axes.add_patch(mpl.patches.Circle((0, 0), 1.0, fill=False, edgecolor=MUTED, ls=":"))
    axes.text(0, -1.05, "0: nothing in common", ha="center", va="top", color=MUTED, fontsize=11)
    for word, score, angle in zip(words, scores, angles, strict=True):
        x, y = (1 - score) * np.cos(angle), (1 - score) * np.sin(angle)
        axes.plot([0, x], [0, y], color=CONTEXT, lw=0.6 + 4 * max(0.0, score), alpha=0.55)
        axes.plot(x, y, "o", color=CONTEXT, ms=7)
        side = "left" if x > 0.05 else "right" if x < -0.05 else "center"
        shift = {"left": (8, 0), "right": (-8, 0), "center": (0, 10)}[side]
        axes.annotate(
            f"{word} {score:.2f}",
            (x, y),
            shift,
            textcoords="offset points",
            ha=side,
            va="center",
        )
    axes.plot(0, 0, "o", color=CENTER, ms=10)
    axes.annotate(
        center,
        (0, 0),
        (0, -17),
        textcoords="offset points",
        ha="center",
        weight="bold",
        color=CENTER,
    )
    axes.set(xlim=(-1.55, 1.55), ylim=(-1.25, 1.2))
    axes.set_aspect("equal")
    axes.set_axis_off()


def three_ways(word: str, place: int, n_words: int, dense: Sequence[float]) -> Picture:
    """Draw a word as code points, as a one-hot vector and as a dense vector.

    Args:
        word: At most 12 letters.
        place: Of the word in the vocabulary.
        n_words: V, the size of the vocabulary.
        dense: (d,) its dense vector.

    Raises:
        ValueError: If the word is too long or the place not in the vocabulary.
    """
    require(1 <= len(word) <= 12, "word", "have 1 to 12 letters", word)
    sparse = one_hot(as_integer("place", place, 0), n_words)
    codes, values = code_points(word), as_vector("dense", dense)
    with new_figure(4.8, 4.4) as figure:
        first, second, third = figure.subplots(3, 1)
        bars = first.bar(range(len(codes)), codes, color=MUTED, width=0.5)
        first.bar_label(bars, [str(code) for code in codes], padding=2)
        first.set_xticks(range(len(word)), list(word))
        first.set_xlim(-0.9, max(len(word), 6) - 0.1)
        first.set_title("letters: code points", loc="left")
        second.bar(range(n_words), sparse, color=CENTER, width=max(0.8, n_words / 150))
        second.annotate(
            f"1 at place {place:,}", (place, 1), (8, -4), textcoords="offset points", va="top"
        )
        second.set_title(f"one-hot: {n_words:,} numbers, one of them not 0", loc="left")
        third.bar(range(len(values)), values, color=CENTER, width=0.8)
        third.axhline(0, color=INK, linewidth=0.6)
        n_zeros = int((values == 0).sum())
        zeros = "none of them 0" if n_zeros == 0 else f"{n_zeros} of them 0"
        third.set_title(f"dense: {len(values):,} numbers, {zeros}", loc="left")
        for axes in (first, second):
            axes.set_ylim(0, 1.3 * (max(codes) if axes is first else 1))
            axes.set_yticks([])
        spelled = [f"{letter} {code}" for letter, code in zip(word, codes, strict=True)]
        return picture(
            figure,
            f"The word {word} in three panels. Code points: {listing(spelled)}. One-hot: "
            f"{n_words:,} numbers, a single 1 at place {place:,}. Dense: {len(values):,} numbers "
            f"from {number(float(values.min()))} to {number(float(values.max()))}, {zeros}.",
        )


def corners(words: Sequence[str]) -> Picture:
    """Draw the one-hot vectors of three words in space, with the distances between their ends.

    Raises:
        ValueError: If there are not three words.
    """
    require(len(words) == 3, "words", "be three", list(words))
    ends = np.eye(3)
    with new_figure(4.2, 3.6) as figure:
        axes = cast(Axes3D, figure.add_subplot(projection="3d"))
        told = []
        for i, word in enumerate(words):
            axes.quiver(0, 0, 0, *ends[i], color=CENTER, lw=2.5, arrow_length_ratio=0.08)
            axes.text(*(1.1 * ends[i]), word, weight="bold", ha="center", va="center")
            j = (i + 1) % 3
            axes.plot(*np.stack([ends[i], ends[j]]).T, color=CONTEXT, ls="--", lw=1.5)
            distance = float(np.linalg.norm(ends[i] - ends[j]))
            axes.text(*(0.62 * (ends[i] + ends[j])), f"{distance:.2f}", ha="center", va="center")
            told.append(f"{word} to {words[j]} {distance:.2f}")
        axes.set(xlim=(-0.1, 1), ylim=(-0.1, 1))
        axes.set_zlim(0, 1.1)
        axes.view_init(elev=24, azim=38)
        axes.set_box_aspect((1, 1, 1), zoom=1.2)
        axes.set_axis_off()
        return picture(
            figure,
            f"Three arrows along the three axes: {listing(list(words))} as one-hot vectors. "
            f"Distances between their ends: {listing(told)}.",
        )

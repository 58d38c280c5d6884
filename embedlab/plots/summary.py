"""The figure of the summary: the same words in the spaces of the course, side by side."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_matrix, require, require_same_length
from embedlab.pictures import Picture, listing, new_figure, picture
from embedlab.plots.numbers import tint_cells
from embedlab.vectors import similarity_matrix

_N_TOLD = 3


def journey(words: Sequence[str], spaces: Mapping[str, npt.ArrayLike]) -> Picture:
    """Draw the cosines of all pairs of words, one panel for each space; strong means alike.

    Args:
        words: N names, at least 3.
        spaces: Name of a space to its vectors (N, d); each has a d of its own.

    Raises:
        ValueError: If there is no space, there are too few words, or not N rows in each space.
    """
    require(len(words) >= 3, "words", "be at least three", list(words))
    require(len(spaces) > 0, "spaces", "be at least one", list(spaces))
    n_rows = -(-len(spaces) // 2)
    told = []
    with new_figure(4.8, 0.4 + 2.15 * n_rows) as figure:
        panels = figure.subplots(n_rows, 2, squeeze=False)
        for axes in panels.flat[len(spaces) :]:
            axes.set_axis_off()
        for i, (name, rows) in enumerate(spaces.items()):
            matrix = as_matrix(name, rows)
            require_same_length("words", words, name, matrix)
            cosines = similarity_matrix(matrix)
            axes = panels.flat[i]
            tint_cells(axes, 0.9 * np.clip(cosines, 0.0, 1.0), borders=True)
            axes.set_aspect("equal")
            axes.set_xticks([])
            axes.tick_params(labelsize=10)
            axes.set_title(name, loc="left", fontsize=12)
            axes.set_yticks(range(len(words)), words if i % 2 == 0 else [""] * len(words))
            told.append(f"{name}: {_most_alike(words, cosines)}")
        names = listing(list(words))
        return picture(
            figure,
            f"Cosines of all pairs of {names} in {len(spaces)} spaces. The most similar pairs of "
            f"each: {'; '.join(told)}.",
        )


def _most_alike(words: Sequence[str], cosines: Array) -> str:
    """Return the pairs with the largest cosines in words, or that no cosine is above 0."""
    left, right = np.triu_indices(len(words), 1)
    values = cosines[left, right]
    order = [k for k in np.argsort(-values, kind="stable")[:_N_TOLD] if values[k] > 1e-9]
    pairs = [f"{words[left[k]]} and {words[right[k]]} {values[k]:.2f}" for k in order]
    return listing(pairs) if pairs else "no two words have anything in common"

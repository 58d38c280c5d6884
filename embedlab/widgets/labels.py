"""Where the names of points stand so that they cover neither one another nor the points."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_matrix, require_same_length

# Pixels of a letter and of a line at font size 12, and between a point's middle and its name.
LETTER, LINE, GAP = 6.4, 14.0, 10.0
# Above, below, right, left, and the four corners; the earlier ones are preferred.
SIDES = ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
_N_SWEEPS = 6


def beside(
    chart: alt.Chart, name: str, point: tuple[str, str], side: str, pixel: tuple[float, float]
) -> alt.Chart:
    """Return a chart's rows with the middles of their names, ``lx`` and ``ly``, in data units.

    Args:
        chart: Its rows are points.
        name: Expression of a row's name.
        point: Expressions of its place.
        side: Expression of the side's number, as ``sides`` returns it.
        pixel: How many data units a pixel is, right and up.
    """
    (x, y), (right, up) = point, pixel
    placed: alt.Chart = chart.transform_calculate(
        toward=f"{[list(side) for side in SIDES]}[{side}]"
    ).transform_calculate(
        lx=f"{x} + datum.toward[0] * {right} * ({LETTER / 2} * length({name})"
        f" + (datum.toward[1] == 0 ? {GAP} : 0))",
        ly=f"{y} - datum.toward[1] * {(LINE + GAP) / 2 * up}",
    )
    return placed


def readable(points: npt.ArrayLike, names: Sequence[str], chosen: Sequence[int]) -> list[bool]:
    """Return whether each name, at its side, covers no name before it that can be read.

    Args:
        points: (m, 2) places in pixels, y downward.
        names: m names.
        chosen: The numbers of their sides.
    """
    places = as_matrix("points", points)
    free: list[int] = []
    boxes = [
        (place + offsets(name)[side], np.array([LETTER * len(name) / 2 + 2, LINE / 2]))
        for place, name, side in zip(places, names, chosen, strict=True)
    ]
    for i, (middle, half) in enumerate(boxes):
        others = [boxes[j] for j in free]
        apart = [np.abs(middle - other) - (half + extent) for other, extent in others]
        # A pixel of overlap hides nothing. Letters such as m are wider than the mean, hence the 2.
        if all((gap > -1).any() for gap in apart):
            free.append(i)
    return [i in free for i in range(len(names))]


def offsets(name: str) -> Array:
    """Return where the middle of a name can stand (8, 2), in pixels from its point."""
    half = LETTER * len(name) / 2
    return np.array([(x * (half + GAP * (y == 0)), y * (LINE / 2 + GAP / 2)) for x, y in SIDES])


def sides(points: npt.ArrayLike, names: Sequence[str], size: float) -> list[int]:
    """Return, for each point, the number of the side where its name covers least.

    One name after another moves to its best side, a few times over.

    Args:
        points: (m, 2) places in pixels, y downward.
        names: m names.
        size: Width and height of the plot, whose edges a name should not cross.
    """
    places = as_matrix("points", points)
    require_same_length("names", names, "points", places)
    middles = [place + offsets(name) for place, name in zip(places, names, strict=True)]
    halves = np.array([(LETTER * len(name) / 2, LINE / 2) for name in names])
    dots = np.full_like(halves, 5.0)
    chosen = [0] * len(names)
    for _ in range(_N_SWEEPS):
        for i, options in enumerate(middles):
            others = np.array([middles[j][chosen[j]] for j in range(len(names)) if j != i])
            costs = 0.5 * np.arange(len(SIDES), dtype=float)
            costs += _covered(options, halves[i], places, dots)
            costs += _covered(options, halves[i], others, np.delete(halves, i, axis=0))
            beyond = np.abs(options - size / 2) + halves[i] - size / 2
            costs += LINE * np.maximum(beyond, 0).sum(axis=1)
            chosen[i] = int(costs.argmin())
    return chosen


def _covered(options: Array, half: Array, others: Array, halves: Array) -> Array:
    """Return the area of other boxes (n, 2) that a box covers at each option."""
    if len(others) == 0:
        return np.zeros(len(options))
    apart = np.abs(options[:, np.newaxis] - others[np.newaxis])
    shared = np.maximum(half + halves - apart, 0)
    return np.asarray(shared.prod(axis=2).sum(axis=1))

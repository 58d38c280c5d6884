"""Does a loss curve have phases? Straight pieces, as many as the data ask for."""

from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_integer, as_vector, require, require_same_length
from embedlab.training.separable import require_rising

# The costs of all pieces are held at once: 32 MB.
_MOST_POINTS = 2000
# What is this small beside the spread of the values is rounding, not a bend.
_EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class Phases:
    """A curve cut into straight pieces.

    Attributes:
        boundaries: (m - 1,) where each piece but the first begins.
        slopes: (m,) of the pieces.
        intercepts: (m,) of the lines through them, at x = 0.
        bic: (M,) criterion of the best cut into 1, 2, ... M pieces; the smallest was taken.
    """

    boundaries: Array
    slopes: Array
    intercepts: Array
    bic: Array


def find_phases(
    x: npt.ArrayLike, y: npt.ArrayLike, *, n_most: int = 4, min_length: int = 5
) -> Phases:
    """Return the straight pieces of a curve: the best cut of all, with as few pieces as will do.

    For each number of pieces the cut with the smallest squared error is found exactly, by dynamic
    programming (Bellman 1961, "On the approximation of curves by line segments using dynamic
    programming"). Their number has the smallest n ln(RSS / n) + 3 m ln n: a piece costs a slope, an
    intercept and a boundary.

    Choose the axes so that one law is one line: over time, the logarithm of an exponential decay;
    over log time, that of a power law. On other axes a smooth bend, which has no phases, is cut as
    well, into more pieces the less noise there is. So boundaries speak for phases only where no
    smooth formula (``fits``) does as well.

    Args:
        x: (n,) rising.
        y: (n,) values, such as ``np.log(losses)``.
        n_most: Pieces at most, M.
        min_length: Fewest points of a piece, at least 3.

    Raises:
        ValueError: If x does not rise, lengths differ, or there are fewer than ``min_length`` or
            more than 2000 points.

    >>> x = np.arange(20.0)
    >>> phases = find_phases(x, np.where(x < 10, -x, -10 - 0.1 * (x - 10)))
    >>> phases.boundaries.tolist(), phases.slopes.round(6).tolist()
    ([10.0], [-1.0, -0.1])
    """
    times = as_vector("x", x).astype(np.float64)
    values = as_vector("y", y).astype(np.float64)
    require_same_length("x", times, "y", values)
    require_rising("x", times)
    least, n = as_integer("min_length", min_length, 3), len(times)
    n_most = as_integer("n_most", n_most, 1)
    require(n >= least, "y", f"hold at least min_length, {least}, points", n)
    remedy = "take means of neighboring points"
    require(n <= _MOST_POINTS, "y", f"hold at most {_MOST_POINTS} points", n, remedy)
    costs = _costs(times, values, least)
    n_pieces = min(n_most, n // least)
    errors, cuts = _best_cuts(costs, n_pieces)
    smallest = (_EXACT * float(values.std())) ** 2 or 1.0
    n_numbers = 3 * np.arange(1, n_pieces + 1)
    bic = n * np.log(np.maximum(errors / n, smallest)) + n_numbers * log(n)
    edges = _edges(cuts, int(bic.argmin()), n)
    lines = [
        np.polynomial.Polynomial.fit(times[i:j], values[i:j], 1).convert().coef
        for i, j in pairwise(edges)
    ]
    # A level piece may come back without its slope, which is 0.
    intercepts, slopes = np.array([np.resize([*line, 0.0], 2) for line in lines]).T
    return Phases(times[edges[1:-1]], slopes, intercepts, bic)


def _costs(x: Array, y: Array, least: int) -> Array:
    """Return the squared error of the best line through points i ... j - 1, (n + 1, n + 1)."""
    # Sums of numbers around 0 lose the fewest digits.
    x, y = x - x.mean(), y - y.mean()
    columns = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y])
    sums = np.concatenate([np.zeros((6, 1)), columns.cumsum(axis=1)], axis=1)
    n, sx, sy, sxx, sxy, syy = sums[:, np.newaxis, :] - sums[:, :, np.newaxis]
    is_long = n >= least
    n = np.where(is_long, n, 1.0)
    xx, xy, yy = sxx - sx * sx / n, sxy - sx * sy / n, syy - sy * sy / n
    errors = np.maximum(yy - xy**2 / np.where(is_long, xx, 1.0), 0.0)
    return np.where(is_long, errors, np.inf)


def _best_cuts(costs: Array, n_pieces: int) -> tuple[Array, list[IntArray]]:
    """Return the smallest error with 1 ... n pieces, and where the last piece begins, per end."""
    best, errors = costs[0], [costs[0, -1]]
    cuts: list[IntArray] = [np.zeros(len(costs), dtype=np.int64)]
    for _ in range(n_pieces - 1):
        totals = best[:, np.newaxis] + costs
        cuts.append(totals.argmin(axis=0))
        best = totals.min(axis=0)
        errors.append(best[-1])
    return np.array(errors), cuts


def _edges(cuts: list[IntArray], last: int, n: int) -> list[int]:
    """Return the bounds of the pieces of the best cut, 0 and n included."""
    edges = [n]
    for k in range(last, -1, -1):
        edges.append(int(cuts[k][edges[-1]]))
    return edges[::-1]

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
# What is this small beside the values is rounding, not a bend.
_EXACT = 1e-14


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
    # Squares of numbers of about 1 neither overflow nor vanish; a power of two rounds nothing.
    span, size = (int(np.frexp(each)[1]) for each in (times[-1] - times[0], np.abs(values).max()))
    small = np.ldexp(values, -size)
    costs = _costs(np.ldexp(times, -span), small, least)
    n_pieces = min(n_most, n // least)
    errors, cuts = _best_cuts(costs, n_pieces)
    smallest = (_EXACT * float(np.abs(small).max())) ** 2 or 1.0
    n_numbers = 3 * np.arange(1, n_pieces + 1)
    bic = n * np.log(np.maximum(errors / n, smallest)) + n_numbers * log(n)
    edges = _edges(cuts, int(bic.argmin()), n)
    lines = [
        np.polynomial.Polynomial.fit(times[i:j], values[i:j], 1).convert().coef
        for i, j in pairwise(edges)
    ]
    # A level piece may come back without its slope, which is 0.
    intercepts, slopes = np.array([np.resize([*line, 0.0], 2) for line in lines]).T
    return Phases(times[edges[1:-1]], slopes, intercepts, bic + 2 * n * size * log(2))


def _costs(x: Array, y: Array, least: int) -> Array:
    """Return the squared error of the best line through points i ... j - 1, (n + 1, n + 1).

    A point adds the square of its distance from the line through those before it, made smaller by
    how much it turns that line. Nothing is subtracted from a larger sum, so that a gap anywhere in
    the curve costs the pieces beside it no digits (Brown, Durbin and Evans 1975, "Techniques for
    Testing the Constancy of Regression Relationships over Time": recursive residuals).
    """
    n = len(x)
    costs = np.full((n + 1, n + 1), np.inf)
    # One entry for each first point i: means, sums of squares and products around them, error.
    mean_x, mean_y, xx, xy, error = np.zeros((5, n))
    for j in range(n):
        so_far = slice(j + 1)
        m = np.arange(j, -1, -1.0)  # points before this one
        dx, dy = x[j] - mean_x[so_far], y[j] - mean_y[so_far]
        before, share = xx[so_far].copy(), m / (m + 1)
        xx[so_far] += share * dx**2
        # One point has no slope, and two lie on their line.
        is_line = before > 0
        slopes = np.divide(xy[so_far], before, out=np.zeros(j + 1), where=is_line)
        weights = np.divide(before, xx[so_far], out=np.zeros(j + 1), where=is_line)
        error[so_far] += share * weights * (dy - slopes * dx) ** 2
        xy[so_far] += share * dx * dy
        mean_x[so_far] += dx / (m + 1)
        mean_y[so_far] += dy / (m + 1)
        costs[: max(0, j + 2 - least), j + 1] = error[: max(0, j + 2 - least)]
    return costs


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

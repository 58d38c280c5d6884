"""The figures of chapter 5: a word in its pieces, sums of pieces, and two models' ranks."""

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from embedlab.numerics import Array, as_vector, require, require_same_length
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
from embedlab.subwords import padded_ngrams

# In monospace all letters of a piece stand under those of the word.
_LETTERS = "DejaVu Sans Mono"
_LONGEST = 20


def word_pieces(
    word: str, n_min: int, n_max: int, *, subject: str, values: Mapping[str, float] | None = None
) -> Picture:
    """Lay out the n-grams of a word under its letters, like bricks.

    Args:
        word: Of at most 20 characters; < and > are put around it.
        n_min: Fewest characters of an n-gram.
        n_max: Most characters.
        subject: What is shown, for the alternative text.
        values: A number for each n-gram, at least 0: the larger, the deeper its tint, whose
            depth is the square root. Without them all have the same.

    Raises:
        ValueError: If the word is too long, has no n-gram, or one of them has no value.
    """
    require(len(word) <= _LONGEST, "word", f"have at most {_LONGEST} characters", word)
    rows: list[list[tuple[int, str]]] = []
    for n in range(n_min, n_max + 1):
        ngrams = padded_ngrams(word, n)
        # Starts that differ by n do not overlap and share a row.
        starts = range(len(ngrams))
        rows += [[(i, ngrams[i]) for i in starts[first::n]] for first in range(min(n, len(ngrams)))]
    require(len(rows) > 0, "word", f"have an n-gram of {n_min} characters", word)
    # As one reads: by their first letter, the shorter ones first.
    shown = dict.fromkeys(ngram for _, ngram in sorted(brick for row in rows for brick in row))
    missing = [ngram for ngram in shown if values is not None and ngram not in values]
    require(missing == [], "values", "hold every n-gram of the word", missing)
    largest = max([values[ngram] for ngram in shown] if values is not None else [1.0])
    padded = f"<{word}>"
    with new_figure(max(4.2, 0.36 * len(padded)), 0.55 + 0.27 * len(rows)) as figure:
        axes = figure.add_subplot()
        for i, letter in enumerate(padded):
            axes.text(i + 0.5, 0.6, letter, ha="center", va="center", weight="bold", size=14)
        for row, bricks in enumerate(rows):
            for start, ngram in bricks:
                share = 0.35 if values is None else (values[ngram] / max(largest, 1e-300)) ** 0.5
                _brick(axes, start, row, ngram, share)
        axes.set(xlim=(0, len(padded)), ylim=(-len(rows) - 0.1, 1.1))
        axes.set_axis_off()
        told = f"The {len(shown)} different n-grams of {padded}: {', '.join(shown)}."
        if values is not None:
            ranked = sorted(shown, key=lambda ngram: -values[ngram])[:5]
            best = listing([f"{ngram} {number(values[ngram])}" for ngram in ranked])
            told = f"{len(shown)} n-grams under the letters of {padded}; the deepest tints: {best}."
        return picture(figure, f"{subject}. {told}")


def _brick(axes: Axes, start: int, row: int, ngram: str, share: float) -> None:
    """Draw one n-gram under its letters, tinted by a share from 0 to 1."""
    tint = mpl.colors.to_rgba(CENTER, alpha=0.65 * max(0.0, share))
    corner, width = (start + 0.05, -row - 0.92), len(ngram) - 0.1
    box = mpl.patches.Rectangle(corner, width, 0.84, facecolor=tint, edgecolor=MUTED, lw=0.5)
    axes.add_patch(box)
    for i, letter in enumerate(ngram):
        x, y = start + i + 0.5, -row - 0.5
        axes.text(x, y, letter, ha="center", va="center", size=11, family=[_LETTERS])


def piece_walks(
    steps: Mapping[str, Sequence[tuple[str, Array]]], *, subject: str, shared: Sequence[str]
) -> Picture:
    """Draw sums of two-dimensional pieces as walks from the origin, one step for each piece.

    Args:
        steps: Word to its pieces, each an n-gram and its vector (2,).
        subject: What is shown, for the alternative text.
        shared: N-grams to emphasize: those that more than one of the words has.
    """
    told = []
    with new_figure(4.8, 3.4) as figure:
        axes = figure.add_subplot()
        for word, pieces in steps.items():
            vectors = [as_vector(ngram, vector) for ngram, vector in pieces]
            require(all(len(v) == 2 for v in vectors), "steps", "be two numbers each", word)
            corners = np.cumsum([np.zeros(2), *vectors], axis=0)
            for (ngram, _), start, end in zip(pieces, corners[:-1], corners[1:], strict=True):
                is_shared = ngram in shared
                arrow = {
                    "arrowstyle": "-|>",
                    "color": CONTEXT if is_shared else MUTED,
                    "lw": 2.4 if is_shared else 1.2,
                    "shrinkA": 0,
                    "shrinkB": 0,
                }
                axes.annotate("", end, start, arrowprops=arrow)
                if is_shared:
                    at, by = (start + end) / 2, (3, -13)
                    axes.annotate(ngram, at, by, textcoords="offset points", color=CONTEXT)
            axes.plot(*corners[-1], "o", color=CENTER, ms=7)
            # Away from the origin, where the walk comes from.
            offset, side = ((4, 8), "right") if corners[-1, 0] < 0 else ((7, 5), "left")
            axes.annotate(
                word, corners[-1], offset, textcoords="offset points", ha=side, weight="bold"
            )
            axes.plot(corners[:, 0], corners[:, 1], alpha=0)
            x, y = corners[-1]
            told.append(f"{word}, {len(pieces)} steps, ends at ({number(x)}, {number(y)})")
        axes.plot(0, 0, "s", color=INK, ms=5)
        axes.margins(x=0.26, y=0.16)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set(xlabel="dimension 1", ylabel="dimension 2")
        axes.grid(visible=True)
        emphasized = f" Emphasized, since shared: {listing(list(shared))}." if shared else ""
        return picture(figure, f"{subject}. Walks from the origin: {listing(told)}.{emphasized}")


def collisions(
    n_pieces: int, buckets: Sequence[int], shares: Sequence[float], *, subject: str
) -> Picture:
    """Draw measured shares of pieces that share a bucket over the line that chance gives.

    Args:
        n_pieces: N, how many different pieces were hashed.
        buckets: Numbers of buckets B tried, ascending.
        shares: The share of pieces, from 0 to 1, that was measured with each.
        subject: What is shown, for the alternative text.
    """
    require_same_length("buckets", buckets, "shares", shares)
    measured = as_vector("shares", shares)
    grid = np.geomspace(buckets[0] / 2, buckets[-1] * 2, 200)
    chance = 1 - np.exp((n_pieces - 1) * np.log1p(-1 / grid))
    with new_figure(4.8, 3.4) as figure:
        axes = figure.add_subplot()
        axes.plot(grid, 100 * chance, color=TRUTH, lw=2)
        axes.plot(buckets, 100 * measured, "o", color=CENTER, ms=8)
        middle = int(np.abs(chance - 0.6).argmin())
        for name, at, color in (
            ("by chance", (grid[middle], 66), TRUTH),
            ("● measured", (buckets[0] / 1.4, 88), CENTER),
        ):
            axes.annotate(name, at, (8, 0), textcoords="offset points", color=color)
        axes.set(xscale="log", xlabel="buckets", ylabel="% of pieces that share one")
        axes.grid(visible=True)
        told = [f"{share:.1%} with {b:,}" for b, share in zip(buckets, measured, strict=True)]
        return picture(
            figure,
            f"{subject}. Of {n_pieces:,} pieces share a bucket: {listing(told)}. The points lie on "
            "the line that chance gives, up to "
            f"{_largest_gap(n_pieces, buckets, measured):.1f} percentage points.",
        )


def _largest_gap(n_pieces: int, buckets: Sequence[int], measured: Array) -> float:
    """Return how many percentage points measured shares differ from chance at most."""
    chance = [1 - (1 - 1 / b) ** (n_pieces - 1) for b in buckets]
    return 100 * float(np.abs(measured - chance).max())


def by_occurrences(
    steps: Sequence[str], series: Mapping[str, Sequence[float]], *, subject: str, axis: str
) -> Picture:
    """Draw a line for each model over steps of equal width, with its name at the right end.

    Args:
        steps: What was tried, in order.
        series: Up to four names and their values, one for each step.
        subject: What is shown, for the alternative text.
        axis: What the values are.
    """
    told = []
    ends = {name: values[-1] for name, values in series.items()}
    spread = max(map(max, series.values())) - min(map(min, series.values()))
    with new_figure(4.8, 3.6) as figure:
        axes = figure.add_subplot()
        below = -np.inf
        colors = dict(zip(series, (CENTER, CONTEXT, NOISE, INK), strict=False))
        for name in sorted(series, key=ends.__getitem__):
            values = as_vector(name, series[name])
            require_same_length("steps", steps, name, values)
            axes.plot(values, color=colors[name], lw=2, marker="o", ms=5)
            # From the lowest up, so that no two names overlap.
            below = max(ends[name], below + 0.08 * spread)
            right = len(steps) - 0.85
            axes.text(right, below, name, va="center", color=colors[name], weight="bold")
            listed = [f"{step} {number(v)}" for step, v in zip(steps, values, strict=True)]
            told.append(f"{name}: {listing(listed)}")
        axes.set_xticks(range(len(steps)), steps)
        axes.set(xlabel=axis.split(" over ")[-1], ylabel=axis.split(" over ")[0])
        axes.set_xlim(-0.2, len(steps) + 0.45)
        axes.grid(visible=True, axis="y")
        return picture(figure, f"{subject}, {axis}. {'; '.join(told)}.")


def rank_pairs(
    labels: Sequence[str],
    ranks: Mapping[str, Sequence[int]],
    *,
    subject: str,
    axis: str,
) -> Picture:
    """Draw two ranks for each label on a logarithmic axis, joined by a line.

    Args:
        labels: L names.
        ranks: Two names of models and their L ranks, 1 the best.
        subject: What is shown, for the alternative text.
        axis: What the ranks are.

    Raises:
        ValueError: If there are not two models, or a length does not fit.
    """
    require(len(ranks) == 2, "ranks", "hold two models", list(ranks))
    (first, second), (left, right) = ranks.keys(), ranks.values()
    require_same_length("labels", labels, first, left)
    require_same_length("labels", labels, second, right)
    with new_figure(4.8, 1.3 + 0.27 * len(labels)) as figure:
        axes = figure.add_subplot()
        rows = range(len(labels))
        axes.hlines(rows, left, right, color=MUTED, lw=1.2)
        axes.scatter(left, rows, color=CENTER, s=46, zorder=3)
        axes.scatter(right, rows, facecolor="none", edgecolor=CONTEXT, s=46, lw=1.4, zorder=3)
        axes.text(1.0, -1.0, f"● {first}", color=CENTER, va="center", weight="bold")
        at = max([*left, *right])
        axes.text(at, -1.0, f"{second} ○", color=CONTEXT, ha="right", va="center", weight="bold")
        axes.set_yticks(rows, labels)
        axes.set(xscale="log", xlabel=axis, ylim=(len(labels) - 0.4, -1.6))
        axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: quantity(x)))
        axes.grid(visible=True, axis="x")
        told = [f"{label} {a} and {b}" for label, a, b in zip(labels, left, right, strict=True)]
        return picture(figure, f"{subject}: {axis}, {first} and {second}. {'; '.join(told)}.")

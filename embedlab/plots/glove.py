"""The figures of chapter 4: weights in a window, ratios, fitted scores, methods and spectra."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib as mpl
import numpy as np

from embedlab.counts import power_law
from embedlab.numerics import Array, as_integer, as_vector, require, require_same_length
from embedlab.pictures import (
    CENTER,
    CONTEXT,
    INK,
    MUTED,
    NOISE,
    PALETTE,
    Picture,
    listing,
    new_figure,
    picture,
    quantity,
)

# A range of value, low and high end.
Interval = tuple[float, float, float]


def window_weights(tokens: Sequence[str], position: int, window: int) -> Picture:
    """Draw what each neighbor of a word adds to the counts: 1/d at a distance of d words.

    Args:
        tokens: One sentence.
        position: Of the word whose neighbors are counted.
        window: How many words away a neighbor may be, at least 1.

    Raises:
        ValueError: If the position is none of the sentence, or the window is no positive integer.
    """
    window = as_integer("window", window, 1)
    last = len(tokens) - 1
    require(0 <= position <= last, "position", f"be from 0 to {last}", position)
    told = []
    with new_figure(4.8, 2.5) as figure:
        axes = figure.add_subplot()
        for i, word in enumerate(tokens):
            distance = abs(i - position)
            near = 0 < distance <= window
            color = CENTER if i == position else CONTEXT if near else MUTED
            bold = "bold" if i == position else "normal"
            axes.text(i, -0.06, word, ha="center", va="top", rotation=90, color=color, weight=bold)
            if near:
                axes.bar(i, 1 / distance, width=0.62, color=CONTEXT)
                share = "1" if distance == 1 else f"1/{distance}"
                axes.text(i, 1 / distance + 0.03, share, ha="center", va="bottom")
                told.append(f"{word} {share}")
        axes.axhline(0, color=INK, lw=0.8)
        longest = max(len(word) for word in tokens)
        axes.set(xlim=(-0.6, last + 0.6), ylim=(-0.12 - 0.08 * longest, 1.2))
        axes.set_axis_off()
        return picture(
            figure,
            f"A window of {window} around {tokens[position]}. Each neighbor adds 1 divided by its "
            f"distance: {listing(told)}.",
        )


def ratio_axis(
    ratios: Mapping[str, float], first: str, second: str, *, control: Mapping[str, float]
) -> Picture:
    """Draw ratios P(k | first) / P(k | second) on a logarithmic axis around 1.

    Args:
        ratios: Context word k to its ratio, positive and finite.
        first: The word of the numerator.
        second: The word of the denominator.
        control: The same contexts' ratios in a text without meaning; drawn hollow.

    Raises:
        ValueError: If a ratio is not positive and finite, or the control has other contexts.
    """
    require(list(control) == list(ratios), "control", f"name {list(ratios)}", list(control))
    found = as_vector("ratios", list(ratios.values()))
    chance = as_vector("control", list(control.values()))
    lowest = float(min(found.min(), chance.min()))
    require(lowest > 0, "ratios and control", "be positive", lowest)
    with new_figure(4.8, 1.25 + 0.34 * len(ratios)) as figure:
        axes = figure.add_subplot()
        rows = np.arange(len(ratios))
        axes.axvline(1, color=INK, lw=1)
        axes.hlines(rows, 1, found, color=CONTEXT, lw=3)
        axes.scatter(found, rows, s=55, color=CONTEXT, zorder=3)
        axes.scatter(chance, rows, s=42, facecolor="none", edgecolor=NOISE, lw=1.8, zorder=4)
        axes.set_xscale("log")
        axes.set_yticks(rows, list(ratios))
        reach = 1.6 * float(np.exp(np.abs(np.log(np.append(found, chance))).max()))
        axes.set(xlim=(1 / reach, reach), ylim=(len(ratios) - 0.4, -0.6))
        axes.set_xlabel("ratio of probabilities")
        axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: f"{x:g}"))
        axes.grid(visible=True, axis="x")
        axes.tick_params(axis="y", length=0)
        axes.set_title(f"◂ goes with {second}", loc="left", fontsize=12, color=CONTEXT)
        axes.set_title(f"goes with {first} ▸", loc="right", fontsize=12, color=CONTEXT)
        axes.annotate(
            "○ tokens shuffled", (0.99, 0.02), xycoords="axes fraction", ha="right", color=NOISE
        )
        told = [f"{k} {quantity(r)} ({quantity(control[k])})" for k, r in ratios.items()]
        return picture(
            figure,
            f"Ratios of the probability of a context word near {first} to that near {second}, in "
            f"brackets with the tokens shuffled: {listing(told)}.",
        )


def score_panels(panels: Mapping[str, tuple[Array, Array]], *, label: str, subject: str) -> Picture:
    """Draw the same scores against several quantities, one panel for each, as points.

    Args:
        panels: Name of the horizontal quantity to its values and the scores, of one length.
        label: Name of the scores.
        subject: What is shown, for the alternative text.

    Raises:
        ValueError: If values and scores differ in number.
    """
    told = []
    with new_figure(4.8, 0.3 + 2.6 * len(panels)) as figure:
        parts = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
        for axes, (name, (values, scores)) in zip(parts, panels.items(), strict=True):
            x, y = as_vector(name, values), as_vector(label, scores)
            require_same_length(name, x, label, y)
            axes.scatter(x, y, s=9, color=CENTER, alpha=0.75, linewidths=0)
            r = float(np.corrcoef(x, y)[0, 1])
            axes.set(xlabel=name, ylabel=label)
            axes.set_title(f"correlation {r:.2f}", loc="left", fontsize=12)
            axes.grid(visible=True)
            told.append(f"over {name}, correlation {r:.2f}")
        n = len(next(iter(panels.values()))[0])
        return picture(figure, f"{subject}: {n:,} points, {label} {listing(told)}.")


def method_intervals(
    results: Mapping[str, Mapping[str, Interval]], *, subject: str, control: str = ""
) -> Picture:
    """Draw what several methods reach on several tests, with confidence intervals.

    Args:
        results: Test to method to (value, low end, high end). Every test has the same methods.
        subject: What is compared, for the alternative text.
        control: The method that is a control, drawn hollow; "" for none.

    Raises:
        ValueError: If the tests do not have the same methods.
    """
    told = []
    methods = list(next(iter(results.values())))
    ends = [high for found in results.values() for _, _, high in found.values()]
    reach = min(1.0, 1.1 * max(ends))
    with new_figure(4.8, (0.9 + 0.31 * len(methods)) * len(results)) as figure:
        parts = figure.subplots(len(results), 1, squeeze=False)[:, 0]
        for axes, (test, found) in zip(parts, results.items(), strict=True):
            require(list(found) == methods, test, f"have the methods {methods}", list(found))
            for row, (method, (value, low, high)) in enumerate(found.items()):
                color = NOISE if method == control else CENTER
                face = "none" if method == control else color
                axes.plot([low, high], [row, row], color=color, lw=3, alpha=0.6)
                axes.scatter([value], [row], s=48, facecolor=face, edgecolor=color, lw=2, zorder=3)
                text = f"{value:.2f}".replace("-", "−")
                axes.annotate(
                    text, (1.03, row), xycoords=("axes fraction", "data"), va="center_baseline"
                )
            axes.set_yticks(range(len(methods)), methods)
            lowest = min(0.0, *(low for _, low, _ in found.values()))
            axes.set(xlim=(lowest - 0.03 * reach, 1.04 * reach), ylim=(len(methods) - 0.5, -0.5))
            axes.set_title(test, loc="left", fontsize=12, pad=8)
            axes.grid(visible=True, axis="x")
            axes.tick_params(axis="y", length=0)
            shown = [f"{m} {v:.2f} ({lo:.2f} to {hi:.2f})" for m, (v, lo, hi) in found.items()]
            told.append(f"{test}: {listing(shown)}")
        return picture(figure, f"{subject}, with 95% intervals. {'; '.join(told)}.")


def spectra(values: Mapping[str, Sequence[float]], *, subject: str, n_fitted: int) -> Picture:
    """Draw falling spectra on logarithmic axes, each with the power law that fits it best.

    Args:
        values: Name to singular values, the first n_fitted of them positive.
        subject: What is shown, for the alternative text.
        n_fitted: How many of the largest values the straight lines are fitted to.

    Raises:
        ValueError: If a spectrum has fewer values than are fitted, or not positive ones.
    """
    told: list[str] = []
    ranks = np.arange(1, as_integer("n_fitted", n_fitted, 2) + 1)
    with new_figure(4.8, 4.0) as figure:
        axes = figure.add_subplot()
        for (name, row), color in zip(values.items(), cycle(PALETTE), strict=False):
            sizes = np.sort(as_vector(name, row))[::-1]
            require(len(sizes) >= n_fitted, name, f"have {n_fitted} values", len(sizes))
            alpha, fit = power_law(sizes[:n_fitted])
            share = sizes / sizes[0]
            height = np.exp(np.mean(np.log(share[:n_fitted]) + alpha * np.log(ranks)))
            axes.plot(np.arange(1, len(sizes) + 1), share, color=color, lw=2.4)
            axes.plot(ranks, height * ranks**-alpha, color=INK, lw=1.1, ls="--")
            place = (0.03, 0.04 + 0.075 * len(told))
            label = f"{name}: α = {alpha:.2f}"
            axes.text(*place, label, transform=axes.transAxes, color=color, weight="bold")
            told.append(f"{name} falls as rank to the −{alpha:.2f} (R² {fit:.2f})")
        axes.set(xscale="log", yscale="log", xlabel="rank i", ylabel="σ as a share of the first")
        axes.grid(visible=True)
        return picture(
            figure, f"{subject}; power laws fitted to the first {n_fitted}: {'; '.join(told)}."
        )

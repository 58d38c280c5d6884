"""The explorers of chapter 7: shells, distances, angles, random projections and hashing."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import numpy.typing as npt

from embedlab.numerics import as_vector, require
from embedlab.pictures import CENTER, MUTED, NOISE, TRUTH
from embedlab.widgets.explorer import Explorer, rows, slider

# The largest d, of GPT-3's vectors, as a power of two.
_LARGEST, _LAST_POWER = 12_288, 13.6
_D = f"min({_LARGEST}, round(pow(2, power)))"
# ε²/2 - ε³/3, on which ``projections.jl_dimension`` depends.
_EXPONENT = "(pow({e}, 2) / 2 - pow({e}, 3) / 3)"
_WIDTH = 250


def shell_explorer(*, power: float = 3.3, thickness: float = 10.0) -> Explorer:
    """Let the reader choose d and a shell's thickness, and see how much of a ball it holds.

    Args:
        power: The logarithm of d to base 2 at first.
        thickness: Of the shell at first, in percent of the radius.
    """
    shell_slider = slider("percent", "shell, % of the radius", 0.1, 50, 0.1, thickness)
    chosen = (_dimensions(power, 0), shell_slider)
    x = alt.X("r:Q", scale=alt.Scale(domain=[0, 1]), title="radius r")
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0, 1]), title="share of the volume within r")
    # Close together near the surface, where many dimensions bend the curve.
    radii = np.round(1 - np.linspace(1, 0, 161) ** 4, 7).tolist()
    curve = alt.Chart(rows([{"r": r} for r in radii])).transform_calculate(
        share=f"pow(datum.r, {_D})"
    )
    line = curve.mark_line(color=CENTER, strokeWidth=3).encode(x=x, y=y)
    once = alt.Chart(rows([{}])).transform_calculate(d=_D, r="1 - percent / 100", one="1")
    known = once.transform_calculate(inside="pow(datum.r, datum.d)")
    shell = known.mark_rect(color=TRUTH, opacity=0.3).encode(
        x=x, x2="one", y=alt.value(0), y2=alt.value(200)
    )
    lines = (
        "'d = ' + format(datum.d, ',')",
        "'in the shell ' + format(1 - datum.inside, '.6%')",
        f"'further inside ' + {_small('datum.inside', '.3~g')}",
        "'half of all within ' + format(1 - pow(0.5, 1 / datum.d), '.3~p') + ' of the surface'",
    )
    chart = alt.layer(shell, line, *_readout(known, lines)).add_params(*chosen)
    return Explorer(
        chart.properties(width=_WIDTH, height=200),
        "The share of a ball's volume within a radius, as a curve. Sliders set the dimensions d, "
        "as a power of two, and the thickness of an outer shell, which is shaded. Above stand the "
        "share in the shell, the share further inside, and how thick a shell holds one half. More "
        "dimensions press the curve against the surface.",
    )


def angle_explorer(*, power: float = 8.6, cosine: float = 0.1) -> Explorer:
    """Let the reader choose d and see how the angles of random directions are distributed.

    Args:
        power: The logarithm of d to base 2 at first, at least 1.
        cosine: The cosine at first, for the bound on larger ones.
    """
    chosen = (_dimensions(power, 1), slider("t", "cosine t", 0, 0.95, 0.01, cosine))
    x = alt.X("angle:Q", scale=alt.Scale(domain=[0, 180]), title="angle, degrees")
    x = x.axis(alt.Axis(values=[0, 45, 90, 135, 180]))
    y = alt.Y("height:Q", scale=alt.Scale(domain=[0, 1]), title="density, of its peak", axis=None)
    at = np.unique(np.round(90 + 90 * np.linspace(-1, 1, 181) ** 3, 4)).tolist()
    curve = alt.Chart(rows([{"angle": a} for a in at])).transform_calculate(
        height=f"pow(sin(datum.angle * PI / 180), {_D} - 2)"
    )
    area = curve.mark_area(color=NOISE, opacity=0.5, line={"color": NOISE}).encode(x=x, y=y)
    known = alt.Chart(rows([{}])).transform_calculate(d=_D, angle="acos(t) * 180 / PI")
    rule = known.mark_rule(color=MUTED, strokeDash=[4, 4]).encode(x=x)
    lines = (
        "'d = ' + format(datum.d, ',')",
        "'cosines vary by 1/√d = ' + format(1 / sqrt(datum.d), '.4f')",
        "'above ' + format(t, '.2f') + ' (' + format(datum.angle, '.0f') + '°): at most '"
        f" + {_small('exp(-datum.d * t * t / 2)', '.2~g')}",
    )
    chart = alt.layer(area, rule, *_readout(known, lines)).add_params(*chosen)
    return Explorer(
        chart.properties(width=_WIDTH, height=180),
        "The density of the angle between two random directions, as a share of its peak. Sliders "
        "set the dimensions d, as a power of two, and a cosine t. Above stand the standard "
        "deviation of the cosine, and a bound on the probability of a cosine above t. More "
        "dimensions draw the angles together at 90 degrees.",
    )


def jl_explorer(*, power: float = 4.7, epsilon: float = 0.3) -> Explorer:
    """Let the reader ask how many dimensions a random projection needs to keep all distances.

    Args:
        power: The number n of points at first, as a power of ten.
        epsilon: The largest change of a squared distance at first.
    """
    chosen = (
        slider("power", "points n, as a power of 10", 0.5, 10, 0.1, power),
        slider("epsilon", "change ε", 0.05, 0.95, 0.01, epsilon),
    )
    n = "round(pow(10, power))"
    needed = f"ceil(4 * log({n}) / {_EXPONENT})"
    x = alt.X("e:Q", scale=alt.Scale(domain=[0, 1]), title="ε, change of a squared distance")
    scale = alt.Scale(type="log", domain=[10, 100_000], clamp=True)
    ticks = alt.Axis(values=[10, 100, 1000, 10_000, 100_000], format="~s")
    y = alt.Y("k:Q", scale=scale, axis=ticks, title="dimensions k that are enough")
    grid = rows([{"e": e} for e in np.round(np.arange(0.05, 0.951, 0.01), 2).tolist()])
    curve = alt.Chart(grid).transform_calculate(k=needed.format(e="datum.e"))
    line = curve.mark_line(color=TRUTH, strokeWidth=3).encode(x=x, y=y)
    known = alt.Chart(rows([{}])).transform_calculate(e="epsilon", k=needed.format(e="epsilon"))
    point = known.mark_point(filled=True, size=160, color=CENTER, opacity=1).encode(x=x, y=y)
    promise = f"floor(exp(300 * {_EXPONENT.format(e='epsilon')} / 4))"
    lines = (
        f"'n = ' + format({n}, ',') + ', ε = ' + format(epsilon, '.2f')",
        "'k = ' + format(datum.k, ',') + ' dimensions are enough'",
        f"'300 dimensions ' + ({promise} < 2 ? 'promise nothing' : "
        f"'are enough for n ≤ ' + format({promise}, ',.0f'))",
    )
    chart = alt.layer(line, point, *_readout(known, lines)).add_params(*chosen)
    return Explorer(
        chart.properties(width=_WIDTH, height=200),
        "How many dimensions are enough for a random projection, over the largest change ε of a "
        "squared distance that one allows, on a logarithmic axis. Sliders set the number n of "
        "points, as a power of ten, and ε. Above stands the number of dimensions, and for how "
        "many points 300 dimensions would be enough. It grows slowly with n and fast as ε shrinks.",
    )


def distance_film(
    clouds: Mapping[int, npt.ArrayLike], real: npt.ArrayLike, *, name: str
) -> Explorer:
    """Show how the distances of random points draw together as d grows, beside a learned space.

    Args:
        clouds: Dimensions to distances of pairs of random points, of mean 1.
        real: Distances of pairs of learned vectors, of mean 1; they stay as they are.
        name: Of the learned space.

    Raises:
        ValueError: If there are no clouds, or distances are not finite or not of mean 1.
    """
    require(len(clouds) > 0, "clouds", "hold a dimension", "none")
    edges = np.round(np.linspace(0, 2, 51), 2)
    heights, captions = [], []
    for d, distances in clouds.items():
        ratios = _of_mean_one(f"distances, d = {d}", distances)
        heights.append(_heights(ratios, edges))
        near = float((np.abs(ratios - 1) <= 0.1).mean())
        captions.append(
            (f"d = {d:,}: {near:.0%} within 10%", f"{ratios.min():.2f} to {ratios.max():.2f}")
        )
    learned = _of_mean_one("real", real)
    data = [
        {"low": low, "high": high, "h": list(column)}
        for low, high, column in zip(
            edges[:-1].tolist(), edges[1:].tolist(), zip(*heights, strict=True), strict=True
        )
    ]
    frame = slider("frame", "picture", 0, len(clouds) - 1, 1, 0)
    scale = alt.Scale(domain=[0, 2])
    x = alt.X("low:Q", scale=scale, title="distance, mean = 1")
    y = alt.Y("height:Q", scale=alt.Scale(domain=[0, 1]), axis=None)
    bars = (
        alt.Chart(rows(data))
        .transform_calculate(height="datum.h[frame]", zero="0")
        .mark_rect(color=NOISE, opacity=0.8)
        .encode(x=x, x2="high", y=y, y2="zero")
    )
    outline = [
        {"low": low, "height": h}
        for low, h in zip(edges[:-1].tolist(), _heights(learned, edges), strict=True)
    ]
    steps = alt.Chart(rows(outline)).mark_line(
        color=CENTER, strokeWidth=2, interpolate="step-after"
    )
    texts = rows([{"frame": s, "a": a, "b": b} for s, (a, b) in enumerate(captions)])
    known = alt.Chart(texts).transform_filter("datum.frame == frame")
    within = f"{(np.abs(learned - 1) <= 0.1).mean():.0%}"
    stays = f"{learned.min():.2f} to {learned.max():.2f}"
    lines = (
        "'random, ' + datum.a",
        "'nearest and farthest pair: ' + datum.b",
        f"'{name} (line): {within} within 10%, {stays}'",
    )
    chart = alt.layer(bars, steps.encode(x=x, y=y), *_readout(known, lines)).add_params(frame)
    first, last = next(iter(clouds)), max(clouds)
    return Explorer(
        chart.properties(width=_WIDTH, height=180),
        f"A film of {len(clouds)} histograms of the distances of random points, from d = {first:,} "
        f"to {last:,}, each divided by their mean. They draw together at 1. A line that stays "
        f"shows the distances of {name}: {within} within 10% of the mean, from {stays}.",
        play="frame",
    )


def hashing_explorer(marks: Mapping[str, float], *, planes: int = 8, tables: int = 16) -> Explorer:
    """Let the reader choose planes and tables, and see which cosines hashing finds.

    Args:
        marks: Name of a kind of pairs to their cosine, from -0.2 to 1; four at most.
        planes: In each table at first.
        tables: At first.

    Raises:
        ValueError: If there are too many marks, or a cosine is out of range.
    """
    require(1 <= len(marks) <= 4, "marks", "be one to four", len(marks))
    cosines = as_vector("marks", list(marks.values()))
    inside = bool((cosines >= -0.2).all() and (cosines <= 1).all())
    require(inside, "marks", "lie between -0.2 and 1", cosines.tolist())
    chosen = (
        slider("planes", "planes b in a table", 1, 24, 1, planes),
        slider("tables", "tables L", 1, 64, 1, tables),
    )
    found = "1 - pow(1 - pow(1 - acos(datum.c) / PI, planes), tables)"
    x = alt.X("c:Q", scale=alt.Scale(domain=[-0.2, 1]), title="cosine of query and vector")
    y = alt.Y("p:Q", scale=alt.Scale(domain=[0, 1]), title="probability to meet")
    grid = rows([{"c": c} for c in np.round(np.linspace(-0.2, 1, 121), 2).tolist()])
    curve = alt.Chart(grid).transform_calculate(p=found)
    line = curve.mark_line(color=TRUTH, strokeWidth=3).encode(x=x, y=y)
    data = [{"name": k, "c": round(float(c), 4)} for k, c in marks.items()]
    at = alt.Chart(rows(data)).transform_calculate(p=found)
    points = at.mark_point(filled=True, size=140, color=CENTER, opacity=1).encode(x=x, y=y)
    written = [
        _line(
            alt.Chart(rows([row]))
            .transform_calculate(p=found)
            .transform_calculate(
                line="datum.name + ' (' + format(datum.c, '.2f') + '): ' + format(datum.p, '.1%')"
            ),
            -14 - 20 * (len(data) - 1 - i),
        )
        for i, row in enumerate(data)
    ]
    chart = alt.layer(line, points, *written).add_params(*chosen)
    return Explorer(
        chart.properties(width=_WIDTH, height=180),
        "The probability that a query meets a vector in some table of random planes, over their "
        "cosine. Sliders set the planes of a table and the number of tables. Points mark "
        + ", ".join(f"{name} with cosine {value:.2f}" for name, value in marks.items())
        + "; their probabilities stand above. More planes move the curve to the right, more "
        "tables to the left.",
    )


def _dimensions(power: float, least: float) -> alt.Parameter:
    return slider("power", "dimensions d, as a power of 2", least, _LAST_POWER, 0.1, power)


def _small(share: str, form: str) -> str:
    """Return the expression that writes a share, also one too small for the page's numbers."""
    return f"({share} > 0 ? format({share}, '{form}') : '10⁻³⁰⁰ or less')"


def _of_mean_one(name: str, distances: npt.ArrayLike) -> npt.NDArray[np.floating]:
    ratios = as_vector(name, distances)
    mean = float(ratios.mean()) if len(ratios) else 0.0
    require(abs(mean - 1) < 1e-6, name, "have the mean 1", mean, "divide them by their mean")
    return ratios


def _heights(ratios: npt.ArrayLike, edges: npt.ArrayLike) -> list[float]:
    """Return a histogram's bars as shares of the tallest."""
    counts = np.histogram(ratios, edges)[0]
    return [round(float(share), 3) for share in counts / max(1, int(counts.max()))]


def _readout(chart: alt.Chart, lines: Sequence[str]) -> list[alt.Chart]:
    """Return lines of text above the plot, from expressions, the last one lowest."""
    n = len(lines)
    return [
        _line(chart.transform_calculate(line=line), -14 - 20 * (n - 1 - i))
        for i, line in enumerate(lines)
    ]


def _line(chart: alt.Chart, y: float) -> alt.Chart:
    """Return a line of text at a height in pixels below the top of the plot."""
    text = chart.mark_text(align="left", baseline="middle")
    placed: alt.Chart = text.encode(x=alt.value(-40), y=alt.value(y), text="line:N")
    return placed

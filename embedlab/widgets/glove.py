"""The explorers of chapter 4: ratios, a cell's weight and loss, and the film of the fit."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np

from embedlab.numerics import Array, as_vector, require, require_same_length
from embedlab.pictures import CENTER, CONTEXT, MUTED, TRUTH
from embedlab.widgets.explorer import Explorer, rows, slider

# The page's own f(X); x_max and alpha are sliders.
_WEIGHT = "pow(min({x} / x_max, 1), alpha)"
# The largest loss that is drawn.
_HIGHEST = 20
# Contexts listed at each end, and how often one must have been seen near the two words.
_N_LISTED, _MIN_SEEN = 5, 20
# Width of the bars in pixels.
_BARS = 170


def ratio_explorer(
    counts: Mapping[str, Sequence[float]],
    totals: Mapping[str, float],
    contexts: Sequence[str],
    start: tuple[str, str],
) -> Explorer:
    """Let the reader choose two words and see which contexts tell them apart, by P(k|i) / P(k|j).

    Listed are the largest and the smallest ratios of the contexts that both words have met, and
    together at least 20 times.

    Args:
        counts: Word to its counts with each context; two to thirty words.
        totals: Word to the sum of its row, over all contexts, also those not handed over.
        contexts: The names of the contexts.
        start: The two words chosen at first.

    Raises:
        ValueError: If the lengths do not agree, a total is not positive or a word is unknown.
    """
    names = list(counts)
    require(2 <= len(names) <= 30, "counts", "hold two to thirty words", len(names))
    require(list(totals) == names, "totals", f"name {names}", list(totals))
    require(min(totals.values()) > 0, "totals", "be positive", min(totals.values()))
    for word, row in counts.items():
        require_same_length("contexts", contexts, f"counts of {word}", row)
    require(set(start) <= set(names), "start", f"be two of {names}", start)
    chosen = [
        alt.param(
            name=role,
            value=names.index(word),
            bind=alt.binding_select(options=list(range(len(names))), labels=names, name=label),
        )
        for role, word, label in zip("ij", start, ("word i ", "word j "), strict=True)
    ]
    held = {"names": names, "totals": list(totals.values())}
    data = [
        {"k": k, "c": list(column)}
        for k, column in zip(contexts, zip(*counts.values(), strict=True), strict=True)
    ]
    base = (
        alt.Chart(rows(data))
        .transform_calculate(a="datum.c[i]", b="datum.c[j]")
        .transform_filter(f"datum.a > 0 && datum.b > 0 && datum.a + datum.b >= {_MIN_SEEN}")
        .transform_calculate(ratio="(datum.a / totals[i]) / (datum.b / totals[j])", one="1")
        .transform_window(
            rank="row_number()",
            sort=[alt.SortField("ratio", order="descending"), alt.SortField("k")],
        )
        .transform_joinaggregate(n="count()")
        .transform_filter(f"datum.rank <= {_N_LISTED} || datum.rank > datum.n - {_N_LISTED}")
    )
    scale = alt.Scale(type="log", domain=[0.0005, 2000], clamp=True, nice=False)
    ticks = alt.Axis(values=[0.001, 0.1, 1, 10, 1000], format="~g")
    x = alt.X("ratio:Q", scale=scale, axis=ticks, title="P(k | i) / P(k | j)")
    # Room for the longest context, whichever are listed.
    extent = 4 + 6.8 * max(map(len, contexts))
    beside = alt.Axis(minExtent=extent)
    y = alt.Y("k:N", sort=alt.EncodingSortField(field="rank", op="min"), title=None, axis=beside)
    bars = base.mark_rule(color=CONTEXT, strokeWidth=12).encode(x=x, x2="one", y=y)
    written = (
        base.transform_calculate(text="format(datum.ratio, '.3~r')")
        .mark_text(align="left")
        .encode(x=alt.value(_BARS + 8), y=y, text="text:N")
    )
    ends = _line(
        alt.Chart(rows([{}])).transform_calculate(
            line="i == j ? 'Choose two different words.' :"
            " '← goes with ' + names[j] + ',  with ' + names[i] + ' →'"
        ),
        -14,
        # Above the words already: in a wide font the line needs all the room there is.
        -extent,
    )
    middle = (
        alt.Chart(rows([{"one": 1}])).mark_rule(color=MUTED).encode(x=alt.X("one:Q", scale=scale))
    )
    chart = alt.layer(bars, middle, written, ends).add_params(
        *chosen, *(alt.param(name=name, value=value) for name, value in held.items())
    )
    return Explorer(
        # Numbers need room too, more of it when they are smaller than here at first.
        chart.properties(
            width=_BARS,
            height=24 * 2 * _N_LISTED,
            padding={"left": 5, "top": 5, "bottom": 5, "right": 18},
        ),
        f"Two menus choose the words i and j. Bars show the {_N_LISTED} largest and the "
        f"{_N_LISTED} smallest ratios of the probabilities of a context near i and near j, on a "
        "logarithmic axis around 1; their numbers are written beside them. Listed are contexts "
        f"that both words have met, together at least {_MIN_SEEN} times.",
    )


def weight_explorer(*, x_max: float = 100, alpha: float = 0.75) -> Explorer:
    """Let the reader turn a count X into its weight f(X), with sliders for x_max and α.

    Args:
        x_max: At first.
        alpha: At first.
    """
    count = slider("exponent", "count X, as a power of ten", -1, 4, 0.1, 1)
    scale = alt.Scale(type="log", domain=[0.1, 1e4])
    # Moved inward, the last number would meet the one before, and be left out.
    ticks = alt.Axis(values=[0.1, 1, 10, 100, 1000, 10000], format="~g", labelFlush=False)
    x = alt.X("x:Q", scale=scale, title="count X", axis=ticks)
    y = alt.Y("f:Q", scale=alt.Scale(domain=[0, 1.05]), title="weight f(X)")
    powers = rows([{"e": e} for e in np.round(np.arange(-1, 4.01, 0.05), 2).tolist()])
    curve = (
        alt.Chart(powers)
        .transform_calculate(x="pow(10, datum.e)")
        .transform_calculate(f=_WEIGHT.format(x="datum.x"))
        .mark_line(color=CONTEXT, strokeWidth=3)
        .encode(x=x, y=y)
    )
    once = alt.Chart(rows([{}])).transform_calculate(x="pow(10, exponent)")
    here = once.transform_calculate(f=_WEIGHT.format(x="datum.x"))
    point = here.mark_point(filled=True, size=160, color=CENTER, opacity=1).encode(x=x, y=y)
    limit = (
        alt.Chart(rows([{}]))
        .transform_calculate(x="x_max")
        .mark_rule(color=MUTED, strokeDash=[4, 4])
        .encode(x=x)
    )
    written = _line(
        here.transform_calculate(
            line="'X = ' + format(datum.x, '.4~g') + ', f(X) = ' + format(datum.f, '.4f')"
        ),
        -14,
    )
    chart = alt.layer(limit, curve, point, written).add_params(count, *_weighting(x_max, alpha))
    return Explorer(
        chart.properties(width=250, height=200),
        "The weight of a cell over its count, on a logarithmic axis. Sliders set the count, x_max "
        "and alpha; a point marks the count on the curve, and its weight is written above. From "
        "x_max on, the weight is 1.",
    )


def cell_explorer(*, x_max: float = 100, alpha: float = 0.75) -> Explorer:
    """Let the reader move w·w̃ + b + b̃ and see the loss of one cell, as ``glove.cell_loss`` has it.

    Args:
        x_max: At first.
        alpha: At first.
    """
    count = slider("exponent", "count X, as a power of ten", -1, 4, 0.1, 2)
    score = slider("score", "score w·w̃ + b + b̃", -4, 12, 0.1, 2)
    x = alt.X("s:Q", scale=alt.Scale(domain=[-4, 12]), title="score")
    y = alt.Y("loss:Q", scale=alt.Scale(domain=[0, _HIGHEST]), title="loss of the cell")
    count_and_weight = {"x": "pow(10, exponent)", "f": _WEIGHT.format(x="pow(10, exponent)")}
    scores = rows([{"s": s} for s in np.round(np.arange(-4, 12.01, 0.1), 1).tolist()])
    squared = "datum.f * pow(datum.s - log(datum.x), 2)"
    curve = (
        alt.Chart(scores)
        .transform_calculate(**count_and_weight)
        .transform_calculate(loss=squared)
        .transform_filter(f"datum.loss <= {_HIGHEST}")
        .mark_line(color=CONTEXT, strokeWidth=3)
        .encode(x=x, y=y)
    )
    here = (
        alt.Chart(rows([{}]))
        .transform_calculate(s="score", **count_and_weight)
        .transform_calculate(loss=squared, pull="2 * datum.f * (datum.s - log(datum.x))")
    )
    # Above the plot's edge the point stays on it; the number beside it is the true one.
    point = (
        here.transform_calculate(edge=f"min(datum.loss, {_HIGHEST})")
        .mark_point(filled=True, size=160, color=CENTER, opacity=1)
        .encode(x=x, y=alt.Y("edge:Q", scale=alt.Scale(domain=[0, _HIGHEST]), title=None))
    )
    target = (
        alt.Chart(rows([{}]))
        .transform_calculate(s="log(pow(10, exponent))")
        .mark_rule(color=TRUTH, strokeDash=[4, 4])
        .encode(x=x)
    )
    lines = (
        "'log X = ' + format(log(datum.x), '.3f') + ', f(X) = ' + format(datum.f, '.4f')",
        "'score − log X = ' + format(datum.s - log(datum.x), '.3f')",
        "'loss ' + format(datum.loss, '.4f') + ', gradient ' + format(datum.pull, '.4f')",
    )
    written = [
        _line(here.transform_calculate(line=line), -54 + 20 * row) for row, line in enumerate(lines)
    ]
    chart = alt.layer(target, curve, point, *written)
    return Explorer(
        chart.add_params(score, count, *_weighting(x_max, alpha)).properties(width=250, height=200),
        "The loss of one cell over its score, a parabola whose lowest point is at the logarithm of "
        "the count. Sliders set the score, the count, x_max and alpha. The logarithm, the weight, "
        "the loss and its gradient are written above. Up to x_max, a larger count makes the "
        "parabola steeper.",
    )


def fit_film(
    logs: Array, scores: Array, captions: Sequence[str], *, names: Sequence[str]
) -> Explorer:
    """Show scores approaching the logarithms of the counts through a training, as a film.

    Args:
        logs: (m,) log X of some cells.
        scores: (s, m) their scores w·w̃ + b + b̃ at s moments.
        captions: s lines, such as the epoch and the loss.
        names: (m,) what each cell is, shown when a reader points at it.

    Raises:
        ValueError: If the lengths do not agree.
    """
    targets = as_vector("logs", logs)
    require_same_length("captions", captions, "scores", scores)
    require_same_length("names", names, "logs", targets)
    table = np.asarray(scores, dtype=np.float64)
    rule = f"have a score for each of the {len(targets)} cells"
    require(table.ndim == 2 and table.shape[1] == len(targets), "scores", rule, table.shape)
    data = [
        {"log": log, "name": name, "scores": column}
        for log, name, column in zip(
            np.round(targets, 3).tolist(), names, np.round(table.T, 3).tolist(), strict=True
        )
    ]
    last = len(table) - 1
    frame = slider("frame", "moment of the training", 0, last, 1, last)
    low = float(np.floor(min(np.min(targets), np.min(table))))
    high = float(np.ceil(max(np.max(targets), np.max(table))))
    scale = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("log:Q", scale=scale, title="log X")
    y = alt.Y("score:Q", scale=scale, title="w·w̃ + b + b̃")
    points = (
        alt.Chart(rows(data))
        .transform_calculate(score="datum.scores[frame]")
        .mark_point(filled=True, size=22, color=CENTER, opacity=0.6)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("name:N", title="cell"),
                alt.Tooltip("log:Q", title="log X", format=".2f"),
                alt.Tooltip("score:Q", title="score", format=".2f"),
            ],
        )
    )
    ends = rows([{"log": low, "score": low}, {"log": high, "score": high}])
    equal = alt.Chart(ends).mark_line(color=TRUTH, strokeWidth=2).encode(x=x, y=y)
    texts = rows([{"frame": s, "line": line} for s, line in enumerate(captions)])
    caption = alt.Chart(texts).transform_filter("datum.frame == frame")
    chart = alt.layer(equal, points, _line(caption, -14)).add_params(frame)
    miss = [float(np.sqrt(np.mean((row - targets) ** 2))) for row in (table[0], table[last])]
    return Explorer(
        chart.properties(width=260, height=260),
        f"A film of {len(targets)} cells of the counts in {len(table)} moments of a training: "
        "the score of each over the logarithm of its count. The points move toward the line where "
        f"both are equal; the root mean square of the misses is {miss[0]:.1f} at first and "
        f"{miss[1]:.1f} at last.",
        play="frame",
    )


def _weighting(x_max: float, alpha: float) -> tuple[alt.Parameter, alt.Parameter]:
    """Return the sliders of f."""
    return (
        slider("x_max", "x_max", 1, 500, 1, x_max),
        slider("alpha", "alpha", 0, 2, 0.05, alpha),
    )


def _line(chart: alt.Chart, y: float, x: float = -40) -> alt.Chart:
    """Return a line of text that begins x and y pixels from the upper left corner of the plot."""
    text = chart.mark_text(align="left", baseline="middle")
    placed: alt.Chart = text.encode(x=alt.value(x), y=alt.value(y), text="line:N")
    return placed

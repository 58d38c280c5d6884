"""The explorers of chapter 9, second page: machines for many passages, a service under load."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from embedlab.capacity import BUSY, FILLED
from embedlab.numerics import require, require_same_length
from embedlab.pictures import CENTER, CONTEXT, NOISE, TRUTH
from embedlab.widgets.explorer import Explorer, rows, slider

_COLORS = (CENTER, CONTEXT, TRUTH, NOISE)

# The same as embedlab.capacity.plan, in the page's language; datum.N is the number of passages.
_STEPS = {
    "n_bytes": "datum.N * datum.bytes_each",
    "shards": f"ceil(datum.n_bytes / ({FILLED} * gib * 1073741824))",
    "scan": "datum.N * share * datum.seconds_each",
    "by_memory": "copies * datum.shards",
    "by_work": f"ceil(rate * (datum.scan + encode) / ({BUSY} * cores))",
    "machines": "datum.shards * max(copies, ceil(datum.by_work / datum.shards))",
    "seconds": "datum.scan / datum.shards + encode",
    "cost": "1000000 * datum.machines * price / (3600 * rate)",
}

_PASSAGES = "datum.value >= 1e9 ? datum.value / 1e9 + ' bn' : datum.value / 1e6 + ' M'"


def capacity_explorer(
    kinds: Mapping[str, tuple[float, float]], encode_seconds: float, *, n_points: int = 21
) -> Explorer:
    """Let the reader plan machines for a million to ten billion passages.

    Args:
        kinds: Name of a kind of vectors to its bytes each and seconds each for one core; at most
            four.
        encode_seconds: Of one core, for a query's vector.
        n_points: Points of each line.

    Raises:
        ValueError: If there are no kinds, or too many.
    """
    require(0 < len(kinds) <= len(_COLORS), "kinds", "be one to four", len(kinds))
    names = list(kinds)
    controls = [
        slider("size", "passages, power of ten", 6, 10, 0.1, 8),
        alt.param(
            name="kind",
            value=names[0],
            bind=alt.binding_select(options=names, name="vectors "),
        ),
        slider("looked", "share looked at, power of ten", -4, 0, 0.1, -2),
        slider("asked", "queries per second, power of ten", 0, 4, 0.1, 2),
        slider("gib", "memory of a machine, GiB", 16, 512, 16, 64),
        slider("cores", "cores of a machine", 2, 64, 2, 16),
        slider("price", "price of a machine and hour", 0.1, 10, 0.1, 1),
        slider("copies", "copies at least", 1, 3, 1, 2),
    ]
    derived = [
        alt.param(name="share", expr="pow(10, looked)"),
        alt.param(name="rate", expr="pow(10, asked)"),
        alt.param(name="encode", value=encode_seconds),
    ]
    points = [
        {"i": i, "name": name, "bytes_each": b, "seconds_each": s, "e": 6 + 4 * i / (n_points - 1)}
        for name, (b, s) in kinds.items()
        for i in range(n_points)
    ]
    x = alt.X(
        "N:Q",
        scale=alt.Scale(type="log", domain=[1e6, 1e10]),
        axis=alt.Axis(values=[10**k for k in range(6, 11)], labelExpr=_PASSAGES),
        title="passages",
    )
    y = alt.Y(
        "cost:Q",
        scale=alt.Scale(type="log"),
        # Labels grow longer with the price.
        axis=alt.Axis(format="~s", tickCount=5, grid=False, minExtent=38),
        title="price of a million queries",
    )
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=names, range=list(_COLORS[: len(names)])), legend=None
    )
    lines = _planned(alt.Chart(rows(points)).transform_calculate(N="pow(10, datum.e)"))
    drawn = lines.mark_line(strokeWidth=2).encode(x=x, y=y, color=color)
    labels = (
        lines.transform_filter(f"datum.i == {n_points - 1}")
        .mark_text(align="left", dx=6)
        .encode(x=x, y=y, text="name:N")
    )
    each = [{"name": name, "bytes_each": b, "seconds_each": s} for name, (b, s) in kinds.items()]
    chosen = _planned(
        alt.Chart(rows(each))
        .transform_filter("datum.name == kind")
        .transform_calculate(N="pow(10, size)")
    )
    dot = chosen.mark_point(filled=True, size=130, opacity=1).encode(x=x, y=y, color=color)
    readout = [
        chosen.transform_calculate(line=line)
        .mark_text(align="left")
        .encode(x=alt.value(0), y=alt.value(-92 + 19 * i), text="line:N")
        for i, line in enumerate(_LINES)
    ]
    chart = alt.layer(drawn, labels, dot, *readout).add_params(*controls, *derived)
    return Explorer(
        chart.properties(width=230, height=220),
        "Sliders choose the passages, the share of them that a query is compared with, the queries "
        "per second, and what a machine has and costs. Lines give the price of a million queries "
        f"for vectors as {', '.join(names)}; above them stand bytes, machines and seconds for the "
        "chosen point.",
    )


_LINES = (
    "(datum.N >= 9.99e8 ? format(datum.N / 1e9, '.2f') + ' billion' :"
    " format(datum.N / 1e6, '.1f') + ' million') + ' passages, ' + kind",
    "format(datum.n_bytes / 1e9, ',.1f') + ' GB, one copy on ' + format(datum.shards, ',d')"
    " + (datum.shards > 1 ? ' machines' : ' machine')",
    "format(datum.machines, ',d') + (datum.machines > 1 ? ' machines' : ' machine') + ', limit: '"
    " + (datum.by_memory >= datum.by_work ? 'memory' : 'processor')",
    "format(1000 * datum.seconds, ',.1f') + ' ms for a query at rest'",
    "format(datum.cost, ',.2f') + ' for a million queries'",
)


def _planned(chart: alt.Chart) -> alt.Chart:
    """Return a chart whose rows carry the plan for N passages."""
    for name, expression in _STEPS.items():
        chart = chart.transform_calculate(**{name: expression})
    return chart


def load_film(
    rates: Sequence[float],
    percentiles: Mapping[str, Mapping[str, Sequence[float]]],
    errors: Mapping[str, Sequence[float]],
) -> Explorer:
    """Show percentiles of recorded latencies while the rate rises, with a button that plays it.

    Args:
        rates: s rates of requests per second, ascending.
        percentiles: Server to name of a percentile to s milliseconds.
        errors: Server to s shares of requests without an answer.

    Raises:
        ValueError: If something has no s values, or the servers differ.
    """
    require(list(errors) == list(percentiles), "errors", "name the same servers", list(errors))
    data: list[dict[str, Any]] = []
    captions: list[dict[str, Any]] = []
    for server, lines in percentiles.items():
        require_same_length(server, errors[server], "rates", rates)
        for name, values in lines.items():
            require_same_length(name, values, "rates", rates)
            data += [
                {"frame": i, "server": server, "name": name, "ms": round(float(value), 2)}
                for i, value in enumerate(values)
            ]
    for i, rate in enumerate(rates):
        failed = ", ".join(f"{server} {shares[i]:.0%}" for server, shares in errors.items())
        captions.append({"frame": i, "line": f"{rate:.0f} requests a second; without an answer:"})
        captions.append({"frame": i, "line": failed})
    frame = slider("frame", "rate", 0, len(rates) - 1, 1, 0)
    now = "datum.frame == frame"
    top = max(row["ms"] for row in data)
    low = min(row["ms"] for row in data)
    names = list(next(iter(percentiles.values())))
    rows_of = [f"{server}, {name}" for server in percentiles for name in names]
    base = (
        alt.Chart(rows(data))
        .transform_filter(now)
        .transform_calculate(row="datum.server + ', ' + datum.name")
    )
    x = alt.X(
        "ms:Q",
        scale=alt.Scale(type="log", domain=[0.6 * low, 6 * top]),
        axis=alt.Axis(format="~s", tickCount=4, grid=False),
        title="milliseconds",
    )
    y = alt.Y("row:N", sort=rows_of, title=None, axis=alt.Axis(labelLimit=160))
    servers = list(percentiles)
    color = alt.Color(
        "server:N",
        scale=alt.Scale(domain=servers, range=list(_COLORS[: len(servers)])),
        legend=None,
    )
    start = alt.X2Datum(0.6 * low)
    bars = base.mark_rule(strokeWidth=3).encode(x=x, x2=start, y=y, color=color)
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=color)
    written = (
        base.transform_calculate(text="format(datum.ms, ',.0f')")
        .mark_text(align="left", dx=9)
        .encode(x=x, y=y, text="text:N")
    )
    lines_above = [
        alt.Chart(rows(captions[part::2]))
        .transform_filter(now)
        .mark_text(align="left")
        .encode(x=alt.value(-110), y=alt.value(-30 + 18 * part), text="line:N")
        for part in (0, 1)
    ]
    chart = alt.layer(bars, dots, written, *lines_above).add_params(frame)
    return Explorer(
        chart.properties(width=200, height=28 * len(rows_of)),
        f"A film of {len(rates)} rates, from {rates[0]:.0f} to {rates[-1]:.0f} requests a second: "
        f"latencies ({', '.join(names)}) of {' and of '.join(servers)}, and the share of requests "
        "that got no answer.",
        play="frame",
    )

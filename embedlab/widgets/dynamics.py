"""The explorers of chapter 8: runs that were really made, and a curve to fit by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import altair as alt
import numpy as np

from embedlab.numerics import Array, as_integer, as_vector, require, require_same_length
from embedlab.pictures import CENTER, CONTEXT, INK, MUTED, TRUTH
from embedlab.widgets.explorer import Explorer, rows, slider

# A loss above this share of the first one is drawn at the edge; the number written is the true one.
_EDGE = 1.25
# What the reader chooses; also the names of the page's parameters.
_CHOICES = ("optimizer", "schedule", "rate")


@dataclass(frozen=True, eq=False)
class RecordedRun:
    """One descent, as far as it came.

    Attributes:
        loss: (r,) at each report, the first at the start; shorter than planned if it diverged.
        right: (r,) a score between 0 and 1 at the same moments.
        diverged: Whether the run was broken off.
    """

    loss: Sequence[float]
    right: Sequence[float]
    diverged: bool = False


def runs_explorer(
    runs: Mapping[tuple[str, str, float], RecordedRun],
    *,
    every: int,
    score: str,
    start: tuple[str, str, float],
) -> Explorer:
    """Let the reader choose optimizer, schedule and rate, and see the run that was recorded.

    Args:
        runs: (optimizer, schedule, learning rate) to its run; every combination must be there.
        every: Steps between reports.
        score: What the score says, such as "neighbor in own group".
        start: The run chosen at first.

    Raises:
        ValueError: If a combination is missing, the start is none, or lengths do not agree.
    """
    every = as_integer("every", every, 1)
    require(start in runs, "start", "be one of the runs", start)
    choices: list[list[Any]] = [list(dict.fromkeys(key[i] for key in runs)) for i in range(3)]
    missing = [key for key in product(*choices) if key not in runs]
    require(not missing, "runs", "hold every combination", f"{missing[:1]} missing")
    menus = [
        _menu(name, options, options.index(chosen))
        for name, options, chosen in zip(_CHOICES, choices, start, strict=True)
    ]
    n_reports = max(len(run.loss) for run in runs.values())
    chart = _runs_chart(every, n_reports, score, rows(_run_rows(runs, choices)))
    n_lost = sum(run.diverged for run in runs.values())
    return Explorer(
        chart.add_params(*menus).properties(width=270, height=200),
        f"{len(runs)} recorded runs; menus choose the optimizer, the schedule and the learning "
        f"rate. Two curves over the steps: the loss as a share of the first one, and the share of "
        f"words with their {score}. Thin lines are the losses at the other rates. The first and "
        f"last numbers are written above; {n_lost} of the runs diverged, which is written there.",
    )


def _runs_chart(
    every: int, n_reports: int, score: str, data: alt.Data
) -> alt.LayerChart | alt.FacetChart:
    """Return the chosen run in front of those at the other rates, with lines of text above."""
    base = alt.Chart().transform_filter("datum.o == optimizer && datum.s == schedule")
    here = base.transform_filter("datum.r == rate")
    x = alt.X("step:Q", title="step", scale=alt.Scale(domain=[0, every * (n_reports - 1)]))
    y = alt.Y("share:Q", title="share", scale=alt.Scale(domain=[0, _EDGE]))
    others = _flat(base.transform_filter("datum.r != rate"), every)
    ghosts = others.mark_line(color=MUTED, strokeWidth=1, opacity=0.55)
    loss = _flat(here, every).mark_line(color=CONTEXT, strokeWidth=3)
    # A run that was lost has no scores, only places kept for them.
    kept = here.transform_filter("!datum.lost")
    scored = _flat(kept, every).transform_calculate(share="datum.right")
    right = scored.mark_line(color=CENTER, strokeWidth=3)
    return alt.layer(
        ghosts.encode(x=x, y=y, detail=alt.Detail("r:N")),
        loss.encode(x=x, y=y),
        right.encode(x=x, y=y),
        *_headlines(here, score),
        data=data,
    )


def _menu(name: str, options: Sequence[Any], start: int) -> alt.Parameter:
    labels = [f"{option}" for option in options]
    binding = alt.binding_select(options=list(range(len(labels))), labels=labels, name=f"{name} ")
    return alt.param(name=name, value=start, bind=binding)


def _run_rows(
    runs: Mapping[tuple[str, str, float], RecordedRun], choices: Sequence[Sequence[Any]]
) -> list[dict[str, Any]]:
    """Return one row of data for each run, with the numbers of its choices in the menus."""
    data = []
    for key, run in runs.items():
        require_same_length("loss", run.loss, "right", run.right)
        places = [options.index(part) for options, part in zip(choices, key, strict=True)]
        data.append(
            dict(zip("osr", places, strict=True))
            | {"loss": np.round(run.loss, 3).tolist(), "right": np.round(run.right, 3).tolist()}
            | {"told": ", ".join(f"{part}" for part in key), "lost": run.diverged}
        )
    return data


def _headlines(here: alt.Chart, score: str) -> list[alt.Chart]:
    """Return the lines above the plot: which run, its loss and its score at both ends."""
    ends = {
        name: [f"datum.{name}[{at}]" for at in ("0", f"length(datum.{name}) - 1")]
        for name in ("loss", "right")
    }
    both = "format({}, '{form}') + ' → ' + format({}, '{form}')"
    diverged = "datum.told + ': diverged'"
    lines = (
        ("datum.lost ? " + diverged + " : datum.told", INK),
        ("'loss ' + " + both.format(*ends["loss"], form=",.2f"), CONTEXT),
        (
            f"datum.lost ? '' : '{score} ' + " + both.format(*ends["right"], form=".0%"),
            CENTER,
        ),
    )
    written = []
    for row, (line, color) in enumerate(lines):
        text = here.transform_calculate(line=line)
        mark = text.mark_text(align="left", baseline="middle", fill=color)
        place = {"x": alt.value(-34), "y": alt.value(-56 + 20 * row)}
        written.append(mark.encode(text="line:N", **place))
    return written


def _flat(chart: alt.Chart, every: int) -> alt.Chart:
    """Return one row for each report of the runs: step, and the loss as a share of the first."""
    flat: alt.Chart = (
        chart.transform_calculate(first="datum.loss[0]")
        .transform_flatten(["loss", "right"])
        .transform_window(i="row_number()", groupby=["r"])
        .transform_calculate(
            step=f"(datum.i - 1) * {every}", share=f"min(datum.loss / datum.first, {_EDGE})"
        )
    )
    return flat


def decay_explorer(
    runs: Mapping[str, Array], *, rate: float = 0.1, floor: float = 0.0, n_epochs: int = 20
) -> Explorer:
    """Let the reader fit (L₀ − c) exp(−αt) + c to recorded losses by hand.

    L₀ is the first loss. R² is 1 minus the squared misses over the squared distances from the
    mean; it falls below 0 where a formula is worse than the mean.

    Args:
        runs: Name to the losses at epochs 0, 1, 2 ...; all of the same length.
        rate: α at first.
        floor: c at first.
        n_epochs: Last epoch looked at, at first.

    Raises:
        ValueError: If there is no run, or lengths differ.
    """
    names = list(runs)
    require(len(names) > 0, "runs", "hold at least one", "none")
    table = [as_vector(name, losses) for name, losses in runs.items()]
    for name, losses in zip(names, table, strict=True):
        require_same_length(names[0], table[0], name, losses)
    data = [
        {"t": t, "l": np.round(values, 3).tolist()}
        for t, values in enumerate(zip(*table, strict=True))
    ]
    first = np.round([values[0] for values in table], 3).tolist()
    controls = (
        _menu("run", names, 0),
        slider("decay", "α", 0, 1.5, 0.01, rate),
        slider("floor", "floor c", 0, 3, 0.01, floor),
        slider("last", "epochs, up to", 5, len(data) - 1, 1, n_epochs),
    )
    chart = _decay_chart(1.05 * float(max(values.max() for values in table)), rows(data))
    chart = chart.add_params(*controls, alt.param(name="starts", value=first))
    return Explorer(
        chart.properties(width=270, height=200),
        f"Recorded losses of {len(names)} runs as points, and the curve (L₀ − c) exp(−αt) + c, "
        "with sliders for the decay α, the floor c and the last epoch. The share of the variance "
        "that the curve explains, R², is written above; below 0 the mean alone does better.",
    )


def _decay_chart(top: float, data: alt.Data) -> alt.LayerChart | alt.FacetChart:
    """Return losses up to the last epoch chosen, the chosen curve through them, and its R²."""
    base = (
        alt.Chart()
        .transform_filter("datum.t <= last")
        .transform_calculate(
            loss="datum.l[run]",
            fit="(starts[run] - floor) * exp(-decay * datum.t) + floor",
        )
    )
    x = alt.X("t:Q", title="epoch")
    y = alt.Y("loss:Q", title="loss", scale=alt.Scale(domain=[0, top]))
    points = base.mark_point(filled=True, size=26, color=CENTER, opacity=0.9).encode(x=x, y=y)
    curve = base.mark_line(color=TRUTH, strokeWidth=3)
    curve = curve.encode(x=x, y=alt.Y("fit:Q", scale=alt.Scale(domain=[0, top])))
    summed = (
        base.transform_joinaggregate(mean="mean(loss)")
        .transform_calculate(
            miss="pow(datum.loss - datum.fit, 2)", around="pow(datum.loss - datum.mean, 2)"
        )
        .transform_aggregate(rss="sum(miss)", tss="sum(around)", groupby=[])
        .transform_calculate(
            line="'R² ' + format(1 - datum.rss / datum.tss, '.3f') + ', epochs 0 to ' + last"
        )
    )
    written = summed.mark_text(align="left", baseline="middle").encode(
        x=alt.value(-30), y=alt.value(-14), text="line:N"
    )
    return alt.layer(points, curve, written, data=data)

"""The explorer of chapter 9 that weighs bytes against the neighbors that are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from embedlab.numerics import as_vector, require
from embedlab.pictures import CENTER, MUTED
from embedlab.widgets.explorer import Explorer, rows, slider

# Height of a line above the plot, in pixels, and how many there are.
_LINE, _N_LINES = 20, 4


@dataclass(frozen=True, eq=False)
class Kind:
    """One way to store vectors.

    Attributes:
        n_bytes: Of one vector.
        kept: (m,) the share of the exact nearest k that are among the first k, k + 1, ... of its
            candidates.
    """

    n_bytes: float
    kept: npt.ArrayLike


def compression_explorer(
    kinds: Mapping[str, Kind], *, k: int, start: str, full_bytes: float
) -> Explorer:
    """Let the reader weigh bytes against the neighbors kept, for a number of passages.

    Candidates that are found with compressed vectors can be compared again with the full ones. The
    first k are then those of the exact nearest k that were among the candidates.

    Args:
        kinds: Name to bytes and neighbors kept, two to eight of them.
        k: How many nearest are asked for.
        start: The kind chosen at first.
        full_bytes: Of a full vector, needed to compare again.

    Raises:
        ValueError: If there are too few or too many kinds, start is none of them, the shares are
            not in 0 to 1, or they differ in number.
    """
    names = list(kinds)
    require(2 <= len(names) <= 8, "kinds", "be two to eight", len(names))
    require(start in names, "start", f"be one of {names}", start)
    data, sizes = _rows(kinds)
    require(len(sizes) == 1, "kept", "have the same length for all kinds", sorted(sizes))
    last = k + sizes.pop() - 1
    controls = [
        alt.param(
            name="kind",
            value=names.index(start),
            bind=alt.binding_select(options=list(range(len(names))), labels=names, name="stored "),
        ),
        slider("fetched", "candidates compared again", k, last, 1, k),
        slider("power", "passages, as a power of ten", 5, 10, 0.1, 8),
    ]
    base = alt.Chart(rows(data)).transform_calculate(share=f"datum.kept[fetched - {k}]")
    smallest, largest = (f(row["bytes"] for row in data) for f in (min, max))
    x = alt.X(
        "bytes:Q",
        scale=alt.Scale(type="log", domain=[smallest / 1.5, largest * 1.5], nice=False),
        axis=alt.Axis(values=[2**i for i in range(0, 15, 2)], format="d", grid=False),
        title="bytes for a vector",
    )
    low = min(float(np.min(row["kept"])) for row in data)
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[np.floor(10 * low) / 10, 1]),
        axis=alt.Axis(format="%", tickCount=5),
        title=f"of the {k} nearest kept",
    )
    chosen = base.transform_filter("datum.i == kind")
    points = base.mark_point(filled=True, size=70, color=MUTED, opacity=1).encode(x=x, y=y)
    point = chosen.mark_point(filled=True, size=170, color=CENTER, opacity=1).encode(x=x, y=y)
    chart = alt.layer(points, point, *_readout(chosen, k, full_bytes)).add_params(*controls)
    return Explorer(
        chart.properties(width=230, height=200),
        f"Points for {', '.join(names)}: bytes for a vector, on a logarithmic axis, and the share "
        f"of the {k} nearest that are kept. A menu picks one of them, sliders the number of "
        "candidates that are compared again with the full vectors, and the number of passages. "
        "Bytes, gigabytes and the share of the chosen one stand above.",
    )


def _rows(kinds: Mapping[str, Kind]) -> tuple[list[dict[str, Any]], set[int]]:
    """Return one row of data for each kind, and the numbers of shares they have."""
    data: list[dict[str, Any]] = []
    for i, (name, kind) in enumerate(kinds.items()):
        kept = as_vector(f"kept of {name}", kind.kept)
        inside = len(kept) > 0 and kept.min() >= 0 and kept.max() <= 1
        require(bool(inside), f"kept of {name}", "be shares from 0 to 1", kept.tolist()[:3])
        shares = np.round(kept, 4).tolist()
        data.append({"i": i, "name": name, "bytes": round(kind.n_bytes, 1), "kept": shares})
    return data, {len(row["kept"]) for row in data}


def _readout(chosen: alt.Chart, k: int, full_bytes: float) -> list[alt.Chart]:
    """Return the lines above the plot."""
    gigabytes = "format({} * pow(10, power) / 1e9, ',.3~r') + ' GB'"
    lines = (
        f"datum.name + ': ' + format(datum.bytes, ',.0f') + ' bytes, ' + {gigabytes}".replace(
            "{}", "datum.bytes"
        ),
        "'for ' + (power >= 9 ? format(pow(10, power - 9), '.2~f') + ' billion' :"
        " format(pow(10, power - 6), '.3~r') + ' million') + ' passages'",
        f"format(datum.share, '.1%') + ' of the {k} nearest kept'",
        f"fetched == {k} ? 'nothing compared again' : fetched + ' compared again, with '"
        f" + {gigabytes.replace('{}', str(full_bytes))} + ' on disk'",
    )
    return [
        chosen.transform_calculate(line=line)
        .mark_text(align="left", baseline="middle")
        .encode(x=alt.value(-50), y=alt.value(-14 - _LINE * (_N_LINES - 1 - i)), text="line:N")
        for i, line in enumerate(lines)
    ]

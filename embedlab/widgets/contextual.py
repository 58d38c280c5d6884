"""The explorers of chapter 6: a query, clocks, layers, heads, and two towers that learn."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

import altair as alt
import numpy as np

from embedlab.numerics import Array, require, require_same_length
from embedlab.pictures import CENTER, CONTEXT, INK, MUTED, TRUTH
from embedlab.widgets import labels
from embedlab.widgets.explorer import DEEPEST, Explorer, rows, slider

# Words and their two numbers, keys and values alike.
_KEYS = {"river": (1.2, 0.4), "money": (-0.9, 0.8), "the": (0.1, -0.3), "steep": (0.7, -1.1)}
# Positions that the clocks go up to.
_LAST = 60
# Width of the film of layers in pixels, and how far its plane reaches from the middle.
_FILM, _EDGE = 270, 1.1


def query_explorer(keys: Mapping[str, tuple[float, float]] | None = None) -> Explorer:
    """Let the reader turn and stretch a query of two numbers and see whom it attends to.

    The weights are those of ``attention.attention`` for one query, with d_k = 2.

    Args:
        keys: Word to its key, four words unless given.
    """
    keys = _KEYS if keys is None else keys
    angle = slider("angle", "angle of the query, degrees", 0, 360, 1, 20)
    length = slider("size", "length of the query", 0, 10, 0.1, 2)
    root = alt.param(
        name="root", value=True, bind=alt.binding_checkbox(name="divide by the root of d_k ")
    )
    data = [{"word": word, "kx": x, "ky": y} for word, (x, y) in keys.items()]
    base = (
        alt.Chart(rows(data))
        .transform_calculate(
            score="size * (cos(angle * PI / 180) * datum.kx + sin(angle * PI / 180) * datum.ky)"
        )
        .transform_calculate(scaled="root ? datum.score / SQRT2 : datum.score")
        .transform_joinaggregate(top="max(scaled)")
        .transform_calculate(e="exp(datum.scaled - datum.top)")
        .transform_joinaggregate(total="sum(e)")
        .transform_calculate(weight="datum.e / datum.total")
    )
    y = alt.Y("word:N", sort=list(keys), title=None)
    x = alt.X(
        "weight:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.5, 1]),
        title="attention weight",
    )
    bars = (
        base.transform_calculate(zero="0")
        .mark_rule(color=CENTER, strokeWidth=18)
        .encode(x=x, x2="zero", y=y)
    )
    written = (
        base.transform_calculate(
            line="format(datum.weight, '.3f') + '  score ' + format(datum.score, '.2f')"
        )
        .mark_text(align="left")
        .encode(x=alt.value(148), y=y, text="line:N")
    )
    chart = alt.layer(bars, written).add_params(angle, length, root)
    listed = "; ".join(f"{word} ({kx:g}, {ky:g})" for word, (kx, ky) in keys.items())
    return Explorer(
        chart.properties(width=140, height=34 * len(keys)),
        f"Bars show how much a query attends to each of {len(keys)} words, whose keys are {listed}."
        " Sliders turn and stretch the query, a box leaves out the root. Scores and weights are "
        "written beside the words. The longer the query, the more its largest weight grows.",
    )


def clock_explorer(d: int = 8) -> Explorer:
    """Show a sinusoidal position as hands of clocks, and the same turn for an offset everywhere.

    Clock i turns by ω_i = 10000^(-2i/d) for each position, its hand being (sin ω_i p, cos ω_i p).

    Args:
        d: Dimensions, even; there are d/2 clocks.

    Raises:
        ValueError: If d is odd or below 2.
    """
    require(d >= 2 and d % 2 == 0, "d", "be even and at least 2", d)
    place = slider("p", "position p", 0, _LAST, 1, 3)
    offset = slider("k", "offset k", -10, 10, 1, 2)
    speeds = 10000.0 ** (-np.arange(0, d, 2) / d)
    data = [{"i": i, "w": float(w)} for i, w in enumerate(speeds)]
    span, bare = 2.4, dict[str, Any](scale=None, axis=None)
    unit = 270 / (span * len(speeds))
    base = alt.Chart(rows(data)).transform_calculate(
        x0=f"({span} * datum.i + 1.2) * {unit}", y0="40"
    )
    layers: list[alt.Chart] = [
        base.mark_point(size=(2 * unit) ** 2 * np.pi / 4, color=MUTED).encode(
            x=alt.X("x0:Q", **bare), y=alt.Y("y0:Q", **bare)
        )
    ]
    for name, at, color, width in (("p", "p", CENTER, 4), ("p + k", "p + k", CONTEXT, 2)):
        hand = base.transform_calculate(
            x1=f"datum.x0 + {unit} * sin(datum.w * ({at}))",
            y1=f"datum.y0 - {unit} * cos(datum.w * ({at}))",
        )
        layers.append(
            hand.mark_rule(color=color, strokeWidth=width).encode(
                x=alt.X("x0:Q", **bare), y=alt.Y("y0:Q", **bare), x2="x1", y2="y1"
            )
        )
        line = f"'{name} = ' + ({at})"
        layers.append(_text(alt.Chart(rows([{}])), line, 0 if name == "p" else 110, 96, color))
    turns = base.transform_calculate(
        line="format(datum.w * k * 180 / PI, '.2f') + '°'", y="137"
    ).mark_text(fontSize=13)
    layers.append(turns.encode(x=alt.X("x0:Q", **bare), y=alt.Y("y:Q", **bare), text="line:N"))
    layers.append(_text(alt.Chart(rows([{}])), "'turn from p to p + k, whatever p is:'", 0, 118))
    products = base.transform_calculate(c="cos(datum.w * k)").transform_aggregate(s="sum(c)")
    layers.append(_text(products, "'their dot product: ' + format(datum.s, '.4f')", 0, 160))
    chart = alt.layer(*layers).add_params(place, offset)
    return Explorer(
        chart.properties(width=270, height=168),
        f"{len(speeds)} clocks, each slower than the one before. Thick hands stand for position p, "
        "thin ones for position p + k. Sliders choose p and k. The angle between the two hands of "
        "a clock depends on k alone, and so does the dot product of the two positions.",
    )


def layers_film(
    words: Mapping[str, tuple[Array, Sequence[str], Sequence[str]]], *, start: str
) -> Explorer:
    """Show a word's vectors in several sentences after each layer, as a film up the layers.

    Args:
        words: Word to positions (L + 1, m, 2), the m senses and the m cues of its sentences. Each
            word is drawn on a scale of its own, the same in all layers.
        start: The word shown at first.

    Raises:
        ValueError: If lengths do not agree, or start is none of the words.
    """
    names = list(words)
    require(start in names, "start", f"be one of {names}", start)
    data: list[dict[str, Any]] = []
    L = len(next(iter(words.values()))[0])
    for word, (frames, senses, cues) in words.items():
        require(len(frames) == L, word, f"have {L} layers", len(frames))
        require_same_length("senses", senses, "cues", cues)
        require_same_length("senses", senses, "a frame", frames[0])
        shapes = {name: i for i, name in enumerate(dict.fromkeys(senses))}
        reach = float(np.abs(frames).max())
        # A name stands beside its point where it hides no other.
        middle = _FILM / 2
        beside = [
            labels.sides(middle + middle / _EDGE * f / reach * (1, -1), cues, _FILM) for f in frames
        ]
        for i, (sense, cue) in enumerate(zip(senses, cues, strict=True)):
            path = np.round(frames[:, i] / reach, 3)
            row = {"word": word, "sense": sense, "cue": cue, "kind": shapes[sense]}
            row |= {"at": "".join(str(table[i]) for table in beside)}
            data.append(row | {"x": path[:, 0].tolist(), "y": path[:, 1].tolist()})
    layer = slider("layer", "layer", 0, L - 1, 1, L - 1)
    chosen = alt.param(
        name="word", value=start, bind=alt.binding_select(options=names, name="word ")
    )
    pixel = 2 * _EDGE / _FILM
    base = (
        alt.Chart(rows(data))
        .transform_filter("datum.word == word")
        .transform_calculate(
            px="datum.x[layer]", py="datum.y[layer]", side="toNumber(datum.at[layer])"
        )
    )
    base = labels.beside(base, "datum.cue", ("datum.px", "datum.py"), "datum.side", (pixel, pixel))
    scale = alt.Scale(domain=[-_EDGE, _EDGE], nice=False)
    at, named_at = (
        {"x": alt.X(f"{x}:Q", scale=scale, axis=None), "y": alt.Y(f"{y}:Q", scale=scale, axis=None)}
        for x, y in (("px", "py"), ("lx", "ly"))
    )
    layers = []
    for kind, color, shape in ((0, CENTER, "circle"), (1, CONTEXT, "square")):
        some = base.transform_filter(f"datum.kind == {kind}")
        mark = some.mark_point(filled=True, size=90, color=color, shape=shape, opacity=1)
        layers.append(mark.encode(**at))
        layers.append(some.mark_text(fontSize=12).encode(**named_at, text="cue:N"))
        named = some.transform_aggregate(sense="max(sense)")
        layers.append(_text(named, "datum.sense", 130 * kind, -12, color))
    return Explorer(
        alt.layer(*layers).add_params(layer, chosen).properties(width=_FILM, height=_FILM),
        f"The vectors of a word in several sentences, in a plane, after each of {L - 1} layers. A "
        f"menu chooses one of {len(names)} words, a slider the layer. At layer 0 the points lie "
        "close together; going up, in most words the two senses part.",
        play="layer",
    )


def head_explorer(
    sentences: Sequence[tuple[Sequence[str], Array]], *, start: tuple[int, int] = (1, 1)
) -> Explorer:
    """Let the reader choose a sentence, a layer and a head, and see who attends to whom.

    Args:
        sentences: Pairs of n tokens and maps (L, H, n, n); the page keeps whole percents. There
            is a menu if there are several.
        start: The layer and the head shown at first, counted from 1.

    Raises:
        ValueError: If there is no sentence, a map has another shape, or there is no such head.
    """
    require(len(sentences) > 0, "sentences", "hold at least one", "none")
    L, H = sentences[0][1].shape[:2]
    rule = f"be a layer of {L} and a head of {H}"
    require(1 <= start[0] <= L and 1 <= start[1] <= H, "start", rule, start)
    data = []
    for s, (tokens, maps) in enumerate(sentences):
        n = len(tokens)
        require(maps.shape == (L, H, n, n), f"maps of {s}", f"be {(L, H, n, n)}", maps.shape)
        percents = np.rint(100 * maps.reshape(L * H, n, n)).astype(int)
        data += [
            {"s": s, "i": i, "j": j, "w": percents[:, i, j].tolist()}
            for i in range(n)
            for j in range(n)
        ]
    held = alt.param(name="tokens", value=[list(tokens) for tokens, _ in sentences])
    menu = alt.binding_select(
        options=list(range(len(sentences))),
        labels=[shorten(" ".join(tokens[1:-1]), 26, placeholder=" …") for tokens, _ in sentences],
        name="sentence ",
    )
    controls = (
        alt.param(name="s", value=0, bind=menu if len(sentences) > 1 else alt.Undefined),
        slider("layer", "layer", 1, L, 1, start[0]),
        slider("head", "head", 1, H, 1, start[1]),
    )
    base = (
        alt.Chart(rows(data))
        .transform_filter("datum.s == s")
        .transform_calculate(weight=f"datum.w[(layer - 1) * {H} + head - 1]")
    )
    named = dict[str, Any](
        labelExpr="tokens[s][datum.value]", ticks=False, domain=False, title=None
    )
    x = alt.X("j:O", axis=alt.Axis(orient="top", labelAngle=-90, **named))
    y = alt.Y("i:O", axis=alt.Axis(**named))
    cells = base.transform_calculate(shade="0.04 + 0.96 * datum.weight / 100").mark_rect(
        color=CENTER
    )
    scale = alt.Scale(domain=[0, 1], range=[0, DEEPEST])
    opacity = alt.Opacity("shade:Q", scale=scale, legend=None)
    tip = [alt.Tooltip("weight:Q", title="percent")]
    best = (
        base.transform_window(
            rank="row_number()", groupby=["i"], sort=[alt.SortField("weight", order="descending")]
        )
        .transform_filter("datum.rank == 1")
        .mark_text(fontSize=10)
        .encode(x=x, y=y, text="weight:Q")
    )
    chart = alt.layer(cells.encode(x=x, y=y, opacity=opacity, tooltip=tip), best)
    many = len(sentences) > 1
    shown = f"{len(sentences)} sentences" if many else f"“{' '.join(sentences[0][0])}”"
    return Explorer(
        chart.add_params(held, *controls).properties(width=250, height=250),
        f"Attention weights of a published model in {shown}: a row for each "
        "token that looks, a column for each token it looks at, the largest weight of a row "
        f"written in percent. {'A menu chooses the sentence, s' if many else 'S'}liders choose one "
        f"of {L} layers and {H} heads.",
    )


def similarity_film(frames: Array, captions: Sequence[str], moments: Sequence[str]) -> Explorer:
    """Show cosines of pictures and captions through a training, as a film.

    Args:
        frames: (s, N, N) cosines of picture i (column) and caption j (row): frames[:, j, i].
        captions: N short captions; picture i belongs to caption i.
        moments: s lines, such as the step and the recall.

    Raises:
        ValueError: If the lengths do not agree.
    """
    require_same_length("moments", moments, "frames", frames)
    n = len(captions)
    require(frames.shape[1:] == (n, n), "frames", f"have {n} rows and columns", frames.shape)
    table, last = np.round(np.asarray(frames, np.float64), 2) + 0.0, len(frames) - 1
    data = [{"j": j, "i": i, "c": table[:, j, i].tolist()} for j in range(n) for i in range(n)]
    frame = slider("frame", "moment of the training", 0, last, 1, last)
    held = alt.param(name="captions", value=list(captions))
    base = alt.Chart(rows(data)).transform_calculate(cosine="datum.c[frame]")
    x = alt.X("i:O", axis=alt.Axis(labelExpr="datum.value + 1", labelAngle=0, title="picture"))
    # Browsers differ in how wide a text is: what just fits in one is cut in another.
    captioned = alt.Axis(labelExpr="captions[datum.value]", title=None, labelLimit=200)
    y = alt.Y("j:O", axis=captioned)
    layers = []
    for test, color in ((">= 0", CENTER), ("< 0", CONTEXT)):
        cells = base.transform_filter(f"datum.cosine {test}").transform_calculate(
            shade="min(1, abs(datum.cosine))"
        )
        opacity = alt.Opacity("shade:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None)
        tip = [alt.Tooltip("cosine:Q", format=".2f")]
        layers.append(cells.mark_rect(color=color).encode(x=x, y=y, opacity=opacity, tooltip=tip))
    own = base.transform_filter("datum.i == datum.j").mark_rect(
        filled=False, stroke=TRUTH, strokeWidth=2
    )
    texts = rows([{"frame": s, "line": line} for s, line in enumerate(moments)])
    line = _text(alt.Chart(texts).transform_filter("datum.frame == frame"), "datum.line", -100, -12)
    chart = alt.layer(*layers, own.encode(x=x, y=y), line).add_params(frame, held)
    ends = [float(np.mean(np.diagonal(frames[s]))) for s in (0, last)]
    return Explorer(
        chart.properties(width=190, height=22 * n),
        f"A film of the cosines of {n} pictures, in columns, with their captions, in rows, in "
        f"{len(table)} moments of a training. Outlines mark what belongs together: its mean cosine "
        f"goes from {ends[0]:.2f} to {ends[1]:.2f}.",
        play="frame",
    )


def _text(chart: alt.Chart, line: str, x: float, y: float, color: str = INK) -> alt.Chart:
    """Return a line of text at a place in pixels from the top left of the plot."""
    drawn: alt.Chart = chart.transform_calculate(line=line).mark_text(
        align="left", baseline="middle", color=color
    )
    return drawn.encode(x=alt.value(x), y=alt.value(y), text="line:N")

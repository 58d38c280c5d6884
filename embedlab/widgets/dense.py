"""The explorers of chapter 2."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from embedlab.numerics import Array, require, require_same_length
from embedlab.pictures import BLUE, MUTED, ORANGE
from embedlab.vectors import Embeddings
from embedlab.widgets.explorer import FAINT, Explorer, Signal, rows, slider

# Of the arrows' plot: how far it reaches from the origin, its width in pixels, and what is around.
_REACH, _SIDE = 3.5, 262
_PADDING = {"left": 26, "right": 8, "top": 6, "bottom": 24}


def cosine_explorer() -> Explorer:
    """Let the reader drag two vectors, or move sliders, and see dot product, angle and cosine."""
    arrows = alt.Chart(rows([{"name": "u"}, {"name": "v"}])).transform_calculate(
        zero="0",
        angle="datum.name == 'u' ? u_angle : v_angle",
        length="datum.name == 'u' ? u_length : v_length",
        x="datum.length * cos(datum.angle * PI / 180)",
        y="datum.length * sin(datum.angle * PI / 180)",
        turn="90 - datum.angle",
    )
    # One scale for both axes. Above the arrows is room for the readout.
    scale, taller = alt.Scale(domain=[-_REACH, _REACH]), alt.Scale(domain=[-_REACH, 4.9])
    x, y = alt.X("x:Q", scale=scale, title=None), alt.Y("y:Q", scale=taller, title=None)
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=["u", "v"], range=[BLUE, ORANGE]), legend=None
    )
    lines = arrows.mark_rule(strokeWidth=3).encode(
        x=alt.X("zero:Q", scale=scale, title=None),
        y=alt.Y("zero:Q", scale=taller, title=None),
        x2="x",
        y2="y",
        color=color,
    )
    heads = arrows.mark_point(filled=True, shape="triangle", size=160, opacity=1).encode(
        x=x, y=y, color=color, angle=alt.Angle("turn:Q", scale=None)
    )
    # Beyond the heads, so that a name covers neither its own arrow nor, in most places, the other.
    names = (
        arrows.transform_calculate(
            nx="datum.x + 0.4 * cos(datum.angle * PI / 180)",
            ny="datum.y + 0.4 * sin(datum.angle * PI / 180)",
        )
        .mark_text(fontSize=16, baseline="middle")
        .encode(
            x=alt.X("nx:Q", scale=scale, title=None),
            y=alt.Y("ny:Q", scale=taller, title=None),
            text="name:N",
        )
    )
    # What a finger or a pointer takes hold of: unseen, and wide enough for a finger.
    handles = arrows.mark_point(
        filled=True, shape="circle", size=1600, opacity=0, cursor="grab"
    ).encode(x=x, y=y, detail="name:N")
    hint = alt.Chart(rows([{"line": "drag the heads"}])).mark_text(align="right", opacity=FAINT)
    hint = hint.encode(x=alt.value(_SIDE - 4), y=alt.value(14), text="line:N")
    grasped = handles.properties(name="handles")
    chart = alt.layer(lines, heads, names, hint, grasped, *_dots_and_angles())
    return Explorer(
        chart.properties(
            width=_SIDE,
            height=_SIDE * (_REACH + 4.9) / (2 * _REACH),
            # A fixed size, so that a pointer's place can be found where the page shrinks the chart.
            autosize="none",
            padding=_PADDING,
        ),
        "Two vectors, u and v, as arrows from the origin. Drag their heads, or use the four "
        "sliders for their angles and lengths. Above them stand cosine, angle, dot product and "
        "distance. Stretching an arrow changes the dot product and the distance, and leaves the "
        "cosine alone.",
        signals=_dragging(),
    )


def _dots_and_angles() -> list[alt.Chart]:
    """Return the four lines of numbers above the arrows."""
    lines = (
        "'cosine ' + format(datum.cosine, '.3f')",
        "'angle ' + format(acos(datum.cosine) * 180 / PI, '.0f') + '°'",
        "'dot product ' + format(u_length * v_length * datum.cosine, '.3f')",
        "'distance ' + format(datum.distance, '.3f')",
    )
    known = alt.Chart(rows([{}])).transform_calculate(
        cosine="cos((u_angle - v_angle) * PI / 180)",
        distance="sqrt(u_length * u_length + v_length * v_length"
        " - 2 * u_length * v_length * datum.cosine)",
    )
    return [
        known.transform_calculate(line=line)
        .mark_text(align="left")
        .encode(x=alt.value(8), y=alt.value(14 + 20 * i), text="line:N")
        for i, line in enumerate(lines)
    ]


def _dragging() -> tuple[Signal, ...]:
    """Return the variables of the arrows: their sliders, and how a dragged head changes them.

    Vega-Lite has sliders and it has selections, and neither can be both for two numbers.
    """
    # A finger's first touch is kept from scrolling the page, a pointer's from marking text.
    taken = "@handles_marks:pointerdown, @handles_marks:touchstart!, @handles_marks:mousedown!"
    moved = "[@handles_marks:pointerdown, window:pointerup] > window:pointermove"
    held = [
        {"events": taken, "update": "datum.name"},
        {"events": "window:pointerup, window:pointercancel", "update": "''"},
    ]
    left, top = _PADDING["left"], _PADDING["top"]
    spot = (
        f"[invert('x', (x() + {left}) / shrunk - {left}),"
        f" invert('y', (y() + {top}) / shrunk - {top})]"
    )
    shrunk = f"min(1, containerSize()[0] / {_SIDE + left + _PADDING['right']})"
    signals: list[Signal] = [
        {"name": "shrunk", "value": 1, "on": [{"events": taken, "update": shrunk}]},
        {"name": "held", "value": "", "on": held},
        {"name": "spot", "value": [0, 0], "on": [{"events": moved, "update": spot}]},
    ]
    angle = "round(atan2(spot[1], spot[0]) * 180 / PI)"
    length = "clamp(round(10 * sqrt(spot[0] * spot[0] + spot[1] * spot[1])) / 10, 0.1, 3)"
    for name, degrees, size in (("u", 20, 2.5), ("v", 75, 1.5)):
        for part, label, bounds, start, new in (
            ("angle", "angle (degrees)", (-180, 180, 1), degrees, angle),
            ("length", "length", (0.1, 3, 0.1), size, length),
        ):
            variable = f"{name}_{part}"
            update = f"held == '{name}' ? {new} : {variable}"
            signals.append(
                {
                    "name": variable,
                    "value": start,
                    "bind": dict(zip(("min", "max", "step"), bounds, strict=True))
                    | {"input": "range", "name": f"{name}, {label} "},
                    "on": [{"events": {"signal": "spot"}, "update": update}],
                }
            )
    return tuple(signals)


def analogy_explorer(
    embeddings: Embeddings, start: tuple[str, str, str], *, n_shown: int = 6
) -> Explorer:
    """Let the reader choose a, b and c, and see the words nearest to a - b + c.

    A switch includes or excludes the three query words. The page needs only the dot products
    between the words: they give every cosine with a - b + c.

    Args:
        embeddings: The V words to choose from; at most 100, since all V * V dot products go
            into the page.
        start: The three words chosen at first.
        n_shown: How many candidates to list.

    Raises:
        ValueError: If there are too many words, or a starting word is unknown.
    """
    require(len(embeddings) <= 100, "embeddings", "have at most 100 words", len(embeddings))
    for word in start:
        embeddings[word]  # raises for an unknown word, with a suggestion
    matrix = np.asarray(embeddings.matrix, dtype=np.float64)
    names = list(embeddings.words)
    chosen = [
        alt.param(
            name=name,
            value=embeddings.index[word],
            bind=alt.binding_select(options=list(range(len(names))), labels=names, name=f"{name} "),
        )
        for name, word in zip("abc", start, strict=True)
    ]
    exclude = alt.param(
        name="exclude", value=True, bind=alt.binding_checkbox(name="leave a, b and c out ")
    )
    dots = alt.param(name="dots", value=np.round(matrix @ matrix.T, 6).tolist())
    ranked = (
        alt.Chart(rows([{"word": word, "i": i} for i, word in enumerate(names)]))
        .transform_filter("!exclude || (datum.i != a && datum.i != b && datum.i != c)")
        .transform_calculate(
            squared="dots[a][a] + dots[b][b] + dots[c][c]"
            " - 2 * dots[a][b] + 2 * dots[a][c] - 2 * dots[b][c]",
            scale="sqrt(datum.squared * dots[datum.i][datum.i])",
            dot="dots[a][datum.i] - dots[b][datum.i] + dots[c][datum.i]",
            score="datum.scale > 1e-9 ? datum.dot / datum.scale : 0",
        )
        .transform_window(
            rank="row_number()",
            sort=[alt.SortField("score", order="descending"), alt.SortField("i")],
        )
        .transform_filter(f"datum.rank <= {n_shown}")
    )
    y = alt.Y("word:N", sort=alt.EncodingSortField(field="rank", op="min"), title=None)
    x = alt.X(
        "score:Q",
        title="cosine with a − b + c",
        scale=alt.Scale(domain=[-1, 1]),
        axis=alt.Axis(tickCount=5),
    )
    drawn = ranked.mark_bar(color=BLUE, height=20).encode(x=x, y=y)
    written = (
        ranked.transform_calculate(text="format(datum.score, '.3f')")
        .mark_text(align="left", dx=6)
        .encode(x=x, y=y, text="text:N")
    )
    chart = alt.layer(drawn, written).add_params(*chosen, exclude, dots)
    return Explorer(
        # A cosine beside a full bar needs room too, more of it than those at first.
        chart.properties(
            width=200,
            height=28 * n_shown,
            padding={"left": 5, "top": 5, "bottom": 5, "right": 46},
        ),
        "Three menus choose the words a, b and c, and a box leaves them out of the answer or lets "
        f"them in. Bars rank the {n_shown} words whose cosine with a minus b plus c is highest.",
    )


def parallelogram_film(
    frames: Array, corners: tuple[str, str, str, str], captions: Sequence[str]
) -> Explorer:
    """Show the four words of an analogy while their text grows, with a button that plays it.

    Args:
        frames: (s, 4, 2) positions of a, b, c and d at s moments.
        corners: The words a, b, c and d of a - b + c = d; b to a and c to d are the offsets.
        captions: s lines, such as the length of the text.

    Raises:
        ValueError: If the frames do not have this shape, or the captions are not s.
    """
    require(frames.ndim == 3 and frames.shape[1:] == (4, 2), "frames", "be (s, 4, 2)", frames.shape)
    require_same_length("captions", captions, "frames", frames)
    last = len(frames) - 1
    frame = slider("frame", "length of the text", 0, last, 1, last)
    places = np.round(frames, 4).tolist()
    words = [
        {"frame": s, "word": word, "x": x, "y": y}
        for s, positions in enumerate(places)
        for word, (x, y) in zip(corners, positions, strict=True)
    ]
    sides = [
        {"frame": s, "kind": kind, "x": p[i][0], "y": p[i][1], "x2": p[j][0], "y2": p[j][1]}
        for s, p in enumerate(places)
        for kind, i, j in (("one", 1, 0), ("one", 2, 3), ("other", 1, 2), ("other", 0, 3))
    ]
    limit = 1.25 * float(np.abs(frames).max())
    scale = alt.Scale(domain=[-limit, limit])
    x, y = alt.X("x:Q", scale=scale, axis=None), alt.Y("y:Q", scale=scale, axis=None)
    named_x, named_y = (
        alt.X("lx:Q", scale=scale, axis=None),
        alt.Y("ly:Q", scale=scale, axis=None),
    )
    color = alt.Color(
        "kind:N", scale=alt.Scale(domain=["one", "other"], range=[BLUE, MUTED]), legend=None
    )
    now = "datum.frame == frame"
    lines = alt.Chart(rows(sides)).transform_filter(now).mark_rule(strokeWidth=3)
    # A name stands outside of the figure.
    base = (
        alt.Chart(rows(words))
        .transform_filter(now)
        .transform_joinaggregate(mx="mean(x)", my="mean(y)")
        .transform_calculate(away="hypot(datum.x - datum.mx, datum.y - datum.my)")
        .transform_calculate(
            lx=f"datum.x + {0.16 * limit:.4f} * (datum.x - datum.mx) / datum.away",
            ly=f"datum.y + {0.11 * limit:.4f} * (datum.y - datum.my) / datum.away",
        )
    )
    captioned = [{"frame": s, "line": line} for s, line in enumerate(captions)]
    caption = alt.Chart(rows(captioned)).transform_filter(now).mark_text(align="left")
    chart = alt.layer(
        lines.encode(x=x, y=y, x2="x2", y2="y2", color=color),
        base.mark_point(filled=True, size=80, opacity=1, color=BLUE).encode(x=x, y=y),
        base.mark_text(baseline="middle").encode(x=named_x, y=named_y, text="word:N"),
        caption.encode(x=alt.value(0), y=alt.value(-8), text="line:N"),
    )
    a, b, c, d = corners
    return Explorer(
        chart.add_params(frame).properties(width=310, height=310),
        f"A film of {len(frames)} pictures, from “{captions[0]}” to “{captions[-1]}”: the words "
        f"{a}, {b}, {c} and {d} as the corners of a figure of four sides. It becomes a "
        f"parallelogram where the steps from {b} to {a} and from {c} to {d} are the same.",
        play="frame",
    )

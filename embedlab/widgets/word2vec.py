"""The explorers of chapter 3: windows and their pairs, updates step by step, the training film."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from embedlab.numerics import Array, as_integer, require, require_same_length
from embedlab.optimizers import sgd
from embedlab.pictures import CENTER, CONTEXT, NOISE, PALETTE
from embedlab.widgets import labels, typed
from embedlab.widgets.explorer import Explorer, rows, slider
from embedlab.word2vec import skipgram_negative

# Words of a typed sentence that are taken, and the table's width and its largest cell in pixels.
_MOST_WORDS, _TABLE, _CELL = 12, 220, 27
# Width and height in pixels of the film, and of the arrows' plot.
_FILM, _ARROWS = 310, 300


def window_explorer(tokens: Sequence[str], *, position: int = 2, window: int = 2) -> Explorer:
    """Let the reader type a sentence, choose a window and a word, and see and count its pairs.

    The page splits a sentence as ``typed.sentence`` says, and takes its first twelve words.

    Args:
        tokens: The sentence at first, of two to twelve words.
        position: Of the word chosen at first.
        window: Chosen at first.

    Raises:
        ValueError: If there are too few or too many words, or the start is none of them.
    """
    n = len(tokens)
    require(2 <= n <= _MOST_WORDS, "tokens", f"have 2 to {_MOST_WORDS} words", n)
    require(0 <= position < n, "position", f"be from 0 to {n - 1}", position)
    controls = [
        slider("window", "window ±", 1, _MOST_WORDS - 1, 1, as_integer("window", window, 1)),
        slider("place", "center, the word number", 1, _MOST_WORDS, 1, position + 1),
        # The window and the center of a shorter sentence than there might be.
        alt.param(name="center", expr="min(place, length(tokens)) - 1"),
        alt.param(name="reach", expr="min(window, length(tokens) - 1)"),
    ]
    cell = f"min({_CELL}, {_TABLE} / length(tokens))"
    near = typed.pairs_of(_MOST_WORDS).transform_filter(
        "abs(datum.i - datum.j) <= window && datum.i != datum.j"
    )
    drawn = typed.cells(near, cell).mark_rect()
    chosen = "datum.i == center"
    band = drawn.encode(
        **typed.channels("x", "y"),
        x2="x2",
        y2="y2",
        color=alt.condition(chosen, alt.value(CENTER), alt.value(CONTEXT)),
        opacity=alt.condition(chosen, alt.value(0.95), alt.value(0.5)),
    )
    below = typed.BESIDE + _TABLE
    chart = alt.layer(band, *typed.names(typed.words_of(_MOST_WORDS), cell), *_counts(near, below))
    said = " ".join(tokens)
    return Explorer(
        chart.add_params(*typed.sentence(said, most=_MOST_WORDS), *controls).properties(
            width=below, height=below + 82
        ),
        f"A table with a row for each center and a column for each context word of a sentence, at "
        f"first “{said}”. A field takes another sentence, sliders set the window and the center. "
        "The cells that are pairs form a band, the center's row is marked; the pairs are counted, "
        "and the formula stands beside the count.",
    )


def _counts(near: alt.Chart, below: float) -> list[alt.Chart]:
    """Return the lines below the table: the pairs, the formula, the center's words, what is cut."""
    # Sums over all rows have a value even where no pair is left.
    counted = near.transform_aggregate(pairs="count()", groupby=[])
    n, reach = "length(tokens)", "reach"
    listed = "".join(
        f" + (abs({i} - center) <= window && {i} != center && {i} < {n} ? ' ' + tokens[{i}] : '')"
        for i in range(_MOST_WORDS)
    )
    once = alt.Chart(rows([{}]))
    few = once.transform_filter(f"{n} < 2")
    many = once.transform_filter(f"length(said) > {_MOST_WORDS}")
    return [
        typed.line(counted, "'±' + window + ': ' + datum.pairs + ' pairs counted'", below + 16),
        typed.line(
            once.transform_filter(f"{n} > 1"),
            f"'formula: ' + {reach} + ' × (2 × ' + {n} + ' − ' + {reach} + ' − 1) = '"
            f" + {reach} * (2 * {n} - {reach} - 1)",
            below + 36,
        ),
        typed.line(once.transform_filter(f"{n} > 0"), f"tokens[center] + ' →'{listed}", below + 56),
        typed.line(few, "'Type two words or more.'", below + 16),
        typed.line(many, f"'Only the first {_MOST_WORDS} words are taken.'", below + 76),
    ]


def updates_explorer(
    center: Array,
    outputs: Array,
    words: Sequence[str],
    *,
    n_steps: int = 20,
    learning_rates: Sequence[float] = (0.1, 0.5, 1.0),
) -> Explorer:
    """Let the reader step through updates of negative sampling on one pair and its noise words.

    The positions come from ``skipgram_negative`` and ``sgd``; the page computes scores,
    probabilities and loss from them.

    Args:
        center: (2,) input vector of the center word.
        outputs: (1 + k, 2) output vectors; row 0 of the context word, the rest of noise words.
        words: The center word, the context word and the noise words.
        n_steps: How many updates.
        learning_rates: To choose from.

    Raises:
        ValueError: If the vectors are not in the plane, or do not fit the words.
    """
    require(np.shape(center) == (2,), "center", "have two dimensions", np.shape(center))
    require_same_length("words", words, "center and outputs", [center, *outputs])
    data = [
        {"rate": rate, "step": step} | row
        for rate in learning_rates
        for step, vectors in enumerate(_updates(center, outputs, n_steps, rate))
        for row in _placed(vectors, words)
    ]
    step = slider("step", "update", 0, as_integer("n_steps", n_steps, 1), 1, 0)
    rate = alt.param(
        name="rate",
        value=learning_rates[len(learning_rates) // 2],
        bind=alt.binding_select(options=list(learning_rates), name="learning rate "),
    )
    reach = 1.4 * max(max(abs(row["x"]), abs(row["y"])) for row in data)
    pixel = 2 * reach / _ARROWS
    base = (
        alt.Chart()
        .transform_filter("datum.step == step && datum.rate == rate")
        .transform_calculate(
            zero="0",
            score="datum.x * datum.cx + datum.y * datum.cy",
            p="1 / (1 + exp(-datum.score))",
            term="-log(datum.observed ? datum.p : 1 - datum.p)",
            turn="atan2(datum.x, datum.y) * 180 / PI",
            # A name stands beyond the head, where no shaft comes from.
            size="max(hypot(datum.x, datum.y), 1e-9)",
            lx=f"datum.x * (1 + {pixel} / datum.size * (14 + {labels.LETTER / 2}"
            " * length(datum.word)))",
            ly=f"datum.y * (1 + {pixel} / datum.size * {labels.LINE + 6})",
            line="datum.word + (datum.observed ? ', observed' : ', noise') + ': score '"
            " + format(datum.score, '.3f') + ', σ ' + format(datum.p, '.3f')",
        )
    )
    scale = alt.Scale(domain=[-reach, reach])
    x, y = (alt.X("x:Q", scale=scale, title=None), alt.Y("y:Q", scale=scale, title=None))
    color = alt.Color(
        "role:N",
        scale=alt.Scale(domain=["center", "context", "noise"], range=[CENTER, CONTEXT, NOISE]),
        legend=None,
    )
    shafts = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("zero:Q", scale=scale, title=None),
        y=alt.Y("zero:Q", scale=scale, title=None),
        x2="x",
        y2="y",
        color=color,
    )
    angle = alt.Angle("turn:Q", scale=None)
    heads = base.mark_point(filled=True, shape="triangle", size=140, opacity=1)
    names = base.mark_text(baseline="middle").encode(
        x=alt.X("lx:Q", scale=scale, title=None),
        y=alt.Y("ly:Q", scale=scale, title=None),
        text="word:N",
    )
    below, others = _ARROWS + 30, base.transform_filter("datum.role != 'center'")
    loss = others.transform_aggregate(loss="sum(term)", groupby=[]).transform_calculate(
        line="'update ' + step + ': loss ' + format(datum.loss, '.4f')"
    )
    here = base.transform_filter("datum.role == 'center'").transform_calculate(
        line="datum.word + ', center: (' + format(datum.x, '.3f') + ', '"
        " + format(datum.y, '.3f') + ')'"
    )
    scores = [
        _line(others.transform_filter(f"datum.number == {number}"), below + 38 + 20 * number)
        for number in range(1, len(words))
    ]
    written = [_line(loss, below + 18), _line(here, below + 38), *scores]
    layers = shafts, heads.encode(x=x, y=y, color=color, angle=angle), names, *written
    chart = alt.layer(*layers, data=rows(data))
    return Explorer(
        chart.add_params(step, rate).properties(
            width=_ARROWS,
            height=_ARROWS,
            # For the name of an arrow that points to the right.
            padding={"left": 5, "top": 5, "bottom": 5, "right": 18},
        ),
        f"Arrows for {words[0]} (the center), {words[1]} (observed near it) and "
        f"{' and '.join(words[2:])} (noise). A slider steps through {n_steps} updates, a menu sets "
        "the learning rate. Scores, probabilities and the loss stand below: the observed word's "
        "score rises, those of the noise words fall.",
        play="step",
    )


def _updates(center: Array, outputs: Array, n_steps: int, rate: float) -> list[Array]:
    """Return the center and the outputs (2 + k, 2), at the start and after every update."""
    states: list[Array] = [np.vstack([center, outputs]).astype(np.float64)]
    for _ in range(n_steps):
        first, rest = states[-1][0], states[-1][1:]
        _, d_center, d_outputs = skipgram_negative(first, rest)
        gradient = np.vstack([d_center, d_outputs])
        states.append(sgd(states[-1], gradient, learning_rate=rate))
    return states


def _placed(vectors: Array, words: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row of data for each word; each carries the center's position as well."""
    places = np.round(vectors, 6).tolist()
    return [
        {
            "word": word,
            "number": number,
            "role": ("center", "context")[number] if number < 2 else "noise",
            "observed": number == 1,
            "x": x,
            "y": y,
            "cx": places[0][0],
            "cy": places[0][1],
        }
        for number, (word, (x, y)) in enumerate(zip(words, places, strict=True))
    ]


def training_film(
    frames: Array,
    words: Sequence[str],
    groups: Sequence[str],
    captions: Sequence[str],
) -> Explorer:
    """Show words moving through a training run, with a button that plays it.

    Args:
        frames: (s, W, 2) positions, such as ``training.trajectories`` gives.
        words: W words.
        groups: The group of each word, at most four; a group keeps its color.
        captions: s lines, such as the epoch and the loss.

    Raises:
        ValueError: If the lengths do not agree, or there are too many groups.
    """
    require_same_length("captions", captions, "frames", frames)
    require_same_length("words", words, "a frame", frames[0])
    require_same_length("groups", groups, "a frame", frames[0])
    names = list(dict.fromkeys(groups))
    require(len(names) <= len(PALETTE), "groups", f"be at most {len(PALETTE)}", len(names))
    limit = 1.12 * float(np.abs(frames).max())
    data = [
        row
        for s, frame in enumerate(frames)
        for row in _named(s, np.asarray(frame), words, groups, limit)
    ]
    last = len(frames) - 1
    frame = slider("frame", "moment of the training", 0, last, 1, last)
    scale = alt.Scale(domain=[-limit, limit])
    x, y = (alt.X("x:Q", scale=scale, axis=None), alt.Y("y:Q", scale=scale, axis=None))
    color = alt.Color(
        "group:N", scale=alt.Scale(domain=names, range=list(PALETTE[: len(names)])), legend=None
    )
    base = alt.Chart()
    paths = (
        base.transform_filter("datum.frame <= frame")
        .mark_line(opacity=0.3, strokeWidth=1.2)
        .encode(x=x, y=y, detail="word:N", order="frame:Q", color=color)
    )
    now = base.transform_filter("datum.frame == frame")
    points = now.mark_point(filled=True, size=55, opacity=1).encode(x=x, y=y, color=color)
    pixel = 2 * limit / _FILM
    placed = labels.beside(
        now, "datum.word", ("datum.x", "datum.y"), "datum.side", (pixel, pixel)
    ).transform_filter("!datum.hidden")
    named = placed.mark_text(fontSize=12, baseline="middle").encode(
        x=alt.X("lx:Q", scale=scale, axis=None),
        y=alt.Y("ly:Q", scale=scale, axis=None),
        text="word:N",
    )
    lines = rows([{"frame": s, "line": line} for s, line in enumerate(captions)])
    caption = alt.Chart(lines).transform_filter("datum.frame == frame")
    chart = alt.layer(paths, points, named, _line(caption, -12), data=rows(data))
    return Explorer(
        chart.add_params(frame).properties(width=_FILM, height=_FILM),
        f"A film of {len(words)} words in {len(frames)} moments of a training, from "
        f"“{captions[0]}” to “{captions[-1]}”. Groups: {', '.join(names)}. The words start in the "
        "middle and move apart; words of one group end near each other. Where too many are in one "
        "place, not all of them are named.",
        play="frame",
    )


def _named(
    s: int, frame: Array, words: Sequence[str], groups: Sequence[str], limit: float
) -> list[dict[str, Any]]:
    """Return one row of data for each word in a frame (W, 2), with the place of its name."""
    at = _FILM / 2 * (1 + frame * (1, -1) / limit)
    chosen = labels.sides(at, words, _FILM)
    shown = labels.readable(at, words, chosen)
    return [
        {"frame": s, "word": word, "group": group, "x": x, "y": y, "side": side}
        | ({} if free else {"hidden": True})
        for word, group, (x, y), side, free in zip(
            words, groups, np.round(frame, 4).tolist(), chosen, shown, strict=True
        )
    ]


def _line(chart: alt.Chart, y: float, x: float = 0) -> alt.Chart:
    """Return a line of text, so many pixels below the top and right of the left edge."""
    text = chart.mark_text(align="left", baseline="middle")
    placed: alt.Chart = text.encode(x=alt.value(x), y=alt.value(y), text="line:N")
    return placed

"""The explorers of chapter 5: any word in its pieces, and ranks while two models learn."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from embedlab.fasttext import FastText
from embedlab.numerics import Array, require, require_same_length
from embedlab.pictures import BLUE, INK, MUTED, ORANGE
from embedlab.widgets.explorer import FAINT, Explorer, rows, slider

# What the page can hash: printable ASCII, and the upper half of Latin-1, two bytes in UTF-8.
_ASCII = "".join(map(chr, range(32, 127)))
_LATIN = "".join(map(chr, range(0xA0, 0x100)))
_PAIRS_OF_UNITS = "[\\\\uD800-\\\\uDBFF][\\\\uDC00-\\\\uDFFF]"

_LONGEST, _N_STARTS, _N_NEAREST = 40, 12, 6
_MOST_NUMBERS = 200_000
# How n-grams are written that have a row, and those that have none.
_STYLES: tuple[tuple[str, dict[str, Any]], ...] = (
    (">=", {"fontWeight": "bold"}),
    ("<", {"opacity": FAINT}),
)
# Largest whole number that stands for a part of a vector in the page.
_LARGEST = 4095
# Heights of the parts, in pixels.
_HEAD, _LINE, _BAR = 60, 18, 24
_BARS = _HEAD + _LINE * (_N_STARTS + 1) + 34


def subword_explorer(model: FastText, start: str) -> Explorer:
    """Let the reader type any word and see its n-grams, their buckets and its nearest words.

    The page holds the model and computes all from the typed letters, the hash included. An
    n-gram with a character outside Latin-1, an emoji say, has no bucket in the page and counts
    as unknown, which it is, save for a chance collision. Spaces around a word are dropped. The
    page's vectors are whole numbers up to 4,095, so a cosine can be off by 0.0005.

    Args:
        model: Its n-grams have 2 or more characters, of at most three lengths, and its vectors
            at most 200,000 numbers.
        start: The word typed at first.

    Raises:
        ValueError: If the model is too large for a page, or has other n-grams.
    """
    n_lengths, size = model.n_max - model.n_min + 1, model.pieces.size
    fits = model.n_min >= 2 and n_lengths <= 3
    rule = "have n-grams of at least 2 characters and at most three lengths"
    require(fits, "model", rule, (model.n_min, model.n_max))
    rule, remedy = f"have at most {_MOST_NUMBERS} numbers", "train with fewer dimensions or words"
    require(size <= _MOST_NUMBERS, "model", rule, size, remedy)
    binding = alt.binding(input="text", name="type a word ", autocomplete="off", debounce=150)
    held = {
        "ascii": _ASCII,
        "latin": _LATIN,
        "words": list(model.vocabulary.words),
        "buckets": model.buckets.tolist(),
        # A known word has its vector; its own piece would only make the page heavier.
        "pieces": _whole(model.pieces[len(model.vocabulary) :]),
        "vectors": _whole(model.embeddings.matrix),
    }
    parameters = [alt.param(name=name, value=value) for name, value in held.items()]
    grams = _grams(model, n_lengths)
    layers = [*_headlines(grams), *_list(grams, model), *_ranking(grams, model)]
    chart = alt.layer(*layers).add_params(
        alt.param(name="typed", value=start, bind=binding), *parameters
    )
    return Explorer(
        chart.properties(width=310, height=_BARS + _BAR * _N_NEAREST),
        "A field takes any word. Below it stand its n-grams with the numbers of their buckets, "
        f"those that the model knows in bold, and bars rank the {_N_NEAREST} words whose vectors "
        "have the highest cosine with the vector put together from them, out of "
        f"{len(model.embeddings)}.",
    )


def _whole(matrix: Array) -> list[list[int]]:
    """Return a matrix (m, d) as d lists of m whole numbers, on a scale of their own.

    They are short in the page, and shorter when packed than m lists would be: n-grams of one word
    follow each other and have similar vectors.
    """
    scale = _LARGEST / np.abs(matrix).max()
    listed: list[list[int]] = np.rint(np.asarray(matrix, np.float64).T * scale).astype(int).tolist()
    return listed


def _grams(model: FastText, n_lengths: int) -> alt.Chart:
    """Return one row for each n-gram of the typed word, and a last one for the word itself.

    Column ``row`` is the row of the n-gram, or the number of the word, -1 where there is none.
    """
    return (
        alt.Chart(rows([{}]))
        .transform_calculate(
            # A character of two code units becomes one, a square that the page cannot hash.
            word=f"replace(trim(typed), regexp('{_PAIRS_OF_UNITS}', 'g'), '□')",
            padded=f"'<' + slice(datum.word, 0, {_LONGEST}) + '>'",
            known="indexof(words, trim(typed))",
            slot=f"sequence({n_lengths} * length(datum.padded) + 1)",
        )
        .transform_flatten(["slot"])
        .transform_calculate(
            own=f"datum.slot == {n_lengths} * length(datum.padded)",
            start=f"floor(datum.slot / {n_lengths})",
            n=f"{model.n_min} + datum.slot % {n_lengths}",
        )
        .transform_filter(
            "datum.own || length(datum.word) > 0 && datum.start + datum.n <= length(datum.padded)"
        )
        .transform_calculate(
            ngram="substring(datum.padded, datum.start, datum.start + datum.n)",
            **_hash(model),
        )
    )


def _hash(model: FastText) -> dict[str, str]:
    """Return the calculations of an n-gram's bucket and row, a few for each character."""
    steps, value = {}, "2166136261"
    for i in range(model.n_max):
        letter, is_there = f"substring(datum.ngram, {i}, {i + 1})", f"{i} < length(datum.ngram)"
        steps[f"a{i}"] = f"{is_there} ? indexof(ascii, {letter}) : -2"
        steps[f"l{i}"] = f"datum.a{i} == -1 ? indexof(latin, {letter}) : -2"
        # U+00A0 to U+00FF: a byte C2 or C3, then 80 to BF, both widened with their sign.
        lead = _step(value, f"(datum.l{i} < 32 ? 4294967234 : 4294967235)")
        steps[f"m{i}"] = f"datum.l{i} >= 0 ? {lead} : 0"
        tail = _step(f"datum.m{i}", f"(4294967168 + (32 + datum.l{i}) % 64)")
        plain = _step(value, f"(32 + datum.a{i})")
        steps[f"h{i}"] = f"datum.a{i} >= 0 ? {plain} : datum.l{i} >= 0 ? {tail} : {value}"
        value = f"datum.h{i}"
    is_odd = " || ".join(f"datum.l{i} == -1" for i in range(model.n_max))
    steps["bucket"] = f"({is_odd}) ? -1 : {value} % {model.n_buckets}"
    steps["row"] = "datum.own ? datum.known : indexof(buckets, datum.bucket)"
    return steps


def _step(value: str, byte: str) -> str:
    """Return the expression of one step of FNV-1a: times 2²⁴ + 403, modulo 2³².

    Taken in two parts, the product stays below 2⁵³, up to which the page's numbers are exact.
    """
    mixed = f"(({value} ^ {byte}) >>> 0)"
    return f"(({mixed} % 256) * 16777216 + {mixed} * 403) % 4294967296"


def _text(chart: alt.Chart, line: str, y: float, color: str = INK, opacity: float = 1) -> alt.Chart:
    """Return a line of text at a height in pixels."""
    mark = chart.transform_calculate(line=line).mark_text
    drawn: alt.Chart = mark(align="left", color=color, opacity=opacity)
    return drawn.encode(x=alt.value(0), y=alt.value(y), text="line:N")


def _headlines(grams: alt.Chart) -> list[alt.Chart]:
    """Return two lines: whether the word is known, and how many of its n-grams are."""
    counted = grams.transform_calculate(
        found="!datum.own && datum.row >= 0", other="!datum.own"
    ).transform_aggregate(found="sum(found)", total="sum(other)", known="max(known)")
    status = (
        "length(trim(typed)) == 0 ? 'Nothing typed.' : datum.known >= 0 ? "
        "'A known word: its own vector and its n-grams.' : indexof(trim(typed), ' ') >= 0 ? "
        "'Several words as one: its n-grams alone.' : 'Not a known word: its n-grams alone.'"
    )
    amount = "datum.found + ' of ' + datum.total + ' n-grams are known'"
    cut = f"(length(trim(typed)) > {_LONGEST} ? ' (first {_LONGEST} characters)' : '')"
    some = counted.transform_filter("length(trim(typed)) > 0")
    return [_text(counted, status, 8), _text(some, f"{amount} + {cut}", 28)]


def _list(grams: alt.Chart, model: FastText) -> list[alt.Chart]:
    """Return the n-grams with their buckets, one column for each length."""
    width = 310 / (model.n_max - model.n_min + 1)
    placed = grams.transform_filter(f"!datum.own && datum.start < {_N_STARTS}").transform_calculate(
        line="datum.ngram + '  ' + (datum.bucket < 0 ? 'no code' : datum.bucket)",
        x=f"(datum.n - {model.n_min}) * {width}",
        y=f"{_HEAD} + {_LINE} * datum.start",
    )
    written = [
        placed.transform_filter(f"datum.row {test} 0")
        .mark_text(align="left", fontSize=13, **style)
        .encode(
            x=alt.X("x:Q", scale=None, axis=None),
            y=alt.Y("y:Q", scale=None, axis=None),
            text="line:N",
        )
        for test, style in _STYLES
    ]
    hidden = grams.transform_filter(f"!datum.own && datum.start >= {_N_STARTS}")
    more = hidden.transform_aggregate(n="count()").transform_filter("datum.n > 0")
    line = "'and ' + datum.n + ' more'"
    return [*written, _text(more, line, _HEAD + _LINE * _N_STARTS, opacity=FAINT)]


def _ranking(grams: alt.Chart, model: FastText) -> list[alt.Chart]:
    """Return bars of the words nearest to the mean of the pieces, or a line that says why not."""
    ranked = _ranked(grams, model.embeddings.n_dimensions, len(model.embeddings))
    y = alt.Y("y:Q", scale=None, axis=None)
    at = {place: alt.X(f"{place}:Q", scale=None, axis=None) for place in ("x", "score_x")}
    best = grams.transform_aggregate(best="max(row)")
    title = "'Nearest words and their cosines'"
    return [
        ranked.mark_rule(strokeWidth=16, color=BLUE).encode(x=at["x"], x2="x2:Q", y=y),
        ranked.mark_text(align="right", dx=-6).encode(x=at["x"], y=y, text="word:N"),
        ranked.mark_text(align="left").encode(x=at["score_x"], y=y, text="shown:N"),
        _text(best.transform_filter("datum.best >= 0"), title, _BARS - 26),
        _text(
            best.transform_filter("datum.best < 0 && length(trim(typed)) > 0"),
            "'No piece is known, so there is no vector.'",
            _BARS - 26,
        ),
    ]


def _ranked(grams: alt.Chart, d: int, n_words: int) -> alt.Chart:
    """Return the nearest words with their cosines and the places of their bars."""
    # The vector of a known word is the mean of its pieces already.
    numbers: dict[str, Any] = {
        f"p{j}": f"(datum.own ? vectors : pieces)[{j}][datum.row]" for j in range(d)
    }
    means: dict[str, Any] = {f"q{j}": f"mean(p{j})" for j in range(d)}
    dot, own, other = (
        " + ".join(term.format(j=j) for j in range(d))
        for term in (
            "datum.q{j} * vectors[{j}][datum.i]",
            "datum.q{j} * datum.q{j}",
            "vectors[{j}][datum.i] * vectors[{j}][datum.i]",
        )
    )
    return (
        grams.transform_filter("datum.row >= 0 && (datum.own || datum.known < 0)")
        .transform_calculate(**numbers)
        .transform_aggregate(**means)
        .transform_filter("isValid(datum.q0)")
        .transform_calculate(length=f"sqrt({own})", i=f"sequence({n_words})")
        .transform_flatten(["i"])
        .transform_calculate(score=f"({dot}) / (datum.length * sqrt({other}))")
        .transform_window(
            rank="row_number()",
            sort=[alt.SortField("score", order="descending"), alt.SortField("i")],
        )
        .transform_filter(f"datum.rank <= {_N_NEAREST}")
        .transform_calculate(
            word="words[datum.i]",
            y=f"{_BARS} + {_BAR} * (datum.rank - 1)",
            x="100",
            x2="100 + 160 * max(0, datum.score)",
            score_x="datum.x2 + 6",
            shown="format(datum.score, '.3f')",
        )
    )


def rank_film(
    labels: Sequence[str],
    ranks: Mapping[str, npt.ArrayLike],
    progress: Sequence[float],
    *,
    axis: str,
) -> Explorer:
    """Show how the ranks of two models change while they learn, as a film.

    Args:
        labels: L names.
        ranks: Two models and their ranks (s, L) in s snapshots, 1 the best.
        progress: (s,) shares of the run that were done.
        axis: What the ranks are.

    Raises:
        ValueError: If there are not two models, or the numbers do not fit.
    """
    require(len(ranks) == 2, "ranks", "hold two models", list(ranks))
    tables = {model: np.asarray(values, dtype=int) for model, values in ranks.items()}
    for model, table in tables.items():
        require_same_length("progress", progress, model, table)
        require_same_length("labels", labels, f"a row of {model}", table[0])
    first, second = ranks
    largest = max(int(table.max()) for table in tables.values())
    step = slider("step", "snapshot", 0, len(progress) - 1, 1, len(progress) - 1)
    held = {
        "progress": [float(share) for share in progress],
        "ranks": [table.tolist() for table in tables.values()],
    }
    now = alt.Chart(
        rows([{"label": label, "i": i} for i, label in enumerate(labels)])
    ).transform_calculate(first="ranks[0][step][datum.i]", second="ranks[1][step][datum.i]")
    scale = alt.Scale(type="log", domain=[0.8, largest], nice=False)
    ticks = [10**k for k in range(1 + int(np.log10(largest)))]
    axis_below = alt.Axis(values=ticks, format="d")
    x = {
        name: alt.X(f"{name}:Q", title=axis, scale=scale, axis=axis_below)
        for name in ("first", "second")
    }
    y = alt.Y("label:N", sort=list(labels), title=None)
    line = now.mark_rule(color=MUTED).encode(x=x["first"], x2="second:Q", y=y)
    marks = [
        now.mark_point(filled=filled, size=90, color=color, strokeWidth=2, opacity=1).encode(
            x=x[name], y=y
        )
        for name, filled, color in (("first", True, BLUE), ("second", False, ORANGE))
    ]
    once = alt.Chart(rows([{}]))
    told = "format(progress[step], '.0%') + ' of the training done'"
    heads = [
        _text(once, told, -40),
        _text(once, f"'● {first}'", -18, BLUE),
        _text(once, f"'○ {second}'", -18, ORANGE).encode(x=alt.value(110)),
    ]
    parameters = [alt.param(name=name, value=value) for name, value in held.items()]
    chart = alt.layer(line, *marks, *heads).add_params(step, *parameters)
    ends = {model: np.median(table[[0, -1]], axis=1) for model, table in tables.items()}
    told_ends = "; ".join(f"{model}: {a:.0f} and {b:.0f}" for model, (a, b) in ends.items())
    return Explorer(
        chart.properties(width=210, height=20 * len(labels)),
        f"A slider steps through {len(progress)} snapshots of two training runs. For each of "
        f"{len(labels)} words a point shows, for each model, {axis}. Medians at the start and at "
        f"the end, {told_ends}.",
        play="step",
    )

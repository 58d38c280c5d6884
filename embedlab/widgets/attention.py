"""The explorer of chapter 6 that takes any sentence: who looks at whom, and what comes of it."""

from typing import Any

import altair as alt
import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_matrix, require
from embedlab.pictures import CENTER, CONTEXT
from embedlab.vectors import Embeddings
from embedlab.widgets import typed
from embedlab.widgets.explorer import DEEPEST, Explorer, rows, slider

# Words of a sentence that are taken, and nearest words that are listed.
_MOST, _N_NEAREST = 10, 5
# In pixels: the table's width, its largest cell, and the lines below it.
_TABLE, _CELL, _LINE = 220, 27, 20
_BELOW = typed.BESIDE + _TABLE
_MOST_NUMBERS = 10_000


def in_the_page(matrix: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the whole numbers that stand in the page: tenths."""
    return np.rint(10 * as_matrix("matrix", matrix)).astype(np.int64)


def sentence_explorer(
    embeddings: Embeddings, keys: Array, start: str, *, place: int = 2
) -> Explorer:
    """Let the reader type a sentence and see the attention of each of its words.

    The weights are those of ``attention.attention``: queries and values are the words' own
    vectors, keys those handed over. All vectors are rounded to tenths.

    Args:
        embeddings: V words and their vectors (V, d).
        keys: (V, d) their keys, such as the output vectors of skip-gram.
        start: The sentence at first.
        place: The number of the word looked from at first, from 1.

    Raises:
        ValueError: If the shapes differ, or there are too many numbers for a page.
    """
    queries, found = embeddings.matrix, as_matrix("keys", keys)
    require(found.shape == queries.shape, "keys", f"be {queries.shape}", found.shape)
    size = queries.size + found.size
    rule = f"have at most {_MOST_NUMBERS} numbers with the keys"
    require(size <= _MOST_NUMBERS, "embeddings", rule, size, "train with fewer dimensions")
    d = embeddings.n_dimensions
    parameters = [
        *typed.sentence(start, most=_MOST),
        slider("place", "look from word number", 1, _MOST, 1, place),
        alt.param(name="viewer", expr="min(place, length(tokens)) - 1"),
        alt.param(name="known", value=list(embeddings.words)),
        alt.param(name="vectors", value=in_the_page(queries).tolist()),
        alt.param(name="keys", value=in_the_page(found).tolist()),
    ]
    cell = f"min({_CELL}, {_TABLE} / length(tokens))"
    words = typed.words_of(_MOST).transform_calculate(a="indexof(known, datum.token)")
    weights = _weights(d)
    layers = [
        *_table(weights, cell),
        *typed.names(words, cell, faint="datum.a < 0"),
        *_messages(len(embeddings)),
        *_lists(words, weights, d, len(embeddings)),
    ]
    return Explorer(
        alt.layer(*layers)
        .add_params(*parameters)
        .properties(width=typed.WIDTH, height=_BELOW + (2 + _N_NEAREST) * _LINE),
        f"A field takes a sentence, at first “{start}”. A table shows in percent how much each "
        "word, in rows, attends to each word, in columns. A slider chooses a word, whose row is "
        "marked; below stand the words nearest to its vector alone, and to its new vector, the "
        "mean weighted by its attention.",
    )


def _weights(d: int) -> alt.Chart:
    """Return one row for each pair of known words: viewer i, seen j, b of the latter, weight."""
    scores = " + ".join(f"vectors[datum.a][{c}] * keys[datum.b][{c}]" for c in range(d))
    return (
        typed.pairs_of(_MOST)
        .transform_calculate(
            a="indexof(known, tokens[datum.i])", b="indexof(known, tokens[datum.j])"
        )
        .transform_filter("datum.a >= 0 && datum.b >= 0")
        .transform_calculate(score=f"({scores}) / (100 * sqrt({d}))")
        .transform_joinaggregate(top="max(score)", groupby=["i"])
        .transform_calculate(e="exp(datum.score - datum.top)")
        .transform_joinaggregate(total="sum(e)", groupby=["i"])
        .transform_calculate(weight="datum.e / datum.total")
    )


def _table(weights: alt.Chart, cell: str) -> list[alt.Chart]:
    """Return the cells, shaded by their weights, and the weights in percent."""
    drawn = typed.cells(weights, cell).transform_calculate(
        shade="0.05 + 0.95 * datum.weight",
        middle="(datum.x + datum.x2) / 2",
        center="(datum.y + datum.y2) / 2",
    )
    own = "datum.i == viewer"
    color = alt.condition(own, alt.value(CENTER), alt.value(CONTEXT))
    scale = alt.Scale(domain=[0, 1], range=[0, DEEPEST])
    shade = alt.Opacity("shade:Q", scale=scale, legend=None)
    written = drawn.transform_calculate(percent="round(100 * datum.weight)")
    return [
        drawn.mark_rect().encode(
            **typed.channels("x", "y"), x2="x2", y2="y2", color=color, opacity=shade
        ),
        written.mark_text(fontSize=12, baseline="middle").encode(
            **typed.channels("middle", "center"), text="percent:Q"
        ),
    ]


def _messages(n_words: int) -> list[alt.Chart]:
    """Return the lines that say what the page cannot answer, and why."""
    once = alt.Chart(rows([{}]))
    unknown = "".join(
        f" + ({i} < length(tokens) && indexof(known, tokens[{i}]) < 0 ? ' ' + tokens[{i}] : '')"
        for i in range(_MOST)
    )
    told = once.transform_calculate(unknown=f"''{unknown}").transform_filter("datum.unknown != ''")
    many = once.transform_filter(f"length(said) > {_MOST}")
    empty = once.transform_filter("length(tokens) == 0")
    line = f"'Not among the {n_words} words:' + datum.unknown"
    return [
        typed.line(told, line, _BELOW + 12),
        typed.line(empty, "'Type a sentence.'", _BELOW + 12),
        typed.line(many, f"'Only the first {_MOST} words are taken.'", 12),
    ]


def _lists(words: alt.Chart, weights: alt.Chart, d: int, n_words: int) -> list[alt.Chart]:
    """Return the words nearest to the chosen word's vector, alone and after it has looked."""
    top, half = _BELOW + 12 + _LINE, typed.WIDTH / 2
    chosen = words.transform_filter("datum.i == viewer && datum.a >= 0")
    own: dict[str, Any] = {f"v{c}": f"vectors[datum.a][{c}]" for c in range(d)}
    alone = chosen.transform_calculate(**own)
    parts: dict[str, Any] = {f"p{c}": f"datum.weight * vectors[datum.b][{c}]" for c in range(d)}
    sums: dict[str, Any] = {f"v{c}": f"sum(p{c})" for c in range(d)}
    seen = weights.transform_filter("datum.i == viewer").transform_calculate(**parts)
    here = seen.transform_aggregate(**sums).transform_filter("isValid(datum.v0)")
    lists = [
        typed.line(chosen, "datum.name + ' alone'", top),
        typed.line(chosen, "datum.name + ' here'", top, half),
    ]
    for vector, x in ((alone, 0.0), (here, half)):
        ranked = _nearest(vector, d, n_words).transform_calculate(
            x=f"{x}",
            y=f"{top} + {_LINE} * datum.rank",
            line="format(datum.cosine, '.3f') + ' ' + known[datum.n]",
        )
        text = ranked.mark_text(align="left", baseline="middle", fontSize=13, limit=half - 6)
        lists.append(text.encode(**typed.channels("x", "y"), text="line:N"))
    return lists


def _nearest(vector: alt.Chart, d: int, n_words: int) -> alt.Chart:
    """Return the words n with the highest cosines with a vector of columns v0, v1 and so on."""
    dot, own, other = (
        " + ".join(term.format(c=c) for c in range(d))
        for term in (
            "datum.v{c} * vectors[datum.n][{c}]",
            "datum.v{c} * datum.v{c}",
            "vectors[datum.n][{c}] * vectors[datum.n][{c}]",
        )
    )
    ranked: alt.Chart = (
        vector.transform_calculate(length=f"sqrt({own})", n=f"sequence({n_words})")
        .transform_flatten(["n"])
        .transform_calculate(cosine=f"({dot}) / (datum.length * sqrt({other}))")
        .transform_window(
            rank="row_number()",
            sort=[alt.SortField("cosine", order="descending"), alt.SortField("n")],
        )
        .transform_filter(f"datum.rank <= {_N_NEAREST}")
    )
    return ranked

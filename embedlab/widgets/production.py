"""The explorers of chapter 9's first page: two rankings in one, and prefixes while they learn."""

from collections.abc import Mapping, Sequence
from textwrap import shorten, wrap

import altair as alt
import numpy as np

from embedlab.numerics import Array, IntArray, as_vector, require, require_same_length
from embedlab.pictures import CENTER, CONTEXT, MUTED, NOISE, TRUTH
from embedlab.retrieval.hits import Hits
from embedlab.widgets.explorer import Explorer, rows, slider


def fusion_explorer(
    questions: Sequence[str],
    dense: Hits,
    lexical: Hits,
    relevant: Sequence[set[int]],
    texts: Sequence[str],
    *,
    n_shown: int = 6,
) -> Explorer:
    """Let the reader weigh two rankings, fused as ``hybrid.reciprocal_rank_fusion`` does.

    Args:
        questions: Two or more.
        dense: (Q, k) hits of each question by vectors.
        lexical: (Q, k) hits by words.
        relevant: What answers each question.
        texts: What is shown of each entry, by its position: some forty characters.
        n_shown: Lines of the fused ranking.

    Raises:
        ValueError: If there are fewer than two questions, or the lengths do not agree.
    """
    require(len(questions) >= 2, "questions", "be two or more", len(questions))
    require_same_length("questions", questions, "dense", dense)
    require_same_length("questions", questions, "lexical", lexical)
    require_same_length("questions", questions, "relevant", relevant)
    data = [
        {
            "q": q,
            "p": p,
            "d": _rank(dense.positions[q], p),
            "b": _rank(lexical.positions[q], p),
            "right": int(p in relevant[q]),
            "text": texts[p],
        }
        for q in range(len(questions))
        for p in sorted({*dense.positions[q].tolist(), *lexical.positions[q].tolist()} - {-1})
    ]
    chosen = alt.param(
        name="question",
        value=0,
        bind=alt.binding_select(
            options=list(range(len(questions))),
            labels=[shorten(asked, 30, placeholder=" …") for asked in questions],
            name="question ",
        ),
    )
    # The menu has no room for a long question.
    asked = alt.Chart(
        rows([{"q": q, "line": wrap(asked, 42)} for q, asked in enumerate(questions)])
    )
    weight = slider("weight", "weight of the words (BM25)", 0, 1, 0.05, 0.5)
    constant = slider("constant", "constant", 1, 100, 1, 60)
    ranked = (
        alt.Chart(rows(data))
        .transform_filter("datum.q == question")
        .transform_calculate(
            score="(datum.d ? (1 - weight) / (constant + datum.d) : 0)"
            " + (datum.b ? weight / (constant + datum.b) : 0)"
        )
        .transform_filter("datum.score > 0")
        .transform_window(
            rank="row_number()",
            sort=[alt.SortField("score", order="descending"), alt.SortField("p")],
        )
        .transform_filter(f"datum.rank <= {n_shown}")
    )
    y = alt.Y("rank:O", title=None, axis=alt.Axis(ticks=False, domain=False))
    color = alt.condition("datum.right == 1", alt.value(TRUTH), alt.value(MUTED))
    bars = ranked.mark_bar(height=6, yOffset=10).encode(
        x=alt.X("score:Q", axis=None, scale=alt.Scale(zero=True)), y=y, color=color
    )
    line = "(datum.right ? '● ' : '') + datum.text"
    places = "'vectors ' + (datum.d ? datum.d : '–') + ', words ' + (datum.b ? datum.b : '–')"
    written = [
        ranked.transform_calculate(line=said)
        .mark_text(align="left", baseline="middle", fontSize=size, dy=dy)
        .encode(x=alt.value(2), y=y, text="line:N")
        for said, size, dy in ((line, 12, -12), (places, 11, 2))
    ]
    headline = (
        asked.transform_filter("datum.q == question")
        .mark_text(align="left", baseline="top", fontWeight="bold", lineHeight=17)
        .encode(x=alt.value(2), y=alt.value(-46), text="line:N")
    )
    chart = alt.layer(bars, *written, headline).add_params(chosen, weight, constant)
    return Explorer(
        chart.properties(width=290, height=46 * n_shown),
        f"A menu chooses one of {len(questions)} questions, sliders the weight of the ranking by "
        "words against that by vectors, and the constant of reciprocal rank fusion. Listed are the "
        f"first {n_shown} paragraphs of the fused ranking, with their places in the two rankings; "
        "a dot and a green bar mark a paragraph that answers the question.",
    )


def _rank(positions: IntArray, position: int) -> int:
    """Return the place of an entry in a ranking, from 1; 0 if it is not there."""
    found = np.flatnonzero(positions == position)
    return int(found[0]) + 1 if len(found) else 0


def prefix_film(
    sizes: Sequence[int],
    films: Mapping[str, Array],
    captions: Sequence[str],
    *,
    axis: str,
    level: tuple[str, float],
) -> Explorer:
    """Show how well prefixes do through trainings, as a film.

    Args:
        sizes: Numbers of dimensions kept.
        films: Up to three names and their shares (moments, sizes).
        captions: A line for each moment.
        axis: What the shares are.
        level: A name and a share, drawn as a level.

    Raises:
        ValueError: If the lengths do not agree.
    """
    data = []
    for name, shares in films.items():
        require_same_length("captions", captions, name, shares)
        for at, row in enumerate(shares):
            require_same_length("sizes", sizes, f"each row of {name}", as_vector(name, row))
            data += [
                {"name": name, "moment": at, "k": k, "share": round(float(v), 3)}
                for k, v in zip(sizes, row, strict=True)
            ]
    last = len(captions) - 1
    moment = slider("moment", "moment of the training", 0, last, 1, last)
    x = alt.X(
        "k:Q",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=list(sizes)),
        title="dimensions kept",
    )
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0, 1]), title=axis)
    now = alt.Chart(rows(data)).transform_filter("datum.moment == moment")
    # As `plots.production.by_size` draws the same names.
    names = list(films)
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=names, range=[TRUTH, NOISE, CENTER][: len(names)])
    ).legend(None)
    lines = now.mark_line(point=True, strokeWidth=3).encode(x=x, y=y, color=color)
    # The lower right is free: every curve ends high.
    heads = [
        alt.Chart(rows([{"name": name, "line": f"{name} ●"}]))
        .mark_text(align="right", baseline="middle", fontWeight="bold")
        .encode(x=alt.value(254), y=alt.value(190 + 18 * i), text="line:N", color=color)
        for i, name in enumerate(names)
    ]
    heads.append(
        alt.Chart(rows([{"line": f"{level[0]} - -"}]))
        .mark_text(align="right", baseline="middle", fontWeight="bold", color=CONTEXT)
        .encode(x=alt.value(254), y=alt.value(172), text="line:N")
    )
    rule = (
        alt.Chart(rows([{"share": level[1]}]))
        .mark_rule(strokeDash=[4, 4], color=CONTEXT)
        .encode(y=alt.Y("share:Q", title=axis))
    )
    told = rows([{"moment": i, "line": line} for i, line in enumerate(captions)])
    caption = (
        alt.Chart(told)
        .transform_filter("datum.moment == moment")
        .mark_text(align="left", baseline="middle")
        .encode(x=alt.value(0), y=alt.value(-14), text="line:N")
    )
    said = "; ".join(
        f"{name}: with {sizes[0]} from {shares[0][0]:.2f} to {shares[-1][0]:.2f}"
        for name, shares in films.items()
    )
    chart = alt.layer(rule, lines, *heads, caption).add_params(moment)
    return Explorer(
        chart.properties(width=260, height=240),
        f"A film of the {axis} over the dimensions kept, in {len(captions)} moments of a training. "
        f"{said}. A dashed level marks {level[0]}, {level[1]:.2f}.",
        play="moment",
    )

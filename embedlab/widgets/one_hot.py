"""The explorer of chapter 1."""

import altair as alt

from embedlab.numerics import as_integer
from embedlab.pictures import BLUE
from embedlab.widgets.explorer import Explorer, rows, slider


def vocabulary_explorer(*, n_dimensions: int = 300) -> Explorer:
    """Let the reader change the vocabulary size and see what one-hot rows cost.

    Bars on a logarithmic axis: bytes of all one-hot rows written out (V, V), of the same words
    stored as indices (V,), and of a dense table (V, d), single precision throughout.

    Args:
        n_dimensions: Starting value of d.
    """
    as_integer("n_dimensions", n_dimensions, 1)
    size = slider("exponent", "vocabulary size, as a power of ten", 1, 6, 0.1, 4.7)
    width = slider("dimensions", "dense dimensions d", 10, 1000, 10, n_dimensions)
    bars = [
        {"what": "one-hot, zeros written out", "order": 0},
        {"what": "one-hot, stored as an index", "order": 1},
        {"what": "dense, d numbers per word", "order": 2},
    ]
    base = alt.Chart(rows(bars)).transform_calculate(
        words="round(pow(10, exponent))",
        numbers="datum.order == 0 ? datum.words : datum.order == 1 ? 1 : dimensions",
        bytes="4 * datum.words * datum.numbers",
        line="datum.what + ': ' + format(datum.bytes, '.3s') + 'B'",
    )
    y = alt.Y("order:O", axis=None)
    drawn = base.mark_bar(color=BLUE, height=14, yOffset=12).encode(
        x=alt.X(
            "bytes:Q",
            title="bytes, each mark ten thousand times the one before",
            scale=alt.Scale(type="log", domain=[10, 1e14]),
            axis=alt.Axis(format="~s", values=[10, 1e5, 1e9, 1e13]),
        ),
        x2=alt.datum(10),
        y=y,
    )
    written = base.mark_text(align="left", dy=-8).encode(x=alt.value(0), y=y, text="line:N")
    headline = (
        base.transform_filter("datum.order == 0")
        .transform_calculate(
            line="format(datum.words, ',') + ' words: each one-hot vector is '"
            " + format((datum.words - 1) / datum.words, '.4%') + ' zeros'"
        )
        .mark_text(align="left", baseline="bottom", dy=-8)
        .encode(x=alt.value(0), y=alt.value(0), text="line:N")
    )
    chart = alt.layer(drawn, written, headline).add_params(size, width)
    return Explorer(
        # A million words need a wider headline than the first number.
        chart.properties(
            width=310, height=150, padding={"left": 5, "top": 5, "bottom": 5, "right": 26}
        ),
        "Two sliders, vocabulary size and dense dimensions. Bars compare the bytes of one-hot rows "
        "written out, of one-hot rows stored as an index, and of a dense table, and a line states "
        "the share of zeros.",
    )

"""Cells that read the documentation of installed packages run with other versions of them too.

In a reader's browser these are the versions of Pyodide's release, not those of the build.
"""

import matplotlib as mpl
from book_pages import ROOT
from code_cells import codes

from embedlab import docstrings
from embedlab.plots import glove


def test_a_word_that_never_met_one_of_the_two_is_left_out_of_the_ratios(monkeypatch):
    mpl.use("agg")
    cells = codes(ROOT / "book" / "04-glove.md")
    (last,) = (n for n, code in enumerate(cells) if "ratio_axis(ratios" in code)
    true, draw, drawn = docstrings.docstring_sentences(), glove.ratio_axis, []

    def watched(ratios, *parts, **options):
        drawn.append(set(ratios))
        return draw(ratios, *parts, **options)

    monkeypatch.setattr(glove, "ratio_axis", watched)
    for word in ("diagonal", "keyword"):
        other = [s for s in true if not {word, "distribution"} <= set(s)]
        assert len(true) > len(other)
        monkeypatch.setattr(docstrings, "docstring_sentences", lambda kept=other: kept)
        names: dict = {}
        for code in cells[: last + 1]:
            exec(code, names)
        assert word not in drawn[-1]
        assert {"diagonal", "keyword", "statistic"} - {word} <= drawn[-1]

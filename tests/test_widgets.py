"""Explorers: self-contained, described, and with the numbers that embedlab computes.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import re
import sys
from dataclasses import replace

import altair as alt
import numpy as np
import pytest
from figure_rules import check_explorer, specification_in

from embedlab import widgets
from embedlab.vectors import Embeddings, similarity_matrix
from embedlab.widgets.dense import parallelogram_film

WORDS = ("king", "man", "woman", "queen")
SQUARE = Embeddings(WORDS, np.array([[2.0, 0.5], [1.0, 0.5], [1.0, 1.5], [2.0, 1.5]]))
FRAMES = np.stack([np.array([[0.0, 1.0], [-1.0, 0.0], [1.0, -0.5], [0.5, 0.5]]), SQUARE.matrix])

EXPLORERS = {
    "vocabulary": widgets.vocabulary_explorer,
    "cosine": widgets.cosine_explorer,
    "analogy": lambda: widgets.analogy_explorer(SQUARE, ("king", "man", "woman")),
    "parallelogram": lambda: parallelogram_film(FRAMES, WORDS, ["short text", "long text"]),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def test_script_cannot_be_ended_by_a_word():
    tricky = Embeddings(("</script>", "b", "c"), np.eye(3))
    page = widgets.analogy_explorer(tricky, ("</script>", "b", "c")).to_html()
    assert page.count("</script>") == 1


def test_analogy_explorer_carries_all_dot_products():
    parameters = EXPLORERS["analogy"]().specification()["params"]
    dots = np.array(next(p["value"] for p in parameters if p["name"] == "dots"))
    lengths = np.sqrt(np.diag(dots))
    expected = similarity_matrix(SQUARE.matrix)
    # atol: the page's dot products are rounded to six decimals.
    np.testing.assert_allclose(dots / np.outer(lengths, lengths), expected, rtol=0, atol=1e-5)


def test_film_carries_every_corner_and_joins_them_by_equal_steps():
    specification = EXPLORERS["parallelogram"]().specification()
    assert specification["usermeta"] == {"play": "frame"}
    sides, words, *_ = [layer["data"]["values"] for layer in specification["layer"]]
    for frame, corners in enumerate(FRAMES):
        placed = {row["word"]: (row["x"], row["y"]) for row in words if row["frame"] == frame}
        assert placed == {w: tuple(p) for w, p in zip(WORDS, corners.tolist(), strict=True)}
    steps = {
        kind: [
            (s["x2"] - s["x"], s["y2"] - s["y"])
            for s in sides
            if s["frame"] == 1 and s["kind"] == kind
        ]
        for kind in ("one", "other")
    }
    # The last frame is a parallelogram: king - man equals queen - woman.
    assert steps == {"one": [(1.0, 0.0)] * 2, "other": [(0.0, 1.0)] * 2}


def test_film_needs_four_corners_and_a_caption_for_each_frame():
    with pytest.raises(ValueError, match=r"frames must be \(s, 4, 2\), got \(2, 3, 2\)"):
        parallelogram_film(FRAMES[:, :3], WORDS, ["a", "b"])
    with pytest.raises(ValueError, match="captions and frames must have the same length"):
        parallelogram_film(FRAMES, WORDS, ["a"])


def test_too_many_words_for_a_page():
    many = Embeddings(tuple(f"w{i}" for i in range(101)), np.ones((101, 2)))
    with pytest.raises(ValueError, match="embeddings must have at most 100 words, got 101"):
        widgets.analogy_explorer(many, ("w0", "w1", "w2"))


def test_unknown_starting_word_is_named():
    with pytest.raises(ValueError, match="got 'kinng'; did you mean 'king'"):
        widgets.analogy_explorer(SQUARE, ("kinng", "man", "woman"))


def test_static_page_and_notebook_get_what_each_can_show(monkeypatch):
    explorer = widgets.cosine_explorer()
    monkeypatch.setenv(widgets.STATIC_PAGE, "1")
    assert set(explorer._repr_mimebundle_()) == {"text/html", "text/plain"}
    monkeypatch.delenv(widgets.STATIC_PAGE)
    bundle = explorer._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    # What a viewer that shows no widgets, or a screen reader, gets.
    assert data["text/plain"] == explorer.alt


def test_notebook_shows_the_page_s_style_on_a_light_ground(monkeypatch):
    """Else texts have another size than that for which they are placed, and a frame cuts them."""
    monkeypatch.delenv(widgets.STATIC_PAGE, raising=False)
    shown = []
    monkeypatch.setattr(
        alt.JupyterChart, "__init__", lambda self, chart: shown.append(chart.to_dict())
    )
    monkeypatch.setattr(alt.JupyterChart, "_repr_mimebundle_", lambda self, **kwargs: {})
    explorer = widgets.cosine_explorer()
    explorer._repr_mimebundle_()
    page = explorer.specification()["config"]
    assert page["background"] == "transparent"
    assert shown[0]["config"] == page | {"background": "white"}


def test_notebooks_widget_brings_its_scripts_along(monkeypatch):
    """Otherwise it would import them from a foreign server, and be dead without a network."""
    monkeypatch.delenv(widgets.STATIC_PAGE, raising=False)
    alt.JupyterChart.enable_offline(False)
    foreign = r"\bfrom\s*[\"']https?://|\bimport\(\s*[\"']https?://"
    assert re.search(foreign, alt.JupyterChart._esm)  # negative control: as Altair has it
    widgets.cosine_explorer()._repr_mimebundle_()
    assert not re.search(foreign, str(alt.JupyterChart._esm))


def test_where_nothing_can_draw_the_still_picture_the_specification_stands_alone(monkeypatch):
    """As in a reader's browser, where Python has no vl-convert."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    page = widgets.vocabulary_explorer().to_html()
    assert "<svg" not in page
    assert specification_in(page)["params"]


def test_signals_take_the_place_of_parameters_and_never_join_them():
    explorer = widgets.cosine_explorer()
    patch = explorer.specification()["usermeta"]["embedOptions"]["patch"][0]
    assert (patch["op"], patch["path"]) == ("add", "/signals")
    names = {signal["name"] for signal in patch["value"]}
    assert {"u_angle", "u_length", "v_angle", "v_length"} <= names
    both = replace(widgets.vocabulary_explorer(), signals=explorer.signals)
    with pytest.raises(ValueError, match="chart must have no parameters beside signals"):
        both.to_html()

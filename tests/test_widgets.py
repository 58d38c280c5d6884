"""Explorers: self-contained, described, and with the numbers that embedlab computes.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import html
import json
import re

import numpy as np
import pytest

from embedlab import widgets
from embedlab.vectors import Embeddings, similarity_matrix

WORDS = ("king", "man", "woman", "queen")
SQUARE = Embeddings(WORDS, np.array([[2.0, 0.5], [1.0, 0.5], [1.0, 1.5], [2.0, 1.5]]))

EXPLORERS = {
    "vocabulary": widgets.vocabulary_explorer,
    "cosine": widgets.cosine_explorer,
    "analogy": lambda: widgets.analogy_explorer(SQUARE, ("king", "man", "woman")),
}


def specification_in(page: str) -> dict:
    return json.loads(re.search(r"<script type=\"application/json\">(.*?)</script>", page)[1])


@pytest.mark.parametrize("name", EXPLORERS)
def test_page_holds_picture_description_and_specification(name):
    explorer = EXPLORERS[name]()
    page = explorer.to_html()
    assert html.escape(explorer.alt) in page
    assert "<svg" in page
    assert specification_in(page)["params"]


@pytest.mark.parametrize("name", EXPLORERS)
def test_nothing_is_fetched_from_elsewhere(name):
    page = EXPLORERS[name]().to_html()
    # The schema's name is an identifier that nobody fetches, and SVG's namespaces are too.
    addresses = set(re.findall(r"https?://[^\"' )]+", page))
    assert all("vega.github.io/schema" in a or "w3.org" in a for a in addresses), addresses


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_has_a_label(name):
    bound = [p["bind"] for p in EXPLORERS[name]().specification()["params"] if "bind" in p]
    assert bound
    assert all(control["name"].strip() for control in bound)


@pytest.mark.parametrize("name", EXPLORERS)
def test_two_builds_give_the_same_bytes(name):
    assert EXPLORERS[name]().to_html() == EXPLORERS[name]().to_html()


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

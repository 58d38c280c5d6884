"""Names of formulas in the index of the search, on a small book."""

import json

import pytest
import search_words
import tiny_books
from book_pages import PAGES

BOOK = {
    "index": "# Start\n\n```{toctree}\nbook/notation\n```\n\n$$\na + b\n$$\n\n$$\nc = 1\n$$\n\n"
    "```{glossary}\nJohnson–Lindenstrauss lemma\n  A lemma.\n```\n",
    "book/notation": "# Notation\n\n## Letters\n\n| symbol | meaning |\n|---|---|\n"
    "| $\\sigma(\\cdot)$ | sigmoid |\n| $V$ | words |\n",
}
NAMES = '[index]\nsum = { has = "a+b", names = ["Gram–Schmidt sum"] }\n'


def index(tmp_path, monkeypatch, names: str, **options):
    (tmp_path / "formulas.toml").write_text(names, encoding="utf-8")
    monkeypatch.setattr(search_words, "NAMES", tmp_path / "formulas.toml")
    site, complaints = tiny_books.build(tmp_path, ["search_words"], BOOK, **options)
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    return site, complaints, json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


ONE = 'one = { has = "c = 1", names = ["one"] }\n'


def test_names_lead_to_their_formulas_however_they_are_typed(tmp_path, monkeypatch):
    site, complaints, found = index(tmp_path, monkeypatch, NAMES + ONE)
    assert complaints == ""
    for typed in ("gram–schmidt sum", "gram-schmidt sum", "gram schmidt sum"):
        ((page, anchor, is_main),) = found["indexentries"][typed]
        assert (found["docnames"][page], anchor, is_main) == ("index", "formula-sum", True)
    assert 'id="formula-sum"' in (site / "index.html").read_text(encoding="utf-8")
    assert "johnson lindenstrauss lemma" in found["indexentries"]
    for typed in ("σ", "sigma"):
        ((page, anchor, _),) = found["indexentries"][typed]
        assert (found["docnames"][page], anchor) == ("book/notation", "letters")


def test_the_printed_index_stays_as_it_is(tmp_path, monkeypatch):
    site, _, _ = index(tmp_path, monkeypatch, NAMES + ONE)
    text = (site / "genindex.html").read_text(encoding="utf-8")
    assert "Johnson–Lindenstrauss" in text
    assert "Schmidt" not in text


def test_terms_are_found_by_other_names_and_called_by_their_own(tmp_path, monkeypatch):
    others = '["other names"]\n"Johnson–Lindenstrauss lemma" = ["J-L"]\n'
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "search.html").write_text("{{ hit_names|tojson }}", encoding="utf-8")
    paths = {"templates_path": [str(templates)]}
    site, complaints, found = index(tmp_path, monkeypatch, NAMES + ONE + others, **paths)
    assert complaints == ""
    for typed in ("j-l", "jl", "johnson-lindenstrauss lemma"):
        ((page, anchor, _),) = found["indexentries"][typed]
        assert (found["docnames"][page], anchor[:5]) == ("index", "term-")
    called = json.loads((site / "search.html").read_text(encoding="utf-8"))
    # The formula called "one" is `formula-one`: that says it.
    assert called == {
        "index#formula-sum": "Gram–Schmidt sum",
        f"index#{anchor}": "Johnson–Lindenstrauss lemma",
    }


def test_other_name_of_no_term_is_complained_about(tmp_path, monkeypatch):
    monkeypatch.setattr(search_words, "GLOSSARY", "index")
    others = '["other names"]\n"No such term" = ["x"]\n'
    _, complaints, _ = index(tmp_path, monkeypatch, NAMES + ONE + others)
    assert "the glossary has no term 'No such term'" in complaints


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (NAMES, "a formula has no name: add 'c = 1'"),
        (NAMES + ONE + 'lost = { has = "x", names = ["x"] }\n', "0 formulas of index contain 'x'"),
        ('[index]\nall = { has = "", names = ["x"] }\n', "2 formulas of index contain ''"),
    ],
)
def test_formula_without_a_name_and_name_without_a_formula(tmp_path, monkeypatch, names, complaint):
    _, complaints, _ = index(tmp_path, monkeypatch, names)
    assert complaint in complaints


def test_the_book_s_names_are_distinct_on_each_page_and_fit_an_anchor():
    import tomllib

    tables = tomllib.loads(search_words.NAMES.read_text(encoding="utf-8"))
    others = tables.pop(search_words.OTHER_NAMES)
    assert all(names and len(set(names)) == len(names) for names in others.values())
    assert set(tables) <= set(PAGES)
    for page, formulas in tables.items():
        names = [name.lower() for formula in formulas.values() for name in formula["names"]]
        assert len(set(names)) == len(names), page
        assert all(key.replace("-", "").isalnum() and key.islower() for key in formulas)

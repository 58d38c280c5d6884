"""Pages and sections that have moved, on a small book: what the real one has not needed yet."""

import re

import pytest
import redirects
import tiny_books
from sphinx.errors import ExtensionError

PAGES = {
    "index": "# Start\n\n```{toctree}\nbook/new\nbook/other\n```\n",
    "book/new": "# New page\n\n## New words\n\nText.\n\n## Second\n\nText.\n",
    "book/other": "# Other\n\n## Section\n\nText.\n",
}


def built(tmp_path, monkeypatch, moves: str, **settings):
    (tmp_path / "redirects.toml").write_text(moves, encoding="utf-8")
    monkeypatch.setattr(redirects, "MOVES", tmp_path / "redirects.toml")
    return tiny_books.build(tmp_path, ["redirects", "sharing"], PAGES, **settings)


def test_a_page_that_moved_leads_on(tmp_path, monkeypatch):
    site, complaints = built(tmp_path, monkeypatch, '[pages]\n"old/deep/page" = "book/new"\n')
    text = (site / "old" / "deep" / "page.html").read_text(encoding="utf-8")
    assert 'http-equiv="refresh" content="0; url=../../book/new.html"' in text
    assert '<link rel="canonical" href="../../book/new.html"' in text
    assert '<a href="../../book/new.html">New page</a>' in text
    assert complaints == ""


def test_its_canonical_link_is_complete_where_the_address_is_known(tmp_path, monkeypatch):
    moves, address = '[pages]\n"old" = "book/new#second"\n', "https://example.org/course"
    site, _ = built(tmp_path, monkeypatch, moves, html_baseurl=address)
    text = (site / "old.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/course/book/new.html"' in text
    assert "url=book/new.html#second" in text
    # The anchor is the redirect's own: none is taken along.
    assert "location.hash" not in text


def test_old_anchors_stand_beside_the_new_ones(tmp_path, monkeypatch):
    moves = (
        '[anchors]\n"book/new#old-words" = "new-words"\n"book/new#gone" = "book/other#section"\n'
        '"book/new#older-words" = "new-words"\n'
    )
    site, complaints = built(tmp_path, monkeypatch, moves)
    text = (site / "book" / "new.html").read_text(encoding="utf-8")
    assert complaints == ""
    section = re.search(r'<section id="new-words">(.*?)<h2', text, re.S)[1]
    assert '<span id="old-words"></span>' in section
    assert '<span id="older-words"></span>' in section
    assert '<p class="moved" id="gone">' in text
    assert 'href="other.html#section"' in text
    assert "moved.css" in text
    assert "moved.css" not in (site / "book" / "other.html").read_text(encoding="utf-8")


def test_without_moves_no_page_has_a_trace_of_them(tmp_path, monkeypatch):
    site, complaints = built(tmp_path, monkeypatch, "")
    assert complaints == ""
    assert "moved" not in (site / "book" / "new.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("moves", "complaint"),
    [
        ('[anchors]\n"book/new#old" = "nowhere"\n', "no anchor 'nowhere' to lead to"),
        ('[anchors]\n"book/new#second" = "new-words"\n', "it is on the page, and has not moved"),
        ('[anchors]\n"book/new#old" = "book/none#x"\n', "no page 'book/none' to lead to"),
    ],
)
def test_an_anchor_that_cannot_be_kept_is_a_warning(tmp_path, monkeypatch, moves, complaint):
    _, complaints = built(tmp_path, monkeypatch, moves)
    assert complaint in complaints


@pytest.mark.parametrize(
    ("moves", "complaint"),
    [
        ('[pages]\n"book/new" = "book/other"\n', "this page exists"),
        ('[pages]\n"old" = "book/none"\n', "no page 'book/none'"),
        ('[pages]\n"a" = "b"\n"b" = "book/new"\n', "has moved itself"),
        ('[pages]\n"a#b" = "book/new"\n', "put the line under [anchors]"),
        ('[anchors]\n"book/new" = "second"\n', 'write it as "page#anchor"'),
        ('[anchors]\n"book/new#a" = "b"\n"book/new#b" = "second"\n', "has moved itself"),
        ('[pages]\n"a" = "book/new"\n[anchors]\n"a#b" = "c"\n', "write book/new#b"),
        ("[page]\n", "use pages or anchors"),
        ("pages\n", "is not TOML"),
    ],
)
def test_a_move_that_leads_nowhere_ends_the_build(tmp_path, monkeypatch, moves, complaint):
    with pytest.raises(ExtensionError, match=re.escape(complaint)):
        built(tmp_path, monkeypatch, moves)


def test_the_book_s_own_moves_can_be_read():
    redirects.read(redirects.MOVES.read_text(encoding="utf-8"))


FIGURES = """# Start

## Exercises

<div class="picture"><svg role="img" aria-label="Cosines of words: 1.0"></svg></div>

<figure class="explorer" role="group" aria-label="Two vectors, u and v. Drag them."></figure>

<div class="picture"><svg role="img" aria-label="Cosines of words: 0.5"></svg></div>

<div class="other" aria-label="No figure.">x</div>

**1.** First. **Two** words.

**2.** Second.

**3 words** are no exercise, and **4.** neither.
"""


def test_figures_and_exercises_have_anchors_that_numbers_do_not_change(tmp_path):
    site, complaints = tiny_books.build(tmp_path, ["anchors"], {"index": FIGURES})
    assert complaints == ""
    text = (site / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'id="((?:figure|exercise)-[^"]+)"', text)
    assert found == [
        "figure-cosines-of-words",
        "figure-two-vectors-u-and-v",
        "figure-cosines-of-words-2",
        "exercise-1",
        "exercise-2",
    ]
    assert re.search(r'<p class="exercise" id="exercise-2"><strong>2', text)

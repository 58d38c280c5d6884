"""Tags, cards and the map of the site, on a small book, with and without the site's address."""

from xml.etree import ElementTree

import cards
import pytest
import redirects
import sharing
import tiny_books
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

ABOUT = "What this page is about, in one sentence of a fitting length."
PAGES = {
    "book/first": f'---\nmyst:\n  html_meta:\n    description: "{ABOUT}"\n---\n\n'
    '# 1. A <b>title</b> & "more"\n\n'
    "The cat sat on the mat. The dog sat on the cat. A mat is a mat, and a cat a cat.\n\n"
    "```{toctree}\nsecond\n```\n",
    "book/second": "# Second\n\nText about matrices and vectors; vectors are rows of matrices.\n",
}


@pytest.fixture
def build(tmp_path, monkeypatch):
    monkeypatch.delenv(sharing.VARIABLE, raising=False)
    (tmp_path / "redirects.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr(redirects, "MOVES", tmp_path / "redirects.toml")

    def built(**settings):
        extensions = ["sharing", "redirects"]
        site, complaints = tiny_books.build(
            tmp_path, extensions, PAGES, root_doc="book/first", **settings
        )
        assert complaints == ""
        return site

    return built


def tags(site, page: str) -> dict[str, str]:
    soup = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    found = {m.get("property") or m.get("name"): m.get("content") for m in soup.select("meta")}
    link = soup.select_one("link[rel=canonical]")
    return found | {"canonical": link["href"] if link else None}


def test_without_an_address_nothing_claims_to_have_one(build):
    site = build()
    found = tags(site, "book/first")
    assert found["og:description"] == found["description"] == ABOUT
    assert found["og:title"] == "1. A title & “more”"
    assert found["twitter:card"] == "summary"
    assert found["canonical"] is None
    assert not {"og:url", "og:image"} & set(found)
    assert not (site / "sitemap.xml").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text()


def test_with_an_address_every_address_is_complete(build):
    site = build(html_baseurl="https://example.org/course")
    found = tags(site, "book/first")
    assert found["canonical"] == found["og:url"] == "https://example.org/course/book/first.html"
    image = found["og:image"]
    assert image.startswith("https://example.org/course/_static/cards/")
    assert (site / image.removeprefix("https://example.org/course/")).is_file()
    assert found["twitter:card"] == "summary_large_image"
    assert "“1. A title" in found["og:image:alt"]
    tree = ElementTree.parse(site / "sitemap.xml")
    assert [place.text for place in tree.iterfind("{*}url/{*}loc")] == [
        "https://example.org/course/book/first.html",
        "https://example.org/course/book/second.html",
    ]
    robots = (site / "robots.txt").read_text()
    assert "Sitemap: https://example.org/course/sitemap.xml" in robots
    # Whoever shares the bare address of the site shares its first page.
    assert tags(site, "index")["og:url"] == found["og:url"]
    assert tags(site, "404")["robots"] == "noindex"
    assert '<base href="https://example.org/course/"' in (site / "404.html").read_text()


def test_the_variable_wins_over_the_configuration(build, monkeypatch):
    monkeypatch.setenv(sharing.VARIABLE, "https://elsewhere.example/")
    site = build(html_baseurl="https://example.org/")
    assert tags(site, "book/second")["og:url"] == "https://elsewhere.example/book/second.html"


@pytest.mark.parametrize("address", ["example.org", "/course/", "file:///x", "https://a.b/?c"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ExtensionError, match="must look like https://example"):
        sharing.checked(address)


def test_title_is_cut_by_leaving_out_the_site_s():
    assert sharing.short_title("Short", "Site") == "Short — Site"
    assert sharing.short_title("x" * 64, "Site") == "x" * 64
    assert sharing.short_title("Site", "Site") == "Site"


def test_cards_are_the_same_bytes_and_drawn_once(build, tmp_path, monkeypatch):
    site = build()
    first = {path.name: path.read_bytes() for path in (site / "_static" / "cards").iterdir()}
    assert sorted(first) == ["book-first.png", "book-second.png"]

    def fail(*card):
        raise AssertionError("a card was drawn again although nothing has changed")

    with monkeypatch.context() as patch:
        patch.setattr(cards, "draw", fail)
        build()
    for path in (tmp_path / "source" / "_build" / "cards").iterdir():
        path.unlink()
    build()
    again = {path.name: path.read_bytes() for path in (site / "_static" / "cards").iterdir()}
    assert again == first


def test_a_card_that_no_page_has_any_more_is_thrown_away(build, tmp_path, monkeypatch):
    build()
    kept = tmp_path / "source" / "_build" / "cards"
    before = {path.name for path in kept.iterdir()}
    monkeypatch.setitem(PAGES, "book/second", "# Another title\n\nOther words, and few of them.\n")
    build()
    after = {path.name for path in kept.iterdir()}
    assert len(after) == len(before) == 2
    assert len(after & before) == 1


def test_figure_of_a_card_counts_the_words_of_the_page():
    words, table = cards.figures([["cat", "mat", "cat"], ["dog", "mat"]])
    assert words == ["cat", "mat", "dog"]
    assert table[0][2] == 0  # never seen together
    assert table == [list(column) for column in zip(*table, strict=True)]
    # By hand: counts cat-cat 2, cat-mat 2, mat-dog 1, both ways; log(2 · 8 / (4 · 3)) = 0.288.
    assert table[0][1] == 29


def test_a_page_of_few_words_has_a_card_too():
    assert cards.figures([]) == ([], [])
    assert cards.figures([["alone"]]) == (["alone"], [[0]])
    for sentences in ([], [["alone"]]):
        assert cards.draw("A title", "Site", *cards.figures(sentences)).startswith(b"\x89PNG")

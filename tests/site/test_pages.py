"""The built pages as files: complete, private, described, with formulas and figures in place."""

import re
from pathlib import Path

import nbformat
import pytest
from book_pages import CHAPTERS, PAGES, ROOT
from bs4 import BeautifulSoup

from embedlab import widgets
from embedlab.grading import ASSIGNMENTS

pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def soups(site: Path) -> dict[str, BeautifulSoup]:
    return {
        page: BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
        for page in PAGES
    }


def foreign(soup: BeautifulSoup) -> list[str]:
    """Return what a browser would fetch from another server while it shows the page."""
    fetched = [
        tag.get(name) or ""
        for tag, name in [(t, "src") for t in soup.find_all(["script", "img", "iframe", "source"])]
        + [(t, "href") for t in soup.find_all("link")]
    ]
    return [address for address in fetched if re.match(r"(https?:)?//", address)]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_fetched_from_another_server(soups, page):
    assert foreign(soups[page]) == []
    assert "unpkg.com" not in str(soups[page])
    assert "cdn.jsdelivr" not in str(soups[page])


def test_negative_control_a_cdn_script_is_found():
    planted = '<script src="https://cdn.example.org/x.js"></script><img src="local.png">'
    soup = BeautifulSoup(planted, "html.parser")
    assert foreign(soup) == ["https://cdn.example.org/x.js"]


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_it_is_about(soups, page):
    description = soups[page].find("meta", attrs={"name": "description"})
    assert description is not None
    assert 40 <= len(description["content"]) <= 200
    assert len(soups[page].select("article h1")) == 1


def test_descriptions_and_titles_are_distinct(soups):
    descriptions = [
        s.find("meta", attrs={"name": "description"})["content"] for s in soups.values()
    ]
    titles = [s.title.string for s in soups.values()]
    assert len(set(descriptions)) == len(PAGES)
    assert len(set(titles)) == len(PAGES)


@pytest.mark.parametrize("page", CHAPTERS)
def test_formulas_are_typeset_in_the_page(soups, page):
    """They need no script: KaTeX wrote both HTML and MathML while the book was built."""
    formulas = soups[page].select("article .math")
    assert len(formulas) > 10
    assert all(formula.select_one(".katex math") for formula in formulas)
    assert not soups[page].select("script[src*=mathjax i], script[src*=katex i]")


def test_style_sheet_and_typesetter_are_the_same_katex():
    import json

    from sphinxcontrib import katex

    locked = json.loads((ROOT / "package-lock.json").read_text())
    assert locked["packages"]["node_modules/katex"]["version"] == katex.katex_version


@pytest.mark.parametrize("page", CHAPTERS)
def test_figures_say_what_they_show(soups, page):
    labels = [svg["aria-label"] for svg in soups[page].select(".picture svg[role=img]")] + [
        figure["aria-label"] for figure in soups[page].select("figure.explorer")
    ]
    assert len(labels) >= 3
    assert len(set(labels)) == len(labels)
    assert all(len(label) > 30 for label in labels)
    for image in soups[page].select("article img"):
        assert re.fullmatch(r".*\s.*", image.get("alt", "")), f"no alternative text: {image}"


@pytest.mark.parametrize("page", PAGES)
def test_ids_are_unique(soups, page):
    ids = [tag["id"] for tag in soups[page].select("article [id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", CHAPTERS)
def test_what_readers_quote_has_an_anchor_of_its_own(soups, page):
    article = soups[page].select_one("article")
    for kind in ("h2", "h3", "h4"):
        assert all(heading.parent.get("id") for heading in article.select(f"section > {kind}"))
    quoted = article.select(".picture, figure.explorer, div.math")
    assert len(quoted) > 5
    assert all(re.match(r"(figure|formula)-[a-z]", thing.get("id", "")) for thing in quoted)
    numbers = [p["id"] for p in article.select("p.exercise")]
    assert numbers[:3] == ["exercise-1", "exercise-2", "exercise-3"]


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_has_every_part_of_the_quality_bar(soups, page):
    article = soups[page].select_one("article")
    headings = [h.get_text().strip("#¶ \n").lower() for h in article.select("h2")]
    assert "the question." in article.get_text().lower()
    for part in ("what goes wrong", "check yourself", "exercises", "sources"):
        assert any(part in heading for heading in headings), f"{page} lacks “{part}”"
    assert article.select("figure.explorer"), f"{page} has no explorer"
    assert article.select("a[href*=glossary]"), f"{page} links no term to the glossary"
    assert article.select("a[href*=assignments]"), f"{page} links to no assignment"
    questions = (
        article.find(id="check-yourself").parent if article.find(id="check-yourself") else None
    )
    assert questions is not None
    asked = questions.select(".quiz")
    assert 2 <= len(asked) <= 4
    for quiz in asked:
        assert len(quiz.select("details.quiz-option")) >= 2
        assert len(quiz.select("details.quiz-right")) == 1
        # Beside "Right." or "Not this one.", a reason.
        assert all(len(why.get_text()) > 50 for why in quiz.select(".quiz-why")), quiz.get_text()


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_shows_lines_of_the_ledger_and_links_to_the_rest(soups, page):
    lines = soups[page].select("article ul.claims > li.claim")
    assert lines, f"{page} shows none of its claims"
    links = [anchor["href"] for anchor in soups[page].select("article a[href*='ledger.html']")]
    assert any("?chapter=" in link for link in links), f"{page} has no link to its claims"
    ledger = {line["id"]: line["data-verdict"] for line in soups["book/ledger"].select("li.claim")}
    shown = {line.select_one("a")["href"].split("#")[1]: line["data-verdict"] for line in lines}
    assert shown == {number: ledger[number] for number in shown}


def test_download_page_offers_the_wheel_and_the_notebooks(site, soups):
    links = [a["href"] for a in soups["book/assignments"].select("a.reference.download")]
    names = {Path(link).name for link in links}
    assert {f"{name}.ipynb" for name in ASSIGNMENTS} <= names
    assert any(name.startswith("embedlab-") and name.endswith(".whl") for name in names)
    assert all((site / "book" / link).resolve().is_file() for link in links)


@pytest.mark.parametrize("page", CHAPTERS)
def test_chapter_is_offered_as_a_notebook(site, soups, page):
    links = [a["href"] for a in soups[page].select("a[href$='.ipynb']")]
    notebook = nbformat.read((site / "book" / links[0]).resolve(), as_version=4)
    nbformat.validate(notebook)
    code = [cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"]
    blocks = soups[page].select("div.cell_input pre")
    assert code == [block.get_text().strip() for block in blocks]


def test_explorers_stand_as_pictures_without_a_script(soups):
    for page in CHAPTERS:
        for figure in soups[page].select("figure.explorer"):
            assert figure.select_one(".explorer-stage svg")


def test_build_marks_the_page_as_static(soups):
    """Without the variable the explorers would be notebook widgets, dead on a page."""
    assert widgets.STATIC_PAGE in (ROOT / "Makefile").read_text()

"""A page on paper, and the book as a PDF: nothing folded, outlines, fonts, no empty sheet."""

import io
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from book_pages import ROOT
from browsing import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGES = ["book/09-production", "book/references"]


PROGRAM = ROOT / "book" / "print_book.py"


@pytest.fixture(scope="module")
def printing() -> dict:
    return runpy.run_path(str(PROGRAM))


@pytest.fixture(scope="module")
def pdf(browser, site, tmp_path_factory):
    """A short book of two pages; without a browser the test is skipped before this."""
    target = tmp_path_factory.mktemp("pdf") / "short.pdf"
    subprocess.run([sys.executable, PROGRAM, "--output", target, *PAGES], check=True)
    with pikepdf.open(target) as book:
        yield book


def dictionaries(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]


def titles(pdf: pikepdf.Pdf) -> list[str]:
    """Return the titles of the outlines."""
    parts = dictionaries(pdf)
    return [str(part.Title) for part in parts if "/Title" in part and "/Parent" in part]


def test_pdf_has_outlines_of_pages_and_sections(pdf):
    found = titles(pdf)
    assert "9. Production: from vectors to search" in found
    assert "References" in found
    assert "Check yourself" in found
    assert all(title[: len(title) // 2] != title[len(title) // 2 :] for title in found)


def test_pdf_has_its_fonts_its_structure_and_no_empty_sheet(pdf, record_property):
    drawn = (page.Contents.read_bytes() for page in pdf.pages)
    n_texts = [len(re.findall(rb"\bT[jJ]\b", sheet)) for sheet in drawn]
    assert len(n_texts) > 10
    # The page number alone is one.
    assert min(n_texts[1:]) > 1, n_texts
    fonts = [part for part in dictionaries(pdf) if part.get("/Type") == "/FontDescriptor"]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)
    assert any("KaTeX" in str(font.FontName) for font in fonts)
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang) == "en"
    size = Path(pdf.filename).stat().st_size / 1e6
    record_property("figure", f"pdf: two pages on {len(n_texts)} sheets, {size:.1f} MB")


def test_what_is_saved_is_smaller_and_has_each_title_once(printing, tmp_path):
    plain = pikepdf.new()
    for _ in range(3):
        plain.add_blank_page()
    with plain.open_outline() as outline:
        names = ["SourcesSources", "Sources", "Wörter: →Wörter: →", "AB"]
        outline.root.extend(pikepdf.OutlineItem(name, 0) for name in names)
    words = [pikepdf.Dictionary(S=pikepdf.Name.Span, K=i) for i in range(2000)]
    plain.Root.StructTreeRoot = pikepdf.Array([plain.make_indirect(word) for word in words])
    raw = io.BytesIO()
    plain.save(raw, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert printing["save"](raw.getvalue(), tmp_path / "a.pdf") == 3
    with pikepdf.open(tmp_path / "a.pdf") as saved:
        assert sorted(titles(saved)) == sorted(["Sources", "Sources", "Wörter: →", "AB"])
        assert [int(word.K) for word in saved.Root.StructTreeRoot] == list(range(2000))
    assert (tmp_path / "a.pdf").stat().st_size < len(raw.getvalue()) / 5


def test_pdf_is_small_and_leaves_what_one_looks_up_to_the_site(printing, site):
    listed = printing["parse_toc_yaml"](ROOT / "_toc.yml")
    kept = {page for page in listed if not page.startswith(printing["ONLINE"])}
    assert {"book/introduction", "book/09-serving", "book/glossary"} <= kept
    assert not kept & {"book/ledger", "book/search", "book/reference/text"}


@pytest.mark.parametrize("at", ["", "https://example.org/course/"])
def test_link_to_a_page_that_is_not_printed_leads_to_the_site_or_nowhere(printing, at):
    body = (
        '<a class="x" href="ledger.html?chapter=2#c1">a</a> <a href="02-dense.html#b">b</a>'
        ' <a href="https://example.com/">c</a> <img src="../x.png"> <a href="#d">d</a>'
    )
    found = printing["relinked"](body, "book/a", ["book/a", "book/02-dense"], at)
    assert (f'href="{at}book/ledger.html?chapter=2#c1"' in found) == bool(at)
    assert "book.invalid" not in found
    assert '<a href="#p-book-02-dense--b">' in found
    assert 'href="https://example.com/"' in found
    assert 'src="x.png"' in found
    assert '<a href="#p-book-a--d">' in found
    assert ('<a class="x" >a</a>' in found) == (not at)


def test_the_site_links_to_the_pdf_only_where_there_is_one(printing, site, tmp_path):
    page = site / "book" / "introduction.html"
    (tmp_path / "book").mkdir()
    copy = tmp_path / "book" / "introduction.html"
    place = printing["PLACE"].search(page.read_text(encoding="utf-8"))
    assert place is not None
    built = (site / "word-embeddings-computed.pdf").is_file()
    assert ("make pdf" in place[0]) == (not built)
    copy.write_text(f"<p>{place[0]}</p>", encoding="utf-8")
    (tmp_path / "book.pdf").write_bytes(b"0" * 9_700_000)
    printing["link"](tmp_path, tmp_path / "book.pdf", 400)
    assert copy.read_text(encoding="utf-8") == (
        '<p><span class="book-pdf"><a href="../book.pdf">The book as a PDF</a> has 400 sheets '
        "and 10 MB.</span></p>"
    )


def test_links_stay_in_the_document(site, printing):
    document = printing["combined"](site, PAGES, "A short book", "Its authors")
    ids = re.findall(r'\sid="([^"]*)"', document)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', document)
    assert len(targets) > 100
    assert set(targets) <= set(ids)
    assert "<script" not in document
    assert not re.search(r"<details\b(?![^>]*\bopen)", document)


def test_a_page_prints_light_and_unfolded_and_is_put_back(browser, address):
    with opened(browser, f"{address}/book/07-geometry.html", color_scheme="dark") as page:
        folded = "document.querySelectorAll('article details:not([open])').length"
        before = page.evaluate(folded)
        assert before > 10
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(folded) == 0
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        page.emulate_media(media="print")
        for hidden in [".bd-sidebar-primary", ".bd-header-article", ".copybtn", ".prev-next-area"]:
            assert not page.locator(hidden).first.is_visible()
        assert page.locator("article h1").is_visible()
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate(folded) == before
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"

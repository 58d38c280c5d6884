"""A page on paper, and the book as a PDF: nothing folded, outlines, fonts, no empty sheet."""

import re
import runpy
import subprocess
import sys
import zlib

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
def pdf(browser, site, tmp_path_factory) -> bytes:
    """A short book of two pages; without a browser the test is skipped before this."""
    target = tmp_path_factory.mktemp("pdf") / "short.pdf"
    subprocess.run([sys.executable, PROGRAM, "--output", target, *PAGES], check=True)
    return target.read_bytes()


def objects(pdf: bytes) -> dict[int, bytes]:
    """Return the objects of a PDF as Chromium writes them, each on its own."""
    found = re.finditer(rb"^(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL | re.MULTILINE)
    return {int(entry[1]): entry[2] for entry in found}


def content(pdf: bytes) -> list[bytes]:
    """Return what is drawn on each sheet."""
    parts = objects(pdf)
    drawn = []
    for part in parts.values():
        if re.search(rb"/Type /Page\b", part):
            stream = parts[int(re.search(rb"/Contents (\d+) 0 R", part)[1])]
            raw = stream.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
            drawn.append(zlib.decompress(raw) if b"/FlateDecode" in stream else raw)
    return drawn


def titles(pdf: bytes) -> list[str]:
    """Return the titles of the outlines."""
    found = []
    for part in objects(pdf).values():
        if b"/Parent" in part and (entry := re.search(rb"/Title (\(.*?\)|<[0-9A-F]+>)", part)):
            raw = entry[1][1:-1]
            is_hex = entry[1].startswith(b"<")
            found.append(bytes.fromhex(raw.decode()).decode("utf-16") if is_hex else raw.decode())
    return found


def test_pdf_has_outlines_of_pages_and_sections(pdf):
    found = titles(pdf)
    assert "9. Production: from vectors to search" in found
    assert "References" in found
    assert "Check yourself" in found
    assert all(title[: len(title) // 2] != title[len(title) // 2 :] for title in found)


def test_pdf_has_its_fonts_its_structure_and_no_empty_sheet(pdf, record_property):
    sheets = content(pdf)
    n_texts = [len(re.findall(rb"\bT[jJ]\b", sheet)) for sheet in sheets]
    assert len(sheets) > 10
    # The page number alone is one.
    assert min(n_texts[1:]) > 1, n_texts
    fonts = [part for part in objects(pdf).values() if b"/Type /FontDescriptor" in part]
    assert fonts
    assert all(b"/FontFile" in font for font in fonts)
    assert any(b"KaTeX" in font for font in fonts)
    assert b"/StructTreeRoot" in pdf
    assert b"/Lang (en)" in pdf
    record_property("figure", f"pdf of two pages: {len(sheets)} sheets, {len(pdf) / 1e6:.1f} MB")


def test_links_stay_in_the_document(site, printing):
    document = printing["combined"](site, PAGES, "A short book", "Its authors")
    ids = re.findall(r'\sid="([^"]*)"', document)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', document)
    assert len(targets) > 100
    assert set(targets) <= set(ids)
    assert "<script" not in document
    assert not re.search(r"<details\b(?![^>]*\bopen)", document)


def test_doubled_titles_are_mended_in_place(printing):
    mend = printing["with_titles_once"]
    assert mend(b"/Title (SourcesSources)/X") == b"/Title (Sources)       /X"
    assert mend(b"/Title <FEFF00410041>") == b"/Title <FEFF0041>    "
    for kept in [b"/Title (Sources)", b"/Title ()", b"/Title <FEFF00410042>"]:
        assert mend(kept) == kept


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

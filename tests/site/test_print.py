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
    """Return the objects of a PDF, those too that are compressed together."""
    found = re.finditer(rb"^(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL | re.MULTILINE)
    all_of_them = {int(entry[1]): entry[2] for entry in found}
    for thing in list(all_of_them.values()):
        if together := re.match(rb"<</Type /ObjStm/N (\d+)/First (\d+)", thing):
            n, first = int(together[1]), int(together[2])
            raw = thing.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
            body = zlib.decompress(raw)
            places = [int(word) for word in body[:first].split()]
            ends = [*places[3::2], len(body) - first]
            for number, begin, end in zip(places[::2], places[1::2], ends, strict=True):
                all_of_them[number] = body[first + begin : first + end].strip()
            assert len(places) == 2 * n
    return all_of_them


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
    everything = b" ".join(objects(pdf).values())
    assert b"/StructTreeRoot" in everything
    assert b"/Lang (en)" in everything
    record_property("figure", f"pdf of two pages: {len(sheets)} sheets, {len(pdf) / 1e6:.1f} MB")


def test_packing_keeps_every_object_and_says_where_it_is(printing):
    """Read back as a viewer does: from the end of the file, by the table of places."""
    parts = {
        1: b"<</Type /Catalog/Pages 2 0 R>>",
        2: b"<</Kids [3 0 R]>>",
        3: b"<</Length 12>>\nstream\n\nendobj 9 0 \nendstream",
    }
    plain, places = b"%PDF-1.4\n", []
    for number, part in parts.items():
        places.append(len(plain))
        plain += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size 4\n/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(plain)
    packed = printing["packed"](plain + b"xref\n0 4\n0000000000 65535 f \n" + table + trailer)
    where = int(packed.split()[-2])
    head, raw = packed[where:].split(b"\nstream\n", 1)
    assert b"/Type /XRef/Size 6/W [1 4 2]/Root 1 0 R" in head
    rows = zlib.decompress(raw.split(b"\nendstream")[0])
    entries = [rows[i : i + 7] for i in range(0, len(rows), 7)]
    kinds = [(e[0], int.from_bytes(e[1:5]), int.from_bytes(e[5:])) for e in entries]
    # Two objects in the stream number 4, at their places; three at theirs in the file.
    assert kinds[0] == (0, 0, 65535)
    assert kinds[1:3] == [(2, 4, 0), (2, 4, 1)]
    for number in (3, 4, 5):
        assert packed[kinds[number][1] :].startswith(b"%d 0 obj\n" % number)
    found = objects(packed)
    assert {number: found[number] for number in (1, 2)} == {k: parts[k] for k in (1, 2)}
    assert parts[3] in packed


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

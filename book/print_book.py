"""Write the book as one PDF: `python book/print_book.py`, after `make book`.

The articles of the pages that one reads are put into one document, in the order of the table of
contents, which Chromium prints: so it makes the outlines itself, from the headings, and links from
chapter to chapter stay links. Pages that one looks things up in, of which half the paper would be,
are left to the site. Where the site has been built, its introduction then links to the file.
"""

import argparse
import html
import io
import mimetypes
import os
import posixpath
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pikepdf
import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "extensions"))

import chromium  # noqa: E402 (a program of its own: the path comes first)

SITE = ROOT / "_build" / "html"
TARGET = SITE / "word-embeddings-computed.pdf"
ONLINE = ("book/search", "book/ledger", "book/reference/", "book/instructors")
"""How the names of pages begin that are not printed: boxes to type into, lists, commands."""

# Nothing is asked of this address: the browser's requests are answered from the site's files.
ADDRESS = "http://book.invalid/"
SHEETS = ("book.css", "reference.css", "print.css")
PLACE = re.compile(r'(<span class="book-pdf">).*?(</span>)', re.DOTALL)
"""Where a page says how to get the PDF."""

FOOTER = (
    '<div style="font: 8pt sans-serif; width: 100%; text-align: center">'
    '<span class="pageNumber"></span></div>'
)


def article(text: str) -> str:
    """Return what a page says, with nothing folded and without what only a script reads."""
    start = text.index(">", text.index('<article class="bd-article"')) + 1
    body = text[start : text.index("</article>", start)]
    body = re.sub(r"<script\b.*?</script>", "", body, flags=re.DOTALL)
    body = re.sub(r'(<details\b[^>]*?) name="[^"]*"', r"\1", body)
    return re.sub(r"<details\b(?![^>]*\sopen)", "<details open", body)


def slug(page: str) -> str:
    """Return what begins all identifiers of a page in the one document."""
    return "p-" + page.replace("/", "-") + "--"


def published_at(site: Path) -> str:
    """Return the address for which a site was built, or "" if nobody said."""
    found = re.search(r"Sitemap: (.*)sitemap\.xml", (site / "robots.txt").read_text("utf-8"))
    return found[1] if found else ""


def relinked(body: str, page: str, pages: Sequence[str], address: str) -> str:
    """Return an article whose identifiers are its own and whose links stay in the document.

    Args:
        body: The article.
        page: The page it comes from.
        pages: All pages of the document.
        address: Where the site is, to which other links lead; without one they are plain words.
    """
    own = slug(page)

    def link(found: re.Match[str]) -> str:
        parts = urlsplit(html.unescape(found[2]))
        if parts.scheme or parts.netloc:
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        target = path.removesuffix(".html") if parts.path else page
        if found[1] == "src":
            return f'src="{html.escape(path)}"'
        if target in pages:
            return f'href="#{slug(target)}{parts.fragment}"'
        rest = parts._replace(path=path).geturl()
        return f'href="{html.escape(address + rest)}"' if address else ""

    body = re.sub(r'\b(href|src)="([^"]*)"', link, body)
    body = re.sub(r'(\s(?:id|for)=")', rf"\g<1>{own}", body)
    body = re.sub(
        r'(\saria-(?:labelledby|describedby)=")([^"]*)"',
        lambda found: found[1] + " ".join(own + name for name in found[2].split()) + '"',
        body,
    )
    return re.sub(r"url\(#", f"url(#{own}", body)


def combined(site: Path, pages: Sequence[str], title: str, author: str) -> str:
    """Return one document with a title page, the contents and the pages."""
    links = "".join(f'<link rel="stylesheet" href="_static/{sheet}">' for sheet in SHEETS)
    contents, bodies, address = [], [], published_at(site)
    for page in pages:
        text = (site / f"{page}.html").read_text(encoding="utf-8")
        body = relinked(article(text), page, pages, address)
        heading = re.search(r"<h1[^>]*>(.*?)<a class=\"headerlink\"", body, flags=re.DOTALL)
        name = heading[1] if heading else html.escape(page)
        contents.append(f'<li><a href="#{slug(page)}">{name}</a></li>')
        bodies.append(f'<div class="book-page bd-article" id="{slug(page)}">{body}</div>')
    head = html.escape(title)
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head>'
        f'<meta charset="utf-8"><title>{head}</title>{links}</head><body>'
        '<main class="bd-main"><div class="bd-content"><div class="bd-article-container">'
        f'<div class="book-title"><p>{head}</p><p>{html.escape(author)}</p></div>'
        f'<nav class="book-contents"><p><b>Contents</b></p><ol>{"".join(contents)}</ol></nav>'
        f"{''.join(bodies)}</div></div></main></body></html>"
    )


def written_once(title: str) -> str:
    """Return an outline's title without its repetition.

    Chromium writes the title of a heading that it had to move to the next sheet twice over.
    """
    half = len(title) // 2
    return title[:half] if title[:half] == title[half:] else title


def save(pdf: bytes, target: Path) -> int:
    """Write a PDF with each title once and its small objects compressed; return its sheets.

    Chromium writes an object as plain text for every word of the document's structure, which who
    listens to it needs: half of the file.
    """
    with pikepdf.open(io.BytesIO(pdf)) as book:
        for thing in book.objects:
            if isinstance(thing, pikepdf.Dictionary) and "/Title" in thing and "/Parent" in thing:
                thing.Title = written_once(str(thing.Title))
        together = pikepdf.ObjectStreamMode.generate
        book.save(target, object_stream_mode=together, compress_streams=True)
        return len(book.pages)


def printed(document: str, site: Path) -> bytes:
    """Return a document, whose files are the site's, as Chromium prints it.

    Raises:
        SystemExit: If there is no Chromium.
    """
    from playwright.sync_api import Route, sync_playwright

    def answer(route: Route) -> None:
        path = unquote(urlsplit(route.request.url).path).lstrip("/")
        if not path:
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        elif (site / path).is_file():
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=(site / path).read_bytes(), content_type=kind)
        else:
            route.fulfill(status=404, body="")

    if (program := chromium.find()) is None:
        raise SystemExit(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=chromium.FLAGS, env=chromium.environment()
        )
        page = browser.new_page(java_script_enabled=False)
        page.set_default_timeout(300_000)
        page.route("**/*", answer)
        page.goto(ADDRESS, wait_until="load")
        pdf = page.pdf(
            outline=True,
            tagged=True,
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
        )
        browser.close()
    return pdf


def link(site: Path, target: Path, n_sheets: int) -> None:
    """Let the pages that speak of the PDF link to it."""
    size = target.stat().st_size / 1e6
    for path in site.glob("book/*.html"):
        text = path.read_text(encoding="utf-8")
        address = os.path.relpath(target, path.parent)
        words = (
            f'<a href="{address}">The book as a PDF</a> has {n_sheets} sheets and {size:.0f} MB.'
        )
        new = PLACE.sub(rf"\g<1>{words}\g<2>", text)
        if new != text:
            path.write_text(new, encoding="utf-8")


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TARGET, help="the PDF")
    parser.add_argument("pages", nargs="*", help="pages of the table of contents, if not most")
    arguments = parser.parse_args()
    if not (SITE / "index.html").is_file():
        raise SystemExit("the book is not built: run 'make book' first")
    listed = parse_toc_yaml(ROOT / "_toc.yml")
    pages = arguments.pages or [page for page in listed if not page.startswith(ONLINE)]
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    pdf = printed(combined(SITE, pages, config["title"], config["author"]), SITE)
    target = arguments.output
    n_sheets = save(pdf, target)
    if target == TARGET:
        link(SITE, target, n_sheets)
    size = target.stat().st_size / 1e6
    print(f"{target}: {len(pages)} pages on {n_sheets} sheets, {size:.1f} MB")


if __name__ == "__main__":
    main()

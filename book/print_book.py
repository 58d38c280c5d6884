"""Write the whole book as one PDF: `python book/print_book.py`, after `make book`.

The articles of all pages are put into one document, in the order of the table of contents, which
Chromium prints: so it makes the outlines itself, from the headings, and links from chapter to
chapter stay links.
"""

import argparse
import html
import mimetypes
import os
import posixpath
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
TARGET = SITE / "word-embeddings-computed.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
# Nothing is asked of this address: the browser's requests are answered from the site's files.
ADDRESS = "http://book.invalid/"
SHEETS = ("book.css", "reference.css", "print.css")
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


def relinked(body: str, page: str, pages: Sequence[str]) -> str:
    """Return an article whose identifiers are its own and whose links stay in the document.

    Args:
        body: The article.
        page: The page it comes from.
        pages: All pages of the document; a link to another leads to the site's file.
    """
    own = slug(page)

    def link(found: re.Match[str]) -> str:
        parts = urlsplit(html.unescape(found[2]))
        if parts.scheme or parts.netloc:
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))
        target = path.removesuffix(".html") if parts.path else page
        if target in pages and found[1] == "href":
            return f'href="#{slug(target)}{parts.fragment}"'
        return f'{found[1]}="{html.escape(path)}"'

    body = re.sub(r'\b(href|src)="([^"]*)"', link, body)
    body = re.sub(r'(\s(?:id|for)=")', rf"\g<1>{own}", body)
    body = re.sub(
        r'(\saria-(?:labelledby|describedby)=")([^"]*)"',
        lambda found: found[1] + " ".join(own + name for name in found[2].split()) + '"',
        body,
    )
    return re.sub(r"url\(#", f"url(#{own}", body)


def combined(site: Path, pages: Sequence[str], title: str, author: str) -> str:
    """Return one document with a title page, the contents and all pages."""
    links = "".join(f'<link rel="stylesheet" href="_static/{sheet}">' for sheet in SHEETS)
    contents, bodies = [], []
    for page in pages:
        text = (site / f"{page}.html").read_text(encoding="utf-8")
        body = relinked(article(text), page, pages)
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


def once(found: re.Match[bytes]) -> bytes:
    """Return an outline's title once, in as many bytes.

    Chromium writes the title of a heading that it had to move to the next sheet twice over.
    """
    before, title, after = found.groups()
    half = len(title) // 2
    if not title or title[:half] != title[half:]:
        return found[0]
    # Every address in the file stays right: the rest is blank.
    return before + title[:half] + after + b" " * half


def with_titles_once(pdf: bytes) -> bytes:
    """Return a PDF without doubled titles in its outlines, plain ones and those in hexadecimal."""
    pdf = re.sub(rb"(/Title \()((?:\\.|[^\\)])*)(\))", once, pdf)
    return re.sub(rb"(/Title <FEFF)([0-9A-F]*)(>)", once, pdf)


def chromium() -> str:
    """Return the path of the browser.

    Raises:
        SystemExit: If there is none.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("no Chromium found: install Debian's package chromium, then try again")
    return found


def write_pdf(document: str, site: Path, target: Path) -> None:
    """Print a document whose files are the site's."""
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

    environment: dict[str, Any] = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS, env=environment
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
    target.write_bytes(with_titles_once(pdf))


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TARGET, help="the PDF")
    parser.add_argument("pages", nargs="*", help="pages of the table of contents; all by default")
    arguments = parser.parse_args()
    if not (SITE / "index.html").is_file():
        raise SystemExit("the book is not built: run 'make book' first")
    pages = arguments.pages or list(parse_toc_yaml(ROOT / "_toc.yml"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    write_pdf(combined(SITE, pages, config["title"], config["author"]), SITE, arguments.output)
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1e6:.1f} MB, {len(pages)} pages")


if __name__ == "__main__":
    main()

"""Sphinx extension: addresses that were published stay alive.

book/redirects.toml names pages and sections that have moved. A page that moved leaves a small page
that leads on. A heading that was reworded keeps its old anchor beside the new one, as an empty
span. A section that went to another page leaves a line there, seen only by who comes for it. The
address of the whole site leads to its first page.
"""

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

MOVES = Path(__file__).parents[1] / "redirects.toml"
STYLE = "moved.css"


@dataclass(frozen=True)
class Moves:
    """What has moved: old page to new address, and for each page old anchor to new address."""

    pages: dict[str, str] = field(default_factory=dict)
    anchors: dict[str, dict[str, str]] = field(default_factory=dict)


def read(text: str) -> Moves:
    """Return the moves that a file like book/redirects.toml names.

    Raises:
        ExtensionError: If a line cannot be followed, with what to write instead.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ExtensionError(f"redirects.toml is not TOML: {error}") from error
    if unknown := set(tables) - {"pages", "anchors"}:
        raise ExtensionError(f"redirects.toml has a table {unknown.pop()!r}: use pages or anchors")
    pages, anchors = tables.get("pages", {}), {}
    for old, new in pages.items():
        if "#" in old:
            _refuse(old, "a page has no #: put the line under [anchors]")
        if new.split("#")[0] in pages:
            _refuse(old, f"it leads to {new!r}, which has moved itself: name its newest place")
    for old, new in tables.get("anchors", {}).items():
        page, sign, anchor = old.partition("#")
        if not (sign and page and anchor):
            _refuse(old, 'write it as "page#anchor"')
        if page in pages:
            _refuse(old, f"its page has moved: write {pages[page].split('#')[0]}#{anchor}")
        target = new if "#" in new else f"{page}#{new}"
        anchors.setdefault(page, {})[anchor] = target
    for page, moved in anchors.items():
        for anchor, target in moved.items():
            there, _, place = target.partition("#")
            if there in pages or place in anchors.get(there, {}):
                _refuse(f"{page}#{anchor}", f"{target!r} has moved itself: name its newest place")
    return Moves(pages, anchors)


def _refuse(line: str, remedy: str) -> None:
    raise ExtensionError(f"redirects.toml, {line!r}: {remedy}")


def keep_anchor(body: str, old: str, new: str) -> str | None:
    """Return a page's text with an old anchor inside the element of the new one.

    None if the new one is not there. Inside and not before it, where a list or a table allows
    nothing else than its own parts.
    """
    place = re.search(rf'<[a-z][^<>]*\sid="{re.escape(new)}"[^<>]*>', body)
    if place is None:
        return None
    return f'{body[: place.end()]}<span id="{html.escape(old)}"></span>{body[place.end() :]}'


def notice(old: str, address: str, title: str) -> str:
    """Return the line that a section leaves which has gone to another page."""
    link = f'<a href="{html.escape(address)}">{html.escape(title)}</a>'
    return f'<p class="moved" id="{html.escape(old)}">This section has moved. See {link}.</p>\n'


def collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages that lead on."""
    root = app.config.root_doc
    moved = {} if root == "index" else {"index": root}
    for old, new in {**moved, **app.config.book_moves.pages}.items():
        page, sign, anchor = new.partition("#")
        if old in app.env.found_docs:
            _refuse(old, "this page exists: take the line out, or rename the page")
        if page not in app.env.found_docs:
            _refuse(old, f"there is no page {page!r} to lead to")
        context = {
            "title": app.env.titles[page].astext(),
            "heading": "This page has moved" if old != "index" else app.config.html_title,
            "target": app.builder.get_relative_uri(old, page) + sign + anchor,
            "target_page": page,
        }
        yield old, context, "moved.html"


def adapt(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the old anchors of a page into its text."""
    for old, target in app.config.book_moves.anchors.get(pagename, {}).items():
        if doctree is None:
            continue
        if f' id="{old}"' in context["body"]:
            _complain(pagename, old, "it is on the page, and has not moved: take the line out")
            continue
        page, _, anchor = target.partition("#")
        if page == pagename:
            body = keep_anchor(context["body"], old, anchor)
            if body is None:
                _complain(pagename, old, f"the page has no anchor {anchor!r} to lead to")
            context["body"] = body or context["body"]
        elif page not in app.env.found_docs:
            _complain(pagename, old, f"there is no page {page!r} to lead to")
        else:
            address = f"{app.builder.get_relative_uri(pagename, page)}#{anchor}"
            context["body"] += notice(old, address, app.env.titles[page].astext())
            app.add_css_file(STYLE)


def _complain(page: str, old: str, remedy: str) -> None:
    logger.warning(
        "redirects.toml, %r: %s", f"{page}#{old}", remedy, type="course", subtype="redirect"
    )


def prepare(app: Sphinx, *_: Any) -> None:
    """Read the moves."""
    app.config.book_moves = read(MOVES.read_text(encoding="utf-8")) if MOVES.is_file() else Moves()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_config_value("book_moves", Moves(), "")
    app.connect("builder-inited", prepare)
    app.connect("html-collect-pages", collect)
    app.connect("html-page-context", adapt, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Sphinx extension: the directive `ask`, and the files of the search among the site's own.

`{ask} box` stands for the search box, `{ask} sizes` for the table of what it loads, `{ask} quality`
for how often it finds the right section. All come from what `embedlab search-index` has written.
The box's script and style are added to the pages that have one, and to no others.
"""

import html
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from embedlab.site_search.export import REPORT, Report, compressed_bytes, read_report
from embedlab.site_search.judging import Quality

FOLDER = Path("_build") / "search"
ASSETS = Path(__file__).parents[1] / "assets"
FILES = {
    "ask.js": "the program",
    "ask.css": "its style",
    "ask-texts.js": "the paragraphs",
    "ask-vectors.js": "vectors of paragraphs and words",
}
CHOICES = {"both": "meaning and words", "meaning": "meaning", "words": "words (BM25)"}


class ask_box(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """Where the search box stands."""


def box(report: Report, glossary: str, index: str) -> str:
    """Return the search box; it stays hidden without JavaScript, which is what makes it work."""
    links = f'the <a href="{glossary}">glossary</a> or the <a href="{index}">index</a>'
    options = "".join(f'<option value="{key}">{name}</option>' for key, name in CHOICES.items())
    ways = f'<label>Compare <select name="by">{options}</select></label>'
    lexical = (
        '<p class="ask-note">This copy of the book was built without the published weights: '
        "the box compares words, not meaning.</p>"
    )
    return (
        f'<form class="ask" role="search" aria-label="The book" data-version="{report.version}" '
        'hidden><div class="ask-query"><label>Your question <input type="search" name="question" '
        f'autocomplete="off" spellcheck="true"></label>{ways if report.n_words else ""}</div>'
        f'{"" if report.n_words else lexical}<p class="ask-status" role="status"></p>'
        f'<p class="ask-help" hidden>Try other words, or look into {links}.</p>'
        '<ol class="ask-hits"></ol></form>'
        "<noscript><p>The search box needs JavaScript, which is switched off here. "
        f"Look into {links} instead.</p></noscript>"
    )


def sizes(report: Report) -> str:
    """Return the table of the files that the box loads."""
    own = {name: (ASSETS / name).read_bytes() for name in ("ask.js", "ask.css")}
    measured = {name: (len(code), compressed_bytes(code)) for name, code in own.items()}
    measured |= report.sizes
    rows = [(f"<code>{name}</code>, {FILES[name]}", measured[name]) for name in measured]
    total = tuple(sum(column) for column in zip(*measured.values(), strict=True))
    body = "".join(_row(name, [_kilobytes(n) for n in counts]) for name, counts in rows)
    foot = _row("together", [_kilobytes(n) for n in total])
    head = _head("file", ["kB", "kB compressed (gzip)"])
    return _table("What a reader loads on first use", head, body, foot)


def quality(report: Report) -> str:
    """Return the table of how many questions find a right section among the first hits."""
    n = report.n_typed + report.n_asked
    head = _head("ranking by", [f"first {k}" for k in report.depths] + ["as the full model"])
    body = "".join(_row(html.escape(q.ranking), _shares(q, n)) for q in report.qualities)
    caption = (
        f"Questions with a right section among the first hits, in percent of {n} "
        f"({report.n_typed} as a reader types them, {report.n_asked} as the book asks them), with "
        "95% intervals; last column: how much of the full model's first ten paragraphs is among "
        "the first ten"
    )
    if len(report.qualities) > 1:
        caption += ". The full model is not in the browser: a server would find so much."
    return _table(caption, head, body, "")


def _shares(found: Quality, n: int) -> list[str]:
    told = [
        f"{count / n:.0%} ({100 * low:.0f}–{100 * high:.0f})"
        for count, (low, high) in zip(found.n_found, found.intervals, strict=True)
    ]
    return [*told, "–" if found.agreement is None else f"{found.agreement:.0%}"]


def _kilobytes(n: int) -> str:
    return f"{n / 1000:,.1f}" if n < 10_000 else f"{n / 1000:,.0f}"


def _head(first: str, others: list[str]) -> str:
    return "".join(f'<th scope="col">{name}</th>' for name in (first, *others))


def _row(name: str, cells: list[str]) -> str:
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _table(caption: str, head: str, body: str, foot: str) -> str:
    end = f"<tfoot>{foot}</tfoot>" if foot else ""
    return (
        f'<div class="ask-table"><table class="table"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{end}</table></div>"
    )


class Ask(SphinxDirective):
    """The box, or one of the tables about it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the part; the box becomes HTML once the addresses of other pages are known."""
        part = self.arguments[0]
        tables = {"sizes": sizes, "quality": quality}
        if part == "box":
            return [ask_box()]
        if part not in tables:
            raise self.error(f"ask must be one of box, {', '.join(tables)}, got {part!r}")
        report = read_report(Path(self.env.srcdir) / FOLDER)
        return [nodes.raw("", tables[part](report), format="html")]


def place(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the box into a page."""
    for node in list(doctree.findall(ask_box)):
        report = read_report(Path(app.srcdir) / FOLDER)
        targets = ("book/glossary", "genindex")
        addresses = [app.builder.get_relative_uri(docname, target) for target in targets]
        node.replace_self(nodes.raw("", box(report, *addresses), format="html"))


def equip(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give a page with the box its script and its style."""
    if doctree is not None and any(
        "ask-status" in raw.astext() for raw in doctree.findall(nodes.raw)
    ):
        app.add_js_file("ask.js", loading_method="defer")
        app.add_css_file("ask.css")


def publish(app: Sphinx, config: Config) -> None:
    """Put the files beside the site's other scripts."""
    folder = Path(app.srcdir) / FOLDER
    if not (folder / REPORT).is_file():
        raise ExtensionError(f"{folder / REPORT} is missing: run `embedlab search-index` first")
    config.html_static_path = [*config.html_static_path, str(folder)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_node(ask_box)
    app.add_directive("ask", Ask)
    app.connect("config-inited", publish, priority=100)
    app.connect("doctree-resolved", place)
    app.connect("html-page-context", equip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

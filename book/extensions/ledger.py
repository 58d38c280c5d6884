"""Sphinx extension: the directive `ledger`, and the ledger's files at the site's root.

`{ledger} 3-word2vec` stands for a chapter's claims, `{ledger} summary` for the table of verdicts,
`{ledger} beyond` for the errors that the list of claims does not have, `{ledger} contradictions`
for the places where the documents disagree. All come from the files that `embedlab claims` has
written, so no verdict is typed into a page.
"""

import html
from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from embedlab.claims.contradictions import CONTRADICTIONS
from embedlab.claims.export import read_ledger
from embedlab.claims.ledger import CHAPTERS, Entry
from embedlab.claims.page import VERDICTS, as_list

FOLDER = Path("_build") / "claims"
# The chapters as a reader knows them.
TITLES = {
    "front-matter": "Front matter",
    "1-one-hot": "1. One-hot encoding",
    "2-dense": "2. Dense embeddings",
    "3-word2vec": "3. Word2Vec",
    "4-glove": "4. GloVe",
    "5-fasttext": "5. FastText",
    "6-contextual": "6. Contextual",
    "7-geometry": "7. High-dimensional geometry",
    "8-training": "8. Training dynamics",
    "9-production": "9. Production",
    "exercises-interview": "Exercises and interview",
}


def summary(found: list[Entry]) -> str:
    """Return the table of chapters and verdicts, and the form that filters the page.

    The form stays hidden without JavaScript, which is what makes it work.
    """
    counts = Counter((entry.chapter, entry.verdict) for entry in found)
    head = "".join(f'<th scope="col">{name}</th>' for name in VERDICTS.values())
    rows = [
        f'<tr><th scope="row"><a href="#claims-{chapter}">{TITLES[chapter]}</a></th>'
        + "".join(f"<td>{counts[chapter, verdict]}</td>" for verdict in VERDICTS)
        + "</tr>"
        for chapter in CHAPTERS
    ]
    totals = Counter(entry.verdict for entry in found)
    foot = "".join(f"<td>{totals[verdict]}</td>" for verdict in VERDICTS)
    return (
        f'<div class="ledger-table"><table class="table"><caption>{len(found)} claims by chapter '
        f'and verdict</caption><thead><tr><th scope="col">Chapter</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>"
        f'<tfoot><tr><th scope="row">All</th>{foot}</tr></tfoot></table></div>' + _form()
    )


def _form() -> str:
    chapters = _options({chapter: TITLES[chapter] for chapter in CHAPTERS})
    return (
        '<form class="ledger-filter" role="search" aria-label="Claims" hidden>'
        '<label>Words <input type="search" name="words" autocomplete="off"></label>'
        f'<label>Chapter <select name="chapter">{chapters}</select></label>'
        f'<label>Verdict <select name="verdict">{_options(VERDICTS)}</select></label>'
        '<button type="reset">Show all</button>'
        '<p class="ledger-count" role="status"></p></form>'
    )


def _options(names: dict[str, str]) -> str:
    listed = "".join(f'<option value="{value}">{name}</option>' for value, name in names.items())
    return f'<option value="">all</option>{listed}'


def contradictions(found: list[Entry]) -> str:
    """Return the list of places where the documents disagree, with the ledger's verdicts."""
    known = {entry.id: entry for entry in found}
    items = []
    for place in CONTRADICTIONS:
        verdicts = "".join(_verdict(known[number]) for number in place.ids)
        says = html.escape(place.says, quote=False)
        items.append(f"<li><p>{says}</p><ul>{verdicts}</ul></li>")
    return f'<ul class="contradictions">{"".join(items)}</ul>'


def _verdict(entry: Entry) -> str:
    said = html.escape(entry.correction or entry.computed, quote=False)
    number = entry.id.lower()
    return f'<li><a href="#{number}">{entry.id}</a> {VERDICTS[entry.verdict]}: {said}</li>'


class Ledger(SphinxDirective):
    """Part of the ledger, where it stands in the page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the part as HTML."""
        part = self.arguments[0]
        listed, beyond = read_ledger(Path(self.env.srcdir) / FOLDER)
        if part == "summary":
            text = summary(listed)
        elif part == "beyond":
            text = as_list(beyond)
        elif part == "contradictions":
            text = contradictions([*listed, *beyond])
        elif part in CHAPTERS:
            text = as_list([entry for entry in listed if entry.chapter == part])
        else:
            known = ", ".join(["summary", "beyond", "contradictions", *CHAPTERS])
            raise self.error(f"ledger must be one of {known}, got {part!r}")
        return [nodes.raw("", text, format="html")]


def publish(app: Sphinx, config: Config) -> None:
    """Put the ledger's files at the site's root, as downloads."""
    folder = Path(app.srcdir) / FOLDER
    if not (folder / "claims.json").is_file():
        raise ExtensionError(f"{folder / 'claims.json'} is missing: run `embedlab claims` first")
    config.html_extra_path = [*config.html_extra_path, str(folder)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_directive("ledger", Ledger)
    app.connect("config-inited", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

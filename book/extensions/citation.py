"""Sphinx extension: the directive `citation`, how to cite the course, made from CITATION.cff.

    ```{citation} text
    ```

`text` is one line for a list of references, `bibtex` an entry for BibTeX.
"""

from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def authors(cff: dict[str, Any]) -> list[str]:
    """Return the names of the authors; an author is a person or a group."""
    return [
        author.get("name") or f"{author['given-names']} {author['family-names']}"
        for author in cff["authors"]
    ]


def as_text(cff: dict[str, Any]) -> str:
    """Return a line for a list of references."""
    names, year = ", ".join(authors(cff)), str(cff["date-released"])[:4]
    return f"{names} ({year}). {cff['title']}. Version {cff['version']}."


def as_bibtex(cff: dict[str, Any]) -> str:
    """Return an entry for BibTeX; double braces keep a group's name and the title as they are."""
    fields = {
        "author": " and ".join(f"{{{name}}}" for name in authors(cff)),
        "title": f"{{{cff['title']}}}",
        "version": str(cff["version"]),
        "year": str(cff["date-released"])[:4],
        "month": str(cff["date-released"])[5:7].lstrip("0"),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{cff['type']}{{embedlab,\n{lines}\n}}"


FORMS = {"text": as_text, "bibtex": as_bibtex}


class Citation(SphinxDirective):
    """A citation of the course."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return it as a quotation, or as a block that can be copied."""
        form = self.arguments[0]
        if form not in FORMS:
            raise self.error(f"citation must be one of {', '.join(FORMS)}, got {form!r}")
        path = Path(self.env.srcdir) / "CITATION.cff"
        self.env.note_dependency(str(path))
        text = FORMS[form](yaml.safe_load(path.read_text(encoding="utf-8")))
        if form == "text":
            return [nodes.block_quote("", nodes.paragraph(text, text))]
        return [nodes.literal_block(text, text, language="text")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_directive("citation", Citation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

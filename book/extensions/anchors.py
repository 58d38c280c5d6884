"""Sphinx extension: permanent anchors for what has no heading.

Figures and explorers are named by what they show, exercises by their number, entries of the
references by their key: none of them changes when another is added.
"""

import html
import re

from docutils import nodes
from sphinx.application import Sphinx

_FIGURE = re.compile(
    r'(<(?:div class="picture"|figure class="explorer"))([^>]*>\s*<svg\b[^>]*?|[^>]*?)'
    r'\saria-label="([^"]+)"'
)


def name_references(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each entry of the references an anchor of its key; its own is counted, and changes."""
    cited = getattr(app.env.domains.get("cite"), "citations", [])
    keys = {c.citation_id: c.key for c in cited if c.bibliography_key.docname == docname}
    for entry in doctree.findall(nodes.citation) if keys else ():
        key = keys.get(entry["ids"][0])
        if key:
            entry["ids"].append(f"ref-{key}")


def shown(label: str) -> str:
    """Return an anchor of what a figure shows, which its description says before any number.

    >>> shown("Arrows at their angles with cat. Printed: 1"), shown("6 small pictures of 3 kinds")
    ('figure-arrows-at-their-angles-with-cat', 'figure-small-pictures-of')
    """
    begin = re.split(r"[.:;(\d]", html.unescape(label).lower().lstrip("0123456789, "))[0]
    return "-".join(["figure", *re.findall(r"[a-z]+", begin)[:8]])


def name_figures(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give figures and explorers anchors; of two with one name the second is counted."""
    used: dict[str, int] = {}
    for node in doctree.findall(nodes.raw):
        found = _FIGURE.match(node.astext().lstrip())
        if found:
            name = shown(found[3])
            used[name] = used.get(name, 0) + 1
            anchor = name if used[name] == 1 else f"{name}-{used[name]}"
            node.children = [
                nodes.Text(node.astext().replace(found[1], f'{found[1]} id="{anchor}"', 1))
            ]


def name_exercises(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each exercise, a paragraph that begins with its number, an anchor with that number."""
    for section in doctree.findall(nodes.section):
        for paragraph in section.findall(nodes.paragraph) if "exercises" in section["ids"] else ():
            first = next((part for part in paragraph.children if part.astext()), None)
            number = re.fullmatch(r"(\d+)\.", first.astext() if first else "")
            anchor = f"exercise-{number[1]}" if number else ""
            if isinstance(first, nodes.strong) and anchor and anchor not in doctree.ids:
                doctree.ids[anchor] = paragraph
                paragraph["ids"].append(anchor)
                paragraph["classes"].append("exercise")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    for name in (name_references, name_figures, name_exercises):
        app.connect("doctree-resolved", name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Sphinx extension: the search page finds formulas by name, and names however they are typed.

Sphinx indexes the LaTeX of a formula, which nobody types. book/formulas.toml gives each displayed
formula names and a permanent anchor. They enter the search's index as entries of a book's index
do, which it ranks by how much of the entry was typed; the page "Index" stays as it is. The symbols
of the page of notation enter too, the other names that readers have for a term of the glossary, and
every name with a dash or an accent also without it.
"""

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

NAMES = Path(__file__).parents[1] / "formulas.toml"
NOTATION, GLOSSARY = "book/notation", "book/glossary"
OTHER_NAMES = "other names"
"""The table of the same file that says what else a term of the glossary is called."""
_GREEK = re.compile(r"\\(var)?([A-Z]?[a-z]+)\b")


def variants(name: str) -> list[str]:
    """Return the ways in which somebody may type a name.

    >>> variants("Gram–Schmidt")
    ['gram schmidt', 'gram-schmidt', 'gramschmidt', 'gram–schmidt']
    >>> variants("softmax")
    ['softmax']
    """
    name = name.lower()
    letters = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    found = {name}
    for dash in ("-", " ", ""):
        found.add(re.sub(r"(?<=\w)[-\u2010-\u2015\u2212](?=\w)", dash, plain))
    return sorted(found)


def squeezed(latex: str) -> str:
    """Return LaTeX without spaces, which a change of layout moves."""
    return re.sub(r"\s+", "", latex)


def symbol_names(latex: str) -> list[str]:
    r"""Return the letter and the name of the Greek letter that a symbol begins with.

    >>> symbol_names(r"\sigma(\cdot)"), symbol_names("V"), symbol_names(r"\lVert u \rVert")
    (['σ', 'sigma'], [], [])
    """
    match = _GREEK.match(latex)
    if not match:
        return []
    size = "CAPITAL" if match[2][0].isupper() else "SMALL"
    try:
        letter = unicodedata.lookup(f"GREEK {size} LETTER {match[2].upper()}")
    except KeyError:
        return []
    return [letter, match[2].lower()]


def _entry(names: list[str], anchor: str) -> addnodes.index:
    """Return an entry for the search's index, and for no other: that one is complete by now."""
    typed = dict.fromkeys(way for name in names for way in variants(name))
    return addnodes.index(entries=[("single", way, anchor, "main", None) for way in typed])


def name_formulas(
    doctree: nodes.document, docname: str, formulas: dict[str, dict[str, Any]]
) -> None:
    """Give the formulas of a page their anchors and names, and complain about what does not fit."""
    blocks = list(doctree.findall(nodes.math_block))
    unnamed = {id(block): block for block in blocks}
    for key, formula in formulas.items():
        wanted = squeezed(formula["has"])
        found = [block for block in blocks if wanted in squeezed(block.astext())]
        if len(found) != 1:
            _complain(
                f"formula {key!r}: {len(found)} formulas of {docname} contain {formula['has']!r}, "
                "and it must be one: correct `has` in book/formulas.toml",
                docname,
            )
            continue
        unnamed.pop(id(found[0]), None)
        anchor = f"formula-{key}"
        found[0]["ids"].append(anchor)
        found[0].parent.insert(found[0].parent.index(found[0]), _entry(formula["names"], anchor))
    for block in unnamed.values():
        shown = " ".join(block.astext().split())[:60]
        _complain(f"a formula has no name: add {shown!r} to book/formulas.toml", docname)


def _complain(sentence: str, docname: str) -> None:
    logger.warning(sentence, location=docname, type="course", subtype="formula")


def name_symbols(doctree: nodes.document) -> None:
    """Let the search find the Greek letters of the page of notation."""
    for section in doctree.findall(nodes.section):
        names: list[str] = []
        for row in section.findall(nodes.row):
            for symbol in row[0].findall(nodes.math):
                names += symbol_names(symbol.astext())
        if names and section.parent is not doctree:
            section.insert(1, _entry(list(dict.fromkeys(names)), section["ids"][0]))


def name_terms(doctree: nodes.document, docname: str, others: dict[str, list[str]]) -> None:
    """Let the search find terms of the glossary by other names, and however dashes are typed."""
    unknown = dict(others)
    for term in list(doctree.findall(nodes.term)):
        name = term.astext()
        names = [name, *unknown.pop(name, [])]
        if term["ids"] and (len(names) > 1 or variants(name) != [name.lower()]):
            term.insert(0, _entry(names, term["ids"][0]))
    if docname == GLOSSARY:
        for name in unknown:
            _complain(f"the glossary has no term {name!r}: correct book/formulas.toml", docname)


def plain_names(app: Sphinx) -> dict[str, str]:
    """Return the names of formulas and terms that their anchors do not tell, by address."""
    found = {
        f"{docname}#formula-{key}": formula["names"][0]
        for docname, formulas in _tables().items()
        if docname != OTHER_NAMES
        for key, formula in formulas.items()
    }
    for (kind, name), (docname, anchor) in app.env.get_domain("std").objects.items():
        if kind == "term":
            found[f"{docname}#{anchor}"] = name
    told = {at: re.sub(r".*#[a-z]+-", "", at).replace("-", " ") for at in found}
    return {at: name for at, name in sorted(found.items()) if told[at] != name}


def hand_over(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Tell the page of results how to call what it finds."""
    if pagename == "search":
        context["hit_names"] = plain_names(app)


def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(NAMES.read_text(encoding="utf-8")) if NAMES.is_file() else {}


def add_words(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add to a page what the search shall find on it."""
    if app.builder.format != "html":
        return
    names = _tables()
    name_formulas(doctree, docname, names.get(docname, {}))
    if docname == NOTATION:
        name_symbols(doctree)
    name_terms(doctree, docname, names.get(OTHER_NAMES, {}))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", add_words)
    app.connect("html-page-context", hand_over)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Pages in MyST become paragraphs, each with the section it stands in.

A page is a file in MyST, which is Markdown with directives and roles. Code and its outputs are left
out. A role becomes the text that it shows, a formula a line that can be read and searched. Pieces
that are too short to mean anything alone are joined with their neighbors, long ones are split
between sentences. The same files always give the same paragraphs.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from embedlab.numerics import as_integer, require
from embedlab.paragraphs.formulas import readable_formula
from embedlab.paragraphs.pieces import (
    MAX_CHARACTERS,
    MIN_CHARACTERS,
    Paragraph,
    join_pieces,
    split_text,
)

FolderPath: TypeAlias = str | os.PathLike[str]

# These hold code, or nothing that is read.
_SILENT = {"code", "code-cell", "code-block", "sourcecode", "literalinclude", "bibliography"} | {
    *("toctree", "tableofcontents", "image", "raw", "include", "contents", "mermaid", "only")
}
_DIRECTIVE = re.compile(r"\{([\w:.-]+)\}\s*(.*)", re.DOTALL)
_OPTIONS = re.compile(
    r"\s*(?:---\n.*?\n---[ ]*(?:\n|$)|(?:[ ]*:[\w-]+:[^\n]*(?:\n|$))+)", re.DOTALL
)
_OPTION = re.compile(r"^([ ]*- )\[[ x]\] (.*?)[.:?!]?$", re.MULTILINE)
_ROLE_WITH_TARGET = re.compile(r"(.*?)\s*<[^<>]*>\s*", re.DOTALL)
_CITATION = re.compile(r"([^\W\d_]+(?:[_-][^\W\d_]+)*)(\d{4})\w*")


def read_paragraphs(folder: FolderPath) -> list[Paragraph]:
    """Return the paragraphs of all pages (*.md) of a book, in the order of their names.

    Raises:
        ValueError: If there is no such folder, it holds no paragraph, or a page is not in UTF-8.
    """
    root = Path(folder)
    require(root.is_dir(), "book", "be the folder of the book's pages", str(folder))
    found: list[Paragraph] = []
    for path in sorted(root.rglob("*.md")):
        name = path.relative_to(root)
        if any(part.startswith((".", "_")) for part in name.parts):
            continue
        try:
            # Some editors begin a file with a mark, which would hide the first heading.
            source = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path} must be text in UTF-8, got: {error}") from error
        found += page_paragraphs(source, name.with_suffix("").as_posix())
    require(len(found) > 0, "book", "hold pages (*.md) with text", str(folder))
    return found


def page_paragraphs(
    source: str, page: str, *, n_min: int = MIN_CHARACTERS, n_max: int = MAX_CHARACTERS
) -> list[Paragraph]:
    """Return the paragraphs of one page.

    Args:
        source: The page in MyST.
        page: Its name.
        n_min: A piece of fewer characters is joined with another one of its section, if any.
        n_max: A piece of more characters is split between sentences, or else between words.

    Raises:
        ValueError: If n_max is not larger than n_min.

    >>> page = '''# Cats
    ... A {term}`kitten <cat>` has $n^2$ legs.
    ... ```{code-cell}
    ... print("no text")
    ... ```
    ... '''
    >>> page_paragraphs(page, "cats")[0]
    Paragraph(page='cats', headings=('Cats',), anchor='cats', text='A kitten has n² legs.',
    kind='text')
    """
    n_min, n_max = as_integer("n_min", n_min, 0), as_integer("n_max", n_max, 1)
    require(n_max > n_min, "n_max", f"be larger than n_min, {n_min}", n_max)
    pieces = join_pieces(_page_pieces(source, page), n_min, n_max)
    return [replace(piece, text=text) for piece in pieces for text in split_text(piece.text, n_max)]


def section_anchor(title: str) -> str:
    """Return the address that Sphinx gives a section: its title in lower-case letters and digits.

    >>> section_anchor("2. Dense embeddings: similarity, naïvely")
    'dense-embeddings-similarity-naively'
    """
    return re.sub(r"[^a-z0-9]+", "-", _ascii(title.lower())).lstrip("-0123456789").rstrip("-")


def term_anchor(term: str) -> str:
    """Return the address that Sphinx gives a term of the glossary, which keeps its capitals.

    >>> term_anchor("PPMI (positive)")
    'term-PPMI-positive'
    """
    return re.sub(r"[^A-Za-z0-9._]+", "-", f"term-{_ascii(term)}").rstrip("-")


def _ascii(text: str) -> str:
    """Return a text without accents, and without the letters of other scripts."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _parser() -> MarkdownIt:
    """Return a parser of what MyST adds to Markdown, as far as the book uses it."""
    parser = MarkdownIt("commonmark").enable("table")
    plugins = (front_matter_plugin, amsmath_plugin, colon_fence_plugin, deflist_plugin)
    for plugin in (*plugins, dollarmath_plugin, myst_block_plugin, myst_role_plugin):
        parser.use(plugin)
    return parser


_PARSER = _parser()


def _nodes(source: str) -> list[SyntaxTreeNode]:
    return SyntaxTreeNode(_PARSER.parse(source)).children


def _page_pieces(source: str, page: str) -> Iterator[Paragraph]:
    """Yield the blocks of a page, each with the section it stands in."""
    path: list[tuple[int, str, str]] = []
    target, taken = "", set()
    for node in _nodes(source):
        if node.type == "myst_target":
            target = str(node.meta.get("label", node.content))
        elif node.type == "heading":
            level, title = int(node.tag[1:]), _inline(node)
            path = [section for section in path if section[0] < level]
            anchor = target or section_anchor(title)
            # Sphinx numbers a repeated title in a way that depends on the whole page.
            if not anchor or anchor in taken:
                anchor = path[-1][2] if path else ""
            taken.add(anchor)
            path.append((level, title, anchor))
            target = ""
        else:
            target = ""
            headings = tuple(title for _, title, _ in path)
            place = Paragraph(page, headings, path[-1][2] if path else "", "", "")
            yield from _pieces(node, place)


def _pieces(node: SyntaxTreeNode, place: Paragraph) -> Iterator[Paragraph]:
    """Yield what one block says, as paragraphs of its section."""
    if node.type in {"fence", "colon_fence"}:
        directive = _DIRECTIVE.fullmatch(node.info.strip())
        if directive and directive[1] not in _SILENT:
            yield from _directive(directive[1], directive[2], node.content, place)
        return
    kind, text = "text", ""
    if node.type == "paragraph":
        text = _inline(node)
    elif node.type in {"bullet_list", "ordered_list", "dl"}:
        kind, text = "list", "\n".join(filter(None, map(_block_text, node.children)))
    elif node.type == "blockquote":
        kind, text = "quote", _block_text(node)
    elif node.type == "table":
        kind, text = "table", _table(node)
    elif node.type in {"math_block", "math_block_label", "amsmath"}:
        kind, text = "formula", readable_formula(node.content)
    elif node.type == "heading":  # inside a directive a heading opens no section
        text = _inline(node)
    if text:
        yield replace(place, text=text, kind=kind)


def _directive(name: str, argument: str, body: str, place: Paragraph) -> Iterator[Paragraph]:
    """Yield what a directive shows: its title and its body, without its options."""
    options = _OPTIONS.match(body)
    body = body[options.end() :] if options else body
    if name == "math":
        yield replace(place, text=readable_formula(body), kind="formula")
    elif name == "glossary":
        yield from _glossary(body, place)
    else:
        if name == "quiz":  # which option is right stands in its explanation too
            body = _OPTION.sub(r"\1\2:", body)
        title = "" if name in {"figure", "list-table"} else _inline_source(argument)
        inner = [piece for node in _nodes(body) for piece in _pieces(node, place)]
        if title and inner:
            mark = "" if title[-1] in ".?!:" else "."
            inner[0] = replace(inner[0], text=f"{title}{mark} {inner[0].text}")
        yield from inner


def _glossary(body: str, place: Paragraph) -> Iterator[Paragraph]:
    """Yield one paragraph for each term: unindented lines are terms, indented ones explain."""
    for entry in re.split(r"\n(?=\S)", body.strip("\n")):
        term, _, definition = entry.partition("\n")
        text = " ".join(_inline_source(line.strip()) for line in definition.splitlines())
        if term.strip() and text.strip():
            name = _inline_source(term)
            headings, anchor = (*place.headings, name), term_anchor(name)
            sentence = f"{name}: {' '.join(text.split())}"
            yield Paragraph(place.page, headings, anchor, sentence, "definition")


def _table(node: SyntaxTreeNode) -> str:
    """Return a line for each row, in which every cell follows the name of its column."""
    lines = [
        [_inline(cell) for cell in row.children] for part in node.children for row in part.children
    ]
    names, *rows = lines
    return "\n".join(
        "; ".join(
            f"{name}: {cell}" if name else cell
            for name, cell in zip(names, row, strict=False)
            if cell
        )
        for row in rows
    )


def _block_text(node: SyntaxTreeNode) -> str:
    """Return all that a block with blocks in it says, in one line."""
    place = Paragraph("", (), "", "", "")
    if node.type == "dt":
        return f"{_inline(node)}:"
    texts = [piece.text for child in node.children for piece in _pieces(child, place)]
    return " ".join(" ".join(texts).split())


def _inline_source(source: str) -> str:
    return " ".join(_inline(node) for node in _nodes(source) if node.children)


def _inline(node: SyntaxTreeNode) -> str:
    """Return the text that a reader sees in a line, with single spaces."""
    return " ".join("".join(_spans(node)).split())


def _spans(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        if child.type in {"softbreak", "hardbreak", "html_inline"}:
            yield " "
        elif child.type in {"math_inline", "math_inline_double"}:
            yield readable_formula(child.content)
        elif child.type == "myst_role":
            yield _role(str(child.meta["name"]), child.content)
        elif child.type in {"text", "code_inline"}:
            yield child.content
        else:
            yield from _spans(child)


def _role(name: str, content: str) -> str:
    """Return what a role shows: the text before <target>, a citation as names and years."""
    if name.split(":")[0] == "cite":
        return "; ".join(
            f"{match[1].capitalize()} {match[2]}" if (match := _CITATION.match(key)) else key
            for key in (part.strip() for part in content.split(","))
        )
    if name == "math":
        return readable_formula(content)
    titled = _ROLE_WITH_TARGET.fullmatch(content)
    return titled[1] if titled and titled[1] else content.strip("<>")

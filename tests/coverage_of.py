"""Where the book covers what its sources have: reads tests/coverage.toml and the pages' sources.

A place is written "page#anchor | fragment | fragment". Each fragment must stand in the section with
that anchor, which goes on to the next heading of the same or a higher level; its own heading does
not count. The section of a page's title is what comes before its first heading. Text, formulas,
code cells and the functions that a page prints count alike; so the name of a figure's function
stands for the figure. "ledger#c061" is a line of the ledger, with its wording.
"""

import ast
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from book_pages import ROOT
from docutils.nodes import make_id

from embedlab.claims.ledger import CHAPTERS, claims_of

FILE = Path(__file__).with_name("coverage.toml")
_ROLE = re.compile(r"\{[\w:-]+\}`([^`<>]*?)\s*(?:<[^`]*>)?`")
_LAYOUT = re.compile(r"\\\\(\[[\w.]+\])?|\\[,;:!]|\\q?quad\b|(?<!\w)&(?!\w)|\\[Bb]ig+[lr]?\b")
_HEADING = re.compile(r"^(#{1,6}) +(.+?)\s*$")
_LABEL = re.compile(r"^\(([\w.-]+)\)=\s*$")
_FENCE = re.compile(r"^\s*(`{3,}|:{3,})(.*)$")
_INCLUDE = re.compile(r"^\{literalinclude\}\s+(\S+)")
_PYOBJECT = re.compile(r"^:pyobject:\s*(\S+)")


@dataclass(frozen=True)
class Item:
    """One thing that the sources have, in our words, and the places where the book has it."""

    bullet: str
    about: str
    places: tuple[str, ...]


def plain(text: str) -> str:
    """Return a text as fragments are compared with it: no roles, emphasis, case or line breaks.

    Of a formula the layout is left out: how it is aligned, broken and spaced.
    """
    bare = _LAYOUT.sub(" ", re.sub(r"[*`]", "", _ROLE.sub(r"\1", text)))
    return " ".join(bare.casefold().split())


@dataclass
class _Section:
    level: int
    anchors: list[str]
    title: str
    lines: list[str]


def sections(source: str, folder: Path) -> dict[str, str]:
    """Return the text of each section of a page by each of its anchors.

    Args:
        source: The page in MyST.
        folder: Where the page lies, for the files that it includes.
    """
    read: list[_Section] = [_Section(9, [], "", [])]
    labels: list[str] = []
    fence, included = "", None
    for line in source.splitlines():
        mark = _FENCE.match(line)
        if fence:
            closes = mark is not None and mark[1].startswith(fence) and not mark[2].strip()
            if closes and fence[0] == "`":
                fence = ""
            name = _PYOBJECT.match(line)
            if name and included:
                read[-1].lines.append(_function(folder / included, name[1]))
        elif mark and mark[1][0] == "`":
            fence = mark[1]
            file = _INCLUDE.match(mark[2])
            included = file[1] if file else None
        elif label := _LABEL.match(line):
            labels.append(label[1])
        elif heading := _HEADING.match(line):
            title = _ROLE.sub(r"\1", heading[2])
            anchor = make_id(re.sub(r"[*`$]", "", title))
            read.append(_Section(len(heading[1]), [anchor, *map(make_id, labels)], title, []))
            labels = []
            continue
        read[-1].lines.append(line)
    return _with_parts(read)


def _with_parts(read: list[_Section]) -> dict[str, str]:
    """Join each section with the sections inside it; a title stands alone."""
    found: dict[str, str] = {}
    for i, section in enumerate(read):
        lines = list(section.lines)
        for inner in read[i + 1 :] if section.level > 1 else []:
            if inner.level <= section.level:
                break
            lines += [inner.title, *inner.lines]
        found |= dict.fromkeys(section.anchors, plain("\n".join(lines)))
    return found


@cache
def _function(path: Path, name: str) -> str:
    """Return the source of a function or class that a page prints."""
    text = path.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if getattr(node, "name", None) == name:
            return ast.get_source_segment(text, node) or ""
    raise AssertionError(f"{path.name} has no {name}")


@cache
def page(name: str) -> dict[str, str]:
    """Return the sections of a page of the book; those of the ledger are its claims' wordings."""
    if name == "ledger":
        listed = (claim for chapter in CHAPTERS for claim in claims_of(chapter))
        return {claim.id.lower(): plain(claim.says) for claim in listed}
    path = ROOT / "book" / f"{name}.md"
    return sections(path.read_text(encoding="utf-8"), path.parent) if path.is_file() else {}


def items(text: str | None = None) -> list[Item]:
    """Return all items of the file, or of a text like it."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8") if text is None else text)
    return [
        Item(bullet["of"], about, tuple(places))
        for bullet in data["bullet"]
        for about, *places in bullet["items"]
    ]


def gap(place: str, pages=page) -> str | None:
    """Return what is wrong with a place, or None."""
    address, *fragments = place.split(" | ")
    name, _, anchor = address.partition("#")
    found = pages(name)
    if anchor not in found:
        return f"{name} has no section #{anchor}"
    lacking = [f for f in fragments if plain(f) not in found[anchor]]
    if not fragments:
        return f"{address} names no words that must stand there"
    return f"{address} lacks {lacking}" if lacking else None


def gaps(listed: list[Item], pages=page) -> list[str]:
    """Return a line for each item without places, and for each place that is not as it says."""
    found = [f"{item.bullet}, {item.about}: no place" for item in listed if not item.places]
    for item in listed:
        for place in item.places:
            wrong = gap(place, pages)
            found += [f"{item.bullet}, {item.about}: {wrong}"] if wrong else []
    return found


def numbers(ranges: str) -> list[str]:
    """Return the numbers that "C001-C003 C010" stands for."""
    found = []
    for part in ranges.split():
        first, _, last = part.partition("-")
        found += [f"C{n:03}" for n in range(int(first[1:]), int((last or first)[1:]) + 1)]
    return found


def bullets(document: str) -> Iterator[tuple[str, str]]:
    """Yield the number and text of each bullet of the sources' list of contents, "2.7" and so on.

    The parts are numbered from 0, as they are there; the exercises are 10, the index is left out.
    """
    parts = re.split(r"^## ", document, flags=re.MULTILINE)[1:]
    for part, text in enumerate(part for part in parts if not part.startswith("Index")):
        listed = re.findall(r"^- (.+(?:\n(?!- |\n|#).+)*)", text, flags=re.MULTILINE)
        for i, bullet in enumerate(listed, start=1):
            yield f"{part}.{i}", " ".join(bullet.split())


def digest(bullet: str) -> str:
    """Return what the file keeps of a bullet, to notice when it changes."""
    return hashlib.sha256(bullet.encode()).hexdigest()[:12]

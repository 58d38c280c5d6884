"""Sphinx extension: how long a page takes to read, counted and not guessed.

The directive `reading-path` lists stations, one a line, with links and minutes:

    :::{reading-path}
    ```
    01-one-hot: opening; The idea; What goes wrong
    Week 2 | 02-dense + assignments
    ```
    :::

(The inner fence keeps these lines out of the book's search, which leaves out code.)

A station is a page, or sections of it by the beginnings of their headings; `opening` is what
stands above the first heading. The role `minutes` (`{minutes}`minutes <02-dense: The idea>``)
gives the time alone, the role `station` a link with a text of its own. What the role says before
the < is for programs that do not count, such as the book's search. A heading that is not there
ends the build. Solutions that are folded away are not counted.
"""

import html
import math
import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole, SphinxDirective

WORDS_PER_MINUTE = 150
SECONDS_PER_CELL = 30
SECONDS_PER_FORMULA = 30
_HEADING = re.compile(r"^(#{1,3}) +(.+)$", re.M)
_FENCE = re.compile(r"^(`{3,})(.*?)$\n(.*?)^\1`*$", re.M | re.S)


@dataclass(frozen=True)
class Section:
    """A heading of level 1, 2 or 3 with everything up to the next one of its level or above."""

    level: int
    title: str
    text: str

    @property
    def anchor(self) -> str:
        """The id that docutils gives the section."""
        return str(nodes.make_id(plain(self.title)))


def plain(markdown: str) -> str:
    """Return the words that a reader sees, without the marks and targets around them."""
    text = re.sub(r"\{[\w-]+\}`([^`<]*?)\s*<[^`>]*>`", r"\1", markdown)
    text = re.sub(r"\{[\w-]+\}`([^`]*)`", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"<[^>\n]+>|[*`]", "", text)


def sections(source: str) -> list[Section]:
    """Return the sections of a page, without its front matter; the first is the whole page."""
    body = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.S)
    # A comment in a cell may look like a heading: blank the cells, keeping every place.
    blanked = _FENCE.sub(lambda match: re.sub(r"#", " ", match[0]), body)
    heads = [(len(m[1]), m[2].strip(), m.start()) for m in _HEADING.finditer(blanked)]
    found = []
    for i, (level, title, start) in enumerate(heads):
        ends = (place for depth, _, place in heads[i + 1 :] if depth <= level)
        found.append(Section(level, title, body[start : next(ends, len(body))]))
    return found


def seconds(markdown: str) -> float:
    """Return how long a piece of a page takes: its words, cells and formulas, at fixed rates."""
    text = re.sub(r"^:::\{dropdown\}.*?^:::$", "", markdown, flags=re.M | re.S)
    fences = [(m[2].strip(), m[3]) for m in _FENCE.finditer(text)]
    n_cells = sum(
        kind.startswith(("{code-cell}", "{literalinclude}")) and ":tags: [hide-cell]" not in inside
        for kind, inside in fences
    )
    text = _FENCE.sub("", text)
    n_formulas = len(re.findall(r"\$\$.+?\$\$", text, re.S))
    text = re.sub(r"\$\$.+?\$\$", "", text, flags=re.S)
    text = re.sub(r"\$[^$\n]+\$", "formula", text)
    n_words = len(re.findall(r"[^\W_]+(?:[’'.,-][^\W_]+)*", plain(text)))
    spent = n_cells * SECONDS_PER_CELL + n_formulas * SECONDS_PER_FORMULA
    return float(spent + 60 * n_words / WORDS_PER_MINUTE)


def station(folder: Path, asked: str) -> tuple[str, list[Section]]:
    """Return the page and the sections that "page: heading; heading" asks for.

    Raises:
        ExtensionError: If there is no such page or heading.
    """
    page, _, headings = (part.strip() for part in asked.partition(":"))
    path = folder / f"{page}.md"
    if not path.is_file():
        raise ExtensionError(f"a reading path asks for the page {page}, which does not exist")
    found = sections(path.read_text(encoding="utf-8"))
    if not headings:
        return page, found[:1]
    return page, [_section(page, found, name.strip()) for name in headings.split(";")]


def _section(page: str, found: list[Section], name: str) -> Section:
    """Return the section whose heading begins so, or what stands above the first one."""
    whole = found[0]
    if name == "opening":
        # From the title to the first heading, and to the title the link leads.
        return Section(1, whole.title, whole.text.split("\n## ", 1)[0])
    for section in found[1:]:
        if plain(section.title).lower().startswith(name.lower()):
            return section
    known = "; ".join(plain(section.title) for section in found[1:] if section.level == 2)
    raise ExtensionError(f"{page} has no heading that begins with {name!r}: it has {known}")


def minutes(taken: float) -> int:
    """Return seconds as whole minutes, at least 1."""
    return max(1, math.ceil(taken / 60))


def told(n: int) -> str:
    """Return minutes as a reader says them.

    >>> told(45), told(60), told(135)
    ('45 min', '1 h', '2 h 15 min')
    """
    hours, rest = divmod(n, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest else [])])


@dataclass(frozen=True)
class Stop:
    """One line of a path: a label, links, minutes."""

    label: str
    links: tuple[tuple[str, str, str], ...]
    """Page, anchor ("" for its top) and what the link says."""
    minutes: int


def stop(folder: Path, line: str) -> Stop:
    """Return a line of a path, "label | station + station", with its links and minutes."""
    label, bar, rest = line.partition("|")
    label, rest = (label.strip(), rest) if bar else ("", line)
    links, taken = [], 0.0
    for asked in rest.split(" + "):
        page, chosen = station(folder, asked)
        for section in chosen:
            anchor = "" if section.level == 1 else section.anchor
            # What follows a colon makes a title long and a link no clearer.
            links.append((page, anchor, plain(section.title).split(":")[0]))
            taken += seconds(section.text)
    return Stop(label, tuple(links), minutes(taken))


def _noted(env: BuildEnvironment, line: str) -> Stop:
    """Return a stop; the page that asks is read again when one of its stations changes."""
    folder = Path(env.srcdir) / "book"
    found = stop(folder, line)
    for page, _, _ in found.links:
        env.note_dependency(str(folder / f"{page}.md"))
    return found


class ReadingPath(SphinxDirective):
    """A list of stations with their minutes, and the sum of them."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the list as HTML."""
        stops = [_noted(self.env, line) for line in self.content if line.strip("` ")]
        total = sum(found.minutes for found in stops)
        items = "".join(f"<li>{_line(found)}</li>" for found in stops)
        text = (
            f'<ul class="reading-path" data-minutes="{total}">{items}</ul>'
            f"<p>Together {told(total)}.</p>"
        )
        return [nodes.raw("", text, format="html")]


def _link(page: str, anchor: str, title: str) -> str:
    return f'<a href="{page}.html{"#" if anchor else ""}{anchor}">{html.escape(title)}</a>'


def _line(found: Stop) -> str:
    label = f"<b>{html.escape(found.label)}</b>: " if found.label else ""
    links = ", ".join(_link(*link) for link in found.links)
    return f"{label}{links} ({told(found.minutes)})"


class Station(ReferenceRole):
    """A link to a station, with a text of its own."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link as HTML."""
        page, anchor, _ = _noted(self.env, self.target).links[0]
        return [nodes.raw("", _link(page, anchor, self.title), format="html")], []


class Minutes(ReferenceRole):
    """The time that a station takes."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return it as text."""
        return [nodes.Text(told(_noted(self.env, self.target).minutes))], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_directive("reading-path", ReadingPath)
    app.add_role("minutes", Minutes())
    app.add_role("station", Station())
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The addresses of the site that were ever published, and whether each still leads somewhere.

book/published.txt lists pages and, indented, their anchors: sections and the places that pages
link to, terms, formulas, figures, exercises, lines of the ledger, functions. Run as a program,
after a build:

    python book/extensions/published.py          says which addresses are gone
    python book/extensions/published.py --add    also enters the new ones (`make publish`)
"""

import argparse
import html
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
LIST = ROOT / "book" / "published.txt"
HEAD = """\
# Pages of the site and, indented, their anchors, as they were published. Never remove a line: what
# moves gets one in book/redirects.toml. New lines come from `make publish`.
"""
Addresses = dict[str, set[str]]

# Most of a page is drawings, whose ids nobody links to.
_DRAWN = re.compile(r"<(svg|math|script)\b.*?</\1>", re.S)
_ANCHORED = re.compile(r'<(section|dt|span|li|div|p|figure)\b([^>]*?)\sid="([^"]+)"([^>]*)>')
# Of these elements only those of a class: claims, formulas, figures, exercises, what has moved.
_CLASSES = {"li": {"claim"}, "div": {"math", "picture"}, "p": {"moved", "exercise"}}
# Sphinx counts these: they change with whatever stands before them.
_COUNTED = re.compile(r"(id|index-)\d+")
_LEADS_ON = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's text that somebody may link to."""
    text = _DRAWN.sub("", page[page.find("<article") : page.rfind("</article>")])
    found = set()
    for tag, before, anchor, after in _ANCHORED.findall(text):
        classes = re.search(r'class="([^"]*)"', before + after)
        wanted = _CLASSES.get(tag)
        if wanted is None or (classes and wanted & set(classes[1].split())):
            found.add(html.unescape(anchor))
    return {anchor for anchor in found if not _COUNTED.fullmatch(anchor)}


def built(site: Path) -> Addresses:
    """Return the pages of a built site with their anchors; one that leads on has its target's."""
    texts = {
        path.relative_to(site).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*.html"))
        if not path.relative_to(site).as_posix().startswith(("_", "404"))
    }
    found = {}
    for page, text in texts.items():
        leads = _LEADS_ON.search(text)
        if leads:
            target = (site / page).parent / unquote(leads[1].split("#")[0])
            text = target.read_text(encoding="utf-8") if target.is_file() else ""
        if not leads or text:
            found[page] = anchors(text)
    return found


def gone(published: Mapping[str, set[str]], now: Mapping[str, set[str]]) -> list[str]:
    """Return a sentence for each address that was published and leads nowhere, with the remedy."""
    found = []
    for page, names in published.items():
        if page not in now:
            found.append(
                f"the page {page} was published and is gone: add a line "
                f'"{page}" = "its new page" to [pages] in book/redirects.toml'
            )
            continue
        found += [
            f"{page}#{name} was published and is gone: add a line "
            f'"{page}#{name}" = "its new anchor" to [anchors] in book/redirects.toml'
            for name in sorted(names - now[page])
        ]
    return found


def new(published: Mapping[str, set[str]], now: Mapping[str, set[str]]) -> Addresses:
    """Return the addresses that are not on the list yet."""
    found = {page: names - published.get(page, set()) for page, names in now.items()}
    return {page: names for page, names in found.items() if names or page not in published}


def read(text: str) -> Addresses:
    r"""Return the list's addresses.

    >>> read("# pages\nbook/a\n  one\nbook/b\n")
    {'book/a': {'one'}, 'book/b': set()}
    """
    found: Addresses = {}
    names: set[str] = set()
    for line in text.splitlines():
        if line.startswith("  "):
            names.add(line.strip())
        elif line.strip() and not line.startswith("#"):
            names = found.setdefault(line.strip(), set())
    return found


def written(addresses: Mapping[str, Iterable[str]]) -> str:
    """Return the list as it stands in its file."""
    blocks = (
        "\n".join([page, *(f"  {name}" for name in sorted(names))])
        for page, names in sorted(addresses.items())
    )
    return HEAD + "\n".join(blocks) + "\n"


def main() -> int:
    """Compare the built site with the list, and enter what is new."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--add", action="store_true", help="enter the new addresses into the list")
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--list", type=Path, default=LIST)
    options = parser.parse_args()
    if not (options.site / "index.html").is_file():
        print(f"{options.site} has no built site: run `make book` first", file=sys.stderr)
        return 1
    now = built(options.site)
    published = read(options.list.read_text(encoding="utf-8")) if options.list.is_file() else {}
    lost, added = gone(published, now), new(published, now)
    print(*lost, sep="\n", end="\n" if lost else "", file=sys.stderr)
    n_new = len(added.keys() - published.keys()) + sum(map(len, added.values()))
    n_listed = len(published) + sum(map(len, published.values()))
    print(f"{n_listed} addresses published, {len(lost)} of them gone, {n_new} new")
    if options.add and n_new:
        union = {p: published.get(p, set()) | now.get(p, set()) for p in {*published, *now}}
        options.list.write_text(written(union), encoding="utf-8")
        print(f"{n_new} entered into {options.list.name}")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Look whether the links of the built site to other sites still lead somewhere (`make links`).

Sphinx's own checker does the asking. It gets one page with every link of the built pages, so that
no cell is executed for it, and links that stand in plain HTML are looked at too. Not part of
`make test`: other people's servers decide the result. Run once a week.
"""

import argparse
import html
import json
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

SITE = Path(__file__).parents[1] / "_build" / "html"
_LINK = re.compile(r'<a\b[^>]*?\shref="(https?://[^"]+)"')
SETTINGS = {
    "extensions": [],
    "linkcheck_timeout": 20,
    "linkcheck_retries": 3,
    "linkcheck_workers": 8,
    "linkcheck_report_timeouts_as_broken": False,
    # Many sites make their anchors with a script.
    "linkcheck_anchors": False,
    # A machine has to be refused by many publishers whose pages any reader can see.
    "linkcheck_allow_unauthorized": True,
    "user_agent": "Mozilla/5.0 (compatible; linkcheck)",
}
# Doors that are closed to programs, not links that are dead.
CLOSED = ("403 Client Error", "406 Client Error", "418 Client Error", "429 Client Error")


def external(site: Path) -> dict[str, list[str]]:
    """Return each address of another site that a page links to, with the pages."""
    found = defaultdict(set)
    for path in site.rglob("*.html"):
        for link in _LINK.findall(path.read_text(encoding="utf-8")):
            found[html.unescape(link)].add(path.relative_to(site).as_posix())
    return {link: sorted(pages) for link, pages in sorted(found.items())}


def dead(links: list[str], **settings: object) -> dict[str, str]:
    """Return the links that lead nowhere, and what their servers said."""
    if not links:
        return {}
    # What would end the address in the page that is checked.
    asked = {re.sub(r"[<>`\s]", lambda sign: quote(sign[0]), link): link for link in links}
    with tempfile.TemporaryDirectory() as folder, docutils_namespace():
        source = Path(folder)
        lines = [f"* `{i} <{link}>`__" for i, link in enumerate(asked)]
        (source / "index.rst").write_text("Links\n=====\n\n" + "\n".join(lines), encoding="utf-8")
        overrides = {**SETTINGS, **settings}
        quiet = {"status": None, "warning": None, "freshenv": True}
        app = Sphinx(source, None, source / "out", source / "tree", "linkcheck", overrides, **quiet)
        app.build()
        said = (source / "out" / "output.json").read_text(encoding="utf-8").splitlines()
    found = {}
    for result in map(json.loads, said):
        closed = result["info"].startswith(CLOSED)
        found[asked[result["uri"]]] = (
            result["info"] if result["status"] == "broken" and not closed else ""
        )
    found |= {link: "it was not looked at" for link in links if link not in found}
    return {link: info for link, info in found.items() if info}


def main() -> int:
    """Name the dead links with the pages that have them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--site", type=Path, default=SITE)
    site = parser.parse_args().site
    if not (site / "index.html").is_file():
        print(f"{site} has no built site: run `make book` first", file=sys.stderr)
        return 1
    links = external(site)
    broken = dead(list(links))
    for link, reason in sorted(broken.items()):
        print(f"{link} ({reason}) in {', '.join(links[link])}", file=sys.stderr)
    print(f"{len(links)} links to other sites, {len(broken)} of them dead")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Lighthouse's scores of the pages named, on a phone: `make lighthouse` looks at all chapters.

Prints a table and ends with an error if a score is below its floor. A busy machine makes a page
look slow: a page whose performance alone is too low is looked at again, twice at most.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from book_pages import CHAPTERS  # noqa: E402 (a program of its own: the path comes first)

FLOORS = {"performance": 90, "accessibility": 100, "best-practices": 95, "seo": 100}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TRIES = 3


def audits(pages: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the scores of pages, from one browser.

    Raises:
        SystemExit: If node, the browser or the site is missing, or Lighthouse fails.
    """
    node = shutil.which("node")
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if node is None or browser is None:
        raise SystemExit("node or Chromium is missing: run `make lighthouse` where both are")
    site = ROOT / "_build" / "html"
    if not (site / "index.html").is_file():
        raise SystemExit("the book is not built: run 'make book' first")
    program = Path(__file__).with_name("lighthouse.mjs")
    command = [node, program, site, browser, *pages]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(f"Lighthouse ended with {process.returncode}")


def below(scores: dict[str, int]) -> list[str]:
    """Return the names of the scores that are below their floors."""
    return [name for name, floor in FLOORS.items() if scores[name] < floor]


def main(pages: list[str]) -> int:
    """Print a line for each page; return how many are below a floor."""
    print(f"{'':24}" + "".join(f"{name:>16}" for name in FLOORS))
    print(f"{'floor':24}" + "".join(f"{floor:16}" for floor in FLOORS.values()), flush=True)
    waiting = pages
    n_failed = 0
    for attempt in range(TRIES):
        again = []
        for found in audits(waiting):
            scores, page = found["scores"], found["page"]
            low = below(scores)
            lost = f"  {', '.join(found['lost'])}" if low else ""
            values = "".join(f"{scores[name]:16}" for name in FLOORS)
            print(f"{page.removeprefix('book/'):24}{values}{lost}", flush=True)
            if low == ["performance"] and attempt + 1 < TRIES:
                again.append(page)
            else:
                n_failed += bool(low)
        waiting = again
        if not waiting:
            break
    return n_failed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:] or list(CHAPTERS)), 1))

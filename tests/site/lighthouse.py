"""Lighthouse's scores of the pages named, on a phone: `make lighthouse` looks at all chapters.

Prints a table and ends with an error if a score is below its floor. How fast a page is, a machine
tells with much noise: so after one page to warm up it is asked three times, each time for all pages
in turn, and the median counts. What does not depend on the machine is asked once, as it is by a
test (test_lighthouse.py).
"""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "book" / "extensions")]

import chromium  # noqa: E402 (a program of its own: the path comes first)
from book_pages import CHAPTERS, SITE  # noqa: E402

FLOORS = {"performance": 90, "accessibility": 100, "best-practices": 95, "seo": 100}
STEADY = [name for name in FLOORS if name != "performance"]
ROUNDS = 3
# Lighthouse itself warns of scores from a machine that does less than this in its trial.
SLOW = 1000


def audits(
    pages: Sequence[str], categories: Sequence[str], site: Path = SITE
) -> Iterator[dict[str, Any]]:
    """Yield the scores of pages in turn, from one browser.

    Raises:
        SystemExit: If node, the browser or the site is missing, or Lighthouse fails.
    """
    node = shutil.which("node")
    browser = chromium.find()
    if node is None or browser is None:
        raise SystemExit("node or Chromium is missing: run `make lighthouse` where both are")
    if not (site / f"{pages[0]}.html").is_file():
        raise SystemExit("the book is not built: run 'make book' first")
    program = Path(__file__).with_name("lighthouse.mjs")
    started = [browser, ",".join(chromium.FLAGS)]
    command = [node, program, site, *started, ",".join(categories), *pages]
    environment = {name: str(value) for name, value in chromium.environment().items()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                yield json.loads(line)
        except GeneratorExit:
            process.terminate()
            raise
    if process.returncode:
        raise SystemExit(f"Lighthouse ended with {process.returncode}")


def below(scores: dict[str, float]) -> list[str]:
    """Return the names of the scores that are below their floors."""
    return [name for name, score in scores.items() if score < FLOORS[name]]


def main(pages: list[str]) -> int:
    """Print a line for each page; return how many are below a floor."""
    steady = {found["page"]: found for found in audits(pages, STEADY)}
    _, *runs = audits([pages[0], *pages * ROUNDS], ["performance"])
    print(f"{'':22}" + "".join(f"{name:>15}" for name in FLOORS) + "    performance, each time")
    print(f"{'floor':22}" + "".join(f"{floor:15}" for floor in FLOORS.values()))
    n_failed = 0
    for page in pages:
        own = [run for run in runs if run["page"] == page]
        each = [run["scores"]["performance"] for run in own]
        scores = {"performance": statistics.median(each), **steady[page]["scores"]}
        low = below(scores)
        n_failed += bool(low)
        worst = min(own, key=lambda run: run["scores"]["performance"])
        lost = f"; lost by {', '.join(worst['lost'] + steady[page]['lost'])}" if low else ""
        values = "".join(f"{scores[name]:15g}" for name in FLOORS)
        print(f"{page.removeprefix('book/'):22}{values}    {', '.join(map(str, each))}{lost}")
    speeds = [run["speed"] for run in runs]
    print(
        f"This machine's speed (Lighthouse's benchmarkIndex): {statistics.median(speeds):g}, "
        f"at times from {min(speeds)} to {max(speeds)}"
    )
    if min(speeds) < SLOW:
        print(f"Below {SLOW} it is too slow or too busy: the performance is not to be believed.")
    return n_failed


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:] or list(CHAPTERS)), 1))

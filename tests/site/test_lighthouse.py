"""Lighthouse's scores of some chapters, but for speed: those do not depend on the machine.

All chapters come from one template, and what is in them axe and the tests of quietness look at.
How fast each is, `make lighthouse` tells on a quiet machine.
"""

import runpy
from pathlib import Path

import pytest
from book_pages import CHAPTERS

pytestmark = [pytest.mark.site, pytest.mark.browser]

SOME = CHAPTERS[::4]
PROGRAM = runpy.run_path(str(Path(__file__).with_name("lighthouse.py")))
FLOORS, STEADY, audits, below = (PROGRAM[n] for n in ("FLOORS", "STEADY", "audits", "below"))
POOR = """<html><head></head><body><img src="poor.html">
<button></button><script>alert(unknown)</script><img src="none.png" width="9" height="900">
</body></html>"""


@pytest.fixture(scope="module")
def scores(site):
    """The scores of a chapter, which come in turn from one browser."""
    running = audits(SOME, STEADY)
    kept = {}

    def scored(name: str) -> dict:
        while name not in kept:
            found = next(running)
            kept[found["page"]] = found
        return kept[name]

    scored.kept = kept
    yield scored
    running.close()


@pytest.mark.parametrize("name", SOME)
def test_chapter_keeps_the_floors(scores, name):
    found = scores(name)
    assert found["scores"].keys() == FLOORS.keys() - {"performance"}
    assert below(found["scores"]) == [], found["lost"]


def test_lowest_scores(scores, record_property):
    lowest = {name: min(found["scores"][name] for found in scores.kept.values()) for name in STEADY}
    told = ", ".join(f"{name} {score}" for name, score in lowest.items())
    record_property("figure", f"lighthouse: at least {told} on {len(scores.kept)} chapters")
    assert below(lowest) == []


def test_negative_control_a_poor_page_is_below_every_floor(tmp_path):
    (tmp_path / "poor.html").write_text(POOR, encoding="utf-8")
    (found,) = audits(["poor"], STEADY, tmp_path)
    assert below(found["scores"]) == STEADY, found["lost"]
    assert found["lost"]

"""Each chapter at a desk, its explorers live: by keyboard, by each control, and as axe sees it.

Each chapter is visited once; the checks look at what was seen. The other pages: test_access.py.
"""

from collections.abc import Callable
from types import SimpleNamespace

import looking
import pytest
from book_pages import CHAPTERS
from browsing import DESK, enliven, once, opened

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.fixture(scope="module")
def visits(browser, address) -> Callable[[str], SimpleNamespace]:
    @once
    def visit(name: str) -> SimpleNamespace:
        seen = SimpleNamespace()
        with opened(browser, f"{address}/{name}.html", **DESK) as page:
            enliven(page)
            figures = page.locator("figure.explorer").all()
            walks = [looking.walk(page, figure) for figure in figures]
            seen.n_controls = [len(stops) for stops, _ in walks]
            seen.lost = [fault for _, faults in walks for fault in faults]
            seen.idle = [told for figure in figures for told in looking.idle(page, figure)]
            seen.light = looking.inks(page)
            seen.axe = looking.axe(page)
            seen.dark = looking.inks(page)
            seen.labels = looking.labels(page)
            seen.complaints = page.complaints
        return seen

    return visit


@pytest.mark.parametrize("name", CHAPTERS)
def test_axe_finds_nothing(visits, name):
    found = visits(name).axe
    assert found["light"] == []
    assert found["dark"] == []
    assert found["rules"] > 15


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_say_what_they_show(visits, name):
    assert len(visits(name).labels) >= 3
    assert looking.poor(visits(name).labels) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_tab_reaches_every_control_of_every_explorer_and_shows_where_it_is(visits, name):
    assert min(visits(name).n_controls) > 0
    assert visits(name).lost == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_control_of_every_explorer_moves_something(visits, name):
    assert visits(name).idle == [], "nothing follows these"


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_follow_the_color_of_the_page(visits, name):
    seen = visits(name)
    assert len(seen.light) == len(seen.dark) == 1
    assert seen.light != seen.dark


@pytest.mark.parametrize("name", CHAPTERS)
def test_nothing_complains_of_all_that(visits, name):
    assert visits(name).complaints == []


def test_figures_of_all_chapters(visits, record_property):
    """The sums, for the table at the end of the run."""
    seen = visits.kept.values()
    n_controls = [n for found in seen for n in found.n_controls]
    n_violations = sum(len(found.axe["light"] + found.axe["dark"]) for found in seen)
    record_property(
        "figure",
        f"keyboard: {sum(n_controls)} controls of {len(n_controls)} explorers reached, "
        f"{sum(len(found.lost) for found in seen)} lost, "
        f"{sum(len(found.idle) for found in seen)} idle",
    )
    record_property(
        "figure",
        f"axe, chapters: {n_violations} violations on {len(seen)} pages, light and dark; "
        f"{sum(len(found.labels) for found in seen)} descriptions",
    )
    assert n_violations == 0
    assert len(seen) == len(CHAPTERS)


def test_negative_control_what_is_wrong_is_seen(browser, address):
    """One chapter with every fault that the checks above look for, far down."""
    with opened(browser, f"{address}/{CHAPTERS[-1]}.html", **DESK) as page:
        enliven(page)
        page.evaluate(
            """() => {
              const figure = document.querySelector("figure.explorer");
              figure.querySelector(".vega-bindings, .vega-bind").insertAdjacentHTML("beforeend",
                "<div class='vega-bind'><label>dead <input type=range max=5></label></div>");
              const sections = document.querySelectorAll("article > section > section, section");
              const last = sections[sections.length - 1];
              last.style.contentVisibility = "auto";
              last.insertAdjacentHTML("beforeend", "<button></button>"
                + "<p style='color:#bbb;background:#fff'>pale</p>"
                + "<div class='explorer-live'><svg><text fill='#010203' style='fill:red'>x</text>"
                + "</svg></div>"
                + "<p id=unseen><button style='outline: none !important'>a</button></p>"
                + "<p id=trap><button onkeydown='event.preventDefault()'>b</button></p>");
            }"""
        )
        assert looking.idle(page, page.locator("figure.explorer").first) == ["dead "]
        assert "nobody sees" in looking.walk(page, page.locator("#unseen"))[1][0]
        assert "does not leave" in looking.walk(page, page.locator("#trap"))[1][0]
        assert len(looking.inks(page)) == 2
        found = {line.partition(":")[0] for line in looking.axe(page)["light"]}
        assert found == {"button-name", "color-contrast"}

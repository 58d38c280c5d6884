"""Boxes that scroll are reached by Tab, and a page that is loaded again shows the same lines."""

import pytest
from browsing import opened, show_all

pytestmark = [pytest.mark.site, pytest.mark.browser]

PHONE = {"viewport": {"width": 390, "height": 844}}
LONG = "book/06-contextual.html"
BOXES = """() => {
  const boxes = [...document.querySelectorAll("#main-content pre, .cell_output > .output")]
    .filter((box) => box.checkVisibility());
  const isWide = (box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  const stops = (box) => box.getAttribute("tabindex") === "0";
  return {
    wide: boxes.filter(isWide).length,
    stops: boxes.filter(stops).length,
    wrong: boxes.filter((b) => isWide(b) !== stops(b)).map((b) => b.outerHTML.slice(0, 80)),
  };
}"""
# The first paragraph that can be read, and where it stands.
SEEN = """() => {
  const seen = [...document.querySelectorAll("article p")].find((p) =>
    p.checkVisibility({ contentVisibilityAuto: true }) && p.getBoundingClientRect().top > 80);
  return [...document.querySelectorAll("article p")].indexOf(seen);
}"""
TOP = "(i) => document.querySelectorAll('article p')[i].getBoundingClientRect().top"


def settled(page) -> dict:
    """Return what there is of boxes once all is right with them, or after five seconds."""
    for _ in range(50):
        page.wait_for_timeout(100)
        if not (found := page.evaluate(BOXES))["wrong"]:
            break
    return found


def test_boxes_wider_than_the_page_are_stops_and_others_are_none(browser, address):
    with opened(browser, f"{address}/{LONG}", **PHONE) as page:
        show_all(page)
        narrow = settled(page)
        assert narrow["wide"] > 20
        assert narrow["wrong"] == []
        page.set_viewport_size({"width": 1600, "height": 900})
        wide = settled(page)
        assert wide["wide"] < narrow["wide"] / 2
        assert wide["wrong"] == []
        # An output of a cell that a reader runs.
        page.evaluate(
            "document.querySelector('article section').insertAdjacentHTML('beforeend', "
            "`<div class=cell_output><pre class=output>${'x'.repeat(999)}</pre></div>`)"
        )
        page.locator("pre.output[tabindex='0']").last.wait_for()


def test_negative_control_without_the_script_no_box_is_a_stop(browser, address):
    without = [("**/scrolling.js*", lambda route: route.abort())]
    with opened(browser, f"{address}/{LONG}", routes=without, **PHONE) as page:
        show_all(page)
        page.wait_for_timeout(300)
        found = page.evaluate(BOXES)
    assert found["stops"] == 0
    assert len(found["wrong"]) == found["wide"] > 20


DEPTHS = (20, 30, 45)


def place_again(page, n_turns) -> float:
    """Go down a page, load it again, and return how far its first line has moved."""
    page.mouse.move(200, 400)
    for _ in range(n_turns):
        page.mouse.wheel(0, 800)
        page.wait_for_timeout(50)
    page.wait_for_timeout(500)
    first = page.evaluate(SEEN)
    before = page.evaluate(TOP, first)
    page.reload()
    page.wait_for_function("scrollY > 10000")
    page.wait_for_timeout(700)
    return page.evaluate(TOP, first) - before


@pytest.mark.parametrize("n_turns", DEPTHS)
def test_a_page_that_is_loaded_again_shows_the_same_lines(browser, address, n_turns):
    with opened(browser, f"{address}/{LONG}", **PHONE) as page:
        assert abs(place_again(page, n_turns)) < 2


def test_negative_control_without_remembered_heights_the_place_is_another(browser, address):
    without = [("**/place.js*", lambda route: route.abort())]
    moved = []
    # At one depth the heights that are guessed may be too much here and too little there.
    for n_turns in DEPTHS:
        with opened(browser, f"{address}/{LONG}", routes=without, **PHONE) as page:
            moved.append(abs(place_again(page, n_turns)))
    assert max(moved) > 400, moved

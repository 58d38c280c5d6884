"""The bars and the page by keyboard; who asks for less motion gets none.

The explorers' controls: test_chapters.py.
"""

import pytest
from browsing import enliven, opened
from looking import walk

pytestmark = [pytest.mark.site, pytest.mark.browser]

MOVING = """() => [...document.querySelectorAll("*")].flatMap((e) => {
  const found = [];
  for (const part of [null, "::before", "::after"]) {
    const style = getComputedStyle(e, part);
    const lasts = (times) => times.split(",").some((time) => parseFloat(time) > 0);
    if (style.animationName !== "none" && lasts(style.animationDuration)) found.push(e.tagName);
    if (style.transitionProperty !== "none" && lasts(style.transitionDuration)) {
      found.push(e.tagName);
    }
    if (style.scrollBehavior === "smooth") found.push(e.tagName);
  }
  return found;
})"""


@pytest.mark.parametrize("width", [390, 1100])
def test_tab_goes_through_bar_and_page(browser, address, width):
    size = {"width": width, "height": 900}
    with opened(browser, f"{address}/book/01-one-hot.html", viewport=size) as page:
        enliven(page)
        # The link that skips what stands before the text is the first stop.
        page.keyboard.press("Tab")
        assert "Skip" in page.evaluate("document.activeElement.textContent")
        parts = {".bd-header-article": 4, "article": 51}
        if width > 1000:
            parts["#pst-primary-sidebar"] = 16
        for part, at_least in parts.items():
            stops, faults = walk(page, page.locator(part))
            assert len(stops) >= at_least
            assert faults == []


def test_chapters_can_be_chosen_on_a_phone_by_keyboard(browser, address):
    size = {"width": 390, "height": 844}
    with opened(browser, f"{address}/book/01-one-hot.html", viewport=size) as page:
        page.get_by_role("button", name="Chapters").focus()
        page.keyboard.press("Enter")
        link = page.locator("dialog[open]").get_by_role("link", name="Glossary")
        link.wait_for()
        page.keyboard.press("Escape")
        page.wait_for_function("!document.querySelector('dialog[open]')")
        page.get_by_role("button", name="Search").first.focus()
        page.keyboard.press("Enter")
        page.locator("dialog[open] input[type=search]").wait_for()


def test_nothing_moves_for_who_asks_for_less_motion(browser, address):
    size = {"width": 1100, "height": 900}
    url = f"{address}/book/08-training.html"
    with opened(browser, url, viewport=size, reduced_motion="reduce") as page:
        enliven(page)
        assert page.locator(".explorer-play").count() > 0
        assert page.evaluate(MOVING) == []
        sliders = "[...document.querySelectorAll('input[type=range]')].map((s) => s.value)"
        before = page.evaluate(sliders)
        page.wait_for_timeout(700)  # a film takes a step each half second
        assert page.evaluate(sliders) == before
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVING) != []


@pytest.mark.parametrize("name", ["03-word2vec", "05-fasttext", "06-contextual"])
def test_enter_in_a_field_leaves_the_page_and_what_was_typed(browser, address, name):
    url = f"{address}/book/{name}.html"
    with opened(browser, url) as page:
        enliven(page)
        field = page.locator("figure.explorer input[type=text]")
        field.fill("dog")
        page.evaluate("window.untouched = true")
        field.press("Enter")
        page.wait_for_timeout(500)  # a form that is sent takes a moment to load the page anew
        assert page.url == url
        assert page.evaluate("window.untouched")
        assert field.input_value() == "dog"

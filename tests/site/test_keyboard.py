"""Every control is reached by Tab, in order, is seen to have the focus, and lets it go again; who
asks for less motion gets none."""

import pytest
from book_pages import CHAPTERS
from browsing import enliven, opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

WIDE = {"viewport": {"width": 1100, "height": 900}, "reduced_motion": "reduce"}
PREPARE = """(scope) => {
  window.look = (e) => {
    const style = getComputedStyle(e);
    const outline = style.outlineStyle === "none" ? "none" : style.outlineWidth;
    return `${outline}, ${style.boxShadow}`;
  };
  // What Tab must stop at; of radio buttons with one name, at the chosen one.
  const stops = [...scope.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled
      && e.tabIndex >= 0);
  window.stops = stops.filter((e) => e.type !== "radio" || e.checked
    || !stops.some((other) => other.name === e.name && other.checked));
  document.getElementById("start")?.remove();
  scope.insertAdjacentHTML("beforebegin", "<button id=start>here</button>");
  document.getElementById("start").focus();
  window.plain = window.stops.map(look);
  return window.stops.map((e) => e.outerHTML.slice(0, 120));
}"""
# Where the focus is: in the scope or not, its number among the stops, how it looks and looked.
WHERE = """(scope) => {
  const e = document.activeElement;
  const i = window.stops.indexOf(e);
  return [scope.contains(e), i, look(e), window.plain[i] ?? ""];
}"""
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


def walk(page, scope) -> list[str]:
    """Go by Tab through what is in an element and out of it; return its stops."""
    element = scope.element_handle()
    stops = page.evaluate(PREPARE, element)
    passed = []
    for _ in range(3 * len(stops) + 20):
        page.keyboard.press("Tab")
        inside, i, look, plain = page.evaluate(WHERE, element)
        if not inside:
            break
        # A box that scrolls is a stop too, without being a control: so the arrows can move it.
        if i >= 0:
            passed.append(i)
            assert look != plain, f"nobody sees the focus on {stops[i]}"
    else:
        raise AssertionError(f"Tab does not leave {stops[passed[-1]]}")
    missed = [stops[i] for i in range(len(stops)) if i not in passed]
    assert passed == list(range(len(stops))), f"not reached in order: {missed}"
    return stops


@pytest.mark.parametrize("name", CHAPTERS)
def test_tab_reaches_every_control_of_every_explorer(browser, address, name, record_property):
    with opened(browser, f"{address}/{name}.html", **WIDE) as page:
        enliven(page)
        figures = page.locator("figure.explorer").all()
        n_controls = sum(len(walk(page, figure)) for figure in figures)
        assert n_controls >= len(figures) > 0
    record_property(
        "figure", f"keyboard: {name}: {n_controls} controls of {len(figures)} explorers"
    )


@pytest.mark.parametrize("width", [390, 1100])
def test_tab_goes_through_bar_and_page(browser, address, width):
    size = {"width": width, "height": 900}
    with opened(browser, f"{address}/book/01-one-hot.html", viewport=size) as page:
        enliven(page)
        # The link that skips what stands before the text is the first stop.
        page.keyboard.press("Tab")
        assert "Skip" in page.evaluate("document.activeElement.textContent")
        assert len(walk(page, page.locator(".bd-header-article"))) >= 4
        assert len(walk(page, page.locator("article"))) > 50
        if width > 1000:
            assert len(walk(page, page.locator("#pst-primary-sidebar"))) > 15


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


def test_negative_control_a_trap_and_an_unseen_focus_are_found(browser, address):
    with opened(browser, f"{address}/book/about.html", **WIDE) as page:
        page.evaluate(
            "document.querySelector('article').insertAdjacentHTML('afterbegin', "
            '\'<p id=unseen><button style="outline: none !important">a</button></p>'
            '<p id=trap><button onkeydown="event.preventDefault()">b</button></p>\')'
        )
        with pytest.raises(AssertionError, match="nobody sees"):
            walk(page, page.locator("#unseen"))
        with pytest.raises(AssertionError, match="does not leave"):
            walk(page, page.locator("#trap"))


def test_nothing_moves_for_who_asks_for_less_motion(browser, address):
    with opened(browser, f"{address}/book/08-training.html", **WIDE) as page:
        enliven(page)
        assert page.locator(".explorer-play").count() > 0
        assert page.evaluate(MOVING) == []
        sliders = "[...document.querySelectorAll('input[type=range]')].map((s) => s.value)"
        before = page.evaluate(sliders)
        page.wait_for_timeout(700)  # a film takes a step each half second
        assert page.evaluate(sliders) == before
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVING) != []

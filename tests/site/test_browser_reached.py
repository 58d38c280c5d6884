"""Explorers come alive however a reader gets to them: by scrolling, a link, a found word, or Tab;
where the browser skips sections out of sight (``content-visibility``), and where it does not."""

import pytest
from browsing import enliven, opened, settle

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/06-contextual.html"
WHOLE = """
addEventListener("DOMContentLoaded", () => document.head.insertAdjacentHTML("beforeend",
  "<style>* { content-visibility: visible !important; }</style>"));
"""
LIVE = "f => f.dataset.live === 'true'"


@pytest.fixture(params=["skipped", "whole"])
def visit(request, browser, address):
    """What opens an address in a page of its own."""
    contexts = []

    def go(where: str):
        context = browser.new_context(viewport={"width": 390, "height": 844})
        contexts.append(context)
        if request.param == "whole":
            context.add_init_script(WHOLE)
        page = context.new_page()
        page.goto(f"{address}/{where}", wait_until="load")
        return page

    yield go
    for context in contexts:
        context.close()


def alive(page) -> list[bool]:
    figures = "[...document.querySelectorAll('figure.explorer')]"
    return page.evaluate(f"{figures}.map({LIVE})")


def test_none_is_alive_at_the_top_and_all_are_after_scrolling(visit):
    page = visit(PAGE)
    assert not any(alive(page))
    page.mouse.move(200, 400)
    for _ in range(400):
        page.mouse.wheel(0, 600)
        page.wait_for_timeout(30)
        if page.evaluate("scrollY + innerHeight > document.documentElement.scrollHeight - 3"):
            break
    page.wait_for_function(
        f"[...document.querySelectorAll('figure.explorer')].every({LIVE})", timeout=10_000
    )


@pytest.mark.parametrize("fragment", ["#try-any-word", "#:~:text=Type%20a%20misspelling"])
def test_a_link_into_a_section_wakes_its_explorer_and_stays_there(visit, fragment):
    page = visit(f"book/05-fasttext.html{fragment}")
    figure = page.locator("section#try-any-word figure.explorer")
    page.wait_for_function(LIVE, arg=figure.element_handle(), timeout=10_000)
    settle(page)
    top = page.locator("section#try-any-word").evaluate("s => s.getBoundingClientRect().top")
    assert -400 < top < 800


def test_tab_stops_at_an_explorer_that_sleeps_and_goes_on_to_its_first_control(visit):
    page = visit(PAGE)
    for figure in page.locator("figure.explorer").all():
        # From the last stop before it, wherever that is.
        figure.evaluate(
            """f => {
                const stops = [...document.querySelectorAll("article a[href], article button, "
                    + "article summary, article [tabindex='0'], article input, article select")]
                    .filter(e => e.compareDocumentPosition(f) & Node.DOCUMENT_POSITION_FOLLOWING
                        && !e.closest("figure.explorer") && e.tabIndex >= 0
                        && e.checkVisibility({visibilityProperty: true}));
                stops.at(-1).focus({preventScroll: true});
            }"""
        )
        page.keyboard.press("Tab")
        handle = figure.element_handle()
        page.wait_for_function(LIVE, arg=handle, timeout=10_000)
        assert figure.evaluate("f => f.contains(document.activeElement)")
        page.wait_for_function(
            "f => document.activeElement.matches('input, select')", arg=handle, timeout=2_000
        )
        assert figure.get_attribute("tabindex") is None


def test_no_live_explorer_is_a_stop_of_its_own(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        assert page.locator("figure.explorer[tabindex]").count() == 0

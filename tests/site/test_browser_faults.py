"""What the pages do when storage or sensible input is denied.

Without JavaScript: test_first_visit.py. Without WebAssembly, or with a connection that is lost
while Python loads: test_browser_run.py.
"""

import pytest
from book_pages import CHAPTERS
from browsing import enliven, opened, settle, sideways

pytestmark = [pytest.mark.site, pytest.mark.browser]

DENIED = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    configurable: true,  // as it is in browsers
    get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
  });
}
"""
ODD = (
    "x" * 5000,
    "😀👩\u200d👩\u200d👧🇫🇷",
    "שלום عالم",
    "<img src=x onerror=alert(1)> \" ' \\ </script> {{}} `",
    "1234567890 3.14",
    "pasted\nwith a newline",
    "z\u0338\u0327a\u0337lgo\u0000",
    "constructor __proto__ toString",
    "   ",
    "",
)


# Each with scripts of its own; what the theme does is the same on every page.
@pytest.mark.parametrize(
    "name", ["book/introduction", "book/06-contextual", "book/search", "book/ledger"]
)
def test_page_without_storage_is_quiet_and_alive(browser, address, name):
    with opened(browser, f"{address}/{name}.html", script=DENIED) as page:
        if name in CHAPTERS:
            enliven(page)
        settle(page)
        assert page.complaints == []


def test_negative_control_storage_is_denied_and_a_page_that_needs_it_complains(browser, address):
    bare = ("**/bare.html", lambda route: route.fulfill(body="<script>localStorage.x</script>"))
    with opened(browser, f"{address}/bare.html", script=DENIED, routes=[bare]) as page:
        assert page.complaints == ["error: The operation is insecure."]


def test_colors_can_be_switched_without_storage(browser, address):
    with opened(browser, f"{address}/{CHAPTERS[1]}.html", script=DENIED) as page:
        button = page.locator("button.theme-switch-button").first
        modes = []
        for _ in range(3):
            button.click()
            modes.append(page.evaluate("document.documentElement.dataset.mode"))
        assert len(set(modes)) == 3
        assert page.complaints == []


WITH_FIELDS = ("book/03-word2vec", "book/05-fasttext", "book/06-contextual")


def test_no_other_chapter_has_a_field(site):
    found = [c for c in CHAPTERS if '"input":"text"' in (site / f"{c}.html").read_text("utf-8")]
    assert tuple(found) == WITH_FIELDS


@pytest.mark.parametrize("name", WITH_FIELDS)
def test_odd_text_in_every_field_is_quiet_and_pushes_nothing_aside(browser, address, name):
    options = {"viewport": {"width": 360, "height": 740}}
    with opened(browser, f"{address}/{name}.html", **options) as page:
        fields = page.locator("figure.explorer")
        enliven(page)
        for figure in fields.all():
            for field in figure.locator(".vega-bind input[type=text]").all():
                for text in ODD:
                    field.fill(text)
                    page.wait_for_timeout(200)  # the field waits for a pause in the typing
                    settle(page)
                    # An explorer always says something, if only what it cannot answer.
                    assert figure.locator(".explorer-live svg text").count() > 0
                    edges = figure.evaluate(
                        """f => {
                            const right = e => e.getBoundingClientRect().right;
                            const texts = [...f.querySelectorAll(".explorer-live svg text")];
                            return [Math.max(...texts.map(right)), right(f)];
                        }"""
                    )
                    assert edges[0] <= edges[1]
        assert page.complaints == []
        assert sideways(page) == 0

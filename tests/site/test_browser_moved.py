"""Old addresses in the browser, on a small book: pages and sections that have moved."""

import pytest
import redirects
import tiny_books
from book_pages import ROOT

pytestmark = pytest.mark.browser

PAGES = {
    "index": "# Start\n\n```{toctree}\nbook/new\nbook/other\n```\n",
    "book/new": "# New page\n\n## New words\n\n" + "Text.\n\n" * 80 + "## Second\n\nText.\n",
    "book/other": "# Other\n\n" + "Text.\n\n" * 80 + "## Section\n\nText.\n",
}
MOVES = """
[pages]
"old/page" = "book/new"
"old/part" = "book/other#section"
[anchors]
"book/new#old-second" = "second"
"book/new#gone" = "book/other#section"
"""


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moved")
    (folder / "redirects.toml").write_text(MOVES, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redirects, "MOVES", folder / "redirects.toml")
        assets = str(ROOT / "book" / "assets")
        site, complaints = tiny_books.build(
            folder, ["redirects", "sharing"], PAGES, html_static_path=[assets]
        )
    assert complaints == ""
    return site.as_uri()


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old/page.html", "book/new.html"),
        ("old/page.html#second", "book/new.html#second"),
        ("old/page.html#old-second", "book/new.html#old-second"),
        ("old/part.html", "book/other.html#section"),
        ("old/part.html#whatever", "book/other.html#section"),
    ],
)
def test_old_page_leads_on_and_takes_the_anchor_along(page, moved, old, new):
    page.goto(f"{moved}/{old}")
    page.wait_for_url(f"{moved}/{new}")


def test_old_page_leads_on_without_a_script(browser, moved):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{moved}/old/page.html")
    page.wait_for_url(f"{moved}/book/new.html*")
    context.close()


def top(page, selector: str) -> float:
    return page.locator(selector).bounding_box()["y"]


def test_old_anchor_leads_to_the_reworded_section(page, moved):
    page.goto(f"{moved}/book/new.html#old-second")
    height = page.viewport_size["height"]
    assert 0 <= top(page, "#second h2") < height
    page.goto(f"{moved}/book/new.html")
    assert top(page, "#second h2") > height  # negative control: it is far down


def test_section_that_went_away_tells_only_who_comes_for_it(page, moved):
    page.goto(f"{moved}/book/new.html")
    assert not page.locator(".moved").is_visible()
    page.goto(f"{moved}/book/new.html#gone")
    assert page.locator(".moved").is_visible()
    assert 0 <= top(page, ".moved") < page.viewport_size["height"]
    page.locator(".moved a").click()
    page.wait_for_url(f"{moved}/book/other.html#section")

"""The search box as a reader uses it, and its rankings beside those that Python computes."""

import numpy as np
import pytest
from book_pages import ROOT
from browsing import opened, sideways

from embedlab.site_search import export, first_sections, ranked, read_index
from embedlab.site_search.questions import ASKED, TYPED

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/search.html"
# Ordinary ones, and what could tell the two languages apart.
ODD = ("Skip‑gram's √2, ½ naïve CAFÉ?", "embedings of catss", "the of and", "qqqq zzzz", "ÉTÉ x_y")
QUERIES = [*(question.text for question in (*TYPED[::6], *ASKED[::9])), *ODD]


@pytest.fixture(scope="module")
def index(site):
    if not (site / "_static" / export.VECTORS).is_file():
        pytest.skip("the book was built without the published weights")
    return read_index(site / "_static")


def ready(page) -> None:
    """Wait until texts and vectors are there and the answer is shown."""
    page.wait_for_function(
        "/^(Nothing|[0-9]+ section)/.test(document.querySelector('.ask-status').textContent)"
        " && window.askVectors"
    )


def shown(page) -> list[str]:
    return page.locator(".ask-hits a").evaluate_all("all => all.map(a => a.getAttribute('href'))")


@pytest.mark.parametrize("by", ["words", "meaning", "both"])
def test_the_browser_ranks_and_scores_as_python_does(browser, address, index, by):
    assert len(QUERIES) >= 20
    with opened(browser, f"{address}/{PAGE}?q=cat") as page:
        ready(page)
        for query in QUERIES:
            found = page.evaluate(
                "([query, by]) => document.querySelector('form.ask').rank(query, by)", [query, by]
            )
            expected = ranked(index, query, by)
            positions = expected.positions[0][expected.positions[0] >= 0]
            scores = expected.scores[0][: len(positions)]
            assert len(found) == len(positions), query
            # Sums in another order differ in their last digits. Two paragraphs that are equal but
            # for that may change places; by ranks, each then moves by one place of 60 + its own.
            theirs = dict(zip(positions.tolist(), scores, strict=True))
            mine = dict(map(tuple, found))
            assert mine.keys() == theirs.keys(), query
            place = scores**2 if by == "both" else np.zeros(len(scores))
            place[:10] = 0
            allowed = 1e-5 * np.abs(scores) + 1e-9 + place
            gaps = np.abs(np.array([mine[i] for i in positions.tolist()]) - scores)
            assert (gaps <= allowed).all(), query
            assert [position for position, _ in found][:10] == positions[:10].tolist(), query
        assert page.complaints == []


def test_hits_are_the_first_ten_sections_and_lead_to_places_that_exist(
    browser, address, site, index
):
    places = [f"{paragraph.page}#{paragraph.anchor}" for paragraph in index.paragraphs]
    with opened(browser, f"{address}/{PAGE}") as page:
        page.get_by_role("searchbox", name="Your question").fill("why forget the order of words")
        ready(page)
        page.wait_for_function("location.search.includes('q=why+forget')")
        found = first_sections(places, ranked(index, "why forget the order of words").positions[0])
        expected = []
        for position in found[:10]:
            name, _, anchor = places[position].partition("#")
            expected.append(f"{address}/book/{name}.html{f'#{anchor}' if anchor else ''}")
        assert shown(page) == expected
        assert page.locator(".ask-status").text_content().startswith("10 sections, best first.")
        marks = {mark.lower() for mark in page.locator(".ask-hits mark").all_text_contents()}
        assert "order" in marks
        assert "the" not in marks
        page.locator(".ask-hits a").first.click()
        page.wait_for_url(expected[0])


def test_every_section_of_the_index_is_in_the_site(site, index):
    missing, ids = set(), {}
    for paragraph in index.paragraphs:
        path = site / "book" / f"{paragraph.page}.html"
        if paragraph.page not in ids:
            ids[paragraph.page] = path.read_text(encoding="utf-8") if path.is_file() else ""
        anchor = f'id="{paragraph.anchor}"' if paragraph.anchor else "<article"
        if anchor not in ids[paragraph.page]:
            missing.add(f"{paragraph.page}#{paragraph.anchor}")
    assert missing == set()


def test_nothing_is_loaded_before_the_box_has_the_focus(browser, address, index):
    with opened(browser, f"{address}/{PAGE}") as page:
        page.wait_for_timeout(300)
        assert not any("ask-texts" in url or "ask-vectors" in url for url in page.requested)
        page.get_by_role("searchbox", name="Your question").focus()
        page.wait_for_function("window.askVectors")
        assert sum("ask-texts" in url for url in page.requested) == 1
        assert sum("ask-vectors" in url for url in page.requested) == 1
        assert all(url.startswith((address, "data:", "blob:")) for url in page.requested)
        assert page.complaints == []


# Safari 16, and other browsers of its time, do not count what is asked for in an address.
UNCOUNTED = "delete URLSearchParams.prototype.size;"


@pytest.mark.parametrize("script", ["", UNCOUNTED], ids=["new", "old"])
def test_the_address_carries_question_and_ranking(browser, address, index, script):
    url = f"{address}/{PAGE}?q=negative+sampling&by=words"
    with opened(browser, url, script=script) as page:
        ready(page)
        assert page.get_by_role("searchbox", name="Your question").input_value() == (
            "negative sampling"
        )
        assert page.get_by_label("Compare").input_value() == "words"
        assert page.url.endswith("?q=negative+sampling&by=words")
        assert len(shown(page)) == 10
        page.get_by_label("Compare").select_option("both")
        page.wait_for_function("!location.search.includes('by=')")
        assert page.complaints == []


def test_the_keyboard_goes_through_the_hits_and_back(browser, address, index):
    with opened(browser, f"{address}/{PAGE}?q=window") as page:
        ready(page)
        page.get_by_role("searchbox", name="Your question").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.href") == shown(page)[1]
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.name") == "question"


def test_no_hit_and_an_unknown_word_are_said_in_words(browser, address, index):
    with opened(browser, f"{address}/{PAGE}?q=qqqqq") as page:
        ready(page)
        assert shown(page) == []
        assert page.get_by_role("status").text_content() == (
            "Nothing was found for these words. “qqqqq” is not known here."
        )
        links = page.locator(".ask-help a")
        assert links.first.is_visible()
        assert links.all_text_contents() == ["glossary", "index"]
        page.get_by_role("searchbox", name="Your question").fill("embeding")
        page.wait_for_function("document.querySelectorAll('.ask-hits li').length === 10")
        assert "“embeding” is read as “embed" in page.get_by_role("status").text_content()


def test_a_long_word_is_named_by_its_beginning_and_pushes_nothing_aside(browser, address, index):
    phone = {"viewport": {"width": 360, "height": 740}}
    with opened(browser, f"{address}/{PAGE}?q=cat", **phone) as page:
        ready(page)
        page.get_by_label("Your question").fill("x" * 10_000)
        page.wait_for_function("document.querySelector('.ask-status').textContent.includes('…')")
        told = page.locator(".ask-status").text_content()
        assert told == f"Nothing was found for these words. “{'x' * 40}…” is not known here."
        assert sideways(page) == 0


def test_texts_are_shown_and_never_run(browser, address, index):
    with opened(browser, f"{address}/{PAGE}?q=%3Cimg+src=x+onerror=alert(1)%3E") as page:
        ready(page)
        assert page.locator("form.ask img").count() == 0
        assert page.complaints == []


def test_without_vectors_words_are_compared_and_without_texts_it_says_so(browser, address, index):
    context = browser.new_context()
    context.route("**/ask-vectors.js*", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"{address}/{PAGE}?q=negative+sampling")
    page.wait_for_function(
        "document.querySelector('.ask-status').textContent.includes('could not be loaded')"
    )
    assert len(shown(page)) == 10
    context.route("**/ask-texts.js*", lambda route: route.abort())
    page.goto(f"{address}/{PAGE}?q=window")
    page.wait_for_function(
        "document.querySelector('.ask-status').textContent.includes('index could not be loaded')"
    )
    assert page.locator(".ask-help").is_visible()
    # Type on to try again, as it says.
    context.unroute("**/ask-texts.js*")
    page.get_by_role("searchbox", name="Your question").fill("window size")
    page.wait_for_function("document.querySelectorAll('.ask-hits li').length === 10")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hits_fit_on_a_phone(browser, address, index, scheme):
    options = {"viewport": {"width": 360, "height": 740}, "color_scheme": scheme}
    with opened(browser, f"{address}/{PAGE}?q=softmax+over+the+vocabulary", **options) as page:
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        color = page.evaluate("getComputedStyle(document.querySelector('.ask-hits p')).color")
        assert color == page.evaluate("getComputedStyle(document.body).color")


def test_without_javascript_the_page_says_where_else_to_look(browser, address):
    with opened(browser, f"{address}/{PAGE}", java_script_enabled=False) as page:
        assert not page.locator("form.ask").is_visible()
        assert "needs JavaScript" in page.locator("article").inner_text()
        hrefs = [a.get_attribute("href") for a in page.locator("noscript a").all()]
        assert hrefs == ["glossary.html", "../genindex.html"]


def test_opened_from_a_disk_it_works_too(browser, site, index):
    with opened(browser, f"{(site / PAGE).as_uri()}?q=window") as page:
        ready(page)
        assert len(shown(page)) == 10


def test_the_table_of_sizes_is_that_of_the_files(site):
    report = export.read_report(ROOT / "_build" / "search")
    for name, (n_bytes, compressed) in report.sizes.items():
        content = (site / "_static" / name).read_bytes()
        assert (len(content), export.compressed_bytes(content)) == (n_bytes, compressed)
    # What a reader waits for on first use.
    assert sum(compressed for _, compressed in report.sizes.values()) <= 450_000

"""The instructor's report in a real browser: sorted, filtered, quiet, readable on a phone."""

from contextlib import ExitStack

import pytest
from browsing import opened
from report_samples import COSINE, EVIL, WHEN, course, invented, marked

from embedlab.grading.batch.records import Record
from embedlab.grading.report import summary, write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report():
    return course(invented(), 120)


@pytest.fixture
def shown(browser, tmp_path):
    """Show a report's page in a fresh profile."""
    with ExitStack() as stack:

        def show(report, **options):
            path = tmp_path / "report.html"
            write_page(path, report)
            return stack.enter_context(opened(browser, path.as_uri(), **options))

        yield show


def column(page, index):
    return page.eval_on_selector_all(
        "#students tbody tr:not([hidden])", f"rows => rows.map(r => r.cells[{index}].textContent)"
    )


def test_the_page_is_quiet_and_nothing_leaves_it(shown, report):
    page = shown(report)
    page.locator("#students th button").first.click()
    page.locator("input").fill("a")
    assert page.requested == [page.url]
    assert page.complaints == []


def test_negative_control_the_policy_stops_what_is_not_the_pages_own(shown, report):
    page = shown(report)
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s); new Image().src = 'http://127.0.0.1:9/x.png';"
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 2\">') }"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert len(page.complaints) >= 3


def test_hostile_names_and_sentences_run_nothing(shown):
    record = Record(EVIL, "cosine", "f", isolation="none", suspicions=(EVIL,), repairs=(EVIL,),
                    complaints=dict.fromkeys(COSINE.checks, EVIL))  # fmt: skip
    page = shown(summary(EVIL, COSINE, [record], [marked(record)], when=WHEN))
    assert page.complaints == []
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    assert column(page, 0) == [EVIL]


def test_a_click_sorts_by_number_and_a_second_one_turns_it_round(shown, report):
    page = shown(report)
    head = page.locator("#students th", has_text="Points")
    graded = sorted(report.points)
    for order, expected in (("ascending", graded), ("descending", graded[::-1])):
        head.locator("button").click()
        points = column(page, 1)
        assert [float(text) for text in points if text != "–"] == [round(x, 2) for x in expected]
        # Whoever could not be graded comes last either way.
        assert points[len(graded) :] == ["–"] * (len(points) - len(graded))
        assert head.get_attribute("aria-sort") == order
    assert page.locator("th[aria-sort]").count() == 1


def test_sorting_by_name_loses_nobody(shown, report):
    page = shown(report)
    page.locator("#students th button").nth(1).click()
    page.locator("#students th button").first.click()
    names = column(page, 0)
    assert sorted(names) == [row.student for row in report.rows]
    # As in a list of names: ł beside l, and not after z.
    assert names.index("łukasik011") < names.index("müller012") < names.index("zhang025")


def test_the_filter_finds_names_without_their_accents(shown, report):
    page = shown(report)
    page.locator("input").fill("LUKAS")
    expected = [row.student for row in report.rows if "łukas" in row.student]
    assert column(page, 0) == expected
    assert page.locator("output").inner_text() == f"{len(expected)} of 120 shown"
    page.locator("input").fill("")
    assert len(column(page, 0)) == 120


def test_without_script_the_page_is_whole(shown, report):
    page = shown(report, java_script_enabled=False)
    assert page.locator("#students tbody tr").count() == 120
    assert page.locator("#students tbody tr").last.is_visible()
    assert not page.locator("input").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_but_the_table_scrolls_sideways_on_a_phone(shown, report, scheme):
    page = shown(report, viewport={"width": 390, "height": 800}, color_scheme=scheme)
    for details in page.locator("details").all():
        details.evaluate("each => each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".wide")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")


def test_dark_mode_turns_the_page_dark_and_paper_light_again(shown, report):
    lightness = "getComputedStyle(document.body).backgroundColor"
    light = shown(report, color_scheme="light").evaluate(lightness)
    page = shown(report, color_scheme="dark")
    assert page.evaluate(lightness) != light
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(lightness) == light

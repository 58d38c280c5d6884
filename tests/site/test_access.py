"""Every page but the chapters as those use it who do not see it.

What axe finds in light and dark with all that is folded open, and what figures are said to show.
The chapters: test_chapters.py.
"""

import looking
import pytest
from book_pages import CHAPTERS, GENERATED, PAGES
from browsing import DESK, once, opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

OTHERS = [page for page in [*PAGES, *GENERATED] if page not in CHAPTERS]


@pytest.fixture(scope="module")
def findings(browser, address):
    """What each page was found to be."""

    @once
    def visit(name: str) -> dict:
        with opened(browser, f"{address}/{name}.html", **DESK) as page:
            return {**looking.axe(page), "labels": looking.labels(page)}

    return visit


@pytest.mark.parametrize("name", OTHERS)
def test_axe_finds_nothing(findings, name):
    found = findings(name)
    assert found["light"] == []
    assert found["dark"] == []
    assert found["rules"] > 15


@pytest.mark.parametrize("name", OTHERS)
def test_figures_say_what_they_show(findings, name):
    assert looking.poor(findings(name)["labels"]) == []


def test_figures_of_all_pages(findings, record_property):
    """The sum, for the table at the end of the run."""
    found = findings.kept.values()
    n_violations = sum(len(page["light"] + page["dark"]) for page in found)
    record_property(
        "figure",
        f"axe, others: {n_violations} violations on {len(found)} pages, light and dark; "
        f"{sum(len(page['labels']) for page in found)} descriptions",
    )
    assert n_violations == 0
    assert len(found) == len(OTHERS)


def test_negative_control_poor_descriptions_are_found():
    good = "Two arrows from the origin, 55 degrees apart, and the arc between them."
    assert looking.poor([good]) == []
    for poor in ["", "loss.png", "output_3_0.svg", "Figure 3", "Plot of the loss over all steps"]:
        assert looking.poor([good, poor]) == [poor]
    assert looking.poor([good, good]) == [good]


def test_negative_control_axe_sees_what_is_wrong_in_light_or_dark(browser, address):
    with opened(browser, f"{address}/book/about.html", **DESK) as page:
        page.evaluate(
            "document.querySelector('article').insertAdjacentHTML('beforeend', "
            "'<button></button><details><summary>more</summary>"
            '<p style="color:#444;background:#fff0">dark</p></details>'
            '<section style="content-visibility:auto"><p style="color:#bbb">pale</p></section>\')'
        )
        found = looking.axe(page)
        assert sorted(line.partition(":")[0] for line in found["light"]) == [
            "button-name", "color-contrast",
        ]  # fmt: skip
        assert ["#444" in line for line in found["dark"]] == [True]

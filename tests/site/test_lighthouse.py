"""Lighthouse on the heaviest page. Its performance is for `make lighthouse`, on a quiet machine:
beside other tests every page is slow."""

import runpy

import pytest
from book_pages import ROOT

pytestmark = [pytest.mark.site, pytest.mark.browser]

HEAVIEST = "book/08-training"


@pytest.fixture(scope="module")
def runner():
    return runpy.run_path(str(ROOT / "tests" / "site" / "lighthouse.py"))


def test_heaviest_page_has_all_points_that_do_not_depend_on_speed(
    browser, site, runner, record_property
):
    (found,) = runner["audits"]([HEAVIEST])
    record_property("figure", f"lighthouse: {HEAVIEST}: {found['scores']}")
    assert [name for name in runner["below"](found["scores"]) if name != "performance"] == []


def test_floors_are_those_promised(runner):
    floors = {"performance": 90, "accessibility": 100, "best-practices": 95, "seo": 100}
    assert runner["FLOORS"] == floors
    assert runner["below"](floors) == []
    assert runner["below"]({**floors, "seo": 99, "performance": 89}) == ["performance", "seo"]

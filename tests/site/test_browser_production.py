"""Chapter 9's first page in a real browser: the guide without a script, and the explorers."""

import json
import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

from embedlab.retrieval.hits import Hits
from embedlab.retrieval.hybrid import reciprocal_rank_fusion

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/09-production.html"


def visible_reasons(page, model: str) -> list[str]:
    row = page.locator(".guide tbody tr", has_text=model).first
    return [item.inner_text() for item in row.locator("li").all() if item.is_visible()]


@pytest.mark.parametrize("script", [True, False])
def test_guide_gives_reasons_with_and_without_a_script(browser, address, script):
    with opened(browser, f"{address}/{PAGE}", java_script_enabled=script) as page:
        assert visible_reasons(page, "all-MiniLM-L6-v2") == []
        page.get_by_label("100 MB").check()
        page.get_by_label("many", exact=True).check()
        reasons = visible_reasons(page, "all-MiniLM-L6-v2")
        assert reasons == ["✓ 90 MB of numbers", "✗ languages: English"]
        out = page.locator(".guide tbody tr", has_text="all-MiniLM-L6-v2").locator(".guide-out")
        assert out.is_visible()
        kept = page.locator(".guide tbody tr", has_text="counts of words").locator(".guide-out")
        assert not kept.is_visible()
        page.get_by_role("button", name="Start again").click()
        assert visible_reasons(page, "all-MiniLM-L6-v2") == []


def test_fusion_ranks_as_embedlab_ranks(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A menu chooses one of")
        specification = json.loads(figure.locator("script").text_content())
        # Data that all layers share stand above them.
        holder = specification if "data" in specification else specification["layer"][0]
        data = holder["data"]["values"]
        for question, weight, constant in [(0, 0.5, 60), (3, 0.2, 1), (7, 0.9, 20)]:
            figure.locator("select").select_option(index=question)
            slide(figure, "weight of the words", weight)
            slide(figure, "constant", constant)
            settle(page)
            rows = [row for row in data if row["q"] == question]
            rankings = [ranking(rows, key) for key in ("d", "b")]
            fused = reciprocal_rank_fusion(
                rankings, 6, constant=constant, weights=[1 - weight, weight]
            )
            text_of = {row["p"]: row["text"] for row in rows}
            expected = [text_of[p] for p in fused.positions[0] if p >= 0]
            texts = [re.sub("^● ", "", text) for text in shown(figure)]
            assert [text for text in texts if text in expected] == expected


def ranking(rows: list[dict], key: str) -> Hits:
    """Return the ranking that the places in some rows stand for."""
    placed = sorted((row[key], row["p"]) for row in rows if row[key])
    return Hits(np.array([[p for _, p in placed]]), -np.array([[float(k) for k, _ in placed]]))


def test_film_plays(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of")
        slide(figure, "moment of the training", 0)
        settle(page)
        assert "after 0 epochs" in shown(figure)
        figure.locator("button.explorer-play").click()
        page.wait_for_function("f => f.view.signal('moment') >= 2", arg=figure.element_handle())
        figure.locator("button.explorer-play").click()

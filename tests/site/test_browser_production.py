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
        whole = [
            " ".join(row["line"])
            for layer in specification["layer"]
            for row in layer.get("data", {}).get("values", [])
            if isinstance(row.get("line"), list)
        ]
        for question, weight, constant in [(0, 0.5, 60), (3, 0, 1), (7, 0.9, 20), (9, 1, 100)]:
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
            # The whole question stands above, the menu being too narrow for it.
            # Its lines are read as one text, without a space between them.
            asked = whole[question].replace(" ", "")
            assert asked in [text.replace(" ", "") for text in texts]


def test_compression_explorer_multiplies_and_reads_what_was_measured(browser, address):
    with opened(browser, f"{address}/{PAGE}", viewport={"width": 360, "height": 740}) as page:
        enliven(page)
        figure = explorer(page, "bytes for a vector")
        data = json.loads(figure.locator("script").text_content())["data"]["values"]
        full = data[0]["bytes"]
        assert [data[0]["name"], full] == ["float32", 4 * 384]
        for row in data:
            figure.locator("select").select_option(label=row["name"])
            for fetched, power in ((10, 8), (30, 9.5)):
                slide(figure, "candidates", fetched)
                slide(figure, "passages", power)
                settle(page)
                texts = "\n".join(shown(figure))
                name, n_bytes, size = re.search(
                    r"^(.+): ([\d,]+) bytes, ([\d,.]+) GB$", texts, re.M
                ).groups()
                assert name == row["name"]
                assert float(n_bytes.replace(",", "")) == pytest.approx(row["bytes"], abs=0.5)
                # Three digits are printed.
                gigabytes = float(size.replace(",", ""))
                assert gigabytes == pytest.approx(row["bytes"] * 10**power / 1e9, rel=6e-3)
                kept = float(re.search(r"([\d.]+)% of the 10 nearest kept", texts)[1])
                assert kept == pytest.approx(100 * row["kept"][fetched - 10], abs=0.06)
                if fetched == 10:
                    assert "nothing compared again" in texts
                    continue
                n, on_disk = re.search(r"(\d+) compared again, with ([\d,.]+) GB", texts).groups()
                assert int(n) == fetched
                on_disk = float(on_disk.replace(",", ""))
                assert on_disk == pytest.approx(full * 10**power / 1e9, rel=6e-3)
        assert page.complaints == []


def test_more_candidates_never_keep_fewer_neighbors(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        text = explorer(page, "bytes for a vector").locator("script").text_content()
        data = {row["name"]: row["kept"] for row in json.loads(text)["data"]["values"]}
    assert all(np.all(np.diff(kept) >= 0) for kept in data.values())
    assert set(data["float32"]) == {1}
    assert data["binary"][0] < data["int8"][0]


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

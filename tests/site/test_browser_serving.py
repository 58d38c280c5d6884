"""The explorers of chapter 9's second page in a real browser: their numbers are embedlab's."""

import re

import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

from embedlab.capacity import Machine, plan

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/09-serving.html"
NUMBER = r"(-?[\d.,]+)"


def numbers(figure, pattern: str) -> list[float]:
    """Return the numbers that a pattern finds in the texts of a chart."""
    match = re.search(pattern.replace("#", NUMBER), "\n".join(shown(figure)))
    assert match, shown(figure)
    return [float(found.replace(",", "")) for found in match.groups()]


@pytest.mark.parametrize(
    ("kind", "size", "looked", "asked", "gib", "cores", "price", "copies"),
    [
        ("float32", 8, -2, 2, 64, 16, 1, 2),
        ("int8", 10, 0, 3, 512, 64, 2.5, 3),
        ("one bit", 6, -2, 4, 16, 2, 0.1, 1),
        ("one bit", 9.5, -1, 0, 256, 32, 10, 2),
    ],
)
def test_capacity_explorer_plans_as_embedlab_plans(
    browser, address, kind, size, looked, asked, gib, cores, price, copies
):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Sliders choose the passages")
        figure.locator("select").select_option(label=kind)
        for label, value in {
            "passages, power": size,
            "share looked at": looked,
            "queries per second": asked,
            "memory of a machine": gib,
            "cores of a machine": cores,
            "price of a machine": price,
            "copies at least": copies,
        }.items():
            slide(figure, label, value)
        settle(page)
        handle = figure.element_handle()
        encode_seconds = page.evaluate("f => f.view.signal('encode')", handle)
        points = page.evaluate(
            "f => JSON.parse(f.querySelector('script').textContent).layer[0].data.values", handle
        )
        chosen = next(point for point in points if point["name"] == kind)
        p = plan(
            10**size,
            chosen["bytes_each"],
            chosen["seconds_each"],
            Machine(gib, cores, price),
            rate=10**asked,
            share=10**looked,
            encode_seconds=encode_seconds,
            n_copies=copies,
        )
        # Printed with one decimal or two.
        assert numbers(figure, r"# GB, one copy on # machine") == [
            pytest.approx(p.n_bytes / 1e9, abs=0.051),
            p.n_shards,
        ]
        assert numbers(figure, rf"# machines, limit: {p.limit}") == [p.n_machines]
        assert numbers(figure, "# ms for a query") == [
            pytest.approx(1000 * p.seconds, rel=1e-6, abs=0.051)
        ]
        assert numbers(figure, "# for a million") == [
            pytest.approx(p.price_per_million, rel=1e-6, abs=0.0051)
        ]


def test_the_film_shows_the_record_and_plays(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of")
        handle = figure.element_handle()
        rows = page.evaluate(
            "f => JSON.parse(f.querySelector('script').textContent).layer[0].data.values", handle
        )
        last = max(row["frame"] for row in rows)
        for frame in (0, last):
            slide(figure, "rate", frame)
            settle(page)
            expected = {f"{row['ms']:,.0f}" for row in rows if row["frame"] == frame}
            # JavaScript rounds a half up, Python to the even number.
            assert len(expected - set(shown(figure))) <= 1
        slide(figure, "rate", 0)
        figure.locator("button.explorer-play").click()
        page.wait_for_function("f => f.view.signal('frame') >= 2", arg=handle)
        figure.locator("button.explorer-play").click()

"""The explorers of chapter 8 in a real browser: their numbers are embedlab's."""

import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/08-training.html"


def choose(figure, labels) -> None:
    for select, label in zip(figure.locator("select").all(), labels, strict=True):
        select.select_option(label=label)


def data(page, figure) -> list[dict]:
    return page.evaluate(
        "f => JSON.parse(f.querySelector('script').textContent).data.values",
        figure.element_handle(),
    )


def test_runs_explorer_shows_the_run_that_was_chosen(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "recorded runs; menus")
        runs = {row["told"]: row for row in data(page, figure)}
        lost = next(told for told, row in runs.items() if row["lost"])
        for told in ("SGD, linear, 10", "AdaGrad, warm-up, 1", "Adam, constant, 3", lost):
            choose(figure, told.split(", "))
            settle(page)
            texts, run = "\n".join(shown(figure)), runs[told]
            assert told in texts
            assert (f"{told}: diverged" in texts) == run["lost"]
            assert f"loss {run['loss'][0]:,.2f} → {run['loss'][-1]:,.2f}" in texts
            if not run["lost"]:
                first, last = (float(share) for share in re.findall(r"(\d+)%", texts))
                assert [first, last] == pytest.approx(
                    [100 * run["right"][0], 100 * run["right"][-1]], abs=0.51
                )


def test_decay_explorer_computes_the_share_of_variance(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Recorded losses of 3 runs")
        table = np.array([row["l"] for row in data(page, figure)]).T
        for run, rate, floor, last in [(0, 0.1, 0, 20), (1, 1.3, 2.3, 100), (2, 0.4, 2, 50)]:
            figure.locator("select").select_option(index=run)
            slide(figure, "α", rate)
            slide(figure, "floor c", floor)
            slide(figure, "epochs, up to", last)
            settle(page)
            t, y = np.arange(last + 1), table[run][: last + 1]
            misses = y - (y[0] - floor) * np.exp(-rate * t) - floor
            expected = 1 - (misses**2).sum() / ((y - y.mean()) ** 2).sum()
            found = re.search(r"R² (-?[\d.]+), epochs 0 to (\d+)", "\n".join(shown(figure)))
            # Three decimals are printed.
            assert float(found[1]) == pytest.approx(expected, abs=6e-4)
            assert int(found[2]) == last


def test_film_tells_falling_losses_and_plays(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of 16 words")
        told = []
        for frame in (0, 5, 15):
            slide(figure, "moment of the training", frame)
            settle(page)
            found = re.search(r"epoch (\d+): loss ([\d.]+)", "\n".join(shown(figure)))
            told.append((int(found[1]), float(found[2])))
        assert [epoch for epoch, _ in told] == [0, 7, 100]
        assert told[0][1] > told[1][1] > told[2][1]
        slide(figure, "moment of the training", 0)
        figure.locator("button.explorer-play").click()
        page.wait_for_function("f => f.view.signal('frame') >= 2", arg=figure.element_handle())
        figure.locator("button.explorer-play").click()

"""The explorers of chapter 4 in a real browser: their numbers are embedlab's."""

import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

from embedlab.counts import probability_ratios
from embedlab.glove import cell_loss, weight

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/04-glove.html"
NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"


def numbers(figure, pattern: str) -> list[float]:
    """Return the numbers that a pattern finds in the texts of a chart."""
    match = re.search(pattern.replace("#", NUMBER), "\n".join(shown(figure)))
    assert match, shown(figure)
    return [float(found) for found in match.groups()]


def test_ratio_explorer_divides_as_embedlab_divides(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Two menus choose the words i and j")
        handle = figure.element_handle()
        words, totals = (
            page.evaluate(f"f => f.view.signal('{name}')", handle) for name in ("names", "totals")
        )
        data = page.evaluate(
            "f => JSON.parse(f.querySelector('script').textContent).layer[0].data.values", handle
        )
        contexts, counts = [row["k"] for row in data], np.array([row["c"] for row in data]).T
        # The rest of each row, as one more context, so that the totals are those of the page.
        rest = np.array(totals)[:, np.newaxis] - counts.sum(axis=1, keepdims=True)
        for i, j in [(4, 5), (0, 1), (11, 2)]:
            for select, k in zip(figure.locator("select").all(), (i, j), strict=True):
                select.select_option(label=words[k])
            settle(page)
            ratios = probability_ratios(np.hstack([counts, rest]), i, j)[:-1]
            usable = (counts[[i, j]] > 0).all(axis=0) & (counts[[i, j]].sum(axis=0) >= 20)
            ranked = np.argsort(np.where(usable, -ratios, np.inf), kind="stable")[: usable.sum()]
            ends = [*ranked[:5], *ranked[-5:]]
            texts = shown(figure)
            assert [t for t in texts if t in contexts] == [contexts[k] for k in ends]
            found = [float(text) for text in texts if _is_number(text)]
            # Three significant digits are printed; the axis's own labels come last.
            assert found[:10] == pytest.approx(ratios[ends].tolist(), rel=6e-3)


@pytest.mark.parametrize("letter_spacing", ["0", "0.07em"], ids=["usual", "as-wide-as-DejaVu-Sans"])
def test_long_words_and_small_ratios_are_not_cut_off(browser, address, letter_spacing):
    """Nor with a wide font: Firefox on Linux often takes DejaVu Sans."""
    with opened(browser, f"{address}/{PAGE}", viewport={"width": 360, "height": 740}) as page:
        enliven(page)
        page.add_style_tag(content=f".role-mark text {{ letter-spacing: {letter_spacing}; }}")
        figure = explorer(page, "Two menus choose the words i and j")
        selects = figure.locator("select").all()
        n_words = selects[0].locator("option").count()
        for i in range(n_words):
            for select, k in zip(selects, (i, (i + 1) % n_words), strict=True):
                select.select_option(index=k)
            settle(page)
            outside = figure.evaluate(
                """f => {
                    const svg = f.querySelector(".explorer-live svg").getBoundingClientRect();
                    const out = b => b.left < svg.left - 1 || b.right > svg.right + 1;
                    return [...f.querySelectorAll(".explorer-live svg text")]
                        .filter(t => out(t.getBoundingClientRect())).map(t => t.textContent);
                }"""
            )
            assert outside == []


def test_one_word_twice_is_answered_in_words(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Two menus choose the words i and j")
        for select in figure.locator("select").all():
            select.select_option(index=3)
        settle(page)
        assert "Choose two different words." in shown(figure)


def _is_number(text: str) -> bool:
    return re.fullmatch(NUMBER, text) is not None


def test_weight_explorer_weighs_as_embedlab_weighs(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "The weight of a cell")
        for exponent, x_max, alpha in [(1, 100, 0.75), (-1, 10, 0.5), (3.5, 200, 2), (2, 300, 0)]:
            slide(figure, "count X", exponent)
            slide(figure, "x_max", x_max)
            slide(figure, "alpha", alpha)
            settle(page)
            (found,) = numbers(figure, r"f\(X\) = #")
            # Four decimals are printed.
            assert found == pytest.approx(
                float(weight(10**exponent, x_max=x_max, alpha=alpha)), abs=6e-5
            )


def test_cell_explorer_computes_what_cell_loss_computes(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "The loss of one cell")
        for exponent, score, x_max, alpha in [
            (2, 2, 100, 0.75),
            (-1, -3, 10, 0.5),
            (4, 9.5, 100, 1),
            (1, 0, 300, 0),
        ]:
            slide(figure, "count X", exponent)
            slide(figure, "score", score)
            slide(figure, "x_max", x_max)
            slide(figure, "alpha", alpha)
            settle(page)
            zero = np.zeros(1)
            loss, _, _, d_bias, _ = cell_loss(
                zero, zero, score, 0.0, 10**exponent, x_max=x_max, alpha=alpha
            )
            found = numbers(figure, "loss #, gradient #")
            # Four decimals are printed.
            assert found == pytest.approx([loss, d_bias], abs=6e-5)
            above = numbers(figure, r"log X = #, f\(X\) = #") + numbers(figure, "- log X = #")
            log, f = np.log(10**exponent), float(weight(10**exponent, x_max=x_max, alpha=alpha))
            # Three decimals and four.
            assert above == pytest.approx([log, f, score - log], abs=6e-4)


def test_film_moves_the_points_to_the_line_and_plays(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of")
        losses = []
        for frame in (0, 4, 8):
            slide(figure, "moment of the training", frame)
            settle(page)
            losses += numbers(figure, "mean loss #")
        assert losses[0] > losses[1] > losses[2]
        slide(figure, "moment of the training", 0)
        figure.locator("button.explorer-play").click()
        page.wait_for_function("f => f.view.signal('frame') >= 2", arg=figure.element_handle())
        figure.locator("button.explorer-play").click()


@pytest.mark.parametrize("width", [360, 1100])
def test_each_power_of_ten_on_the_axis_of_counts_is_written(browser, address, width):
    with opened(browser, f"{address}/{PAGE}", viewport={"width": width, "height": 900}) as page:
        enliven(page)
        figure = explorer(page, "The weight of a cell over its count")
        # Vega keeps a label that meets another one in the page, but unseen.
        seen = figure.locator("svg text").evaluate_all(
            "texts => texts.filter(t => getComputedStyle(t).opacity > 0).map(t => t.textContent)"
        )
        assert {"0.1", "1", "10", "100", "1000", "10000"} <= set(seen)

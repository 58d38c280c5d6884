"""The explorers of chapter 6 in a real browser: their numbers are embedlab's."""

import re

import looking
import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

from embedlab.attention import attention, sinusoidal_positions

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/06-contextual.html"
NUMBER = r"(-?[\d.]+)"


def data_of(page, figure, key: str) -> list[dict]:
    """Return the rows of the chart, or of its first layer whose rows have a key."""
    return page.evaluate(
        """([f, key]) => {
            const chart = JSON.parse(f.querySelector('script').textContent)
            const tables = [chart, ...chart.layer].filter(p => p.data).map(p => p.data.values)
            return tables.find(rows => rows[0][key] !== undefined)
        }""",
        [figure.element_handle(), key],
    )


def test_query_explorer_attends_as_embedlab_attends(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "how much a query attends")
        data = data_of(page, figure, "kx")
        keys = np.array([[row["kx"], row["ky"]] for row in data])
        for angle, size, root in [(20, 2, True), (200, 7.5, True), (90, 4, False)]:
            slide(figure, "angle of the query", angle)
            slide(figure, "length of the query", size)
            figure.locator("input[type=checkbox]").set_checked(root)
            settle(page)
            turn = np.radians(angle)
            query = size * np.array([[np.cos(turn), np.sin(turn)]])
            scale = 1 if root else np.sqrt(2)
            weights = attention(scale * query, keys, keys)[1][0]
            scores = (query @ keys.T)[0]
            found = re.findall(rf"{NUMBER}\s+score {NUMBER}", "\n".join(shown(figure)))
            # Three and two decimals are printed.
            assert [float(w) for w, _ in found] == pytest.approx(weights.tolist(), abs=6e-4)
            assert [float(s) for _, s in found] == pytest.approx(scores.tolist(), abs=6e-3)


def test_clocks_turn_by_the_offset_alone(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "each slower than the one before")
        places = sinusoidal_positions(80, 8)
        for p, k in [(3, 2), (40, 2), (20, -7)]:
            slide(figure, "position p", p)
            slide(figure, "offset k", k)
            settle(page)
            texts = "\n".join(shown(figure))
            product = float(places[p] @ places[p + k])
            (found,) = re.search(rf"dot product: {NUMBER}", texts).groups()
            assert float(found) == pytest.approx(product, abs=6e-5)
            turns = [float(turn) for turn in re.findall(rf"{NUMBER}°", texts)]
            # Two decimals are printed.
            wanted = np.degrees(k * 10000.0 ** (-np.arange(0, 8, 2) / 8))
            assert sorted(turns) == pytest.approx(sorted(wanted.tolist()), abs=6e-3)


def test_heads_show_the_largest_weight_of_each_row(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Attention weights of a published model")
        data = data_of(page, figure, "w")
        n_heads = 12
        for layer, head in [(1, 3), (5, 6), (4, 2)]:
            slide(figure, "layer", layer)
            slide(figure, "head", head)
            settle(page)
            n = max(row["i"] for row in data) + 1
            table = np.zeros((n, n), dtype=int)
            for row in data:
                table[row["i"], row["j"]] = row["w"][(layer - 1) * n_heads + head - 1]
            found = [int(text) for text in shown(figure) if re.fullmatch(r"\d+", text)]
            assert found == table.max(axis=1).tolist()


@pytest.mark.parametrize(
    ("words", "signal"),
    [("The vectors of a word in several sentences", "layer"), ("A film of the cosines", "frame")],
)
def test_films_play(browser, address, words, signal):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, words)
        label = "layer" if signal == "layer" else "moment of the training"
        slide(figure, label, 0)
        figure.locator("button.explorer-play").click()
        page.wait_for_function(f"f => f.view.signal('{signal}') >= 2", arg=figure.element_handle())
        figure.locator("button.explorer-play").click()


def test_the_film_of_the_towers_tells_its_steps(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of the cosines")
        losses = []
        for frame in (0, 3, 7):
            slide(figure, "moment of the training", frame)
            settle(page)
            (loss,) = re.search(rf"loss {NUMBER}", "\n".join(shown(figure))).groups()
            losses.append(float(loss))
        assert losses[0] > losses[1] > losses[2]


def test_names_in_the_film_of_layers_stand_apart(browser, address):
    """At layer 0 most points are the same one, and not every name has a place of its own."""
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "The vectors of a word in several sentences")
        for word in figure.locator("select option").all_text_contents():
            figure.locator("select").select_option(label=word)
            for layer in range(1, 7):
                slide(figure, "layer", layer)
                settle(page)
                overlapping = figure.evaluate(
                    """f => {
                        const all = [...f.querySelectorAll(".explorer-live svg text")];
                        const boxes = all.map(t => t.getBoundingClientRect());
                        const over = (a, b) => a.left < b.right && b.left < a.right &&
                            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
                        const hit = (t, i) => boxes.slice(0, i).some(b => over(boxes[i], b));
                        return all.filter(hit).map(t => t.textContent);
                    }"""
                )
                assert overlapping == [], f"{word}, layer {layer}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_on_cells_can_be_read_on_the_darkest_one(browser, address, scheme):
    with opened(browser, f"{address}/{PAGE}", color_scheme=scheme) as page:
        enliven(page)
        # One word alone looks at itself, and a head may look at one token with all its weight.
        explorer(page, "A field takes a sentence").locator("input[type=text]").fill("bank")
        page.wait_for_timeout(300)
        settle(page)
        found = looking.contrasts(page)
        assert ("100", max(int(number) for number, _ in found)) == (found[0][0], 100)
        assert any(int(number) >= 90 for number, _ in found[1:])
        assert [told for told in found if told[1] < 4.5] == []

"""The first page, and the explorers of chapters 1 and 2 in a real browser: their numbers are
embedlab's."""

import re

import numpy as np
import pytest
from browsing import ENLIVEN, enliven, explorer, opened, settle, shown, slide

from embedlab.onehot import embedding_bytes, index_bytes, one_hot_bytes, sparsity
from embedlab.vectors import Embeddings, analogy, cosine

pytestmark = [pytest.mark.site, pytest.mark.browser]


def test_start_page_leads_to_the_introduction(browser, address):
    with opened(browser, f"{address}/index.html") as page:
        page.wait_for_url("**/book/introduction.html")


def test_cosine_explorer_computes_what_embedlab_computes(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "cosine, angle, dot product")
        for u_angle, u_length, v_angle, v_length in [
            (20, 2.5, 75, 1.5),
            (0, 1, 90, 3),
            (-180, 0.5, 0, 2),
            (33, 1.7, -120, 2.9),
        ]:
            for label, value in [
                ("u, angle", u_angle),
                ("u, length", u_length),
                ("v, angle", v_angle),
                ("v, length", v_length),
            ]:
                slide(figure, label, value)
            settle(page)
            u, v = (
                length * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
                for angle, length in [(u_angle, u_length), (v_angle, v_length)]
            )
            numbers = {
                match[1]: float(match[2])
                for text in shown(figure)
                if (
                    match := re.fullmatch(r"(cosine|angle|dot product|distance) (-?[\d.]+)°?", text)
                )
            }
            # The page prints three decimals, and whole degrees.
            assert numbers["cosine"] == pytest.approx(cosine(u, v), abs=6e-4)
            assert numbers["dot product"] == pytest.approx(u @ v, abs=6e-4)
            assert numbers["distance"] == pytest.approx(np.linalg.norm(u - v), abs=6e-4)
            degrees = np.degrees(np.arccos(cosine(u, v)))
            assert numbers["angle"] == pytest.approx(degrees, abs=0.51)


def test_stretching_leaves_the_cosine_alone_by_keyboard(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "cosine, angle, dot product")
        before = shown(figure)
        figure.locator(".vega-bind", has_text="u, length").locator("input").focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        settle(page)
        after = shown(figure)
        kept = [t for t in before if t.startswith(("cosine", "angle"))]
        moved = [t for t in before if t.startswith(("dot product", "distance"))]
        assert len(kept) == len(moved) == 2
        assert all(text in after for text in kept)
        assert not any(text in after for text in moved)


def test_analogy_explorer_ranks_as_embedlab_ranks(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "a minus b plus c")
        words = figure.locator(".vega-bind select").first.locator("option").all_text_contents()
        # The page's own dot products decide its answers; embedlab ranks the same vectors here.
        dots = np.array(page.evaluate("f => f.view.signal('dots')", figure.element_handle()))
        values, vectors = np.linalg.eigh(dots)
        part = Embeddings(tuple(words), vectors * np.sqrt(np.maximum(values, 0)))
        for inputs, excluded in [
            (("king", "man", "woman"), True),
            (("king", "man", "woman"), False),
            (("paris", "france", "italy"), True),
            (("ran", "run", "walk"), True),
        ]:
            for select, word in zip(figure.locator("select").all(), inputs, strict=True):
                select.select_option(label=word)
            figure.locator("input[type=checkbox]").set_checked(excluded)
            settle(page)
            texts = shown(figure)
            expected = analogy(part, *inputs, 6, exclude_inputs=excluded)
            listed = [text for text in texts if text in words]
            scores = [float(t) for t in texts if re.fullmatch(r"-?\d\.\d{3}", t)]
            assert listed == [word for word, _ in expected]
            # Three decimals are printed.
            np.testing.assert_allclose(scores, [score for _, score in expected], atol=6e-4)


def test_vocabulary_explorer_counts_as_embedlab_counts(browser, address):
    units = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    with opened(browser, f"{address}/book/01-one-hot.html") as page:
        enliven(page)
        figure = explorer(page, "vocabulary size")
        for exponent, d in [(3, 50), (4.7, 300), (6, 1000)]:
            slide(figure, "vocabulary size", exponent)
            slide(figure, "dense dimensions", d)
            settle(page)
            V = round(10**exponent)
            texts = "\n".join(shown(figure))
            assert f"{V:,} words: each one-hot vector is {sparsity(V):.4%} zeros" in texts
            for name, expected in [
                ("zeros written out", one_hot_bytes(V, V)),
                ("stored as an index", index_bytes(V)),
                ("numbers per word", embedding_bytes(V, d)),
            ]:
                match = re.search(rf"{name}: ([\d.]+)([kMGT]?)B", texts)
                # Three significant digits are printed.
                found = float(match[1]) * units[match[2]]
                assert found == pytest.approx(expected, rel=6e-3)


def test_vega_is_fetched_only_when_an_explorer_comes_near(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        page.wait_for_timeout(300)
        assert not any("vega-embed" in url for url in page.requested)
        enliven(page)
        assert sum("vega-embed" in url for url in page.requested) == 1


def test_explorer_says_so_when_its_script_is_missing(browser, address):
    routes = [("**/vega-embed.js*", lambda route: route.abort())]
    with opened(browser, f"{address}/book/01-one-hot.html", routes=routes) as page:
        figure = page.locator("figure.explorer").first
        figure.scroll_into_view_if_needed()
        page.wait_for_function(
            "document.querySelector('.explorer-note').textContent.includes('could not be loaded')"
        )
        assert figure.locator(".explorer-stage svg").is_visible()
        assert page.complaints


def test_next_explorer_tries_again_what_failed_for_the_one_before(browser, address):
    asked = []

    def first_lost(route) -> None:
        asked.append(route.request.url)
        # Firefox does not ask again for a module that did not come: its address stays lost.
        if route.request.url == asked[0]:
            route.abort()
        else:
            route.continue_()

    with opened(
        browser, f"{address}/book/02-dense.html", routes=[("**/vega-embed.js*", first_lost)]
    ) as page:
        figures = page.locator("figure.explorer")
        figures.first.scroll_into_view_if_needed()
        told = figures.first.locator(".explorer-note", has_text="could not be loaded")
        told.wait_for()
        assert len(asked) == 1
        figures.last.evaluate(ENLIVEN)
        assert len(asked) == 2
        assert told.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_grid_stays_behind_what_is_written_on_it(browser, address, scheme):
    with opened(browser, f"{address}/book/02-dense.html", color_scheme=scheme) as page:
        enliven(page)
        line = page.locator(".explorer-live .role-axis-grid line").first
        ink, page_color, opacity = line.evaluate(
            "e => [getComputedStyle(e).stroke, getComputedStyle(document.body).color,"
            " Number(getComputedStyle(e).opacity)]"
        )
        assert ink == page_color
        assert opacity < 0.2

"""Chapter 2 in a real browser: arrows that can be dragged, and the film of an analogy."""

import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

from embedlab.vectors import cosine

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/02-dense.html"
WIDTHS = (360, 1100)


def screen(figure, x: float, y: float) -> tuple[float, float]:
    """Return where a point of the plot is on the screen."""
    left, top, scale = figure.evaluate(
        """f => {
            const svg = f.querySelector(".explorer-live svg"), box = svg.getBoundingClientRect();
            const scale = box.width / Number(svg.getAttribute("width"));
            const [left, top] = f.view.origin(), { left: l, top: t } = f.view.padding();
            return [box.x + scale * (left + l), box.y + scale * (top + t), scale];
        }"""
    )
    at = figure.evaluate("(f, [x, y]) => [f.view.scale('x')(x), f.view.scale('y')(y)]", [x, y])
    return left + scale * at[0], top + scale * at[1]


def arrows(figure) -> tuple[np.ndarray, np.ndarray]:
    """Return u and v as the sliders have them."""
    u_angle, u_length, v_angle, v_length = (
        float(control.input_value()) for control in figure.locator("input[type=range]").all()
    )
    return tuple(
        length * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        for angle, length in ((u_angle, u_length), (v_angle, v_length))
    )


def numbers(figure) -> dict[str, float]:
    found = "\n".join(shown(figure))
    return {
        name: float(re.search(rf"^{name} (-?[\d.]+)", found, re.MULTILINE)[1])
        for name in ("cosine", "angle", "dot product", "distance")
    }


def drag(page, figure, start, end) -> None:
    page.mouse.move(*screen(figure, *start))
    page.mouse.down()
    page.mouse.move(*screen(figure, *(np.add(start, end) / 2)))
    page.mouse.move(*screen(figure, *end))
    page.mouse.up()
    settle(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_both_arrows_can_be_dragged_and_the_numbers_follow(browser, address, width):
    with opened(browser, f"{address}/{PAGE}", viewport={"width": width, "height": 900}) as page:
        enliven(page)
        figure = explorer(page, "Two vectors, u and v")
        figure.locator(".explorer-live svg").scroll_into_view_if_needed()
        for which, end in ((0, (-1.5, 2.0)), (1, (0.6, -2.2)), (0, (2.0, 0.0))):
            before = arrows(figure)
            drag(page, figure, before[which], end)
            after = arrows(figure)
            # Whole degrees, tenths of a length and pixels.
            np.testing.assert_allclose(after[which], end, rtol=0, atol=0.1)
            np.testing.assert_array_equal(after[1 - which], before[1 - which])
            u, v = after
            found = numbers(figure)
            assert found["cosine"] == pytest.approx(cosine(u, v), abs=6e-4)
            assert found["dot product"] == pytest.approx(u @ v, abs=6e-4)
            assert found["angle"] == pytest.approx(np.degrees(np.arccos(cosine(u, v))), abs=0.51)
            assert found["distance"] == pytest.approx(np.linalg.norm(u - v), abs=6e-4)
        assert page.complaints == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        # Worked out by hand: equal, opposite, at right angles, one tenth long.
        ((30, 2, 30, 2), (1, 0, 4, 0)),
        ((180, 3, 0, 1), (-1, 180, -3, 4)),
        ((-90, 3, 180, 3), (0, 90, 0, 4.243)),
        ((0, 0.1, 60, 0.1), (0.5, 60, 0.005, 0.1)),
    ],
)
def test_sliders_at_their_ends_give_what_is_worked_out_by_hand(
    browser, address, settings, expected
):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Two vectors, u and v")
        for control, value in zip(figure.locator("input[type=range]").all(), settings, strict=True):
            control.fill(str(value))
        settle(page)
        # Three decimals are printed, of the angle none.
        assert tuple(numbers(figure).values()) == pytest.approx(expected, abs=6e-4)


def test_nothing_follows_a_pointer_that_holds_no_arrow(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "Two vectors, u and v")
        figure.locator(".explorer-live svg").scroll_into_view_if_needed()
        before = arrows(figure)
        drag(page, figure, (-2.0, -2.0), (1.0, 2.0))
        page.mouse.move(*screen(figure, *before[0]))
        page.mouse.move(*screen(figure, 0, 2))
        settle(page)
        np.testing.assert_array_equal(arrows(figure), before)


@pytest.fixture
def touched(browser, address):
    """The page on a phone with the arrows in the middle, and what draws a finger over them.

    It returns how far the page scrolled meanwhile.
    """
    options = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
    with opened(browser, f"{address}/{PAGE}", **options) as page:
        enliven(page)
        figure = explorer(page, "Two vectors, u and v")
        figure.evaluate("f => f.scrollIntoView({block: 'center', behavior: 'instant'})")
        page.wait_for_timeout(300)
        hand = page.context.new_cdp_session(page)

        def swipe(start, end) -> float:
            scrolled = page.evaluate("scrollY")
            # As a finger does it: many small steps.
            spots = [screen(figure, *spot) for spot in np.linspace(start, end, 12)]
            for kind, spot in zip(
                ("touchStart", *["touchMove"] * 11, "touchEnd"), (*spots, None), strict=True
            ):
                points = [{"x": spot[0], "y": spot[1]}] if spot else []
                hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
                page.wait_for_timeout(20)
            settle(page)
            return page.evaluate("scrollY") - scrolled

        yield figure, swipe


def test_a_finger_drags_an_arrow_and_not_the_page(touched):
    figure, swipe = touched
    for which, end in ((0, (-1.0, 1.5)), (1, (2.0, -2.0)), (1, (0.0, 2.9))):
        assert swipe(arrows(figure)[which], end) == 0
        np.testing.assert_allclose(arrows(figure)[which], end, rtol=0, atol=0.1)


def test_a_finger_beside_the_arrows_scrolls_the_page(touched):
    figure, swipe = touched
    before = arrows(figure)
    assert swipe((-2.0, -2.5), (-2.0, -0.5)) > 30
    np.testing.assert_array_equal(arrows(figure), before)


def test_parallelogram_closes_as_the_text_grows(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "figure of four sides")
        n_sentences, shares, answers = [], [], []
        for frame in range(8):
            slide(figure, "length of the text", frame)
            settle(page)
            texts = shown(figure)
            assert {"king", "man", "woman", "queen"} <= set(texts)
            found = [re.fullmatch(r"([\d,]+) sentences: (\w+); (\d+)% .*", t) for t in texts]
            [caption] = [match for match in found if match]
            n_sentences.append(int(caption[1].replace(",", "")))
            answers.append(caption[2])
            shares.append(int(caption[3]))
        assert n_sentences == sorted(n_sentences)
        assert answers[0] != "queen"
        assert answers[-1] == "queen"
        assert shares[0] < 50 < shares[-1]


def test_film_starts_only_when_asked(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "figure of four sides")
        before = shown(figure)
        page.wait_for_timeout(1_500)
        assert shown(figure) == before
        figure.locator(".explorer-play").click()
        page.wait_for_timeout(400)
        assert shown(figure) != before


@pytest.mark.parametrize("width", WIDTHS)
def test_cosine_beside_a_full_bar_is_not_cut_off(browser, address, width):
    with opened(browser, f"{address}/{PAGE}", viewport={"width": width, "height": 900}) as page:
        enliven(page)
        figure = explorer(page, "Three menus")
        for menu in figure.locator("select").all():
            menu.select_option(index=0)
        figure.locator("input[type=checkbox]").uncheck()
        settle(page)
        assert "1.000" in shown(figure)
        beyond = figure.evaluate(
            """f => {
                const edge = f.querySelector(".explorer-live svg").getBoundingClientRect().right;
                return [...f.querySelectorAll(".explorer-live svg text")]
                    .filter(t => t.getBoundingClientRect().right > edge).map(t => t.textContent);
            }"""
        )
        assert beyond == []

"""The explorers of chapter 7 in a real browser: their numbers are embedlab's."""

import math
import re

import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

from embedlab.angles import cosine_tail_bound
from embedlab.high_dimensions import shell_share, shell_thickness
from embedlab.projections import jl_dimension, log_jl_capacity
from embedlab.retrieval.hashing import found_probability

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/07-geometry.html"
NUMBER = r"(-?[\d.,]+(?:e[+-]?\d+)?)"


def numbers(figure, pattern: str) -> list[float]:
    """Return the numbers that a pattern finds in the texts of a chart."""
    match = re.search(pattern.replace("#", NUMBER), "\n".join(shown(figure)))
    assert match, shown(figure)
    return [float(found.replace(",", "")) for found in match.groups()]


def dimensions(power: float) -> int:
    return min(12_288, round(2**power))


def test_shell_explorer_divides_the_ball_as_embedlab_does(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "The share of a ball")
        for power, percent in [(9.6, 1), (0, 50), (13.6, 0.1), (5, 10)]:
            slide(figure, "dimensions d", power)
            slide(figure, "shell, %", percent)
            settle(page)
            d = dimensions(power)
            assert numbers(figure, "d = #") == [d]
            (share,) = numbers(figure, "in the shell #%")
            assert share == pytest.approx(100 * shell_share(d, percent / 100), abs=6e-7)
            inside = 1 - shell_share(d, percent / 100)
            if inside > 1e-12:  # below, the subtraction here has no digits left
                assert numbers(figure, "further inside #") == [pytest.approx(inside, rel=6e-3)]
            (half,) = numbers(figure, "half of all within #%")
            assert half == pytest.approx(100 * shell_thickness(d, 0.5), rel=6e-3)


def test_angle_explorer_bounds_as_embedlab_does(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "The density of the angle")
        for power, cosine in [(8.6, 0.1), (1, 0.5), (13.6, 0.02)]:
            slide(figure, "dimensions d", power)
            slide(figure, "cosine t", cosine)
            settle(page)
            d = dimensions(power)
            (deviation,) = numbers(figure, "1/√d = #")
            assert deviation == pytest.approx(1 / math.sqrt(d), abs=6e-5)
            angle, bound = numbers(figure, r"\(#°\): at most #")
            assert angle == pytest.approx(math.degrees(math.acos(cosine)), abs=0.51)
            assert bound == pytest.approx(cosine_tail_bound(cosine, d), rel=6e-2)


def test_shares_too_small_for_a_number_are_not_called_zero(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        for words, label, value, line in (
            ("The share of a ball", "shell, %", 50, "further inside 10⁻³⁰⁰ or less"),
            ("The density of the angle", "cosine t", 0.95, "at most 10⁻³⁰⁰ or less"),
        ):
            figure = explorer(page, words)
            slide(figure, "dimensions d", 13.6)
            slide(figure, label, value)
            settle(page)
            assert any(line in text for text in shown(figure))


def test_projections_need_as_many_dimensions_as_embedlab_says(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "How many dimensions are enough")
        for power, epsilon in [(4.7, 0.3), (2, 0.1), (9, 0.5), (1, 0.95)]:
            slide(figure, "points n", power)
            slide(figure, "change", epsilon)
            settle(page)
            n = round(10**power)
            assert numbers(figure, "n = #, ε") == [n]
            assert numbers(figure, "k = # dimensions") == [jl_dimension(n, epsilon)]
            capacity = math.floor(math.exp(log_jl_capacity(300, epsilon)))
            if capacity < 2:
                assert "300 dimensions promise nothing" in shown(figure)
            else:
                assert numbers(figure, "n ≤ #") == [capacity]


def test_hashing_meets_as_often_as_embedlab_says(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "The probability that a query meets")
        for planes, tables in [(8, 16), (1, 1), (24, 64)]:
            slide(figure, "planes", planes)
            slide(figure, "tables", tables)
            settle(page)
            (probability,) = numbers(figure, r"a random pair \(0.00\): #%")
            assert probability == pytest.approx(
                100 * float(found_probability(0.0, planes, tables)), abs=0.06
            )


def test_film_draws_the_distances_together_and_plays(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "histograms of the distances")
        shares = []
        for frame in (0, 6, 13):
            slide(figure, "picture", frame)
            settle(page)
            shares += numbers(figure, "random, d = [0-9,]+: #% within")
        assert shares[0] < shares[1] < shares[2]
        slide(figure, "picture", 0)
        figure.locator("button.explorer-play").click()
        page.wait_for_function("f => f.view.signal('frame') >= 2", arg=figure.element_handle())
        figure.locator("button.explorer-play").click()

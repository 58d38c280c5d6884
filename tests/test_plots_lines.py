"""Names at the ends of lines: each as near to its line as the others leave room."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab import plots
from embedlab.plots.lines import spread

HEIGHTS = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def test_names_with_room_stay_where_their_lines_end():
    assert spread([0.9, 0.1, 0.5], [0.2, 0.2, 0.2]).tolist() == pytest.approx([0.9, 0.1, 0.5])


def test_names_at_one_height_stand_around_it():
    # By hand: a name of two rows, 0.4 high, and one of 0.2 are 0.3 apart, each moved by 0.15.
    assert spread([0.5, 0.5], [0.4, 0.2]).tolist() == pytest.approx([0.35, 0.65])


@given(HEIGHTS, st.data())
def test_names_keep_their_order_do_not_overlap_and_stay_inside(heights, data):
    sizes = data.draw(st.lists(st.floats(0, 1 / 6), min_size=len(heights), max_size=len(heights)))
    placed = spread(heights, sizes)
    order = np.argsort(heights, kind="stable")
    own = np.array(sizes)[order]
    # A sum of six heights is exact to far less than this.
    assert (np.diff(placed[order]) >= (own[1:] + own[:-1]) / 2 - 1e-9).all()
    assert placed.min() >= -1e-9
    assert placed.max() <= 1 + 1e-9


@given(HEIGHTS, st.randoms(use_true_random=False))
def test_no_other_places_move_the_names_less(heights, random):
    """Against places drawn at random that do not overlap either."""
    size, n = 0.1, len(heights)
    order = np.argsort(heights, kind="stable")
    wanted = np.array(heights)[order]
    least = ((spread(heights, [size] * n)[order] - wanted) ** 2).sum()
    for _ in range(20):
        other = np.sort([random.uniform(0, 1 - size * (n - 1)) for _ in range(n)])
        assert least <= ((other + size * np.arange(n) - wanted) ** 2).sum() + 1e-9


def heights(svg: str, *names: str) -> list[float]:
    """Return how far below the top of the picture names stand."""
    found = re.findall(r'y="([\d.]+)" transform[^>]*>([^<]*)</text>', svg)
    places = {text: float(y) for y, text in found}
    return [places[name] for name in names]


@pytest.mark.parametrize("log", ["", "y"])
def test_a_name_stands_at_the_height_of_its_own_line(log):
    """Lines from 1 to 100, 10 and 1: on the logarithmic axis the names are evenly apart."""
    series = {"top": [1, 100], "middle": [1, 10], "low": [1, 1]}
    shown = plots.curves([1, 2], series, subject="Three", labels=("x", "y"), log=log)
    top, middle, low = heights(shown.svg, "top", "middle", "low")
    share = (low - middle) / (low - top)
    # The numbers of a picture have two decimals.
    assert share == pytest.approx(0.5 if log else 9 / 99, abs=1e-3)


def test_a_name_stands_where_a_line_with_gaps_was_last_seen():
    from embedlab.plots.serving import named_lines

    series = {"short": [1.0, 9.0, np.nan], "long": [1.0, 5.0, 9.0], "low": [1.0, 1.0, 1.0]}
    shown = named_lines([1, 2, 3], series, subject="Three", labels=("x", "y"))
    short, long, low = heights(shown.svg, "short", "long", "low")
    assert abs(short - long) < 20
    assert low - max(short, long) > 50


def test_a_single_line_that_the_axis_names_is_not_named_again():
    shown = plots.curves([1, 2], {"words": [1, 2]}, subject="One", labels=("x", "words"))
    assert shown.svg.count(">words<") == 1
    other = plots.curves([1, 2], {"words": [1, 2]}, subject="One", labels=("x", "y"))
    assert other.svg.count(">words<") == 1

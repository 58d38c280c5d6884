"""The explorers of chapter 7: described, self-contained, with the numbers embedlab computes.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import math
import re

import numpy as np
import pytest
from figure_rules import check_explorer

from embedlab.angles import cosine_tail_bound
from embedlab.high_dimensions import shell_share, shell_thickness
from embedlab.projections import jl_dimension, log_jl_capacity
from embedlab.retrieval.hashing import found_probability
from embedlab.widgets.geometry import (
    angle_explorer,
    distance_film,
    hashing_explorer,
    jl_explorer,
    shell_explorer,
)

CLOUDS = {1: np.array([0.2, 1.8]), 100: np.array([0.95, 1.0, 1.05])}
REAL = np.array([0.5, 1.0, 1.5])
MARKS = {"nearest": 0.5, "a random pair": 0.0}

EXPLORERS = {
    "shell": shell_explorer,
    "angle": angle_explorer,
    "jl": jl_explorer,
    "film": lambda: distance_film(CLOUDS, REAL, name="table"),
    "hashing": lambda: hashing_explorer(MARKS),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def still(explorer) -> str:
    shown = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", explorer.to_html()))
    return shown.replace("−", "-")


def test_shell_explorer_shows_the_share_of_embedlab():
    shown = still(shell_explorer(power=8, thickness=2))
    assert "d = 256" in shown
    assert f"in the shell {shell_share(256, 0.02):.6%}" in shown
    assert f"half of all within {100 * shell_thickness(256, 0.5):.3g}%" in shown


def test_no_slider_goes_beyond_the_largest_dimension():
    assert "d = 12,288" in still(shell_explorer(power=13.6))


def test_angle_explorer_shows_the_bound_of_embedlab():
    shown = still(angle_explorer(power=8, cosine=0.2))
    assert "cosines vary by 1/√d = 0.0625" in shown
    assert f"above 0.20 (78°): at most {cosine_tail_bound(0.2, 256):.2g}" in shown


@pytest.mark.parametrize(("power", "epsilon"), [(3, 0.1), (6, 0.5), (0.5, 0.95)])
def test_projections_need_what_embedlab_says(power, epsilon):
    shown = still(jl_explorer(power=power, epsilon=epsilon))
    n = round(10**power)
    assert f"k = {jl_dimension(n, epsilon):,} dimensions are enough" in shown


def test_projections_promise_what_embedlab_says():
    # 518 points at ε = 0.5, as the doctest of log_jl_capacity has it.
    assert f"n ≤ {math.floor(math.exp(log_jl_capacity(300, 0.5)))}" in still(
        jl_explorer(epsilon=0.5)
    )


@pytest.mark.parametrize(("epsilon", "n"), [(0.3, 14), (0.95, None)])
def test_projections_promise_whole_numbers(epsilon, n):
    n = n or math.floor(math.exp(log_jl_capacity(300, epsilon)))
    assert f"300 dimensions are enough for n ≤ {n:,}" in still(jl_explorer(epsilon=epsilon))


def test_projections_promise_nothing_for_a_single_point():
    assert "300 dimensions promise nothing" in still(jl_explorer(epsilon=0.05))


def test_hashing_finds_with_the_probability_of_embedlab():
    shown = still(hashing_explorer(MARKS, planes=6, tables=10))
    for name, cosine in MARKS.items():
        probability = float(found_probability(cosine, 6, 10))
        assert f"{name} ({cosine:.2f}): {probability:.1%}" in shown


def test_film_holds_a_histogram_for_each_picture_and_plays():
    specification = EXPLORERS["film"]().specification()
    assert specification["usermeta"] == {"play": "frame"}
    bars = specification["layer"][0]["data"]["values"]
    heights = np.array([bar["h"] for bar in bars])
    assert heights.shape == (50, 2)
    assert heights.max(axis=0).tolist() == [1.0, 1.0]
    # Two equally full bins for d = 1; for d = 100 all within 10%.
    assert np.count_nonzero(heights[:, 0]) == 2
    outside = [abs(bar["low"] + 0.02 - 1) > 0.12 for bar in bars]
    assert not heights[outside, 1].any()


def test_film_tells_what_stays_and_starts_at_the_first_picture():
    film = EXPLORERS["film"]()
    assert "33% within 10% of the mean, from 0.50 to 1.50" in film.alt
    shown = still(film)
    assert "random, d = 1: 0% within 10%" in shown
    assert "nearest and farthest pair: 0.20 to 1.80" in shown


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: distance_film({}, REAL, name="t"), "clouds must hold a dimension"),
        (
            lambda: distance_film({3: 2 * REAL}, REAL, name="t"),
            "distances, d = 3 must have the mean 1, got 2.0",
        ),
        (lambda: distance_film(CLOUDS, 2 * REAL, name="t"), "real must have the mean 1"),
        (lambda: hashing_explorer({}), "marks must be one to four, got 0"),
        (lambda: hashing_explorer({"far": -0.5}), "marks must lie between -0.2 and 1"),
    ],
)
def test_wrong_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()

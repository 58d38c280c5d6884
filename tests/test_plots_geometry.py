"""The figures of chapter 7: what they say in words must be what they draw."""

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.high_dimensions import log_ball_volume
from embedlab.plots.geometry import (
    ball_volumes,
    beside_noise,
    point_maps,
    rankings,
    shares_within,
    simulated_bands,
)
from embedlab.simulations import Band

VALUES = np.array([[0.9, 1.1], [0.4, 0.6]])
BAND = Band(
    np.array([10, 1000]),
    VALUES,
    VALUES.mean(axis=1),
    np.array([0.8, 0.3]),
    np.array([1.2, 0.7]),
)
FORMULAS = {"law": ([10, 1000], [1.0, 0.5]), "claim": ([10, 1000], [2.0, 2.0])}
RAMP = np.linspace(0, 1, 101)
SQUARE = np.array([[0.0, 0.0], [0.0, 2.0], [10.0, 0.0], [10.0, 2.0]])
GROUPS = ["left", "left", "right", "right"]

PICTURES = {
    "simulated_bands": lambda: simulated_bands(
        {"learned": BAND, "noise": BAND},
        FORMULAS,
        label="share",
        subject="Two bands",
        learned=["learned"],
        claimed=["claim"],
    ),
    "beside_noise": lambda: beside_noise(
        {"table": (RAMP, RAMP + 1)}, label="distance", subject="Distances"
    ),
    "ball_volumes": lambda: ball_volumes(12),
    "shares_within": lambda: shares_within([1, 10, 768]),
    "rankings": lambda: rankings(
        {"by distance": ([1, 500, 20], [3, 2, 1])}, label="neighbor of", subject="Hubs"
    ),
    "point_maps": lambda: point_maps(
        {"plane": SQUARE, "stretched": 3 * SQUARE, "third": SQUARE}, GROUPS, subject="Maps"
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_bands_are_told_with_their_intervals_and_formulas_with_their_ends():
    told = PICTURES["simulated_bands"]()
    assert "noise 1 (0.8 to 1.2) at d = 10 and 0.5 (0.3 to 0.7) at d = 1,000" in told.alt
    assert "the formula “law” ends at 0.5" in told.alt
    assert {"law", "claim", "● learned", "■ noise", "dimensions d", "share"} <= set(texts(told.svg))


def test_a_single_formula_is_named_beside_the_bands_and_the_symbol_is_told():
    told = simulated_bands(
        {"noise": BAND}, {"law": FORMULAS["law"]}, label="share", subject="A band", symbol="k"
    )
    assert {"╌ law", "■ noise"} & set(texts(told.svg)) == {"╌ law"}
    assert "0.5 (0.3 to 0.7) at k = 1,000" in told.alt


def test_few_powers_of_ten_are_numbered_in_between():
    assert {"0.5", "1", "2"} <= set(texts(PICTURES["simulated_bands"]().svg))


def test_empty_bars_at_the_ends_are_not_drawn():
    few = beside_noise(
        {"t": (0.5 + RAMP / 9, 0.5 + RAMP / 9)}, label="l", subject="s", limits=(0, 9)
    )
    many = beside_noise({"t": (9 * RAMP, 9 * RAMP)}, label="l", subject="s", limits=(0, 9))
    assert len(few.svg) < len(many.svg)


def test_histograms_tell_the_middle_of_both():
    told = PICTURES["beside_noise"]()
    # Of 101 evenly spaced numbers from 0 to 1 the quantiles are the shares themselves.
    assert (
        "table: learned 0.025 to 0.975 (smallest 0), noise 1.025 to 1.975 (smallest 1)" in told.alt
    )
    assert {"table", "learned", "noise", "distance"} <= set(texts(told.svg))


def test_ball_peaks_at_five_and_vanishes_in_its_cube():
    told = ball_volumes(12).alt
    assert f"at d = 5 with {np.exp(log_ball_volume(5)):.3f}" in told
    assert "0.785 at d = 2, 0.0025 at d = 10" in told  # π/4; π⁵ / 120 / 2^10


def test_shares_are_powers():
    assert "0.9 of it within 0.9 for d = 1, 0.35 of it within 0.9 for d = 10" in (
        PICTURES["shares_within"]().alt
    )


def test_rankings_name_the_largest():
    assert "by distance, the largest: learned 500, noise 3" in PICTURES["rankings"]().alt


def test_maps_tell_widths_and_gaps_in_units_of_the_first_group():
    told = PICTURES["point_maps"]()
    # Each group has its two points 1 above and below its center: width √(1/2); gap 10.
    expected = "widths left 1 and right 1; from the first group's center left 0 and right 14.142"
    assert told.alt.count(expected) == 3  # stretching the map changes neither ratio
    assert {"plane", "stretched", "third", "left", "right"} <= set(texts(told.svg))


def test_a_map_of_one_group_tells_how_far_it_falls_apart():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [7.0, 0.0]])
    told = point_maps({"line": points}, ["noise"] * 4, subject="One").alt
    assert told == "One. line: the widest gap is 5 times the usual one."


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: simulated_bands({}, {"law": ([1], [0.0])}, label="l", subject="s"),
            "law must be positive, got 0",
        ),
        (
            lambda: simulated_bands({}, {"law": ([1, 2], [1.0])}, label="l", subject="s"),
            "dimensions of law and law must have the same length, got 2 and 1",
        ),
        (
            lambda: simulated_bands(
                {"low": Band(BAND.dimensions, VALUES, BAND.mean, -BAND.low, BAND.high)},
                {},
                label="l",
                subject="s",
            ),
            "low must have positive bounds",
        ),
        (
            lambda: beside_noise({"t": (RAMP, [])}, label="l", subject="s"),
            "noise of t must hold at least one number",
        ),
        (lambda: ball_volumes(9), "last must be at least 10, got 9"),
        (lambda: shares_within([0]), "each of dimensions must be at least 1, got 0"),
        (
            lambda: rankings({"t": ([], [1])}, label="l", subject="s"),
            "learned, t must hold at least one number",
        ),
        (
            lambda: point_maps({"m": SQUARE}, ["one"], subject="s"),
            "groups and m must have the same length, got 1 and 4",
        ),
        (
            lambda: point_maps({"m": np.zeros((4, 3))}, GROUPS, subject="s"),
            "m must have two columns, got 3",
        ),
    ],
)
def test_wrong_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

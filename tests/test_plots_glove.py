"""The figures of chapter 4: what they say in words must be what they draw."""

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.plots.glove import (
    method_intervals,
    ratio_axis,
    score_panels,
    spectra,
    window_weights,
)

SENTENCE = ["a", "b", "c", "d", "e"]
RANKS = np.arange(1, 11)
INTERVALS = {
    "one test": {"good": (0.5, 0.4, 0.6), "shuffled": (-0.02, -0.1, 0.05)},
    "other test": {"good": (1.0, 0.9, 1.0), "shuffled": (0.0, 0.0, 0.1)},
}

PICTURES = {
    "window_weights": lambda: window_weights(SENTENCE, 1, 2),
    "ratio_axis": lambda: ratio_axis(
        {"solid": 8.9, "gas": 0.085}, "ice", "steam", control={"solid": 1.1, "gas": 0.9}
    ),
    "score_panels": lambda: score_panels(
        {"log X": (np.arange(5.0), 2 * np.arange(5.0)), "PMI": (RANKS[:5], -RANKS[:5])},
        label="score",
        subject="Scores",
    ),
    "method_intervals": lambda: method_intervals(INTERVALS, subject="Methods", control="shuffled"),
    "spectra": lambda: spectra(
        {"steep": 3.0 * RANKS**-1.5, "flat": RANKS**-0.5}, subject="Two spectra", n_fitted=8
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_window_tells_one_over_the_distance_and_nothing_beyond():
    shown = PICTURES["window_weights"]()
    assert shown.alt.endswith("its distance: a 1, c 1 and d 1/2.")
    assert {*SENTENCE, "1", "1/2"} <= set(texts(shown.svg))


def test_ratios_are_told_beside_their_control():
    assert "solid 8.9 (1.1) and gas 0.085 (0.9)" in PICTURES["ratio_axis"]().alt


def test_panels_tell_their_correlations():
    assert "over log X, correlation 1.00 and over PMI, correlation -1.00" in (
        PICTURES["score_panels"]().alt
    )


def test_intervals_are_drawn_and_told():
    shown = PICTURES["method_intervals"]()
    assert "good 0.50 (0.40 to 0.60) and shuffled -0.02 (-0.10 to 0.05)" in shown.alt
    assert {"0.50", "−0.02", "1.00", "good", "shuffled", "one test"} <= set(texts(shown.svg))


def test_spectra_find_the_exponents_they_were_made_with():
    alt = PICTURES["spectra"]().alt
    assert "steep falls as rank to the −1.50 (R² 1.00)" in alt
    assert "flat falls as rank to the −0.50 (R² 1.00)" in alt


def test_only_the_fitted_ranks_decide_the_exponent():
    broken = 3.0 * RANKS**-1.5
    broken[8:] = 1e-9
    assert "−1.50" in spectra({"cut": broken}, subject="Cut off", n_fitted=8).alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: window_weights(SENTENCE, 5, 1), "position must be from 0 to 4, got 5"),
        (lambda: window_weights(SENTENCE, 0, 0), "window must be at least 1, got 0"),
        (
            lambda: ratio_axis({"k": 0.0}, "i", "j", control={"k": 1.0}),
            "ratios and control must be positive, got 0",
        ),
        (
            lambda: ratio_axis({"k": 1.0}, "i", "j", control={"l": 1.0}),
            r"control must name \['k'\]",
        ),
        (
            lambda: score_panels({"x": (RANKS, RANKS[:3])}, label="score", subject="s"),
            "x and score must have the same length, got 10 and 3",
        ),
        (
            lambda: method_intervals(
                {"a": INTERVALS["one test"], "b": {"good": (0.0, 0.0, 0.0)}}, subject="s"
            ),
            "b must have the methods",
        ),
        (
            lambda: spectra({"short": [2.0, 1.0]}, subject="s", n_fitted=3),
            "short must have 3 values, got 2",
        ),
    ],
)
def test_wrong_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

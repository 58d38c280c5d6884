"""The figures of chapter 8: what they say in words must be what they draw."""

import re

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.plots.dynamics import eigenvalues, landscape, panels, seed_bands, stopping
from embedlab.training import compare_rules, no_improvement, out_of_budget

STEPS = [0, 1, 2, 3]
LOSSES = [4.0, 2.0, 1.0, 1.5]
RULES = {"budget": lambda y: out_of_budget(y, n_entries=2), "patience": no_improvement}


def a_stop():
    runs = {"one run": compare_rules(RULES, LOSSES)}
    return stopping(runs, {"one run": 4})


def saddle(x, y):
    return np.asarray(x) * np.asarray(y) + 1.0


PICTURES = {
    "panels": lambda: panels(
        {
            "Loss": {"run": (STEPS, LOSSES), "shuffled": (STEPS, [4, 4, 4, 4.0])},
            "Rate": {"run": (STEPS, [0.1, 0.1, np.nan, 0.3]), "stated": ([1], [0.2])},
        },
        label="epoch",
        subject="Two panels",
        controls=["shuffled"],
        points=["stated"],
    ),
    "logarithmic": lambda: panels(
        {"Loss": {"run": ([1, 10, 100], [1.0, 10.0, 0.1])}},
        label="rate",
        subject="One panel",
        log="xy",
        limits=(0.01, 5.0),
    ),
    "eigenvalues": lambda: eigenvalues({"start": [-2.0, 0.0, 1.0, 2.0], "end": [0.0, 5.0]}),
    "landscape": lambda: landscape(
        saddle,
        {"one way": np.array([[0.1, 0.0], [1.0, -1.0]])},
        limit=2.0,
        labels=("w", "c"),
        subject="A loss",
    ),
    "stopping": a_stop,
    "seed_bands": lambda: seed_bands(
        [1, 2], {"loss": np.array([[2.0, 1.0], [2.0, 3.0]])}, label="epoch", subject="Two seeds"
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_panels_tell_both_ends_and_what_lies_beyond_them():
    shown = PICTURES["panels"]()
    assert "Loss, run: 4 at 0 to 1.5 at 3, lowest 1 at 2" in shown.alt
    assert "Loss, shuffled: 4 at 0 to 4 at 3" in shown.alt
    assert "Rate, run: 0.1 at 0 to 0.3 at 3" in shown.alt
    assert {"run", "shuffled", "stated", "Loss", "Rate", "epoch"} <= set(texts(shown.svg))


def heights(svg: str) -> dict[str, float]:
    """Return how far below the top of the picture each text stands."""
    found = re.findall(r'y="([\d.]+)" transform[^>]*>([^<]*)</text>', svg)
    return {text: float(y) for y, text in found}


def test_names_stand_at_the_ends_of_their_curves_and_apart():
    curves = {
        "low": (STEPS, [5, 4, 3, 0]),
        "high": (STEPS, [0, 0, 0, 9]),
        "near": (STEPS, [9.0] * 4),
    }
    at = heights(panels({"P": curves}, label="x", subject="Three").svg)
    assert at["low"] - max(at["high"], at["near"]) > 30
    assert abs(at["high"] - at["near"]) > 10


def test_a_curve_without_points_keeps_its_color_for_another_panel():
    curves = {"first": (STEPS, LOSSES), "": ([], []), "third": (STEPS, LOSSES)}
    assert "third: 4 at 0" in panels({"P": curves}, label="x", subject="Gap").alt


def test_eigenvalues_are_counted_by_their_signs():
    alt = PICTURES["eigenvalues"]().alt
    assert "start: 25% negative, 25% zero and 50% positive" in alt
    assert "end: 0% negative, 50% zero and 50% positive" in alt


def test_landscape_tells_the_losses_of_a_way():
    assert "one way, from 1.000 to 0.000 in 1" in PICTURES["landscape"]().alt


def test_stops_tell_where_and_what_it_costs():
    alt = a_stop().alt
    assert "budget: at 1 of 3, costs +0.50" in alt
    assert "patience: at 3 of 3, costs +0.00" in alt


def test_seeds_tell_mean_and_deviation():
    # By hand: 1 and 3 have mean 2 and deviation √2.
    assert "2.000 ± 1.414" in PICTURES["seed_bands"]().alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: panels({}, label="x", subject="s"), "content must hold at least one panel"),
        (
            lambda: panels({"P": {"run": (STEPS, LOSSES[:2])}}, label="x", subject="s"),
            "positions and run must have the same length, got 4 and 2",
        ),
        (
            lambda: panels({"P": {"run": ([1], [np.nan])}}, label="x", subject="s"),
            "a curve must have a finite value",
        ),
        (lambda: eigenvalues({"flat": [0.0, 0.0]}), "flat must hold an eigenvalue that is not 0"),
        (
            lambda: landscape(saddle, {"w": np.zeros(2)}, limit=1, labels=("x", "y"), subject="s"),
            r"w must have shape \(n, 2\)",
        ),
        (lambda: stopping({"run": []}, {"walk": 3}), r"n_entries must name \['run'\]"),
        (
            lambda: seed_bands([1, 2], {"loss": np.zeros((1, 2))}, label="x", subject="s"),
            r"loss must have shape \(n, 2\), n at least 2",
        ),
    ],
)
def test_wrong_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

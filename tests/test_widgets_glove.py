"""The explorers of chapter 4: described, self-contained, with the numbers embedlab computes.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import re

import numpy as np
import pytest
from figure_rules import check_explorer

from embedlab.widgets.glove import cell_explorer, fit_film, ratio_explorer, weight_explorer

LOGS = np.array([0.0, 1.5, 4.0])
SCORES = np.array([[0.1, 0.0, -0.1], [0.05, 1.25, 3.125]])
NAMES = ["cat, purr", "dog, bark", "the, of"]
CAPTIONS = ["epoch 0", "epoch 25"]
COUNTS = {"ice": [40.0, 3.0, 30.0, 0.0], "steam": [5.0, 60.0, 20.0, 90.0]}
TOTALS = {"ice": 100.0, "steam": 200.0}
CONTEXTS = ["solid", "gas", "water", "train"]

EXPLORERS = {
    "ratio": lambda: ratio_explorer(COUNTS, TOTALS, CONTEXTS, ("ice", "steam")),
    "weight": weight_explorer,
    "cell": cell_explorer,
    "film": lambda: fit_film(LOGS, SCORES, CAPTIONS, names=NAMES),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def test_sliders_start_where_they_are_told():
    for make in (weight_explorer, cell_explorer):
        parameters = make(x_max=10, alpha=0.5).specification()["params"]
        start = {p["name"]: p["value"] for p in parameters}
        assert start["x_max"] == 10
        assert start["alpha"] == 0.5


def still_texts(explorer) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", explorer.to_html()))


def test_still_pictures_show_the_weight_and_loss_of_the_start():
    # The default settings: X = 10, then X = 100 with a score of 2; both by hand.
    assert "f(X) = 0.1778" in still_texts(weight_explorer())
    shown = still_texts(cell_explorer()).replace("−", "-")
    assert "log X = 4.605, f(X) = 1.0000" in shown
    assert "loss 6.7869, gradient -5.2103" in shown


def test_ratio_explorer_shows_ratios_of_probabilities_not_of_counts():
    shown = still_texts(EXPLORERS["ratio"]()).split()
    # By hand: (40/100)/(5/200), (3/100)/(60/200), (30/100)/(20/200).
    assert {"16", "0.1", "3", "solid", "gas", "water"} <= set(shown)
    assert "train" not in shown  # never met ice: no finite ratio but 0


def test_film_carries_every_score_and_plays():
    specification = EXPLORERS["film"]().specification()
    assert specification["usermeta"] == {"play": "frame"}
    cells = next(
        layer["data"]["values"]
        for layer in specification["layer"]
        if "scores" in layer["data"]["values"][0]
    )
    np.testing.assert_array_equal([cell["log"] for cell in cells], LOGS)
    np.testing.assert_array_equal(np.transpose([cell["scores"] for cell in cells]), SCORES)
    assert [cell["name"] for cell in cells] == NAMES


def test_film_says_how_far_the_points_are_from_the_line():
    misses = np.sqrt(((SCORES - LOGS) ** 2).mean(axis=1))
    assert f"{misses[0]:.1f} at first and {misses[1]:.1f} at last" in EXPLORERS["film"]().alt


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((LOGS, SCORES, ["epoch 0"], NAMES), "captions and scores must have the same length"),
        ((LOGS, SCORES, CAPTIONS, NAMES[:2]), "names and logs must have the same length"),
        ((LOGS, SCORES[:, :2], CAPTIONS, NAMES), "scores must have a score for each of the 3"),
    ],
)
def test_film_that_does_not_fit_is_refused(arguments, message):
    *rest, names = arguments
    with pytest.raises(ValueError, match=message):
        fit_film(*rest, names=names)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({"ice": COUNTS["ice"]}, {"ice": 1.0}, CONTEXTS, ("ice", "ice")), "two to thirty"),
        ((COUNTS, {"ice": 1.0}, CONTEXTS, ("ice", "steam")), "totals must name"),
        ((COUNTS, TOTALS | {"ice": 0.0}, CONTEXTS, ("ice", "steam")), "totals must be positive"),
        ((COUNTS, TOTALS, CONTEXTS[:3], ("ice", "steam")), "contexts and counts of ice must have"),
        ((COUNTS, TOTALS, CONTEXTS, ("ice", "fire")), "start must be two of"),
    ],
)
def test_counts_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ratio_explorer(*arguments)

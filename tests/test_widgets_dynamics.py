"""The explorers of chapter 8: described, self-contained, with the numbers embedlab computes.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import re
from itertools import product

import numpy as np
import pytest
from figure_rules import check_explorer

from embedlab.pictures import CENTER
from embedlab.training import fit_exponential
from embedlab.widgets.dynamics import RecordedRun, decay_explorer, runs_explorer

RUNS = {
    (way, plan, rate): RecordedRun([4.0, 4.0 - rate, 2.0], [0.25, 0.5, 0.75])
    for way, plan, rate in product(["SGD", "Adam"], ["constant", "linear"], [0.1, 1])
}
RUNS["SGD", "linear", 1] = RecordedRun([4.0, 4096.0], [0.0, 0.0], diverged=True)
TIMES = np.arange(31.0)
LOSSES = {"a run": 3.0 * np.exp(-0.5 * TIMES) + 1.0, "a flat one": 4.0 - 0.01 * TIMES}


def runs(start=("Adam", "linear", 1)):
    return runs_explorer(RUNS, every=10, score="neighbor in own group", start=start)


EXPLORERS = {"runs": runs, "decay": lambda: decay_explorer(LOSSES)}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def still_texts(explorer) -> str:
    found = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", explorer.to_html()))
    return found.replace("−", "-")


def test_runs_explorer_shows_the_run_it_starts_with():
    shown = still_texts(runs())
    assert "Adam, linear, 1" in shown
    assert "loss 4.00 → 2.00" in shown
    assert "neighbor in own group 25% → 75%" in shown


def test_a_run_that_diverged_says_so_and_shows_no_score():
    shown = still_texts(runs(("SGD", "linear", 1)))
    assert "SGD, linear, 1: diverged" in shown
    assert "loss 4.00 → 4,096.00" in shown
    assert "neighbor in own group" not in shown
    for start, n_drawn in ((("SGD", "linear", 1), 0), (("Adam", "linear", 1), 1)):
        assert runs(start).to_html().count(f'stroke="{CENTER}"') == n_drawn
    assert "1 of the runs diverged" in runs().alt


def test_runs_explorer_carries_every_run():
    specification = runs().specification()
    values = (
        next(iter(specification["datasets"].values()))
        if "datasets" in specification
        else (specification["data"]["values"])
    )
    assert len(values) == len(RUNS)
    found = {row["told"]: row["loss"] for row in values}
    assert found == {", ".join(map(str, key)): list(run.loss) for key, run in RUNS.items()}


@pytest.mark.parametrize(("rate", "floor"), [(0.5, 1.0), (0.1, 0.0), (1.2, 2.5)])
def test_decay_explorer_has_the_share_of_variance_of_its_formula(rate, floor):
    y, t = LOSSES["a run"][:21], TIMES[:21]
    fit = (y[0] - floor) * np.exp(-rate * t) + floor
    expected = 1 - ((y - fit) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    shown = still_texts(decay_explorer(LOSSES, rate=rate, floor=floor))
    # The page has the losses to three decimals, and writes three.
    assert float(re.search(r"R² (-?[\d.]+)", shown)[1]) == pytest.approx(expected, abs=2e-3)


def test_decay_explorer_agrees_with_the_fitted_curve_where_that_starts_at_the_first_loss():
    found = fit_exponential(TIMES[:21], LOSSES["a run"][:21])
    parameters = {"rate": found.parameters["rate"], "floor": found.parameters["floor"]}
    assert f"R² {found.r_squared:.3f}" in still_texts(decay_explorer(LOSSES, **parameters))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: runs(("Adam", "cosine", 1)), "start must be one of the runs"),
        (
            lambda: runs_explorer(
                {key: run for key, run in RUNS.items() if key != ("Adam", "linear", 0.1)},
                every=1,
                score="s",
                start=("Adam", "linear", 1),
            ),
            "runs must hold every combination",
        ),
        (
            lambda: runs_explorer(
                {("SGD", "constant", 1): RecordedRun([1.0, 2.0], [0.5])},
                every=1,
                score="s",
                start=("SGD", "constant", 1),
            ),
            "loss and right must have the same length, got 2 and 1",
        ),
        (lambda: decay_explorer({}), "runs must hold at least one"),
        (
            lambda: decay_explorer({"a": np.ones(9), "b": np.ones(8)}),
            "a and b must have the same length, got 9 and 8",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()

"""The explorers of chapter 9's second page: described, self-contained, with embedlab's numbers.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import re

import pytest
from figure_rules import check_explorer

from embedlab.capacity import Machine, plan
from embedlab.widgets.serving import capacity_explorer, load_film

KINDS = {"float32": (1536, 6.7e-8), "int8": (384, 2e-8), "one bit": (48, 2.2e-9)}
PERCENTILES = {
    "with": {"p50": [5.0, 7.0, 9.0], "p99": [10.0, 90.0, 950.0]},
    "without": {"p50": [6.0, 8.0, 2000.0], "p99": [12.0, 95.0, 4000.0]},
}
ERRORS = {"with": [0, 0, 0], "without": [0, 0, 0.25]}

EXPLORERS = {
    "capacity": lambda: capacity_explorer(KINDS, 0.008),
    "film": lambda: load_film([10, 20, 40], PERCENTILES, ERRORS),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def still_texts(explorer) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", explorer.to_html())


def test_the_still_picture_shows_the_plan_of_the_start():
    shown = still_texts(EXPLORERS["capacity"]())
    p = plan(1e8, 1536, 6.7e-8, Machine(64, 16, 1.0), rate=100, share=0.01, encode_seconds=0.008)
    assert "100.0 million passages, float32" in shown
    assert f"{p.n_bytes / 1e9:.1f} GB, one copy on {p.n_shards} machines" in shown
    assert f"{p.n_machines} machines, limit: {p.limit}" in shown
    assert f"{1000 * p.seconds:.1f} ms for a query at rest" in shown
    assert f"{p.price_per_million:.2f} for a million queries" in shown


def test_the_film_carries_every_number_and_plays():
    specification = EXPLORERS["film"]().specification()
    assert specification["usermeta"] == {"play": "frame"}
    rows = specification["layer"][0]["data"]["values"]
    for server, lines in PERCENTILES.items():
        for name, values in lines.items():
            found = [r["ms"] for r in rows if (r["server"], r["name"]) == (server, name)]
            assert found == values


def test_the_film_begins_at_the_lowest_rate():
    shown = still_texts(EXPLORERS["film"]())
    assert "10 requests a second; without an answer:" in shown
    assert "with 0%, without 0%" in shown


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: capacity_explorer({}, 0.1), "kinds must be one to four, got 0"),
        (lambda: load_film([1, 2], PERCENTILES, ERRORS), "must have the same length"),
        (lambda: load_film([1, 2, 3], PERCENTILES, {"with": [0]}), "errors must name the same"),
    ],
)
def test_wrong_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()

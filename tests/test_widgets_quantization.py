"""The explorer that weighs bytes against neighbors: what goes into the page.

What the chart computes in a browser is compared in tests/site.
"""

import re

import numpy as np
import pytest
from figure_rules import check_explorer

from embedlab.retrieval import binary, exact, ranking, two_stage
from embedlab.widgets.quantization import Kind, compression_explorer

KINDS = {
    "float32": Kind(1536, np.ones(31)),
    "int8": Kind(388, np.linspace(0.98, 1, 31)),
    "binary": Kind(48, np.linspace(0.7, 0.95, 31)),
}


def explorer(**options):
    kinds = options.pop("kinds", KINDS)
    return compression_explorer(kinds, **{"k": 10, "start": "binary", "full_bytes": 1536} | options)


def test_explorer_keeps_the_rules():
    check_explorer(explorer)


def test_page_holds_every_kind_and_the_slider_reaches_its_last_share():
    specification = explorer().specification()
    data = specification["data"]["values"]
    assert [row["name"] for row in data] == list(KINDS)
    for row in data:
        assert row["bytes"] == KINDS[row["name"]].n_bytes
        # atol: the page has four decimals.
        np.testing.assert_allclose(row["kept"], KINDS[row["name"]].kept, rtol=0, atol=5e-5)
    fetched = next(p for p in specification["params"] if p["name"] == "fetched")
    assert (fetched["bind"]["min"], fetched["bind"]["max"]) == (10, 40)


def test_what_candidates_hold_is_what_comparing_again_gives():
    """The law that lets the page do without the vectors; a ranking by signs alone breaks it."""
    rng = np.random.default_rng(0)
    vectors, queries = rng.normal(size=(400, 32)), rng.normal(size=(20, 32))
    vectors, queries = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (vectors, queries))
    full, signs = exact.build(vectors), binary.build(vectors)
    truth = exact.search(full, queries, 10).positions
    for n in (10, 25, 80):
        candidates = binary.search(signs, queries, n)
        again = two_stage.rerank(full, queries, candidates, 10)
        held = ranking.recall(candidates.positions, truth)
        np.testing.assert_allclose(ranking.recall(again.positions, truth), held)
        alone = ranking.recall(candidates.positions[:, :10], truth)
        assert n == 10 or alone.mean() < held.mean() - 0.05


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kinds": {"binary": KINDS["binary"]}}, "kinds must be two to eight, got 1"),
        ({"start": "int4"}, "start must be one of ['float32', 'int8', 'binary'], got 'int4'"),
        (
            {"kinds": KINDS | {"int8": Kind(388, [0.9])}},
            "kept must have the same length for all kinds, got [1, 31]",
        ),
        (
            {"kinds": KINDS | {"int8": Kind(388, [90.0])}},
            "kept of int8 must be shares from 0 to 1, got [90.0]",
        ),
    ],
)
def test_bad_input_is_named(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        explorer(**options)

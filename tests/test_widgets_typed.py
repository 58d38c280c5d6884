"""Explorers of a typed sentence, and where names stand: what goes into the page.

What the charts compute in a browser is compared in tests/site.
"""

import re

import numpy as np
import pytest
from figure_rules import check_explorer

from embedlab.vectors import Embeddings
from embedlab.widgets import labels
from embedlab.widgets.attention import in_the_page, sentence_explorer

WORDS = ("the", "bank", "lends", "money")
RNG = np.random.default_rng(0)
TABLE = Embeddings(WORDS, RNG.normal(size=(4, 3)))
KEYS = RNG.normal(size=(4, 3))


def explorer():
    return sentence_explorer(TABLE, KEYS, "the bank lends money")


def test_sentence_explorer_keeps_the_rules():
    check_explorer(explorer)


def test_page_holds_every_word_with_its_vector_and_its_key():
    held = {p["name"]: p.get("value") for p in explorer().specification()["params"]}
    assert held["known"] == list(WORDS)
    # atol: the page has tenths.
    np.testing.assert_allclose(np.array(held["vectors"]) / 10, TABLE.matrix, rtol=0, atol=0.051)
    np.testing.assert_allclose(np.array(held["keys"]) / 10, KEYS, rtol=0, atol=0.051)
    np.testing.assert_array_equal(held["keys"], in_the_page(KEYS))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sentence_explorer(TABLE, KEYS[:3], "the"), "keys must be (4, 3), got (3, 3)"),
        (
            lambda: sentence_explorer(
                Embeddings(tuple(map(str, range(1000))), np.ones((1000, 6))),
                np.ones((1000, 6)),
                "the",
            ),
            "embeddings must have at most 10000 numbers with the keys, got 12000",
        ),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def boxes(points, names, chosen):
    """Return the corners of the names' boxes: left, top, right, bottom."""
    for point, name, side in zip(points, names, chosen, strict=True):
        x, y = np.asarray(point) + labels.offsets(name)[side]
        half = labels.LETTER * len(name) / 2
        yield x - half, y - labels.LINE / 2, x + half, y + labels.LINE / 2


def n_overlaps(points, names, chosen) -> int:
    found = list(boxes(points, names, chosen))
    return sum(
        min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
        for i, a in enumerate(found)
        for b in found[:i]
    )


def test_names_of_close_points_do_not_overlap():
    points = [(100, 100), (112, 104), (108, 96), (200, 20), (215, 22)]
    names = ["cashier", "salary", "money", "loan", "interest"]
    assert n_overlaps(points, names, labels.sides(points, names, 270)) == 0
    # Negative control: all above their points, as they stood before, they do.
    assert n_overlaps(points, names, [0] * 5) > 0


def test_a_name_stays_within_the_plot_and_above_where_nothing_is_in_the_way():
    assert labels.sides([(135, 135)], ["money"], 270) == [0]
    for point in [(2, 135), (268, 135), (135, 2), (135, 268)]:
        chosen = labels.sides([point], ["interest"], 270)
        left, top, right, bottom = next(boxes([point], ["interest"], chosen))
        assert min(left, top) >= 0
        assert max(right, bottom) <= 270


def test_names_and_points_must_be_as_many():
    with pytest.raises(ValueError, match="names and points must have the same length"):
        labels.sides([(0, 0)], ["a", "b"], 270)

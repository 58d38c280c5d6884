"""The figure of the summary: what it says must be what it draws."""

import re

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.plots.summary import journey

WORDS = ("cat", "dog", "king")
PANELS = {
    "one-hot": np.eye(3),
    "counted": [[3.0, 4.0], [4.0, 3.0], [-4.0, 3.0]],
    "trained": [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 1.0, 1.0]],
}


def test_the_figure_keeps_the_rules():
    check_picture(lambda: journey(WORDS, PANELS))


def test_alternative_text_tells_the_cosines():
    alt = journey(WORDS, PANELS).alt
    assert "one-hot: no two words have anything in common" in alt
    # (3 · 4 + 4 · 3) / 25; the third is at right angles to the first, and -7/25 to the second.
    assert "counted: cat and dog 0.96;" in alt
    assert "trained: cat and dog 1.00." in alt


def test_negative_control_other_vectors_are_told_otherwise():
    other = {**PANELS, "counted": [[3.0, 4.0], [-4.0, 3.0], [4.0, 3.0]]}
    assert "counted: cat and king 0.96" in journey(WORDS, other).alt


def tints(words, spaces):
    """Return how many cells have a visible tint."""
    return len(re.findall(r"fill-opacity: 0\.9\b|opacity: 0\.9\b", journey(words, spaces).svg))


def test_each_word_is_written_once_for_each_row_of_panels():
    written = texts(journey(WORDS, PANELS).svg)
    assert [written.count(word) for word in WORDS] == [2, 2, 2]
    assert [written.count(name) for name in PANELS] == [1, 1, 1]


def test_only_the_diagonal_of_a_one_hot_panel_is_dark():
    assert tints(WORDS, {"one-hot": np.eye(3)}) == 3
    assert tints(WORDS, {"all alike": np.ones((3, 2))}) == 9


@pytest.mark.parametrize(
    ("words", "spaces", "complaint"),
    [
        (("a", "b"), {"x": np.eye(2)}, "at least three"),
        (WORDS, {}, "at least one"),
        (WORDS, {"x": np.eye(2)}, "words"),
    ],
)
def test_what_does_not_fit_is_named(words, spaces, complaint):
    with pytest.raises(ValueError, match=complaint):
        journey(words, spaces)

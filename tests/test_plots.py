"""Figures: what they say in words must be what they draw."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab import plots

SQUARE = {"king": (2.0, 0.0), "man": (1.0, 0.0), "woman": (1.0, 1.0), "queen": (2.0, 1.0)}
CORNERS = ("king", "man", "woman", "queen")
SPACE = {word: (*xy, 0.5) for word, xy in SQUARE.items()}

PICTURES = {
    "heatmap": lambda: plots.heatmap(np.eye(2), ["r1", "r2"], ["c1", "c2"], subject="Identity"),
    "bars": lambda: plots.bars(["short", "long"], [1.0, 2000.0], subject="bytes"),
    "bars, logarithmic": lambda: plots.bars(["a", "b"], [1.0, 1e6], subject="bytes", log=True),
    "spikes": lambda: plots.spikes({"sparse": [0, 1, 0], "dense": [0.1, 0.2]}, subject="Two"),
    "arrows": lambda: plots.arrows(SQUARE, subject="Four words", moves=[("man", "king")]),
    "word_map": lambda: plots.word_map(
        np.array(list(SQUARE.values())),
        list(SQUARE),
        ["royal", "common", "common", "royal"],
        subject="Map",
    ),
    "curves": lambda: plots.curves(
        [1, 10], {"up": [1, 2], "down": [2, 1]}, subject="Two lines", labels=("n", "y"), log="x"
    ),
    "parallelogram": lambda: plots.parallelogram(SPACE, CORNERS, subject="Analogy"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_heatmap_prints_and_tells_every_value():
    values = np.array([[1.0, 0.123], [-0.456, -0.001]])
    shown = plots.heatmap(values, ["a", "b"], ["x", "y"], subject="Cosines")
    assert {"1.00", "0.12", "-0.46", "0.00", "a", "b", "x", "y"} <= {
        text.replace("−", "-") for text in texts(shown.svg)
    }
    assert shown.alt == "Cosines, as a grid. a: x 1.00 and y 0.12; b: x -0.46 and y 0.00."


def test_bars_tell_their_values():
    assert PICTURES["bars"]().alt == "Bar chart. bytes: short 1 and long 2,000."


def test_spikes_tell_what_a_vector_holds():
    alt = PICTURES["spikes"]().alt
    assert "sparse: 3 numbers, a single 1 at place 1, the others zero" in alt
    assert "dense: 2 numbers, from 0.1 to 0.2, none of them zero" in alt
    counts = plots.spikes({"counts": [0, 2, 0, 1]}, subject="One").alt
    assert counts == "One. counts: 4 numbers, from 0 to 2, 2 of them zero."


def test_word_map_tells_how_far_the_groups_are_apart():
    line = np.array([[0.0, 0.0], [2.0, 0.0], [10.0, 0.0], [14.0, 0.0]])
    alt = plots.word_map(line, list("abcd"), ["low", "low", "high", "high"], subject="Map").alt
    # Inside 2 and 4; between 10, 14, 8 and 12.
    assert alt.endswith("Mean distance of two words of one group 3, of different groups 11.")
    alone = plots.word_map(line, list("abcd"), list("abcd"), subject="Map").alt
    assert "distance" not in alone


def test_parallelogram_tells_whether_it_closes():
    assert "closes exactly" in PICTURES["parallelogram"]().alt
    bent = SPACE | {"queen": (2.0, 1.0, 0.75)}
    assert "misses by up to 0.25" in plots.parallelogram(bent, CORNERS, subject="Analogy").alt


def test_word_map_labels_do_not_overlap():
    """Words at one point get labels one below the other."""
    words = ["cat", "dog", "cow"]
    points = np.array([[0.0, 0.0], [0.0, 0.001], [0.0, 0.002], [1.0, 1.0]])
    shown = plots.word_map(points, [*words, "run"], ["animal"] * 3 + ["action"], subject="Map")
    heights = []
    for node in ET.fromstring(shown.svg).iter("{http://www.w3.org/2000/svg}text"):
        if "".join(node.itertext()).strip() in words:
            heights.append(float(node.attrib["y"]))
    assert len(heights) == 3
    assert np.diff(sorted(heights)).min() >= 11  # points; the font is 12


def test_curves_tell_both_ends():
    assert "up goes from 1 at 1 to 2 at 10" in PICTURES["curves"]().alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: plots.heatmap(np.eye(2), ["a"], ["x", "y"], subject="s"),
            "rows and values must have the same length, got 1 and 2",
        ),
        (
            lambda: plots.bars(["a"], [1.0, 2.0], subject="s"),
            "labels and values must have the same length",
        ),
        (
            lambda: plots.arrows({"a": (1.0, 2.0, 3.0)}, subject="s"),
            "vectors must have two dimensions, got 3",
        ),
        (
            lambda: plots.bars(["a"], [np.nan], subject="s"),
            "values must be finite, got nan at index 0",
        ),
        (
            lambda: plots.curves([1, 2], {"y": [1]}, subject="s", labels=("x", "y")),
            "x and y must have the same length, got 2 and 1",
        ),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()

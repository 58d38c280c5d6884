"""The figures of the introduction and of chapters 1 and 2: what they say must be what they draw."""

import re

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.plots.dense import angles, answers, components, two_tables, unit_vectors
from embedlab.plots.one_hot import associations, corners, three_ways
from embedlab.vectors import similarity_matrix

WORDS = ("cat", "kitten", "car")
THREE = np.array([[1.0, 0.2, 0.0, 0.1], [0.9, 0.4, 0.1, 0.0], [0.0, 0.1, 1.0, 0.3]])
CLOSE = np.array([[1.0, 0.8], [0.8, 1.0]])
QUESTIONS = [("king − man + woman", "queen"), ("paris − france + italy", "rome")]

PICTURES = {
    "associations": lambda: associations("cat", ["pet", "car"], {"letters": [0.3, 0.7]}),
    "three_ways": lambda: three_ways("cat", 3, 10, [0.5, -0.25]),
    "corners": lambda: corners(WORDS),
    "angles": lambda: angles("cat", {"printed": {"kitten": 0.95, "computer": 0.1}}),
    "unit_vectors": lambda: unit_vectors(WORDS, THREE),
    "two_tables": lambda: two_tables(
        ["cat", "dog"], {"printed": CLOSE, "computed": np.eye(2)}, subject="Cosines"
    ),
    "components": lambda: components(
        {"words": {"king": [1.0, 0.5]}, "differences": {"king − man": [0.0, -0.5]}},
        subject="Words",
    ),
    "answers": lambda: answers(QUESTIONS, ["queen", "teams"], ["king", "italy"], subject="Asked"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_associations_tell_the_nearest_first():
    alt = PICTURES["associations"]().alt
    assert alt == "Words around cat, nearest first. letters: car 0.70 and pet 0.30."


def test_associations_put_the_more_similar_word_nearer():
    """The dots' places, read from the drawing: the middle is the last of three."""
    svg = PICTURES["associations"]().svg
    dots = re.findall(r'<use xlink:href="#\S+" x="([\d.]+)" y="([\d.]+)" style="fill', svg)
    dots = dots or re.findall(r'<use [^>]*x="([\d.]+)" y="([\d.]+)"', svg)
    pet, car, middle = (np.array(dot, dtype=float) for dot in dots[-3:])
    assert np.linalg.norm(car - middle) / np.linalg.norm(pet - middle) == pytest.approx(
        (1 - 0.7) / (1 - 0.3), rel=1e-3
    )


def test_three_ways_tells_letters_place_and_range():
    assert PICTURES["three_ways"]().alt == (
        "The word cat in three panels. Code points: c 99, a 97 and t 116. One-hot: 10 numbers, a "
        "single 1 at place 3. Dense: 2 numbers from -0.25 to 0.5, none of them 0."
    )


def test_corners_are_equally_far():
    assert PICTURES["corners"]().alt.count("1.41") == 3


def test_angles_are_those_of_the_cosines():
    shown = PICTURES["angles"]()
    assert "kitten 0.95, an angle of 18°; computer 0.10, an angle of 84°" in shown.alt
    assert {"18°", "84°", "cat"} <= set(texts(shown.svg))


def test_unit_vectors_keep_every_angle():
    """Four dimensions become three, and no angle changes."""
    cosines = similarity_matrix(THREE)
    alt = PICTURES["unit_vectors"]().alt
    for i, j in [(0, 1), (0, 2), (1, 2)]:
        degrees = np.degrees(np.arccos(cosines[i, j]))
        told = f"{WORDS[i]} and {WORDS[j]} {degrees:.0f}°, cosine {cosines[i, j]:.2f}"
        assert told in alt


def test_two_tables_tell_both_and_their_largest_difference():
    shown = PICTURES["two_tables"]()
    assert shown.alt == (
        "Cosines, two tables. printed: cat–dog 0.80; computed: cat–dog 0.00. Largest difference "
        "0.80."
    )
    assert {"1.00", "0.80", "0.00"} <= set(texts(shown.svg))


def test_components_print_and_tell_every_number():
    shown = PICTURES["components"]()
    assert shown.alt == "Words, as bars. king (1, 0.5); king − man (0, -0.5)."
    assert {"1", "0.5", "0", "−0.5"} <= set(texts(shown.svg))


def test_answers_count_the_right_ones():
    shown = PICTURES["answers"]()
    assert shown.alt == (
        "Asked: 2 questions, 1 answered right with the question’s own words left out, 0 with them "
        "allowed. king − man + woman = queen: queen, king; paris − france + italy = rome: teams, "
        "italy."
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: associations("cat", ["pet"], {"letters": [1.5]}),
            "letters must be at most 1, got 1.5",
        ),
        (lambda: three_ways("cat", 3, 3, [1.0]), "got 3"),
        (lambda: corners(("cat", "dog")), "words must be three, got ['cat', 'dog']"),
        (
            lambda: angles("cat", {"a": {"dog": 1.2}}),
            "the cosine of dog must lie in [-1, 1], got 1.2",
        ),
        (lambda: unit_vectors(WORDS, np.ones((3, 4))), "vectors must span a space"),
        (
            lambda: two_tables(["a"], {"x": np.eye(1)}, subject="s"),
            "tables must be two, got ['x']",
        ),
        (
            lambda: two_tables(["a"], {"x": np.eye(1), "y": np.eye(2)}, subject="s"),
            "y must have shape (1, 1), got (2, 2)",
        ),
        (
            lambda: components({"w": {"a": [1.0], "b": [1.0, 2.0]}}, subject="s"),
            "groups must hold vectors of length 1",
        ),
        (
            lambda: answers(QUESTIONS, ["queen"], ["king", "italy"], subject="s"),
            "left_out and questions must have the same length, got 1 and 2",
        ),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()

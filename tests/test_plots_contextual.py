"""The figures of chapter 6: what they say in words must be what they draw."""

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.attention import sinusoidal_positions
from embedlab.plots.contextual import (
    attention_grids,
    layer_dots,
    picture_grid,
    position_waves,
    sense_map,
    variance_layers,
)

# Two senses whose middles are 6 apart; each of their points is 1 away from its middle.
POINTS = np.array([[-1.0, 1.0], [-1.0, -1.0], [5.0, 1.0], [5.0, -1.0]])
SENSES = ["river", "river", "money", "money"]
CUES = ["fish", "grass", "loan", "cash"]
TOKENS = ["a", "b", "c"]
MAPS = {"one": np.eye(3), "other": np.eye(3)[[0, 0, 1]]}
RESULTS = {
    "ELMo": {"trained": [0.5, 0.9], "shuffled": [0.5, 0.6], "untrained": [0.5, 0.55]},
    "GPT": {"trained": [0.5, 0.7], "shuffled": [0.5, 0.5], "untrained": [0.5, 0.45]},
}
CONTROL = ["shuffled", "untrained"]
PIXELS = np.random.default_rng(0).uniform(size=(4, 8, 8, 3))
CAPTIONS = ["a red circle", "a blue cross", "a white square at the top left", "a dot"]

PICTURES = {
    "sense_map": lambda: sense_map("bank", POINTS, SENSES, CUES, place="after layer 1"),
    "variance_layers": lambda: variance_layers([1.0, 2.0], [3.0, 2.0], word="bank"),
    "attention_grids": lambda: attention_grids(MAPS, TOKENS, columns=2),
    "position_waves": lambda: position_waves(sinusoidal_positions(20, 8)),
    "layer_dots": lambda: layer_dots(RESULTS, control=CONTROL, subject="Senses named"),
    "picture_grid": lambda: picture_grid(PIXELS, CAPTIONS),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_senses_are_told_with_their_words_and_their_distance():
    shown = PICTURES["sense_map"]()
    assert "4 vectors of bank, after layer 1" in shown.alt
    assert "river (fish, grass) and money (loan, cash)" in shown.alt
    assert "6.0 times as far apart" in shown.alt
    assert {*CUES, "river", "money", "one vector for both"} <= set(texts(shown.svg))


def test_variance_tells_the_share_between_the_senses():
    shown = PICTURES["variance_layers"]()
    assert "layer 0 4, 25% of it between the senses; layer 1 4, 50%" in shown.alt
    assert {"25%", "50%"} <= set(texts(shown.svg))


def test_grids_tell_where_each_token_looks():
    shown = PICTURES["attention_grids"]()
    assert "one: a at a, b at b, c at c; in other: a at a, b at a, c at b." in shown.alt
    assert {"one", "other", *TOKENS} <= set(texts(shown.svg))


def test_waves_count_their_changes_of_sign():
    # sin p for p up to 19 crosses 0 at π, 2π, … 6π; the last frequency is 1/1000.
    assert "changes 6 times in the first dimension, 0 times in dimension 6" in (
        PICTURES["position_waves"]().alt
    )


def test_dots_are_told_layer_by_layer():
    shown = PICTURES["layer_dots"]()
    assert "ELMo trained 50%, 90%; ELMo shuffled 50%, 60%" in shown.alt
    assert {"ELMo", "GPT", "words", "layer 1", "○ shuffled", "○ untrained"} <= set(texts(shown.svg))


def test_pictures_stand_above_their_captions():
    shown = PICTURES["picture_grid"]()
    assert "a blue cross, a white square at the top left and a dot" in shown.alt
    assert "a red circle" in texts(shown.svg)
    assert shown.svg.count("<image") == len(CAPTIONS)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: sense_map("bank", POINTS, ["one"] * 4, CUES, place="here"),
            r"senses must be of two kinds, got \['one'\]",
        ),
        (
            lambda: sense_map("bank", POINTS, SENSES, CUES[:3], place="here"),
            "points and cues must have the same length",
        ),
        (lambda: variance_layers([1.0], [1.0, 2.0], word="bank"), "between and within must have"),
        (
            lambda: attention_grids({"one": np.eye(2)}, TOKENS),
            "one must be 3 × 3, as the tokens, got",
        ),
        (
            lambda: layer_dots(
                {"GPT": {"trained": [0.5, 0.7], "shuffled": [0.5], "untrained": [0.5, 0.5]}},
                control=CONTROL,
                subject="s",
            ),
            "GPT, shuffled must have 2 layers, got 1",
        ),
        (lambda: picture_grid(PIXELS, CAPTIONS[:2]), "pictures and captions must have the same"),
    ],
)
def test_wrong_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

"""The explorers of chapter 6: described, self-contained, with the numbers embedlab computes.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import re

import numpy as np
import pytest
from figure_rules import check_explorer

from embedlab.attention import attention, position_shift
from embedlab.widgets.contextual import (
    clock_explorer,
    head_explorer,
    layers_film,
    query_explorer,
    similarity_film,
)

RNG = np.random.default_rng(0)
FRAMES = RNG.normal(size=(3, 4, 2))
SENSES, CUES = ["river", "river", "money", "money"], ["fish", "grass", "loan", "cash"]
WORDS = {"bank": (FRAMES, SENSES, CUES), "bat": (2 * FRAMES[:, ::-1], SENSES, CUES)}
TOKENS = ["[CLS]", "dogs", "bark", "[SEP]"]
MAPS = RNG.dirichlet(np.ones(4), size=(2, 3, 4))
COSINES = RNG.uniform(-1, 1, size=(3, 2, 2))
CAPTIONS, MOMENTS = ["red circle", "blue cross"], ["step 1", "step 9", "step 99"]

EXPLORERS = {
    "query": query_explorer,
    "clocks": clock_explorer,
    "layers": lambda: layers_film(WORDS, start="bank"),
    "heads": lambda: head_explorer([(TOKENS, MAPS), (TOKENS[:3], MAPS[:, :, :3, :3])]),
    "towers": lambda: similarity_film(COSINES, CAPTIONS, MOMENTS),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def still_texts(explorer) -> str:
    found = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", explorer.to_html()))
    return found.replace("−", "-")


def data_of(explorer, key: str) -> list[dict]:
    """Return the rows of the chart, or of its first layer whose rows have a key."""
    specification = explorer.specification()
    tables = [
        part["data"]["values"]
        for part in (specification, *specification["layer"])
        if "data" in part
    ]
    return next(table for table in tables if key in table[0])


def test_query_attends_as_embedlab_attends():
    keys = {"a": (1.0, 0.0), "b": (0.0, 2.0), "c": (-1.0, 1.0)}
    angle = np.radians(20)
    query = 2 * np.array([[np.cos(angle), np.sin(angle)]])
    table = np.array(list(keys.values()))
    _, weights = attention(query, table, table)
    shown = still_texts(query_explorer(keys))
    for weight, score in zip(weights[0], (query @ table.T)[0], strict=True):
        assert f"{weight:.3f}  score {score:.2f}" in re.sub(r"(\d)\s+score", r"\1  score", shown)


def test_clocks_show_the_turn_and_the_product_of_the_shift():
    shown, shift = still_texts(clock_explorer(8)), position_shift(2, 8)
    for i in range(4):
        turn = np.degrees(np.arctan2(shift[2 * i + 1, 2 * i], shift[2 * i, 2 * i]))
        assert f"{turn:.2f}°" in shown
    assert f"{np.trace(shift) / 2:.4f}" in shown


def test_layers_film_carries_each_word_on_its_own_scale():
    explorer = EXPLORERS["layers"]()
    assert explorer.specification()["usermeta"] == {"play": "layer"}
    data = data_of(explorer, "cue")
    reach = np.abs(FRAMES).max()
    for word in WORDS:
        rows = [row for row in data if row["word"] == word]
        assert [row["cue"] for row in rows] == CUES
        found = np.array([[row["x"], row["y"]] for row in rows]).transpose(2, 0, 1)
        wanted = FRAMES if word == "bank" else FRAMES[:, ::-1]
        np.testing.assert_allclose(found, wanted / reach, atol=6e-4)  # three decimals


def test_heads_carry_percents_of_every_layer_and_head():
    data = data_of(EXPLORERS["heads"](), "w")
    first = [row for row in data if row["s"] == 0]
    assert len(data) == 16 + 9
    for row in first:
        wanted = 100 * MAPS[:, :, row["i"], row["j"]].ravel()
        np.testing.assert_allclose(row["w"], wanted, atol=0.5)  # whole percents


def test_heads_start_where_they_are_told_and_need_no_menu_for_one_sentence():
    one = head_explorer([(TOKENS, MAPS)], start=(2, 3))
    params = {param["name"]: param for param in one.specification()["params"]}
    assert (params["layer"]["value"], params["head"]["value"]) == (2, 3)
    assert "bind" not in params["s"]
    assert "menu" not in one.alt
    several = EXPLORERS["heads"]()
    assert any("bind" in p for p in several.specification()["params"] if p["name"] == "s")
    assert "A menu chooses the sentence, sliders choose" in several.alt


def test_towers_film_carries_captions_in_rows():
    explorer = EXPLORERS["towers"]()
    assert explorer.specification()["usermeta"] == {"play": "frame"}
    for row in data_of(explorer, "c"):
        np.testing.assert_allclose(row["c"], COSINES[:, row["j"], row["i"]], atol=0.005)
    ends = [np.trace(COSINES[s]) / 2 for s in (0, -1)]
    assert f"from {ends[0]:.2f} to {ends[1]:.2f}" in explorer.alt


def test_towers_film_cuts_no_caption_in_a_browser_whose_letters_are_wider():
    longest = "green square, bottom right"  # of chapter 6; 165 to 175 pixels wide, by browser
    limits = [
        layer["encoding"]["y"]["axis"]["labelLimit"]
        for layer in EXPLORERS["towers"]().specification()["layer"]
        if "axis" in layer["encoding"]["y"]
    ]
    assert limits
    assert min(limits) >= 7.5 * len(longest)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: clock_explorer(7), "d must be even and at least 2, got 7"),
        (lambda: layers_film(WORDS, start="spring"), "start must be one of"),
        (
            lambda: layers_film(
                {"bank": WORDS["bank"], "bat": (FRAMES[:2], SENSES, CUES)}, start="bank"
            ),
            "bat must have 3 layers, got 2",
        ),
        (
            lambda: layers_film({"bank": (FRAMES, SENSES, CUES[:2])}, start="bank"),
            "senses and cues must have the same length",
        ),
        (lambda: head_explorer([]), "sentences must hold at least one"),
        (lambda: head_explorer([(TOKENS[:3], MAPS)]), "maps of 0 must be"),
        (lambda: head_explorer([(TOKENS, MAPS)], start=(3, 1)), "start must be a layer of 2"),
        (lambda: head_explorer([(TOKENS, MAPS)], start=(1, 0)), "start must be a layer of 2"),
        (
            lambda: similarity_film(COSINES, CAPTIONS, MOMENTS[:2]),
            "moments and frames must have the same length",
        ),
        (
            lambda: similarity_film(COSINES[:, :1], CAPTIONS, MOMENTS),
            "frames must have 2 rows and columns",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()

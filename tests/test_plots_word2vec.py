"""The figures of chapter 3: what they say in words must be what they draw."""

import re

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.huffman import huffman_codes
from embedlab.numerics import softmax
from embedlab.plots.training_runs import agreement, stills
from embedlab.plots.word2vec import architectures, huffman_paths, network, windows
from embedlab.text import training_pairs
from embedlab.word2vec import skipgram_softmax

FOX = tuple("the quick brown fox jumps over the lazy dog".split())
WORDS = tuple(dict.fromkeys(FOX))
INPUTS, OUTPUTS = np.random.default_rng(0).normal(size=(2, 8, 4))
FRAMES = np.random.default_rng(1).normal(size=(3, 4, 2)) * np.array([0.5, 1, 2])[:, None, None]
LINE = {"frequent": [0.0, 1.0, 2.0], "rare": [0.0, 1.0, 2.0]}

PICTURES = {
    "architectures": lambda: architectures(FOX, 2, 2),
    "windows": lambda: windows(FOX, 2, [1, 2, 3, 5]),
    "network": lambda: network(WORDS, INPUTS, OUTPUTS, "brown", "fox"),
    "huffman_paths": lambda: huffman_paths(["a", "b", "c", "d"], [8, 4, 2, 1], "c"),
    "stills": lambda: stills(
        FRAMES, ["cat", "dog", "cake", "apple"], ["animals"] * 2 + ["food"] * 2, ["1", "2", "3"]
    ),
    "agreement": lambda: agreement(
        LINE,
        {"frequent": [0.0, 1.0, 2.0], "rare": [2.0, 1.0, 0.0]},
        labels=("expected", "learned"),
        subject="Two kinds",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_architectures_name_every_neighbor_in_both_diagrams():
    drawn = texts(PICTURES["architectures"]().svg)
    for neighbor in ("the", "quick", "fox", "jumps"):
        assert drawn.count(neighbor) == 2
    assert drawn.count("mean") == 1
    assert "so 4 predictions" in PICTURES["architectures"]().alt


@pytest.mark.parametrize("window", [1, 2, 3, 5, 20])
def test_windows_print_the_number_of_listed_pairs(window):
    pairs = training_pairs(FOX, window)
    own = sum(center == "brown" for center, _ in pairs)
    shown = windows(FOX, 2, [window])
    assert f"±{window}: {len(pairs)} pairs in all, {own} from brown" in texts(shown.svg)
    assert f"±{window}, {len(pairs)} pairs in all, {own} from brown" in shown.alt


def test_network_draws_the_numbers_of_the_textbook_function():
    loss, d_hidden, _ = skipgram_softmax(INPUTS[2], OUTPUTS, 3)
    likely = softmax(OUTPUTS @ INPUTS[2])
    shown = PICTURES["network"]()
    drawn = [text.replace("−", "-") for text in texts(shown.svg)]
    expected = [*INPUTS[2], *d_hidden, *(OUTPUTS @ INPUTS[2]), *likely, likely[3] - 1]
    for value in expected:
        assert f"{value:.2f}" in drawn
    assert f"Loss {loss:.3f}." in shown.alt


def test_huffman_paths_tell_the_codes():
    counts = [8, 4, 2, 1]
    tree = huffman_codes(counts)
    alt = PICTURES["huffman_paths"]().alt
    for word, count, code, n in zip("abcd", counts, tree.codes, tree.lengths, strict=True):
        assert f"{word} ({count} times) {''.join(map(str, code[:n]))}" in alt
    # Each node but the root hangs on a branch that carries its bit.
    bits = [text for text in texts(PICTURES["huffman_paths"]().svg) if text in {"0", "1"}]
    assert len(bits) == 2 * 4 - 2


def test_huffman_paths_mark_the_nodes_above_the_word_and_no_others():
    def n_marked(word: str) -> int:
        svg = huffman_paths(["a", "b", "c", "d"], [8, 4, 2, 1], word).svg
        return len(re.findall(r"stroke: #0072b2; stroke-width: 2\.6", svg, re.IGNORECASE))

    assert {word: n_marked(word) for word in "abcd"} == {"a": 1, "b": 2, "c": 3, "d": 3}


def test_stills_tell_groups_and_spread_and_name_each_group_once():
    shown = PICTURES["stills"]()
    radii = np.sqrt((FRAMES**2).sum(axis=2).mean(axis=1))
    assert "animals (cat, dog) and food (cake, apple)" in shown.alt
    assert f"1, {radii[0] / radii[2]:.2f}" in shown.alt
    assert [text for text in texts(shown.svg) if text in {"animals", "food"}] == ["animals", "food"]


def test_agreement_tells_the_correlations():
    alt = PICTURES["agreement"]().alt
    assert "3 frequent, correlation 1.00; 3 rare, correlation -1.00" in alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: architectures(["alone"], 0, 2), "tokens must leave the word a neighbor"),
        (lambda: windows(FOX, 2, [0]), "widths must be"),
        (
            lambda: network(WORDS, INPUTS[:3], OUTPUTS, "brown", "fox"),
            "words and inputs must have the same length, got 8 and 3",
        ),
        (lambda: network(WORDS, INPUTS, OUTPUTS, "brown", "wolf"), "target must be one of"),
        (lambda: huffman_paths(["a", "b"], [1, 2], "c"), "marked must be one of"),
        (
            lambda: stills(FRAMES, ["a"] * 4, ["g"] * 4, ["1"]),
            "titles and frames must have the same length, got 1 and 3",
        ),
        (
            lambda: agreement(LINE, {"frequent": [0.0]}, labels=("x", "y"), subject="s"),
            "learned must name ['frequent', 'rare']",
        ),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw()

"""The figures of chapter 5: what they say in words must be what they draw."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.plots.fasttext import by_occurrences, collisions, piece_walks, rank_pairs, word_pieces
from embedlab.subwords import padded_ngrams

STEPS = {"run": [("<ru", np.array([1.0, 0.0])), ("un>", np.array([0.0, 2.0]))]}
VALUES = {"<ca": 0.5, "cat": 0.25, "at>": 0.0, "<cat": 0.125, "cat>": 0.1}
RANKS = {"FastText": [1, 2], "Word2Vec": [9, 2]}
LINES = {"one": [0.0, 5.0], "two": [1.0, 5.0], "control": [0.0, 0.0]}

PICTURES = {
    "word_pieces": lambda: word_pieces("where", 3, 4, subject="Pieces"),
    "word_pieces, values": lambda: word_pieces("cat", 3, 4, values=VALUES, subject="Influence"),
    "piece_walks": lambda: piece_walks(STEPS, shared=["<ru"], subject="Walks"),
    "rank_pairs": lambda: rank_pairs(["a", "b"], RANKS, subject="Twins", axis="rank"),
    "collisions": lambda: collisions(100, [10, 1000], [1.0, 0.1], subject="Shared"),
    "by_occurrences": lambda: by_occurrences(["0", "all"], LINES, subject="S", axis="% over n"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


@pytest.mark.parametrize(("word", "n_min", "n_max"), [("where", 3, 4), ("a", 3, 6), ("aaa", 2, 3)])
def test_every_n_gram_is_told_and_drawn_letter_by_letter(word, n_min, n_max):
    shown = word_pieces(word, n_min, n_max, subject="Pieces")
    ngrams = [g for n in range(n_min, n_max + 1) for g in padded_ngrams(word, n)]
    told = re.search(r"n-grams of <\w+>: (.*)\.", shown.alt)[1].split(", ")
    assert sorted(told) == sorted(set(ngrams))
    # The word above, and every occurrence of an n-gram below it.
    assert sorted("".join(texts(shown.svg))) == sorted(f"<{word}>" + "".join(ngrams))


def test_n_grams_are_told_as_one_reads_them():
    told = PICTURES["word_pieces"]().alt
    assert told.endswith("of <where>: <wh, <whe, whe, wher, her, here, ere, ere>, re>.")


def test_the_deepest_tints_are_told():
    alt = PICTURES["word_pieces, values"]().alt
    assert "<ca 0.5, cat 0.25, <cat 0.125, cat> 0.1 and at> 0" in alt


def test_deeper_tints_for_larger_values():
    # The rectangles' opacities, in the order in which the n-grams are drawn.
    svg = PICTURES["word_pieces, values"]().svg
    found = [float(x) for x in re.findall(r"opacity: ([\d.]+); stroke", svg)]
    rows = ["<ca", "cat", "at>", "<cat", "cat>"]
    expected = [0.65 * (VALUES[name] / 0.5) ** 0.5 for name in rows if VALUES[name] > 0]
    np.testing.assert_allclose([x for x in found if x > 0], expected, rtol=1e-4)


def test_walks_end_at_the_sum():
    alt = PICTURES["piece_walks"]().alt
    assert "run, 2 steps, ends at (1, 2)" in alt
    assert "Emphasized, since shared: <ru." in alt


def test_rank_pairs_tell_both_ranks():
    assert (
        PICTURES["rank_pairs"]().alt == "Twins: rank, FastText and Word2Vec. a 1 and 9; b 2 and 2."
    )


def test_collisions_tell_the_gap_to_chance():
    expected = 100 * abs(0.1 - (1 - 0.999**99))
    assert f"up to {expected:.1f} percentage points" in PICTURES["collisions"]().alt
    assert "100.0% with 10 and 10.0% with 1,000" in PICTURES["collisions"]().alt


def test_names_of_lines_do_not_overlap():
    heights = {}
    for node in ET.fromstring(PICTURES["by_occurrences"]().svg).iter():
        if node.tag.endswith("text") and "".join(node.itertext()).strip() in LINES:
            heights["".join(node.itertext()).strip()] = float(node.attrib["y"])
    assert set(heights) == set(LINES)
    assert np.diff(sorted(heights.values())).min() >= 11  # points; the font is 12
    assert "one: 0 0 and all 5; two: 0 1 and all 5" in re.sub(
        r"control: [^;.]*; ", "", PICTURES["by_occurrences"]().alt
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: word_pieces("a" * 21, 3, 3, subject="s"), "word must have at most 20 characters"),
        (lambda: word_pieces("", 3, 6, subject="s"), "word must have an n-gram of 3 characters"),
        (
            lambda: word_pieces("cat", 3, 3, values={"<ca": 1.0, "cat": 1.0}, subject="s"),
            r"values must hold every n-gram of the word, got \['at>'\]",
        ),
        (
            lambda: piece_walks({"a": [("<a>", np.ones(3))]}, shared=[], subject="s"),
            "steps must be two numbers each, got 'a'",
        ),
        (
            lambda: rank_pairs(["a"], {"one": [1]}, subject="s", axis="rank"),
            "ranks must hold two models",
        ),
        (
            lambda: rank_pairs(["a"], RANKS, subject="s", axis="rank"),
            "labels and FastText must have the same length, got 1 and 2",
        ),
        (
            lambda: collisions(9, [1, 2], [0.5], subject="s"),
            "buckets and shares must have the same length",
        ),
        (
            lambda: by_occurrences(["0"], LINES, subject="s", axis="a over b"),
            "steps and control must have the same length, got 1 and 2",
        ),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

"""The figures of chapter 9's first page: what they say in words must be what they draw."""

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.plots.production import (
    by_size,
    over_epochs,
    pipeline,
    token_histogram,
    trade_offs,
    two_kinds,
)

SHARES = {"sorted": [0.2, 0.5, 0.9], "random": [0.1, 0.3, 0.9]}
METHODS = {"exact": ((0.67, 0.56, 0.78), 1536.0, 6.6), "signs": ((0.5, 0.4, 0.6), 48.0, None)}
RUNS = {"right": [2.0, 1.0, 0.5], "wrong": [2.0, 1.5, 2.5]}
POINTS = np.array([[0.0, 0.0], [3.0, 4.0]])

PICTURES = {
    "pipeline": lambda: pipeline([("source", "9 characters"), ("index", "1 kB")], subject="Steps"),
    "token_histogram": lambda: token_histogram([5, 12, 300], 256, subject="Tokens"),
    "by_size": lambda: by_size(
        [8, 16, 32],
        SHARES,
        subject="Prefixes",
        axis="recall",
        control="random",
        reference=("all numbers", 0.95),
    ),
    "trade_offs": lambda: trade_offs(METHODS, subject="Ways to search"),
    "over_epochs": lambda: over_epochs(
        {"loss": RUNS, "score": RUNS}, subject="Two runs", marks={"wrong": 1}
    ),
    "two_kinds": lambda: two_kinds(
        POINTS,
        POINTS + np.array([0.0, 1.0]),
        ("pictures", "captions"),
        ["a cat", ""],
        subject="One space",
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_pipeline_tells_its_steps_in_order():
    shown = PICTURES["pipeline"]()
    assert "source (9 characters), then index (1 kB)" in shown.alt
    assert {"source", "9 characters", "index", "1 kB"} <= set(texts(shown.svg))


def test_histogram_counts_what_is_too_long():
    alt = PICTURES["token_histogram"]().alt
    assert "3 texts with 5 to 300 tokens, median 12; 1 are longer than the limit of 256" in alt


def test_prefixes_tell_every_share_and_the_level():
    alt = PICTURES["by_size"]().alt
    assert "sorted: 8 0.20, 16 0.50, 32 0.90" in alt
    assert "level of all numbers: 0.95" in alt


def test_trade_offs_are_told_and_written():
    shown = PICTURES["trade_offs"]()
    assert "exact 0.67 (0.56 to 0.78), 1,536 bytes, 6.6 ms" in shown.alt
    assert "signs 0.50 (0.40 to 0.60), 48 bytes, not timed" in shown.alt
    assert {"1,536", "48", "6.6"} <= set(texts(shown.svg))


def test_epochs_tell_where_a_loss_turns_around():
    assert "loss, wrong: 2.00 at first, lowest 1.50 at epoch 1" in PICTURES["over_epochs"]().alt


def test_kinds_tell_distances_within_and_across_pairs():
    # Within: 1 and 1. Across: 1, √(9 + 25), √(9 + 9), 1.
    across = (2 + 34**0.5 + 18**0.5) / 4
    assert f"1 within a pair, {across:.3f} between" in PICTURES["two_kinds"]().alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: pipeline([("one", "1")], subject="s"), "steps must be two or more, got 1"),
        (
            lambda: by_size([1], {"a": [0.5]}, subject="s", axis="a", control="b"),
            r"control must be one of \['a'\]",
        ),
        (
            lambda: by_size([1], {"a": [0.5, 0.6]}, subject="s", axis="a", control="a"),
            "sizes and a must have the same length",
        ),
        (lambda: trade_offs({}, subject="s"), "methods must hold at least one"),
        (
            lambda: two_kinds(POINTS, POINTS[:1], ("a", "b"), ["", ""], subject="s"),
            "first and second must have the same length",
        ),
    ],
)
def test_wrong_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

"""The figures of chapter 9's second page: what they say in words must be what they draw."""

import numpy as np
import pytest
from figure_rules import check_picture, texts

from embedlab.capacity import batches_of
from embedlab.plots.serving import batch_blocks, load_curves, named_lines, short, stall

LENGTHS = np.array([3, 1, 2, 4])
PERCENTILES = {
    "with": {"p50": [5.0, 7.0, 9.0], "p99": [10.0, 90.0, 950.0]},
    "without": {"p50": [6.0, 8.0, 2000.0], "p99": [12.0, 95.0, 4000.0]},
}

PICTURES = {
    "batch_blocks": lambda: batch_blocks(
        LENGTHS,
        {
            "as they come": batches_of(LENGTHS, 2, "as they come"),
            "by length": batches_of(LENGTHS, 2),
        },
        subject="Padding",
    ),
    "named_lines": lambda: named_lines(
        [10, 100, 1000],
        {"up": [1, 2, 4], "down": [4.0, 2.0, 1.0]},
        subject="Two lines",
        labels=("size", "value"),
        log="xy",
        level=("enough", 3.0),
    ),
    "stall": lambda: stall(
        [0.0, 1.0, 2.0],
        {"open": np.array([10.0, 900.0, 5.0]), "closed": np.array([10.0, np.nan, 5.0])},
        subject="A pause",
    ),
    "load_curves": lambda: load_curves([10, 20, 40], PERCENTILES, subject="Latency"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_keeps_the_rules(name):
    check_picture(PICTURES[name])


def test_blocks_tell_the_padding():
    shown = PICTURES["batch_blocks"]()
    # 10 of 2 · 3 + 2 · 4 places, and of 2 · 2 + 2 · 4.
    assert "as they come: 29% of the places are padding; by length: 17%" in shown.alt
    assert any("29% padding" in text for text in texts(shown.svg))


def test_lines_are_named_and_told():
    shown = PICTURES["named_lines"]()
    assert "up 1 at 10, 2 at 100, 4 at 1k" in shown.alt
    assert {"up", "down", "1k"} <= set(texts(shown.svg))


def test_lines_tell_their_peak():
    values = {"a": [1, 9, 4, 3, 2]}
    alt = named_lines([1, 2, 3, 4, 5], values, subject="A line", labels=("x", "y")).alt
    assert "a 1 at 1, 9 at 2, 4 at 3, 2 at 5" in alt


def test_a_stall_tells_how_many_asked():
    alt = PICTURES["stall"]().alt
    assert "open: 3 requests, median 10 ms, p99 900 ms" in alt
    assert "closed: 2 requests, median 7.5 ms, p99 10 ms" in alt


def test_load_tells_both_ends():
    alt = PICTURES["load_curves"]().alt
    assert "without: p50 6 ms and p99 12 ms at 10 requests a second" in alt
    assert "p50 2k ms and p99 4k ms at 40; p50 above a second from 40 on" in alt
    assert alt.count("above a second") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (12, "12"), (999, "999"), (1e3, "1k"), (9.96e3, "10k"), (3e12, "3T")],
)
def test_short_numbers(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: named_lines([1, 2], {"a": [1]}, subject="s", labels=("x", "y")),
            "x and a must have the same length",
        ),
        (
            lambda: named_lines(
                [1], {str(i): [1] for i in range(6)}, subject="s", labels=("x", "y")
            ),
            "series must be five at most, got 6",
        ),
        (
            lambda: stall([0.0], {"open": np.ones(2)}, subject="s"),
            "moments and open must have the same length",
        ),
        (
            lambda: load_curves([1, 2], {"a": {"p50": [1]}}, subject="s"),
            "rates and p50 must have the same length",
        ),
    ],
)
def test_wrong_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()

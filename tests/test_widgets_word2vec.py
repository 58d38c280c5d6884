"""The explorers of chapter 3: self-contained, described, and with the numbers of embedlab.

What the charts compute in a browser is compared in tests/site; here, what goes into the page.
"""

import re

import numpy as np
import pytest
import vl_convert
from figure_rules import check_explorer

from embedlab import widgets
from embedlab.optimizers import sgd
from embedlab.widgets import labels
from embedlab.widgets.word2vec import training_film, updates_explorer, window_explorer
from embedlab.word2vec import skipgram_negative

FOX = tuple("the quick brown fox jumps over the lazy dog".split())
CENTER = np.array([1.0, 0.5])
OUTPUTS = np.array([[1.2, 1.6], [-1.2, 0.4], [0.8, -0.6]])
NAMES = ("king", "queen", "child", "table")
FRAMES = np.random.default_rng(0).normal(size=(3, 4, 2))
CAST, KINDS = ("cat", "dog", "cake", "apple"), ("animals",) * 2 + ("food",) * 2
CAPTIONS = ("epoch 0", "epoch 1", "epoch 2")

EXPLORERS = {
    "windows": lambda: window_explorer(FOX),
    "updates": lambda: updates_explorer(CENTER, OUTPUTS, NAMES, n_steps=6),
    "film": lambda: training_film(FRAMES, CAST, KINDS, CAPTIONS),
}


def data(explorer) -> list[dict]:
    """Return all rows of data of a specification."""
    found: list[dict] = []

    def collect(part: object) -> None:
        if isinstance(part, dict):
            values = part.get("values")
            if isinstance(values, list) and values and isinstance(values[0], dict):
                found.extend(values)
            for inner in part.values():
                collect(inner)
        elif isinstance(part, list):
            for inner in part:
                collect(inner)

    collect(explorer.specification())
    return found


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def test_window_explorer_starts_with_the_sentence_and_has_room_for_twelve_words():
    held = {p["name"]: p for p in EXPLORERS["windows"]().specification()["params"]}
    assert held["sentence"]["value"] == " ".join(FOX)
    assert held["window"]["bind"]["max"] == 11
    assert held["place"]["bind"]["max"] == 12
    assert {row["i"] for row in data(EXPLORERS["windows"]()) if "i" in row} == set(range(12))


def test_a_quote_in_a_word_cannot_end_an_expression_or_the_script():
    page = window_explorer(("don't", 'say "so"', "</script>")).to_html()
    assert page.count("</script>") == 1


def test_updates_are_those_of_the_textbook_function():
    rows = [row for row in data(EXPLORERS["updates"]()) if "rate" in row]
    for rate in (0.1, 0.5, 1.0):
        center, outputs = CENTER, OUTPUTS
        for step in range(7):
            places = [r for r in rows if (r["rate"], r["step"]) == (rate, step)]
            found = np.array([[r["x"], r["y"]] for r in sorted(places, key=lambda r: r["number"])])
            # atol: the page has six decimals.
            np.testing.assert_allclose(found, np.vstack([center, outputs]), rtol=0, atol=1e-6)
            assert {(r["cx"], r["cy"]) for r in places} == {tuple(found[0])}
            _, d_center, d_outputs = skipgram_negative(center, outputs)
            center = sgd(center, d_center, learning_rate=rate)
            outputs = sgd(outputs, d_outputs, learning_rate=rate)


def test_updates_lower_the_loss_and_negative_control():
    """Only the observed word is marked as such; a second mark would change the page's loss."""
    rows = [r for r in data(EXPLORERS["updates"]()) if "rate" in r]
    assert {r["word"] for r in rows if r["observed"]} == {"queen"}
    assert {r["word"] for r in rows if r["role"] == "noise"} == {"child", "table"}


def test_film_carries_all_positions_and_captions():
    rows = data(EXPLORERS["film"]())
    for s, frame in enumerate(FRAMES):
        found = [[r["x"], r["y"]] for r in rows if r.get("word") and r["frame"] == s]
        # atol: the page has four decimals.
        np.testing.assert_allclose(found, frame, rtol=0, atol=1e-4)
    assert [r["line"] for r in rows if "line" in r] == list(CAPTIONS)


def test_film_can_be_played_in_a_notebook(monkeypatch):
    """There the page's button is missing; Vega itself has a clock."""
    monkeypatch.delenv(widgets.STATIC_PAGE, raising=False)
    film = EXPLORERS["film"]()
    shown = film._repr_mimebundle_()
    bundle = shown[0] if isinstance(shown, tuple) else shown
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["image/svg+xml"].startswith("<svg")
    clock, box = film._usermeta_of_a_notebook()["embedOptions"]["patch"]
    signals = vl_convert.vegalite_to_vega(film.specification())["signals"]
    at = int(re.fullmatch(r"/signals/(\d+)/on", clock["path"])[1])
    assert signals[at]["name"] == "frame"
    assert [step["events"] for step in clock["value"]] == [{"signal": "play"}, "timer{500}"]
    assert box["path"] == "/signals/-"
    assert box["value"]["value"] is False
    # It is for notebooks alone.
    assert film.specification()["usermeta"] == {"play": "frame"}


def test_names_that_cover_one_another_are_left_out():
    names = ("first", "second", "third")
    apart, together = [[50, 50], [150, 150], [250, 250]], [[150, 150]] * 3
    assert labels.readable(apart, names, labels.sides(apart, names, 300)) == [True] * 3
    # Three fit around a point, but not on the same side of it.
    assert labels.readable(together, names, labels.sides(together, names, 300)) == [True] * 3
    assert labels.readable(together, names, [0, 0, 1]) == [True, False, True]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: window_explorer(("alone",)), "tokens must have 2 to 12 words, got 1"),
        (lambda: window_explorer(FOX, position=9), "position must be from 0 to 8, got 9"),
        (
            lambda: updates_explorer(np.ones(3), OUTPUTS, NAMES),
            "center must have two dimensions, got (3,)",
        ),
        (
            lambda: updates_explorer(CENTER, OUTPUTS, NAMES[:2]),
            "words and center and outputs must have the same length, got 2 and 4",
        ),
        (
            lambda: training_film(FRAMES, CAST, KINDS, CAPTIONS[:2]),
            "captions and frames must have the same length, got 2 and 3",
        ),
        (
            lambda: training_film(np.ones((1, 5, 2)), "abcde", "abcde", ["x"]),
            "groups must be at most 4, got 5",
        ),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()

"""Chapter 3's explorers in a real browser: the page's numbers are embedlab's."""

import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, sideways, slide
from playwright.sync_api import expect

from embedlab.numerics import sigmoid
from embedlab.optimizers import sgd
from embedlab.text import context, n_training_pairs, tokenize
from embedlab.word2vec import skipgram_negative

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/03-word2vec.html"


@pytest.fixture(scope="module")
def windows(browser, address):
    """The page on a phone, and its explorer of windows."""
    with opened(browser, f"{address}/{PAGE}", viewport={"width": 360, "height": 740}) as page:
        enliven(page)
        yield page, explorer(page, "form a band")


@pytest.mark.parametrize(
    "sentence",
    [
        "the quick brown fox jumps over the lazy dog",
        "Two words",
        "It is typed: by a reader, who doesn't stop at twelve, or so",
    ],
)
def test_window_explorer_counts_as_embedlab_counts(windows, sentence):
    page, figure = windows
    figure.locator("input[type=text]").fill(sentence)
    page.wait_for_timeout(300)  # the field waits for a pause in the typing
    tokens = tokenize(sentence)[:12]
    n = len(tokens)
    for window, position in [(1, 0), (2, 1), (3, n - 1), (11, n // 2)]:
        slide(figure, "window", window)
        slide(figure, "center", position + 1)
        settle(page)
        texts = "\n".join(shown(figure))
        expected = n_training_pairs(n, window)
        assert f"±{window}: {expected} pairs counted" in texts
        assert re.search(rf"formula: .* = {expected}\b", texts)
        near = " ".join([tokens[position], "→", *context(tokens, position, window)])
        # A line that is too long for the chart ends in an ellipsis.
        (line,) = re.findall(r".* →.*", texts)
        assert line == near or near.startswith(line.removesuffix("…"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "Type two words or more."),
        ("alone", "Type two words or more."),
        ("x" * 5000, "Type two words or more."),
        ("😀", "Type two words or more."),
        ("😀 <b>one</b> \"two\" 'three' שלום عالم", "±2: 22 pairs counted"),
        ("ab " * 2000, "Only the first 12 words are taken."),
    ],
)
def test_odd_sentences_are_answered_in_words(windows, text, line):
    page, figure = windows
    slide(figure, "window", 2)
    figure.locator("input[type=text]").fill(text)
    page.wait_for_timeout(300)
    settle(page)
    assert line in shown(figure)
    assert page.complaints == []
    assert sideways(page) == 0


def test_updates_explorer_scores_as_embedlab_scores(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "steps through")
        # As the chapter calls it.
        start = np.array([1.0, 0.5]), np.array([[1.2, 1.6], [-1.2, 0.4], [0.8, -0.6]])
        for rate in ("0.1", "1"):
            figure.locator("select").select_option(label=rate)
            center, outputs = start
            # The last update is the twelfth.
            for step in range(13):
                slide(figure, "update", step)
                settle(page)
                texts = "\n".join(shown(figure))
                loss, d_center, d_outputs = skipgram_negative(center, outputs)
                assert f"update {step}: loss" in texts
                # The page prints four decimals of the loss and three of the scores.
                found = float(re.search(r"loss (\d+\.\d+)", texts)[1])
                assert found == pytest.approx(loss, abs=6e-5)
                scores = [float(x) for x in re.findall(r"score (-?\d+\.\d+)", texts)]
                np.testing.assert_allclose(scores, outputs @ center, rtol=0, atol=6e-4)
                chances = [float(x) for x in re.findall(r"σ (\d+\.\d+)", texts)]
                np.testing.assert_allclose(chances, sigmoid(outputs @ center), rtol=0, atol=6e-4)
                place = re.search(r"center: \((-?\d+\.\d+), (-?\d+\.\d+)\)", texts).groups()
                np.testing.assert_allclose([float(x) for x in place], center, rtol=0, atol=6e-4)
                center = sgd(center, d_center, learning_rate=float(rate))
                outputs = sgd(outputs, d_outputs, learning_rate=float(rate))


def test_film_plays_from_its_beginning_and_stops_at_its_end(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of")
        control = figure.locator("input[type=range]")
        last = control.get_attribute("max")
        assert control.input_value() == last
        assert any("epoch" in text for text in shown(figure))
        figure.locator("button", has_text="Play").click()
        page.wait_for_timeout(1300)
        assert 0 < int(control.input_value()) < int(last)
        figure.locator("button", has_text="Pause").click()
        before = control.input_value()
        page.wait_for_timeout(700)
        assert control.input_value() == before
        control.fill(str(int(last) - 1))
        button = figure.locator(".explorer-play")
        button.click()
        assert "Pause" in button.text_content()
        expect(button).to_contain_text("Play")
        assert control.input_value() == last


OVERLAPPING = """f => {
    const all = [...f.querySelectorAll(".explorer-live svg text")];
    const boxes = all.map(t => t.getBoundingClientRect());
    const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    const hit = (t, i) => boxes.slice(0, i).some(b => over(boxes[i], b));
    return all.filter(hit).map(t => t.textContent);
}"""


@pytest.mark.parametrize("name", [PAGE, "book/08-training.html"])
def test_film_names_each_word_once_and_where_it_covers_no_other(browser, address, name):
    with opened(browser, f"{address}/{name}") as page:
        enliven(page)
        figure = explorer(page, "moments of a training")
        n_named = []
        for frame in range(1 + int(figure.locator("input[type=range]").get_attribute("max"))):
            slide(figure, "moment", frame)
            settle(page)
            words = [text for text in shown(figure) if not text.startswith("epoch")]
            assert len(words) == len(set(words))
            assert figure.evaluate(OVERLAPPING) == [], frame
            n_named.append(len(words))
        # All begin in one place, where there is room for a few names only.
        assert 1 <= n_named[0] < n_named[-1]
        n_words = int(figure.get_attribute("aria-label").split()[3])
        assert n_named[-1] >= n_words - 1


def test_negative_control_names_on_one_another_are_found(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "A film of")
        figure.evaluate(
            "f => [...f.querySelectorAll('.explorer-live svg text')].slice(1, 3)"
            ".forEach(t => t.setAttribute('transform', 'translate(100, 100)'))"
        )
        assert len(figure.evaluate(OVERLAPPING)) >= 1


def test_names_of_the_arrows_stand_clear_of_their_heads(browser, address):
    with opened(browser, f"{address}/{PAGE}", viewport={"width": 360, "height": 740}) as page:
        enliven(page)
        figure = explorer(page, "Arrows for")
        for step in range(0, 13, 3):
            slide(figure, "update", step)
            settle(page)
            poor = figure.evaluate(
                """f => {
                    const boxes = (what) => [...f.querySelectorAll(`.explorer-live ${what}`)]
                        .map(e => [e.textContent, e.getBoundingClientRect()]);
                    const heads = boxes(".mark-symbol.role-mark path");
                    const texts = boxes(".mark-text.role-mark text");
                    const names = texts.filter(([text]) => !text.includes(" "));
                    const [[, all]] = boxes("svg");
                    return names.filter(([, n], i) => {
                        const h = heads[i][1];  // boxes have some room around what is drawn
                        const clear = n.bottom <= h.top + 3 || n.top + 3 >= h.bottom
                            || n.right <= h.left + 3 || n.left + 3 >= h.right;
                        return !clear || n.top < all.top || n.right > all.right;
                    }).map(([name]) => name);
                }"""
            )
            assert poor == []

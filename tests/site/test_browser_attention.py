"""The explorer of chapter 6 that takes any sentence, in a real browser: embedlab's numbers."""

import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, sideways, slide

from embedlab.attention import attention
from embedlab.text import tokenize
from embedlab.vectors import Embeddings, nearest

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/06-contextual.html"
SENTENCES = (
    "the bank lends money to customers",
    "The bank has muddy water, near the waterfall!",
    "in spring the bat hides in caves",
)
ODD = {
    "": "Type a sentence.",
    "  ,;. ": "Type a sentence.",
    "😀 👩‍👩‍👧 🇫🇷": "Type a sentence.",
    "x" * 5000: "Not among the",
    "שלום عالم": "Not among the",
    "<img src=x onerror=alert(1)> \" ' \\ </script> &amp; {{}} `": "Not among the",
    "the bank " * 400: "Only the first 10 words are taken.",
}


def type_in(page, figure, text: str) -> list[str]:
    figure.locator("input[type=text]").fill(text)
    page.wait_for_timeout(300)  # the field waits for a pause in the typing
    settle(page)
    return shown(figure)


@pytest.fixture(scope="module")
def live(browser, address):
    with opened(browser, f"{address}/{PAGE}", viewport={"width": 360, "height": 740}) as page:
        enliven(page)
        yield page, explorer(page, "attends to each word")


@pytest.fixture(scope="module")
def table(live):
    """The vectors that stand in the page, and their keys."""
    page, figure = live
    words, vectors, keys = page.evaluate(
        "f => ['known', 'vectors', 'keys'].map(name => f.view.signal(name))",
        figure.element_handle(),
    )
    return Embeddings(tuple(words), np.array(vectors) / 10), np.array(keys) / 10


@pytest.mark.parametrize("sentence", SENTENCES)
def test_weights_and_neighbors_are_embedlabs(live, table, sentence):
    page, figure = live
    embeddings, keys = table
    tokens = tokenize(sentence)
    ids = [embeddings.index[word] for word in tokens]
    output, weights = attention(embeddings.matrix[ids], keys[ids], embeddings.matrix[ids])
    for place in (2, len(tokens)):
        slide(figure, "look from word number", place)
        texts = type_in(page, figure, sentence)
        cells = [int(text) for text in texts if re.fullmatch(r"\d+", text)]
        # Whole percents are printed; cells of a row may be read in another order.
        found = np.sort(np.reshape(cells, weights.shape))
        np.testing.assert_allclose(found, np.sort(100 * weights), rtol=0, atol=0.51)
        assert f"{tokens[place - 1]} alone" in texts
        own = embeddings.matrix[ids[place - 1]]
        for vector in (own, output[place - 1]):
            for word, score in nearest(embeddings, vector, 5):
                assert f"{score:.3f} {word}" in texts


def test_company_changes_the_neighbors_of_bank(live, table):
    """What the chapter says; alone they are the same in both sentences."""
    page, figure = live
    slide(figure, "look from word number", 2)
    lists = []
    for sentence in SENTENCES[:2]:
        texts = type_in(page, figure, sentence)
        near = [text.split()[1] for text in texts if re.match(r"[01]\.\d{3} ", text)]
        assert len(near) == 10
        own = [word for word, _ in nearest(table[0], table[0]["bank"], 4)]
        assert set(own) <= set(near)
        lists.append(set(near))
    assert "money" in lists[0] - lists[1]
    assert "water" in lists[1]


@pytest.mark.parametrize("text", ODD, ids=lambda text: f"{len(text)}: {text[:12]}")
def test_odd_sentences_are_answered_in_words(live, text):
    page, figure = live
    assert any(ODD[text] in line for line in type_in(page, figure, text))
    assert page.complaints == []
    assert sideways(page) == 0


def test_unknown_words_are_named_and_the_known_ones_still_attend(live):
    page, figure = live
    texts = type_in(page, figure, "the wizard lends money")
    assert any(re.fullmatch(r"Not among the \d+ words: wizard", text) for text in texts)
    assert len([text for text in texts if re.fullmatch(r"\d+", text)]) == 9


def test_words_are_those_of_embedlabs_tokenizer(live):
    page, figure = live
    for text in (
        "Don't panic -- state-of-the-art costs!",
        "'tis ''so'' rock-'n'-roll a_b _c_ d—e",
        "Ça va ? Ὀδυσσεύς, Привет: 你好 42",
    ):
        type_in(page, figure, text)
        said = page.evaluate("f => f.view.signal('said')", figure.element_handle())
        assert said == tokenize(text)

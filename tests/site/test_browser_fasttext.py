"""The explorers of chapter 5 in a real browser: typed words, and the film."""

import re

import numpy as np
import pytest
from browsing import enliven, explorer, opened, settle, shown, sideways, slide

from embedlab.fasttext import train
from embedlab.subwords import bucket, character_ngrams
from embedlab.vectors import nearest
from embedlab.world import world

pytestmark = [pytest.mark.site, pytest.mark.browser]

PAGE = "book/05-fasttext.html"
N_BUCKETS = 2_000_000


@pytest.fixture(scope="module")
def small():
    """The model that the chapter puts into its page."""
    corpus = world(np.random.default_rng(0), 20_000)
    right = corpus.misspellings
    clean = [[right.get(word, word) for word in sentence] for sentence in corpus.sentences]
    return train(
        clean,
        rng=np.random.default_rng(0),
        n_dimensions=16,
        n_min=3,
        n_max=4,
        learning_rate=0.05,
        min_count=40,
    )


def typed(page, figure, word: str) -> list[str]:
    """Type a word and return what the chart shows then."""
    field = figure.locator("input[type=text]")
    field.fill(word)
    page.wait_for_timeout(300)  # the field waits for a pause in the typing
    settle(page)
    return shown(figure)


@pytest.mark.parametrize("word", ["yesturday", "queen", "dogz", "müsli", "CAT", "unhappy"])
def test_a_typed_word_has_embedlabs_pieces_and_neighbors(browser, address, small, word):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        texts = typed(page, explorer(page, "n-grams"), word)
        ngrams = character_ngrams(word, 3, 4)
        expected = [f"{ngram}  {bucket(ngram, N_BUCKETS)}" for ngram in ngrams]
        assert sorted(t for t in texts if re.search(r"  \d+$", t)) == sorted(expected)
        try:
            best = nearest(small.embeddings, small[word], 6)
        except ValueError:
            assert "No piece is known, so there is no vector." in texts
            return
        assert [t for t in texts if t in small.embeddings] == [w for w, _ in best]
        scores = [float(t) for t in texts if re.fullmatch(r"-?\d\.\d{3}", t)]
        # Three decimals are printed, and the page's numbers are rounded.
        np.testing.assert_allclose(scores, [s for _, s in best], rtol=0, atol=1.5e-3)


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("", "Nothing typed."),
        ("  \t ", "Nothing typed."),
        ("dog house", "Several words as one: its n-grams alone."),
        # As a phone's keyboard leaves it.
        ("king ", "A known word: its own vector and its n-grams."),
        ("xyz", "No piece is known, so there is no vector."),
        ("😀", "No piece is known, so there is no vector."),
        ("banana" * 500, "n-grams are known (first 40 characters)"),
    ],
)
def test_odd_input_is_answered_in_words(browser, address, word, line):
    options = {"viewport": {"width": 360, "height": 740}}
    with opened(browser, f"{address}/{PAGE}", **options) as page:
        enliven(page)
        assert any(line in text for text in typed(page, explorer(page, "n-grams"), word))
        assert page.complaints == []
        assert sideways(page) == 0


def test_the_film_moves_and_stops_at_its_end(browser, address):
    with opened(browser, f"{address}/{PAGE}") as page:
        enliven(page)
        figure = explorer(page, "snapshots")
        slide(figure, "snapshot", 0)
        settle(page)
        assert "0% of the training done" in shown(figure)
        n_steps = int(figure.locator("input[type=range]").get_attribute("max"))
        slide(figure, "snapshot", n_steps - 1)
        figure.locator("button", has_text="Play").click()
        page.wait_for_timeout(1700)
        assert "100% of the training done" in shown(figure)
        assert figure.locator("button", has_text="Play").is_visible()

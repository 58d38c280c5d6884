"""Chapter 2's film in a real browser: the answer it names is the one of the text it shows."""

import re

import pytest
from browsing import enliven, explorer, opened, settle, shown, slide

pytestmark = [pytest.mark.site, pytest.mark.browser]


def test_parallelogram_closes_as_the_text_grows(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "figure of four sides")
        n_sentences, shares, answers = [], [], []
        for frame in range(8):
            slide(figure, "length of the text", frame)
            settle(page)
            texts = shown(figure)
            assert {"king", "man", "woman", "queen"} <= set(texts)
            found = [re.fullmatch(r"([\d,]+) sentences: (\w+); (\d+)% .*", t) for t in texts]
            [caption] = [match for match in found if match]
            n_sentences.append(int(caption[1].replace(",", "")))
            answers.append(caption[2])
            shares.append(int(caption[3]))
        assert n_sentences == sorted(n_sentences)
        assert answers[0] != "queen"
        assert answers[-1] == "queen"
        assert shares[0] < 50 < shares[-1]


def test_film_starts_only_when_asked(browser, address):
    with opened(browser, f"{address}/book/02-dense.html") as page:
        enliven(page)
        figure = explorer(page, "figure of four sides")
        before = shown(figure)
        page.wait_for_timeout(1_500)
        assert shown(figure) == before
        figure.locator(".explorer-play").click()
        page.wait_for_timeout(400)
        assert shown(figure) != before

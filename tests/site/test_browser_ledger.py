"""The ledger and the questions as a reader uses them: filter, link, open by keyboard."""

import json

import pytest
from book_pages import ROOT
from browsing import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.fixture(scope="module")
def claims() -> list[dict]:
    return json.loads((ROOT / "_build" / "claims" / "claims.json").read_text(encoding="utf-8"))


def visible(page) -> list[str]:
    return page.locator("li.claim:visible").evaluate_all("all => all.map(c => c.id)")


def test_filters_show_exactly_what_they_say(browser, address, claims):
    with opened(browser, f"{address}/book/ledger.html") as page:
        everything = visible(page)
        assert everything[: len(claims)] != []
        assert set(everything) >= {claim["id"].lower() for claim in claims}
        page.locator("select[name=chapter]").select_option("3-word2vec")
        page.get_by_label("Verdict").select_option("wrong")
        wrong = [
            claim["id"].lower()
            for claim in claims
            if (claim["chapter"], claim["verdict"]) == ("3-word2vec", "wrong")
        ]
        assert wrong
        assert [c for c in visible(page) if c.startswith("c")] == wrong
        assert "chapter=3-word2vec&verdict=wrong" in page.url
        page.get_by_role("button", name="Show all").click()
        page.get_by_label("Words").fill("SOFTMAX cost")
        page.wait_for_function("location.search.includes('words')")
        found = visible(page)
        texts = page.locator("li.claim:visible").all_text_contents()
        assert 0 < len(found) < len(everything)
        assert all("softmax" in text.lower() and "cost" in text.lower() for text in texts)
        assert page.locator(".ledger-count").text_content().startswith(f"{len(found)} of ")
        page.get_by_label("Words").fill("no such words anywhere")
        page.wait_for_function("document.querySelector('.ledger-count').textContent[0] === '0'")
        assert visible(page) == []
        assert page.complaints == []


# Safari 16, and other browsers of its time, do not count what is asked for in an address.
UNCOUNTED = "delete URLSearchParams.prototype.size;"


@pytest.mark.parametrize("script", ["", UNCOUNTED], ids=["new", "old"])
def test_a_link_carries_the_choice(browser, address, script):
    url = f"{address}/book/ledger.html?verdict=wrong&chapter=1-one-hot"
    with opened(browser, url, script=script) as page:
        assert page.url.endswith("?chapter=1-one-hot&verdict=wrong")
        assert "c009" in visible(page)
        assert page.get_by_label("Verdict").input_value() == "wrong"
        assert "c010" not in visible(page)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("-0.314", "−0.314"),
        ("10^-12", "10⁻¹²"),
        ("radovanovic", "Radovanović"),
        ("1957-2000", None),
    ],
)
def test_words_are_found_as_a_keyboard_types_them(browser, address, typed, printed):
    """Minus signs, powers and accents are printed as they should be, and typed as one can."""
    with opened(browser, f"{address}/book/ledger.html?words={typed}") as page:
        texts = page.locator("li.claim:visible").all_text_contents()
        assert page.get_by_label("Words").input_value() == typed
        assert any(printed in text for text in texts) if printed else texts == []


def test_a_link_to_a_claim_that_the_choice_hides_shows_it(browser, address):
    """The contradictions name claims of all chapters, whichever the reader has chosen."""
    with opened(browser, f"{address}/book/ledger.html?chapter=5-fasttext&verdict=wrong") as page:
        assert not page.locator("#c080").is_visible()
        link = page.locator('.contradictions a[href="#c080"]').first
        link.click()
        assert page.locator("#c080").is_visible()
        assert page.locator("select[name=chapter]").input_value() == ""
        # Once more, to the same address, after another choice.
        page.get_by_label("Verdict").select_option("wrong")
        assert not page.locator("#c080").is_visible()
        link.click()
        assert page.locator("#c080").is_visible()
    with opened(browser, f"{address}/book/ledger.html?verdict=wrong#c080") as page:
        assert page.locator("#c080").is_visible()
    with opened(browser, f"{address}/book/ledger.html?verdict=wrong#c081") as page:
        assert page.get_by_label("Verdict").input_value() == "wrong"


def test_without_javascript_the_whole_ledger_is_there(browser, address, claims):
    with opened(browser, f"{address}/book/ledger.html", java_script_enabled=False) as page:
        assert len(visible(page)) >= len(claims)
        assert not page.locator("form.ledger-filter").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_is_answered_by_keyboard(browser, address, scripts):
    url = f"{address}/book/01-one-hot.html"
    with opened(browser, url, java_script_enabled=scripts) as page:
        question = page.locator(".quiz").first
        first, second = (question.locator("details").nth(i) for i in range(2))
        assert not first.locator(".quiz-why").is_visible()
        first.locator("summary").focus()
        page.keyboard.press("Enter")
        assert first.locator(".quiz-verdict").is_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert second.locator(".quiz-verdict").text_content() == "Right."
        # Opening one option closes the other, so that one answer stands at a time.
        assert not first.locator(".quiz-why").is_visible()

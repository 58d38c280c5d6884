"""The search page in the browser: it finds formulas by their names, and says when it finds none."""

from urllib.parse import quote

import pytest
from browsing import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

# What is typed, and the page (with its anchor, if the formula has one) that must come among the
# first three.
NAMES = {
    "cosine similarity": "book/02-dense.html#formula-cosine",
    "dot product": "book/02-dense.html#formula-dot-product",
    "tf idf": "book/02-dense.html#formula-tf-idf",
    "softmax": "book/03-word2vec.html#formula-softmax",
    "hierarchical softmax": "book/03-word2vec.html#formula-hierarchical-softmax",
    "negative sampling loss": "book/03-word2vec.html#formula-negative-sampling",
    "PMI": "book/03-word2vec.html#formula-pmi",
    "noise distribution": "book/03-word2vec.html#formula-noise",
    "GloVe loss": "book/04-glove.html#formula-glove",
    "adagrad": "book/04-glove.html#formula-adagrad",
    "FastText loss": "book/05-fasttext.html#formula-fasttext",
    "scaled dot product attention": "book/06-contextual.html#formula-attention",
    "positional encoding": "book/06-contextual.html#formula-positions",
    "layer normalization": "book/06-contextual.html#formula-layer-norm",
    "InfoNCE": "book/06-contextual.html#formula-infonce",
    "johnson lindenstrauss": "book/07-geometry.html#formula-johnson-lindenstrauss",
    "Johnson–Lindenstrauss": "book/07-geometry.html#formula-johnson-lindenstrauss",
    "Johnson-Lindenstrauss lemma": "book/07-geometry.html#formula-johnson-lindenstrauss",
    "Adam": "book/08-training.html#formula-adam",
    "matryoshka loss": "book/09-production.html#formula-matryoshka",
    "MaxSim": "book/09-production.html#formula-maxsim",
    "BPE": "book/glossary.html#term-byte-pair-encoding",
    "PCA": "book/glossary.html#term-principal-component-analysis",
    "knn": "book/glossary.html#term-nearest-neighbor",
    "layernorm": "book/glossary.html#term-layer-normalization",
    "MRR": "book/glossary.html#term-mean-reciprocal-rank",
    "n-gram": "book/glossary.html#term-character-n-gram",
    "σ": "book/notation.html",
    "embedlab.vectors.cosine": "book/reference/vectors.html#embedlab.vectors.cosine",
}


def asked(address: str, words: str) -> str:
    return f"{address}/search.html?q={quote(words)}"


def hits(page) -> list[str]:
    page.wait_for_function("document.querySelector('.search-summary')?.innerText.trim()")
    return page.locator("#search-results li > a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )


def place(found: list[str], wanted: str) -> int:
    """Return the place of a page among the hits, from 1; 0 if it is not there."""
    return next((i for i, hit in enumerate(found, 1) if hit.startswith(wanted)), 0)


def test_names_of_formulas_come_first(browser, address, record_property):
    context = browser.new_context()
    # The texts below the hits come from the pages themselves; here they would only take time.
    context.route("**/book/**", lambda route: route.abort())
    page, places = context.new_page(), {}
    for words, wanted in NAMES.items():
        page.goto(asked(address, words))
        places[words] = place(hits(page), wanted)
    context.close()
    late = {words: at for words, at in places.items() if not 1 <= at <= 3}
    figure = f"{len(NAMES) - len(late)} of {len(NAMES)} names among the first three"
    record_property("figure", f"search: {figure}")
    assert late == {}, figure


def test_negative_control_what_is_not_in_the_book_is_not_found(browser, address):
    with opened(browser, asked(address, "quantum chromodynamics")) as page:
        assert hits(page) == []
        assert "Try fewer" in page.locator(".search-summary").inner_text()
        page.locator("a[data-ask]").click()
        page.wait_for_url("**/book/search.html?q=quantum+chromodynamics")


def test_hit_says_which_formula_and_shows_the_sentence_before_it(browser, address):
    with opened(browser, asked(address, "softmax")) as page:
        hits(page)
        first = page.locator("#search-results li").first
        assert first.locator("a").inner_text().endswith("> Formula: softmax")
        first.locator("p.context").wait_for()
        assert "turns the" in first.locator("p.context").inner_text()
        assert all(url.startswith(address) for url in page.requested)
        assert page.complaints == []
        first.locator("a").click()
        page.wait_for_url("**/book/03-word2vec.html*#formula-softmax")
        assert page.locator("#formula-softmax .katex").first.is_visible()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("johnson lindenstrauss lemma", "Johnson–Lindenstrauss lemma"),
        ("t-SNE", "Glossary > t-SNE"),
        ("tf-idf", "Glossary > tf-idf"),
    ],
)
def test_hit_is_called_as_readers_write_it(browser, address, words, name):
    with opened(browser, asked(address, words)) as page:
        hits(page)
        titles = page.locator("#search-results li > a").all_inner_texts()
        assert any(title.endswith(name) for title in titles[:3]), titles[:3]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("attenion", "attention"),
        ("embeddnig", "embedding"),
        ("negatve samplng", "negative sampling"),
        ("quantum chromodynamics", None),
    ],
)
def test_mistyped_name_is_offered_as_it_is_written(browser, address, typed, meant):
    with opened(browser, asked(address, typed)) as page:
        assert hits(page) == []
        offered = page.locator("p", has_text="Did you mean").locator("a")
        assert offered.count() == (meant is not None)
        if meant:
            offered.click()
            page.wait_for_url("**/search.html?q=" + meant.replace(" ", "+"))
            assert hits(page)


def test_search_by_keyboard_from_the_empty_page(browser, address):
    with opened(browser, f"{address}/search.html") as page:
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("entropy")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=entropy")
        assert hits(page)
        assert page.get_by_role("status").inner_text().startswith("Places found")


def test_search_works_where_storage_is_denied(browser, address):
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{configurable: true, get() { throw new DOMException('denied', 'SecurityError'); }})"
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(asked(address, "softmax"))
    assert place(hits(page), "book/03-word2vec.html#formula-softmax")
    assert errors == []
    context.close()


@pytest.mark.parametrize("words", ["<img src=x onerror=alert(1)>", "🙂" * 50, "a" * 5000, "%", " "])
def test_strange_words_do_no_harm(browser, address, words):
    phone = {"width": 360, "height": 700}
    with opened(browser, asked(address, words), viewport=phone) as page:
        hits(page)
        assert page.complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_javascript_the_page_names_the_index(browser, address):
    with opened(browser, f"{address}/search.html?q=x", java_script_enabled=False) as page:
        assert "needs JavaScript, which is off" in page.inner_text("body")
        page.get_by_role("link", name="index", exact=True).first.click()
        page.wait_for_url("**/genindex.html")


@pytest.mark.parametrize("width", [360, 1100])
def test_magnifier_stands_beside_the_field_of_the_dialog(browser, address, width):
    size = {"viewport": {"width": width, "height": 740}}
    with opened(browser, f"{address}/book/03-word2vec.html", **size) as page:
        page.get_by_role("button", name="Search").first.click()
        field = page.locator("dialog[open] input[type=search]")
        field.wait_for()
        icon = page.locator("dialog[open] .fa-magnifying-glass").bounding_box()
        assert icon["x"] + icon["width"] <= field.bounding_box()["x"]

"""The search box of the built book: its words, its codes, its student, its files, its questions."""

import numpy as np
import pytest
from book_pages import ROOT
from test_book_extensions import extension

from embedlab.paragraphs import Paragraph, read_paragraphs
from embedlab.retrieval import lexical
from embedlab.site_search import codes, export, student, words
from embedlab.site_search.index import Meaning, SearchIndex, searchable, searched_text
from embedlab.site_search.judging import answerable, judge, rank_of_answer
from embedlab.site_search.questions import ASKED, QUESTIONS, TYPED, Question, is_at
from embedlab.site_search.ranking import query_vector, ranked
from embedlab.site_search.words import cut, resolve, stem, terms


def paragraph(page: str, anchor: str, text: str) -> Paragraph:
    return Paragraph(page, (page.title(), anchor.title()), anchor, text, "text")


PARAGRAPHS = (
    paragraph("animals", "cats", "A cat purrs and hunts at night."),
    paragraph("animals", "cats", "The kitten is a young cat; cats sleep."),
    paragraph("vehicles", "cars", "A car has wheels and an engine."),
)
KNOWN = ("car", "cat", "feline")
# Two directions, animals and vehicles; nobody wrote "feline" into a paragraph.
MEANING = Meaning(
    KNOWN,
    codes.quantize([[0.0, 0.7], [0.7, 0.0], [0.6, 0.1]]),
    codes.quantize([[0.6, 0.0], [0.7, 0.1], [0.0, 0.7]]),
)
INDEX = SearchIndex(PARAGRAPHS, MEANING)


def test_words_are_runs_of_letters_and_digits():
    assert cut("Skip‑gram’s √2, naïve_NFC cafe\u0301 x₂ 3.14") == [
        *("skip", "gram", "s", "2", "naïve", "nfc", "café", "x₂", "3", "14")
    ]


@pytest.mark.parametrize(
    ("plural", "singular"), [("glosses", "gloss"), ("boxes", "box"), ("axes", "ax"), ("bus", "bus")]
)
def test_stems(plural, singular):
    assert stem(plural) == singular


def test_an_unknown_word_is_read_as_the_known_one_with_the_longest_common_beginning():
    known = sorted(["sample", "sampled", "samples", "vector", "vectorize"])
    for word in ("sampling", "vectr", "zebra", "vec", "vector"):
        longest = max(len(common(word, other)) for other in known)
        slow = min((k for k in known if len(common(word, k)) == longest), key=len)
        found = resolve(word, known)
        assert (found is None) == (longest < 4)
        assert found is None or len(common(word, found)) == longest
        assert found in (None, slow) or word != "vector"


def common(one: str, other: str) -> str:
    n = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if n is None else n]


def test_codes_come_back_and_are_as_near_as_half_a_step():
    vectors = np.random.default_rng(3).normal(size=(20, 6))
    kept = codes.quantize(vectors)
    again = codes.parsed(codes.written(kept))
    np.testing.assert_array_equal(again.steps, kept.steps)
    np.testing.assert_array_equal(again.scales, kept.scales)
    # A scale in three digits may lie half a percent off, seven times over.
    limits = kept.scales[:, np.newaxis] * (0.5 + 7 * 0.005)
    assert (np.abs(kept.vectors - vectors) <= limits).all()
    assert len(set(kept.steps.ravel())) <= 15  # the fifteen steps of the page
    with pytest.raises(ValueError, match="bytes must hold 6 codes for each of 19 rows"):
        codes.parsed(codes.written(kept) | {"scales": kept.scales.tolist()[:-1]})


def test_fit_equals_ridge_regression_in_closed_form():
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(["a", "b", "c", "d"], 3)) for _ in range(12)]
    weights = student.mean_weights(texts, ["a", "b", "c", "d"])
    targets, start = rng.normal(size=(12, 2)), rng.normal(size=(4, 2))
    X = weights.toarray()
    np.testing.assert_allclose(X.sum(axis=1), 1)
    expected = np.linalg.solve(X.T @ X + 0.5 * np.eye(4), X.T @ targets + 0.5 * start)
    found = student.fit(weights, targets, start, penalty=0.5)
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    # Negative control: without the start the words that no text has would be zero.
    assert not np.allclose(student.fit(weights, targets, 0 * start, penalty=0.5), expected)


def test_a_word_that_no_text_has_keeps_its_prior():
    weights = student.mean_weights(["cat dog", "dog"], ["cat", "dog", "unicorn"])
    start = np.array([[1.0], [2.0], [3.0]])
    assert student.fit(weights, np.array([[9.0], [7.0]]), start)[2] == 3.0


def test_a_word_of_no_paragraph_is_found_by_meaning_and_not_by_words():
    assert (ranked(INDEX, "feline", "words").positions == -1).all()
    assert ranked(INDEX, "feline", "meaning").positions[0, 0] in (0, 1)
    assert ranked(INDEX, "feline").positions[0, 2] == 2
    assert (ranked(INDEX, "qqqq").positions == -1).all()


def test_meaning_is_the_product_with_the_mean_of_the_words():
    vector = query_vector(MEANING, "the cat, the car")
    assert vector is not None
    np.testing.assert_allclose(vector, MEANING.word_codes.vectors[[1, 0]].mean(axis=0))
    found = ranked(INDEX, "the cat, the car", "meaning")
    products = MEANING.paragraph_codes.vectors @ vector
    np.testing.assert_allclose(found.scores[0], np.sort(products)[::-1])


def test_both_adds_reciprocal_ranks_from_61_on():
    meaning, by_words, both = (ranked(INDEX, "cats", by) for by in ("meaning", "words", "both"))
    expected = np.zeros(3)
    for hits in (meaning, by_words):
        for rank, position in enumerate(hits.positions[0], 1):
            if position >= 0:
                expected[position] += 1 / (60 + rank)
    found = both.positions[0] >= 0
    np.testing.assert_allclose(both.scores[0][found], np.sort(expected)[::-1][found])


def test_without_vectors_every_ranking_is_by_words():
    index = SearchIndex(PARAGRAPHS, None)
    expected = lexical.search(
        lexical.build([terms(searched_text(p)) for p in PARAGRAPHS]), [["kitten"]], 3
    )
    for by in ("words", "meaning", "both"):
        np.testing.assert_array_equal(ranked(index, "kittens", by).positions, expected.positions)


def test_the_files_hold_the_index(tmp_path):
    for index in (INDEX, SearchIndex(PARAGRAPHS, None)):
        contents = {export.TEXTS: export._texts(index)}
        (tmp_path / export.VECTORS).unlink(missing_ok=True)
        if index.meaning is not None:
            contents[export.VECTORS] = export._vectors(index.meaning)
        for name, content in contents.items():
            n_bytes, _ = export._write_script(tmp_path / name, content)
            assert n_bytes == (tmp_path / name).stat().st_size
        again = export.read_index(tmp_path)
        assert again.paragraphs == index.paragraphs
        assert (again.meaning is None) == (index.meaning is None)
        for query in ("cat", "feline", "wheels of a car"):
            np.testing.assert_array_equal(
                ranked(again, query).positions, ranked(index, query).positions
            )


def test_the_command_works_without_the_weights(tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    (book / "01-one-hot.md").write_text(
        "# One-hot\n\n## What one-hot vectors cost\n\nA table of all words needs memory.\n"
    )
    report = export.write_search(book, tmp_path / "out", tmp_path / "kept", None)
    assert report == export.read_report(tmp_path / "out")
    assert (report.n_words, list(report.sizes)) == (0, [export.TEXTS])
    assert [quality.ranking for quality in report.qualities] == ["words (BM25)"]
    assert not (tmp_path / "out" / export.VECTORS).exists()
    box = extension("search_index").box(report, "glossary.html", "genindex.html")
    assert "compares words, not meaning" in box
    assert 'name="by"' not in box


def test_a_right_section_is_counted_once_and_its_own_question_is_left_out():
    asked = Question("cat", ("vehicles#cars",), "animals#cats")
    # The two paragraphs about cats are left out, so the car is first.
    assert rank_of_answer(INDEX, asked, np.array([0, 1, 2])) == 1
    # Two paragraphs of one section are one hit.
    assert rank_of_answer(INDEX, Question("cat", ("vehicles",)), np.array([0, 1, 2])) == 2
    assert rank_of_answer(INDEX, Question("cat", ("vehicles",)), np.array([0, 1, -1])) == 0
    quality = judge(INDEX, [Question("wheels", ("vehicles",)), Question("cat", ("vehicles",))])[0]
    assert quality.n_found == (1, 1, 1)


@pytest.fixture(scope="module")
def book() -> list[Paragraph]:
    return searchable(read_paragraphs(ROOT / "book"))


def test_the_questions_are_enough_and_their_places_exist(book):
    assert len(TYPED) >= 40
    assert len(QUESTIONS) >= 60
    assert len({question.text.lower() for question in QUESTIONS}) == len(QUESTIONS)
    pages = {paragraph.page for paragraph in book}
    missing = [
        place
        for question in QUESTIONS
        for place in (*question.places, question.source)
        # A page that is not written yet has no paragraph at all.
        if place and place.partition("#")[0] in pages and not is_at(book, (place,)).any()
    ]
    assert missing == []
    assert all(question.source for question in ASKED)


def test_negative_control_a_place_that_moved_is_seen(book):
    assert not is_at(book, ("01-one-hot#no-such-section",)).any()


def test_the_page_says_what_the_program_does():
    text = (ROOT / "book" / "search.md").read_text(encoding="utf-8")
    assert "fifteen steps, which takes four bits" in text
    assert 2 * codes._LARGEST + 1 == 15
    assert "if the first four letters agree" in text
    assert words._SHORTEST_PREFIX == 4
    assert "$1/(60 + r)$" in text


def test_with_the_weights_nothing_is_learned_from_the_questions(book, tmp_path):
    pytest.importorskip("safetensors", reason="needs the extra embedlab[pretrained]")
    from embedlab.pretrained import minilm
    from embedlab.site_search.index import _sample, build_index

    asked = {" ".join(cut(question.text)) for question in QUESTIONS}
    sources = tuple({question.source for question in ASKED})
    sample = {" ".join(cut(sentence)) for sentence in _sample(book)}
    assert sample
    assert not sample & asked
    at_source = [p for p, is_there in zip(book, is_at(book, sources), strict=True) if is_there]
    assert at_source
    assert _sample(at_source) == []
    few = [p for p in book if p.page == "01-one-hot"]
    index, encoded = build_index([*few] * 2, minilm(), tmp_path)
    assert index.meaning is not None
    assert encoded is not None
    # The same text has the same vector, and the second build reads what the first one kept.
    again, _ = build_index([*few] * 2, minilm(), tmp_path)
    assert again.meaning is not None
    np.testing.assert_array_equal(again.meaning.word_codes.steps, index.meaning.word_codes.steps)
    assert index.meaning.paragraph_codes.steps.shape == (2 * len(few), 80)
    questions = answerable(index, QUESTIONS)
    qualities = judge(index, questions, encoded, minilm())
    full = next(quality for quality in qualities if quality.ranking == "meaning (full model)")
    assert full.agreement == 1.0
    assert all((np.diff(quality.n_found) >= 0).all() for quality in qualities)

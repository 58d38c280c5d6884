"""The explorers of chapter 9's first page, its guide, and the code that the page only shows."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from figure_rules import check_explorer

from embedlab.measurements import read_record
from embedlab.paragraphs import page_paragraphs
from embedlab.retrieval import hybrid
from embedlab.retrieval.hits import Hits
from embedlab.widgets.production import fusion_explorer, prefix_film
from embedlab.widgets.production_guide import decision_guide, megabytes, wishes

BOOK = Path(__file__).resolve().parents[1] / "book"
MODELS = json.loads((BOOK / "measured" / "models.json").read_text(encoding="utf-8"))
SEARCH = BOOK / "measured" / "search.json"
DENSE = Hits(np.array([[3, 1, 0], [2, 0, 1]]), np.array([[0.9, 0.8, 0.7], [0.9, 0.8, 0.7]]))
WORDS = Hits(np.array([[1, 4, -1], [2, 3, 4]]), np.array([[9.0, 8.0, -np.inf], [9.0, 8.0, 7.0]]))
TEXTS = ["zero", "one", "two", "three", "four"]
CAPTIONS = ["after 0 epochs", "after 4 epochs"]
FILMS = {"nested": np.array([[0.1, 0.5], [0.4, 0.6]]), "plain": np.array([[0.1, 0.5], [0.1, 0.6]])}

EXPLORERS = {
    "fusion": lambda: fusion_explorer(["a?", "b?"], DENSE, WORDS, [{1}, {3}], TEXTS, n_shown=3),
    "film": lambda: prefix_film(
        [8, 16], FILMS, CAPTIONS, axis="share found first", level=("full", 0.9)
    ),
}


def milliseconds(model) -> float:
    return 6.0 * model["work"] / 10_616_832


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_keeps_the_rules(name):
    check_explorer(EXPLORERS[name])


def test_still_picture_shows_the_ranking_of_equal_weights():
    page = EXPLORERS["fusion"]().to_html()
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", page)
    fused = hybrid.reciprocal_rank_fusion([DENSE, WORDS], 3, weights=[0.5, 0.5])
    names = [TEXTS[p] for p in fused.positions[0]]
    found = [text.removeprefix("● ") for text in shown if text.removeprefix("● ") in TEXTS]
    assert found == names
    assert "● one" in shown
    assert "vectors 2, words 1" in shown


def test_film_carries_every_share_and_plays():
    explorer = EXPLORERS["film"]()
    specification = explorer.specification()
    assert specification["usermeta"] == {"play": "moment"}
    data = next(
        layer["data"]["values"]
        for layer in specification["layer"]
        if "k" in layer.get("data", {}).get("values", [{}])[0]
    )
    assert {(r["name"], r["moment"], r["k"]): r["share"] for r in data}["nested", 1, 8] == 0.4
    assert "nested: with 8 from 0.10 to 0.40" in explorer.alt


def test_guide_is_a_table_of_all_models_with_a_reason_for_every_answer():
    guide = decision_guide(MODELS, milliseconds)
    soup = BeautifulSoup(guide._repr_html_(), "html.parser")
    rows = soup.select("tbody tr")
    answers = [a for options in wishes(milliseconds).values() for a in options]
    assert [row.th.contents[0] for row in rows] == [model["name"] for model in MODELS]
    assert all(len(row.select("li")) == len(answers) for row in rows)
    assert len(soup.select("input[type=radio]")) == len(answers)
    assert not soup.select("script")
    # Every answer has a rule that shows its reasons, and every label belongs to its button.
    style = soup.style.string
    assert all(f"#{button['id']}:checked" in style for button in soup.select("input"))
    assert all(button.parent.name == "label" for button in soup.select("input"))


def test_guide_is_well_formed():
    markup = decision_guide(MODELS, milliseconds).markup
    closed = re.sub(
        r"(<input[^>]*)>", r"\1/>", re.sub(r"<style>.*?</style>", "", markup, flags=re.S)
    )
    assert ET.fromstring(closed).tag == "form"


@pytest.mark.parametrize(
    ("question", "answer", "fitting"),
    [
        ("Memory for the model", "100 MB", {"BM25", "all-MiniLM-L6-v2"}),
        ("Texts", "whole pages, uncut", {"BM25", "static word vectors", "BGE-M3", "E5-Mistral"}),
        ("Languages", "many", {"BM25", "BGE-M3"}),
        ("Task", "find pictures by text", {"SigLIP (base)"}),
        ("Data of your own", "some hundred pairs", {m["name"] for m in MODELS} - {"BM25"}),
        ("Use", "a product", {m["name"] for m in MODELS} - {"SPLADE v2 (distil)"}),
    ],
)
def test_answers_rule_out_what_they_should(question, answer, fitting):
    rule = wishes(milliseconds)[question][answer]
    assert {model["name"] for model in MODELS if rule(model)[0]} == fitting


def test_latency_follows_the_work():
    rule = wishes(milliseconds)["Time for a question, one processor core"]["20 ms"]
    told = {model["name"]: rule(model) for model in MODELS}
    assert told["all-MiniLM-L6-v2"] == (True, "about 6 ms for a question of this chapter")
    assert told["E5-Large"][0] is False
    assert told["BM25"] == (True, "a lookup, no network to run")


def test_what_costs_nothing_says_so():
    bm25, *_ = MODELS
    rules = wishes(milliseconds)
    assert rules["Memory for the model"]["100 MB"](bm25) == (True, "no numbers to load")
    assert rules["Data of your own"]["some hundred pairs"](bm25) == (False, "nothing to train")


def test_a_slower_or_faster_record_rules_out_the_same_models():
    def fitting(factor: float) -> list[list[str]]:
        rules = wishes(lambda model: factor * 7.5 * model["work"] / 10_616_832)
        answers = rules["Time for a question, one processor core"].values()
        return [[m["name"] for m in MODELS if rule(m)[0]] for rule in answers]

    assert fitting(0.5) == fitting(1.0) == fitting(2.0)


def test_memory_of_the_course_s_model_is_what_its_arrays_take():
    (minilm,) = (model for model in MODELS if model["name"] == "all-MiniLM-L6-v2")
    assert megabytes(minilm) == pytest.approx(4 * 22_565_376 / 1e6)


def test_guide_without_models_is_refused():
    with pytest.raises(ValueError, match="models must hold at least one"):
        decision_guide([], milliseconds)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: fusion_explorer(["a?"], DENSE, WORDS, [{1}], TEXTS), "questions must be two"),
        (
            lambda: fusion_explorer(["a?", "b?"], DENSE, WORDS, [{1}], TEXTS),
            "questions and relevant must have the same length",
        ),
        (
            lambda: prefix_film([8, 16], FILMS, CAPTIONS[:1], axis="a", level=("full", 1.0)),
            "captions and nested must have the same length",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_every_question_has_its_answer_in_the_book():
    asked = json.loads((BOOK / "measured" / "questions.json").read_text(encoding="utf-8"))
    pages = {
        page: [p.text for p in page_paragraphs((BOOK / f"{page}.md").read_text("utf-8"), page)]
        for page in {entry["page"] for entry in asked}
    }
    assert len({entry["question"] for entry in asked}) == len(asked) >= 50
    for entry in asked:
        for phrase in entry["phrases"]:
            found = sum(phrase in text for text in pages[entry["page"]])
            assert found == 1, f"{phrase!r} must stand once in {entry['page']}, got {found}"


def test_record_has_what_the_page_reads():
    record = read_record(SEARCH)
    methods = {(row["method"], row["library"]) for row in record.rows}
    wanted = {"exact, float32", "int8", "signs", "BM25", "signs, 100 reranked"}
    wanted |= {"encode the question", "MaxSim of 100 candidates"}
    assert {(method, "embedlab") for method in wanted} <= methods
    assert ("not here: graph", "faiss") in methods
    assert all(row["one_ms"] > 0 for row in record.rows)


def test_record_bears_what_the_page_says_of_it():
    rows = {(row["method"], row["library"]): row for row in read_record(SEARCH).rows}
    ms = {key: row["one_ms"] for key, row in rows.items()}
    # "signs alone are small and fast"; "Graph and lists leave the exact scan far behind"
    assert ms["exact, float32", "embedlab"] > 3 * ms["signs", "embedlab"]
    for method in ("not here: graph", "not here: inverted lists"):
        assert ms["exact, float32", "faiss"] > 10 * ms[method, "faiss"]
    # "The record below has 100 of 100,000, and far less comes back"
    assert rows["signs, 100 reranked", "embedlab"]["recall"] < 0.75


def test_faiss_does_what_the_page_shows(tmp_path, monkeypatch):
    faiss = pytest.importorskip("faiss")
    source = (BOOK / "09-production.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(import faiss.*?)```", source, re.DOTALL)
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((300, 16), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    names = {"vectors": vectors, "queries": vectors[:5]}
    monkeypatch.chdir(tmp_path)
    exec(code, names)
    assert names["positions"][:, 0].tolist() == [0, 1, 2, 3, 4]
    again = faiss.read_index(str(tmp_path / "book.faiss"))
    shared = [
        len(set(a) & set(b))
        for a, b in zip(again.search(vectors[:5], 10)[1], names["positions"], strict=True)
    ]
    assert np.mean(shared) > 8

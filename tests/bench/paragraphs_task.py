"""Search on vectors of the book's own paragraphs, timed: what chapter 9 reads from a record.

The book has some hundreds of paragraphs, too few for a clock. So the vectors searched are 100,000
points between two paragraphs each, with noise; how long a scan takes does not depend on the values.
The queries are the chapter's hand-written questions.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from retrieval_task import Comparison, Side, compare_retrieval, retrieval_table
from rich.console import Console

from embedlab.directions import unit_rows
from embedlab.measurements import write_record
from embedlab.numerics import Array
from embedlab.paragraphs import page_paragraphs
from embedlab.pretrained import encode_texts, minilm, sentence_vectors
from embedlab.retrieval import late_interaction, lexical
from embedlab.text import tokenize

BOOK = Path(__file__).resolve().parents[2] / "book"
RECORD = BOOK / "measured" / "search.json"
PAGES = ("01-one-hot", "02-dense", "03-word2vec")
ABOUT = (
    "Milliseconds of processor time, one thread, for one question and the ten best of 100,000 "
    "vectors of 384 numbers: points between the book's paragraphs, with noise; recall against an "
    "exact search among them. Texts of late interaction: 100 paragraphs, as a second stage has "
    "them; BM25: the paragraphs many times over."
)


def bench_paragraphs(console: Console, quick: bool, *, keep: bool = True) -> None:
    """Measure, print the table, and keep it as the record that chapter 9 reads (not if quick)."""
    try:
        model = minilm()
    except ModuleNotFoundError:
        console.print("paragraphs: left out, the published weights are not installed")
        return
    texts = [
        f"{': '.join(p.headings)}. {p.text}"
        for page in PAGES
        for p in page_paragraphs((BOOK / f"{page}.md").read_text(encoding="utf-8"), page)
    ][: 12 if quick else None]
    asked = json.loads((BOOK / "measured" / "questions.json").read_text(encoding="utf-8"))
    questions = [entry["question"] for entry in asked][: 8 if quick else None]
    vectors, queries = sentence_vectors(model, texts), sentence_vectors(model, questions)
    many = _between(vectors, 2_000 if quick else 100_000)
    results = compare_retrieval(quick, many, queries)
    results += [Comparison(side.name, side, None) for side in _of_texts(texts, questions, quick)]
    console.print(retrieval_table(results))
    rows = [row for result in results for row in _rows(result)]
    one = [_milliseconds(lambda q=q: sentence_vectors(model, [q])) for q in questions]
    encoding = {"method": "encode the question", "library": "embedlab"}
    rows.append(encoding | {"one_ms": round(median(one), 3)})
    console.print(f"one question encoded: {median(one):.1f} ms")
    if keep and not quick:
        write_record(RECORD, ABOUT, rows, packages=["faiss-cpu"])


def _between(vectors: Array, n: int) -> Array:
    """Return n unit vectors (n, d), each between two of the given ones and off by some noise."""
    rng = np.random.default_rng(0)
    first, second = rng.integers(len(vectors), size=(2, n))
    share = rng.random((n, 1), dtype=np.float32)
    noise = rng.standard_normal((n, vectors.shape[1]), dtype=np.float32)
    mixed = share * vectors[first] + (1 - share) * vectors[second]
    rows: Array = unit_rows(mixed + 0.3 * unit_rows(noise)).astype(np.float32)
    return rows


def _of_texts(texts: list[str], questions: list[str], quick: bool) -> list[Side]:
    """Return BM25 over many texts, and late interaction among a hundred."""
    n = 2_000 if quick else 100_000
    docs = [tokenize(text) for text in texts]
    docs = [docs[i % len(docs)] for i in range(n)]
    words = [tokenize(question) for question in questions]
    model = minilm()
    tokens, asked = (
        [unit_rows(text.vectors) for text in encode_texts(model, some)]
        for some in (texts[:100], questions)
    )
    index = lexical.build(docs)
    few = late_interaction.build(tokens)
    return [
        _side("BM25", index, n, lambda some: lexical.search(index, some, 10), words),
        _side(
            f"MaxSim of {len(few)} candidates",
            few,
            len(few),
            lambda some: late_interaction.search(few, some, 10),
            asked,
        ),
    ]


def _side(name: str, index: Any, n: int, search: Callable[[Any], Any], queries: list[Any]) -> Side:
    search(queries[:1])
    ones = [_milliseconds(lambda q=q: search([q])) for q in queries]
    batch = median(_milliseconds(lambda: search(queries[:32])) for _ in range(5))
    return Side(name, index.n_bytes / n, None, 0.0, median(ones), batch)


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return 1000 * (time.process_time() - start)


def _rows(result: Comparison) -> list[dict[str, Any]]:
    """Return the sides of a comparison as rows of the record, rounded to what can be read."""
    return [
        {
            "method": result.method,
            "library": library,
            "name": side.name,
            "bytes_each": round(side.bytes_each, 1),
            "recall": None if side.recall is None else round(side.recall, 3),
            "build_seconds": round(side.build_seconds, 2),
            "one_ms": round(side.one_ms, 3),
            "batch_ms": round(side.batch_ms, 2),
        }
        for library, side in (("embedlab", result.ours), ("faiss", result.peer))
        if side is not None
    ]

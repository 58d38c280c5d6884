"""How often the right section is among the first, for the box and for what it stands in for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedlab.evaluation.intervals import wilson_interval
from embedlab.numerics import Array, IntArray
from embedlab.pretrained import Pretrained, sentence_vectors
from embedlab.retrieval.hits import Hits, top
from embedlab.site_search.index import Encoded, SearchIndex
from embedlab.site_search.questions import Question, is_at
from embedlab.site_search.ranking import first_sections, fused, ranked

DEPTHS = (1, 5, 10)
_COMPARED = 10


@dataclass(frozen=True)
class Quality:
    """How well one ranking answers.

    Attributes:
        ranking: Its name.
        n_found: For each of ``DEPTHS``, how many questions have a right section that high.
        intervals: The 95 percent interval of each share.
        agreement: The mean share of the full model's first ten paragraphs among its own.
    """

    ranking: str
    n_found: tuple[int, ...]
    intervals: tuple[tuple[float, float], ...]
    agreement: float | None


def answerable(index: SearchIndex, questions: Sequence[Question]) -> list[Question]:
    """Return the questions whose answer stands in the book outside the place that asks them."""
    paragraphs = index.paragraphs
    return [
        question
        for question in questions
        if (is_at(paragraphs, question.places) & ~is_at(paragraphs, (question.source,))).any()
    ]


def rank_of_answer(index: SearchIndex, question: Question, positions: IntArray) -> int:
    """Return the rank of the first right section, from 1 on; 0 if it was not found."""
    paragraphs = index.paragraphs
    left_out = is_at(paragraphs, (question.source,))
    is_right = is_at(paragraphs, question.places)
    kept = positions[positions >= 0]
    sections = first_sections(index.places, kept[~left_out[kept]])
    hits = np.flatnonzero(is_right[sections])
    return int(hits[0]) + 1 if len(hits) else 0


def judge(
    index: SearchIndex,
    questions: Sequence[Question],
    encoded: Encoded | None = None,
    model: Pretrained | None = None,
) -> list[Quality]:
    """Return the quality of each ranking; with the model, also of the model itself.

    Args:
        index: What is searched.
        questions: All of them ``answerable``.
        encoded: The teacher's vectors of the paragraphs.
        model: The teacher.
    """
    texts = [question.text for question in questions]
    words = [ranked(index, text, "words") for text in texts]
    if encoded is None or model is None:
        return [_quality(index, questions, "words (BM25)", words)]
    scores = sentence_vectors(model, texts) @ encoded.paragraphs.T
    full = [top(row[np.newaxis], len(index.paragraphs)) for row in scores]
    meaning = [ranked(index, text, "meaning") for text in texts]
    rankings = {
        "words (BM25)": words,
        "meaning (student)": meaning,
        "both, as in the box": list(map(fused, meaning, words)),
        "meaning (full model)": full,
        "both, with the full model": list(map(fused, full, words)),
    }
    return [_quality(index, questions, *item, full) for item in rankings.items()]


def _quality(
    index: SearchIndex,
    questions: Sequence[Question],
    name: str,
    found: Sequence[Hits],
    full: Sequence[Hits] | None = None,
) -> Quality:
    """Return the quality of a ranking from its answer to each question, and the full model's."""
    positions = [hits.positions[0] for hits in found]
    ranks = np.array(
        [rank_of_answer(index, *pair) for pair in zip(questions, positions, strict=True)]
    )
    counts = tuple(int(((ranks > 0) & (ranks <= depth)).sum()) for depth in DEPTHS)
    shares = None
    if full is not None:
        expected = [hits.positions[0] for hits in full]
        shares = float(np.mean([_overlap(*pair) for pair in zip(positions, expected, strict=True)]))
    intervals = tuple(wilson_interval(count, len(questions)) for count in counts)
    return Quality(name, counts, intervals, shares)


def _overlap(one: Array | IntArray, other: Array | IntArray) -> float:
    """Return how much of the first ten of two rankings is the same."""
    first, second = one[:_COMPARED], other[:_COMPARED]
    return float(len(np.intersect1d(first[first >= 0], second)) / len(second))

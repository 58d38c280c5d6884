"""a is to b as c is to what? Thousands of such questions at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.evaluation.intervals import wilson_interval
from embedlab.evaluation.lookup import first_rows, fold, require_known, require_policy
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.vectors import Embeddings, similarity_matrix

Question: TypeAlias = tuple[str, str, str, str]
Score: TypeAlias = Callable[[Array, Array, Array], Array]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

# So many words and questions at once that their scores stay in the processor's cache.
_N_WORDS = 512
_N_QUESTIONS = 128

# Rounding makes equal scores differ by less than this; those of real vectors differ by more.
_TIE = 1e-10


@dataclass(frozen=True)
class AnalogyAccuracy:
    """How many analogy questions were answered right, in all or in one section.

    Attributes:
        accuracy: n_right / n_used; NaN if no question took part.
        interval: Wilson's interval of the accuracy; (0, 1) if no question took part.
        n_right: Questions answered right.
        n_used: Questions that took part.
        n_skipped: Questions left out, because one of their words has no vector.
        answers: The answer to each question, None if there was none to give.
        sections: The same for each section, in their order; empty for a section itself.
    """

    accuracy: float
    interval: tuple[float, float]
    n_right: int
    n_used: int
    n_skipped: int
    answers: tuple[str | None, ...]
    sections: Mapping[str, "AnalogyAccuracy"] = field(default_factory=dict)


def three_cos_add(cosines_a: Array, cosines_b: Array, cosines_c: Array) -> Array:
    """Return how well words answer a : b :: c : ?, as a sum: cos b - cos a + cos c.

    For vectors of length 1 this is the product with B - A + C, so it ranks the words by their
    cosine with that vector.

    Args:
        cosines_a: The cosines of words with a, in any shape.
        cosines_b: The same words' with b.
        cosines_c: The same words' with c.

    Source: Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word
        Representations", 3CosAdd.
    """
    return cosines_b - cosines_a + cosines_c


def three_cos_mul(
    cosines_a: Array, cosines_b: Array, cosines_c: Array, *, epsilon: float = 1e-3
) -> Array:
    """Return how well words answer a : b :: c : ?, as a product: cos b · cos c / cos a.

    Each cosine is first moved to [0, 1] as (cos + 1) / 2. In a product no single large cosine
    outweighs the two others, as it can in a sum.

    Args:
        cosines_a: The cosines of words with a, in any shape.
        cosines_b: The same words' with b.
        cosines_c: The same words' with c.
        epsilon: Added to the divisor; 0.001 in the paper, 0.000001 in gensim.

    Source: Levy and Goldberg 2014, 3CosMul.
    """
    return (cosines_b + 1) / 2 * ((cosines_c + 1) / 2) / ((cosines_a + 1) / 2 + epsilon)


def analogy_accuracy(
    embeddings: Embeddings,
    sections: Mapping[str, Sequence[Question]],
    *,
    score: Score = three_cos_add,
    normalize: bool = True,
    exclude_inputs: bool = True,
    unknown: Literal["skip", "wrong", "error"] = "skip",
    restrict: int | None = None,
    fold_case: bool = True,
    confidence: float = 0.95,
) -> AnalogyAccuracy:
    """Return the share of questions a : b :: c : d whose answer is d.

    The answer is the word of the highest score. Words that score the same, up to rounding in
    double precision, are taken in the order of the vocabulary.

    The interval takes questions for independent. A section that combines n word pairs into
    n (n - 1) questions is less sure than that: what its pairs have in common, all questions have.

    Args:
        embeddings: Words and vectors.
        sections: The questions (a, b, c, d) of each section, as ``load_google_analogies`` and
            ``world`` give them.
        score: Function of the cosines of words with a, with b and with c: ``three_cos_add``,
            ``three_cos_mul``, or a baseline such as ``lambda a, b, c: c``.
        normalize: False weighs the cosines with a word by the length of its vector. With
            ``three_cos_add`` that is the course's A - B + C of the vectors as they are.
        exclude_inputs: Whether a, b and c cannot be answers, in any spelling if case is ignored.
            A question whose d is one of them is then always answered wrong.
        unknown: A question of which a word has no vector is left out ("skip"), is answered
            wrong ("wrong", gensim's ``dummy4unknown``), or is an error.
        restrict: Use the first so many words only, to ask and to answer.
        fold_case: Whether to ignore case; see ``word_similarity``.
        confidence: Of the intervals.

    Raises:
        ValueError: If a section is empty or there is none, a question is not four words, no
            question has a vector for each word, or an option is none of the above.

    >>> words = ("king", "man", "woman", "queen")
    >>> points = Embeddings(words, np.array([[5.0, 1.0], [1.0, 1.0], [1.0, 3.0], [5.0, 3.0]]))
    >>> result = analogy_accuracy(points, {"royal": [("man", "king", "woman", "queen")]})
    >>> result.n_right, result.n_used, result.answers
    (1, 1, ('queen',))
    """
    require_policy(unknown, ("skip", "wrong", "error"))
    can_weigh = normalize or score is three_cos_add
    remedy = "other scores need cosines"
    require(can_weigh, "normalize", "be True unless score is three_cos_add", normalize, remedy)
    questions = _questions(sections)
    words = embeddings.words
    if restrict is not None:
        words = words[: as_integer("restrict", restrict, 1)]

    known_rows, first_of = first_rows(words, fold_case)
    rows = np.array([[known_rows.get(fold(word, fold_case), -1) for word in q] for q in questions])
    is_known: BoolArray = np.asarray((rows >= 0).all(axis=1))
    strangers = [question for question, known in zip(questions, is_known, strict=True) if not known]
    require_known("sections", strangers, unknown)
    require(bool(is_known.any()), "sections", "hold a question of known words", "none")

    inputs = rows[is_known, :3]
    excluded = _rows_of_form(first_of, inputs) if exclude_inputs else inputs[:, :0]
    answers = np.full(len(rows), -1)
    answers[is_known] = _answers(
        embeddings.matrix[: len(words)], inputs, excluded, score, normalize
    )
    is_right = (answers >= 0) & (first_of[answers] == rows[:, 3])
    is_used = is_known | (unknown == "wrong")

    given = [words[row] if row >= 0 else None for row in answers.tolist()]
    parts, end = {}, 0
    for name, section in sections.items():
        start, end = end, end + len(section)
        parts[name] = _accuracy(
            is_right[start:end], is_used[start:end], given[start:end], confidence
        )
    total = _accuracy(is_right, is_used, given, confidence)
    return replace(total, sections=parts)


def _questions(sections: Mapping[str, Sequence[Question]]) -> list[Question]:
    """Return the questions of all sections in a row, after checking their form."""
    require(isinstance(sections, Mapping), "sections", "be a dict of lists of questions", sections)
    require(len(sections) > 0, "sections", "hold at least one section", "none")
    for name, questions in sections.items():
        require(len(questions) > 0, f"section {name!r}", "hold at least one question", "none")
        for question in questions:
            is_question = not isinstance(question, str) and len(question) == 4
            require(is_question, f"each question of {name!r}", "be four words", question)
    return [question for questions in sections.values() for question in questions]


def _accuracy(
    is_right: BoolArray, is_used: BoolArray, answers: list[str | None], confidence: float
) -> AnalogyAccuracy:
    n_right, n_used = int(is_right.sum()), int(is_used.sum())
    interval = wilson_interval(n_right, n_used, confidence=confidence)
    accuracy = n_right / n_used if n_used else float("nan")
    n_skipped = len(answers) - n_used
    return AnalogyAccuracy(accuracy, interval, n_right, n_used, n_skipped, tuple(answers))


def _rows_of_form(first_of: IntArray, inputs: IntArray) -> IntArray:
    """Return the rows (n, m) that are spellings of the inputs (n, 3) of each question."""
    order = np.argsort(first_of, kind="stable")
    ordered = first_of[order]
    first, last = (np.searchsorted(ordered, inputs, side) for side in ("left", "right"))
    n_spellings = int((last - first).max())
    # Where a word has fewer spellings, the last is named several times.
    places = np.minimum(first[..., np.newaxis] + np.arange(n_spellings), last[..., np.newaxis] - 1)
    rows: IntArray = order[places].reshape(len(inputs), -1)
    return rows


def _answers(
    matrix: Array, inputs: IntArray, excluded: IntArray, score: Score, normalize: bool
) -> IntArray:
    """Return the row of the best word for each question (n,), -1 if all are excluded.

    Few words make many questions. So each block of the vocabulary is multiplied with every
    distinct word once, and a question only picks its three rows of the product.
    """
    distinct, places = np.unique(inputs, return_inverse=True)
    places = places.reshape(inputs.shape)
    queries = matrix[distinct].astype(np.float64)
    weights = np.ones(len(distinct)) if normalize else _relative_lengths(queries)
    scales = weights[places].max(axis=1)
    best, answers = np.full(len(inputs), -np.inf), np.full(len(inputs), -1)
    for start in range(0, len(matrix), _N_WORDS):
        block = matrix[start : start + _N_WORDS].astype(np.float64)
        cosines = weights[:, np.newaxis] * similarity_matrix(queries, block)
        for first in range(0, len(inputs), _N_QUESTIONS):
            part = slice(first, first + _N_QUESTIONS)
            scores = _scores(score, cosines, places[part])
            columns = excluded[part] - start
            q, i = np.nonzero((columns >= 0) & (columns < len(block)))
            scores[q, columns[q, i]] = -np.inf
            top = scores.max(axis=1)
            better = np.flatnonzero(top > best[part])
            ties = _TIE * np.maximum(scales[part][better], np.abs(top[better]))
            is_clear = top[better] > best[part][better] + ties
            better, ties = better[is_clear], ties[is_clear]
            is_top = scores[better] >= (top[better] - ties)[:, np.newaxis]
            best[part][better] = top[better]
            answers[part][better] = start + is_top.argmax(axis=1)
    return answers


def _scores(score: Score, cosines: Array, places: IntArray) -> Array:
    """Return the score (n, words) of every word for each question, after checking its form."""
    a, b, c = (cosines[places[:, i]] for i in range(3))
    scores = np.asarray(score(a, b, c), dtype=np.float64)
    require(scores.shape == a.shape, "score", f"return shape {a.shape}", scores.shape)
    require(not np.isnan(scores).any(), "score", "return numbers", "NaN")
    return scores


def _relative_lengths(rows: Array) -> Array:
    """Return the length of each row divided by the largest number, which cannot overflow."""
    return np.asarray(np.linalg.norm(rows / (np.abs(rows).max() or 1.0), axis=1))

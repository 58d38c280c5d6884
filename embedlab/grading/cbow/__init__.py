"""The assignment ``cbow``: the words around a position, and what they make one expect."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from embedlab import text
from embedlab.grading.answers import VECTOR, WORD, WORD_OR_NONE, WORDS
from embedlab.grading.cbow import misleading, outputs, pairs, sentences, tables
from embedlab.grading.cbow.closer_mistakes import CLOSER
from embedlab.grading.cbow.context_mistakes import CONTEXT
from embedlab.grading.cbow.prediction_mistakes import PREDICTION
from embedlab.grading.cbow.probability_mistakes import PROBABILITIES
from embedlab.grading.declaration import Arguments, Assignment, Check, Task
from embedlab.numerics import Array, softmax
from embedlab.prediction import context_mean, predict_center
from embedlab.vectors import Embeddings, cosine


def context(tokens: Sequence[str], i: int, w: int) -> list[str]:
    """Return the words of ``embedlab.text.context``, in the assignment's terms."""
    return text.context(tokens, i, w)


def cbow_predict(
    tokens: Sequence[str], i: int, w: int, vocab: Sequence[str], E: npt.ArrayLike
) -> str | None:
    """Return the word of ``embedlab.prediction.predict_center``, in the assignment's terms."""
    return predict_center(tokens, i, w, _embeddings(vocab, E))


def closer(
    tokens: Sequence[str],
    i: int,
    w: int,
    vocab: Sequence[str],
    E: npt.ArrayLike,
    first: str,
    second: str,
) -> str:
    """Return the word that ``embedlab.prediction.context_mean`` is more similar to."""
    mean, embeddings = _mean(tokens, i, w, vocab, E), _embeddings(vocab, E)
    return max((first, second), key=lambda word: cosine(mean, embeddings[word]))


def cbow_probabilities(
    tokens: Sequence[str],
    i: int,
    w: int,
    vocab: Sequence[str],
    E: npt.ArrayLike,
    U: npt.ArrayLike,
) -> Array:
    """Return the softmax over the products of the output vectors with the context's mean."""
    return softmax(np.asarray(U, dtype=float) @ _mean(tokens, i, w, vocab, E))


def _mean(tokens: Sequence[str], i: int, w: int, vocab: Sequence[str], E: npt.ArrayLike) -> Array:
    mean = context_mean(tokens, i, w, _embeddings(vocab, E))
    assert mean is not None, "a case without a known context word is never made"
    return mean


def _embeddings(vocab: Sequence[str], E: npt.ArrayLike) -> Embeddings:
    return Embeddings(tuple(vocab), np.asarray(E))


# Each of the following leaves aside what another check looks at, so that one mistake does not
# cost the points of every check. The kind of answer, a list of words, is known to be right.


def same_words(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the right words were taken, in any order, the target aside."""
    tokens, i, _ = arguments
    return sorted(received) in (sorted(expected), sorted([*expected, tokens[i]]))


def same_words_in_a_row(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the right words stand in a row, from either side, the target aside."""
    tokens, i, w = arguments
    with_target = tokens[max(0, i - w) : i + w + 1]
    return received in (expected, expected[::-1], with_target, with_target[::-1])


def empty_for_zero_only(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether nothing was taken for w = 0, and something elsewhere."""
    return bool(received) == bool(expected)


CONTEXT_TASK = Task("context", WORDS, context, CONTEXT)
PREDICT_TASK = Task("cbow_predict", WORD_OR_NONE, cbow_predict, PREDICTION, builds_on=("context",))
CLOSER_TASK = Task("closer", WORD, closer, CLOSER, builds_on=("context", "cbow_predict"))
PROBABILITIES_TASK = Task(
    "cbow_probabilities", VECTOR, cbow_probabilities, PROBABILITIES, builds_on=("context",)
)

_CHECKS = (
    Check("context_takes_both_sides_in_order", 2, CONTEXT_TASK, sentences.inner_positions),
    Check("context_is_clipped_at_both_ends", 1, CONTEXT_TASK, sentences.end_positions,
          same=same_words),
    Check("context_keeps_repeated_words", 1, CONTEXT_TASK, sentences.repeated_words,
          same=same_words_in_a_row),
    Check("context_of_a_zero_window_is_empty", 1, CONTEXT_TASK, sentences.zero_windows,
          same=empty_for_zero_only),
    Check("context_leaves_its_inputs_unchanged", 1, CONTEXT_TASK, sentences.sentences_to_keep,
          same=same_words, keeps_inputs=True),
    Check("cbow_predict_finds_the_word", 2, PREDICT_TASK, misleading.misleading_contexts),
    Check("cbow_predict_lets_every_word_be_the_answer", 1, PREDICT_TASK,
          tables.contexts_with_expected_words),
    Check("cbow_predict_counts_repeated_words", 1, PREDICT_TASK, tables.contexts_with_repeats),
    Check("cbow_predict_skips_unknown_words", 1, PREDICT_TASK,
          tables.contexts_with_unknown_words),
    Check("cbow_predict_returns_none_without_known_words", 1, PREDICT_TASK,
          tables.contexts_without_known_words),
    Check("cbow_predict_prefers_the_first_of_equal_rows", 1, PREDICT_TASK,
          tables.contexts_with_equal_rows),
    Check("cbow_predict_copes_with_a_zero_row", 1, PREDICT_TASK, tables.contexts_with_a_zero_row),
    Check("cbow_predict_leaves_its_inputs_unchanged", 1, PREDICT_TASK, tables.contexts_to_keep,
          keeps_inputs=True),
    Check("closer_compares_with_the_context", 1, CLOSER_TASK, pairs.misleading_pairs),
    Check("closer_averages_known_and_repeated_words", 1, CLOSER_TASK,
          pairs.pairs_around_unknown_words),
    Check("closer_leaves_its_inputs_unchanged", 1, CLOSER_TASK, pairs.pairs_to_keep,
          keeps_inputs=True),
    Check("cbow_probabilities_of_small_scores", 1, PROBABILITIES_TASK, outputs.small_scores,
          is_bonus=True),
    Check("cbow_probabilities_of_large_scores", 1, PROBABILITIES_TASK, outputs.large_scores,
          is_bonus=True),
)  # fmt: skip

ASSIGNMENT = Assignment(
    "cbow",
    version=1,
    checks={check.name: check for check in _CHECKS},
    manual_points={"what_an_average_forgets": 2},
)

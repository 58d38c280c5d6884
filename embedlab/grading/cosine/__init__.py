"""The assignment ``cosine``: cosine similarity, nearest words, analogies, the odd one out."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from embedlab import vectors as reference
from embedlab.grading.answers import NUMBER, WORD, WORDS, alike
from embedlab.grading.cosine import analogies, group_scores, groups, pairs, tables
from embedlab.grading.cosine.analogy_mistakes import ANALOGY
from embedlab.grading.cosine.cosine_mistakes import COSINE
from embedlab.grading.cosine.group_mistakes import ODD_ONE_OUT
from embedlab.grading.cosine.nearest_mistakes import NEAREST
from embedlab.grading.declaration import Arguments, Assignment, Check, Task


def _embeddings(words: Sequence[str], vectors: npt.ArrayLike) -> reference.Embeddings:
    return reference.Embeddings(tuple(words), np.asarray(vectors))


def nearest(word: str, words: Sequence[str], vectors: npt.ArrayLike, k: int) -> list[str]:
    """Return the words of ``embedlab.vectors.nearest``, in the assignment's terms."""
    return [name for name, _ in reference.nearest(_embeddings(words, vectors), word, k)]


def analogy(a: str, b: str, c: str, words: Sequence[str], vectors: npt.ArrayLike) -> str:
    """Return the word of ``embedlab.vectors.analogy``, in the assignment's terms."""
    return reference.analogy(_embeddings(words, vectors), a, b, c)[0][0]


def odd_one_out(group: Sequence[str], words: Sequence[str], vectors: npt.ArrayLike) -> str:
    """Return the word of a group with the lowest mean cosine to the others, first of equals."""
    rows = np.asarray(vectors, dtype=float)
    means = group_scores.RIGHT(rows[[words.index(word) for word in group]], rows)
    return group[int(np.argmin(means))]


def zero_for_zero_only(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether a cosine is 0 for a zero vector, and a number other than 0 elsewhere.

    So a wrong formula can still earn the points for its zero case, and ``return 0`` cannot.
    """
    if any(not np.any(vector) for vector in arguments):
        return alike(expected, received)
    return math.isfinite(received) and not alike(0.0, received)


def same_sign(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether a cosine is a number of the right sign.

    What kinds of sequences are accepted is asked, not the formula.
    """
    return math.isfinite(received) and bool(received * expected > 0)


def same_order(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the words are in the right order as far as they go, the word itself aside.

    Whether the word itself is left out and how many words there are is checked elsewhere, so
    that one mistake does not cost the points of every check.
    """
    others = [word for word in received if word != arguments[0]]
    n = min(len(others), len(expected))
    return n >= 3 and bool(others[:n] == expected[:n])


COSINE_TASK = Task("cosine", NUMBER, reference.cosine, COSINE)
NEAREST_TASK = Task("nearest", WORDS, nearest, NEAREST, builds_on=("cosine",))
ANALOGY_TASK = Task("analogy", WORD, analogy, ANALOGY, builds_on=("cosine", "nearest"))
ODD_ONE_OUT_TASK = Task("odd_one_out", WORD, odd_one_out, ODD_ONE_OUT, builds_on=("cosine",))

_CHECKS = (
    Check("cosine_of_ordinary_vectors", 2, COSINE_TASK, pairs.ordinary_pairs),
    Check("cosine_is_scale_invariant", 1, COSINE_TASK, pairs.rescaled_pairs),
    Check("cosine_of_a_zero_vector_is_zero", 1, COSINE_TASK, pairs.pairs_with_zero,
          same=zero_for_zero_only),
    Check("cosine_accepts_any_sequence", 1, COSINE_TASK, pairs.pairs_of_any_sequence,
          same=same_sign),
    Check("cosine_leaves_its_inputs_unchanged", 1, COSINE_TASK, pairs.pairs_to_keep,
          keeps_inputs=True),
    Check("nearest_lists_the_best_first", 2, NEAREST_TASK, tables.ranking_tables,
          same=same_order),
    Check("nearest_gives_k_other_words", 1, NEAREST_TASK, tables.counting_tables),
    Check("nearest_keeps_the_order_of_equal_rows", 1, NEAREST_TASK,
          tables.tables_with_equal_rows, same=same_order),
    Check("nearest_ranks_a_zero_row", 1, NEAREST_TASK, tables.tables_with_a_zero_row,
          same=same_order),
    Check("nearest_leaves_its_inputs_unchanged", 1, NEAREST_TASK, tables.tables_to_keep,
          same=same_order, keeps_inputs=True),
    Check("analogy_finds_the_word", 2, ANALOGY_TASK, analogies.misleading_analogies),
    Check("analogy_leaves_out_its_inputs", 1, ANALOGY_TASK, analogies.analogies_near_an_input),
    Check("analogy_prefers_the_first_of_equal_rows", 1, ANALOGY_TASK,
          analogies.analogies_with_equal_rows),
    Check("analogy_copes_with_a_zero_row", 1, ANALOGY_TASK, analogies.analogies_with_a_zero_row),
    Check("analogy_leaves_its_inputs_unchanged", 1, ANALOGY_TASK, analogies.analogies_to_keep,
          keeps_inputs=True),
    Check("odd_one_out_finds_the_word", 1, ODD_ONE_OUT_TASK, groups.groups_with_an_odd_one,
          is_bonus=True),
    Check("odd_one_out_leaves_its_inputs_unchanged", 1, ODD_ONE_OUT_TASK, groups.groups_to_keep,
          keeps_inputs=True, is_bonus=True),
)  # fmt: skip

ASSIGNMENT = Assignment(
    "cosine",
    version=2,
    checks={check.name: check for check in _CHECKS},
    manual_points={"why_cosine_and_not_distance": 2},
)

"""The assignment ``sentences``: means of word vectors, plain and weighted, and their cosine."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embedlab import sentences as reference
from embedlab.grading.answers import NUMBER, NUMBER_BY_WORD, VECTOR, Answer, is_number
from embedlab.grading.declaration import Assignment, Check, Task
from embedlab.grading.sentences import averages, documents, pairs, searches, weights
from embedlab.grading.sentences.idf_mistakes import IDF
from embedlab.grading.sentences.mean_mistakes import MEAN
from embedlab.grading.sentences.sameness import (
    made_of_cosine,
    mean_or_sum,
    roughly_same_direction,
    same_direction,
    same_order_of_rarity,
    same_words,
    zero_for_zero_only,
)
from embedlab.grading.sentences.similarity_mistakes import BEST_MATCH, SIMILARITY
from embedlab.grading.sentences.weighted_mistakes import WEIGHTED

POSITION_OR_NONE = Answer(
    "one position, a whole number, or None", lambda value: value is None or is_number(value)
)


def best_match(
    query: Sequence[str],
    sentences: Sequence[Sequence[str]],
    vectors: Mapping[str, npt.ArrayLike],
    idf: Mapping[str, float],
    stopwords: Collection[str],
) -> int | None:
    """Return the position of the sentence most similar to a query, the first of equals.

    None if there are no sentences.
    """
    scores = [
        reference.sentence_similarity(query, sentence, vectors, idf, stopwords)
        for sentence in sentences
    ]
    return int(np.argmax(scores)) if scores else None


MEAN_TASK = Task("mean_vector", VECTOR, reference.mean_vector, MEAN)
IDF_TASK = Task("idf_table", NUMBER_BY_WORD, reference.idf_table, IDF)
WEIGHTED_TASK = Task(
    "sentence_vector", VECTOR, reference.sentence_vector, WEIGHTED, builds_on=("mean_vector",)
)
SIMILARITY_TASK = Task(
    "sentence_similarity", NUMBER, reference.sentence_similarity, SIMILARITY,
    builds_on=("sentence_vector",),
)  # fmt: skip
BEST_MATCH_TASK = Task(
    "best_match", POSITION_OR_NONE, best_match, BEST_MATCH,
    builds_on=("sentence_similarity", "sentence_vector"),
)  # fmt: skip

_CHECKS = (
    Check("mean_vector_averages_every_occurrence", 1, MEAN_TASK, averages.sentences_with_repeats),
    Check("mean_vector_skips_stopwords_and_unknown_words", 1, MEAN_TASK,
          averages.sentences_with_words_to_skip, same=mean_or_sum),
    Check("mean_vector_of_nothing_is_zero", 1, MEAN_TASK, averages.sentences_of_nothing,
          same=zero_for_zero_only),
    Check("mean_vector_leaves_its_inputs_unchanged", 1, MEAN_TASK, averages.sentences_to_keep,
          same=roughly_same_direction, keeps_inputs=True),
    Check("idf_table_follows_the_formula", 1, IDF_TASK, documents.plain_documents),
    Check("idf_table_counts_documents", 1, IDF_TASK, documents.documents_with_repeats,
          same=same_order_of_rarity),
    Check("idf_table_of_no_documents_is_empty", 1, IDF_TASK, documents.documents_of_nothing,
          same=same_words),
    Check("idf_table_leaves_its_inputs_unchanged", 1, IDF_TASK, documents.documents_to_keep,
          same=same_order_of_rarity, keeps_inputs=True),
    Check("sentence_vector_weighs_words_by_idf", 2, WEIGHTED_TASK, weights.sentences_with_idf,
          same=same_direction),
    Check("sentence_vector_weighs_words_by_their_count", 1, WEIGHTED_TASK,
          weights.sentences_with_counts, same=same_direction),
    Check("sentence_vector_divides_by_the_weights_used", 1, WEIGHTED_TASK,
          weights.sentences_of_equal_vectors),
    Check("sentence_vector_takes_1_where_idf_is_missing", 1, WEIGHTED_TASK,
          weights.sentences_without_idf, same=same_direction),
    Check("sentence_vector_of_nothing_is_zero", 1, WEIGHTED_TASK, weights.sentences_of_nothing,
          same=zero_for_zero_only),
    Check("sentence_vector_leaves_its_inputs_unchanged", 1, WEIGHTED_TASK,
          weights.sentences_to_keep, same=roughly_same_direction, keeps_inputs=True),
    Check("sentence_similarity_is_the_cosine", 1, SIMILARITY_TASK, pairs.ordinary_pairs),
    Check("sentence_similarity_of_a_zero_vector_is_zero", 1, SIMILARITY_TASK,
          pairs.pairs_with_zero, same=zero_for_zero_only),
    Check("sentence_similarity_leaves_its_inputs_unchanged", 1, SIMILARITY_TASK,
          pairs.pairs_to_keep, same=made_of_cosine, keeps_inputs=True),
    Check("best_match_finds_the_most_similar_sentence", 1, BEST_MATCH_TASK, searches.searches,
          is_bonus=True),
    Check("best_match_without_a_clear_winner", 1, BEST_MATCH_TASK,
          searches.searches_without_a_clear_winner, is_bonus=True),
)  # fmt: skip

ASSIGNMENT = Assignment(
    "sentences",
    version=1,
    checks={check.name: check for check in _CHECKS},
    manual_points={"why_weight_the_words": 2},
)

"""The assignment ``ngrams``: n-grams of words and of characters, and FastText's units."""

from embedlab import subwords as reference
from embedlab.grading.answers import NGRAMS, NUMBER, NUMBER_BY_WORD, SET_OF_STRINGS, STRINGS
from embedlab.grading.declaration import Assignment, Check, Task
from embedlab.grading.ngrams import properties, sentence_cases, spelling_cases
from embedlab.grading.ngrams.char_mistakes import CHAR_NGRAMS
from embedlab.grading.ngrams.followers import NEXT_WORD_PROBABILITIES, next_word_probabilities
from embedlab.grading.ngrams.subword_mistakes import SUBWORDS
from embedlab.grading.ngrams.word_mistakes import COUNT_WORD_NGRAMS, WORD_NGRAMS
from embedlab.text import n_word_ngrams, word_ngrams


def subwords(word: str, n_min: int, n_max: int) -> set[str]:
    """Return the units of ``embedlab.subwords.subwords`` as a set, which has no order."""
    return set(reference.subwords(word, n_min, n_max))


def _word_ngrams(tokens: list[str], n: int) -> list[tuple[str, ...]]:
    # The package's own function has more parameters, which the feedback must not show.
    return word_ngrams(tokens, n)


WORD_NGRAMS_TASK = Task("word_ngrams", NGRAMS, _word_ngrams, WORD_NGRAMS)
COUNT_TASK = Task(
    "count_word_ngrams", NUMBER, n_word_ngrams, COUNT_WORD_NGRAMS, builds_on=("word_ngrams",)
)
CHAR_NGRAMS_TASK = Task("char_ngrams", STRINGS, reference.padded_ngrams, CHAR_NGRAMS)
SUBWORDS_TASK = Task("subwords", SET_OF_STRINGS, subwords, SUBWORDS, builds_on=("char_ngrams",))
NEXT_WORD_TASK = Task(
    "next_word_probabilities",
    NUMBER_BY_WORD,
    next_word_probabilities,
    NEXT_WORD_PROBABILITIES,
    builds_on=("word_ngrams",),
)

_CHECKS = (
    Check("word_ngrams_are_in_order_with_repeats", 2, WORD_NGRAMS_TASK,
          sentence_cases.repeating_sentences, same=properties.same_inside),
    Check("word_ngrams_start_with_marks", 1, WORD_NGRAMS_TASK,
          sentence_cases.sentences_to_start, same=properties.same_start),
    Check("word_ngrams_end_with_one_mark", 1, WORD_NGRAMS_TASK,
          sentence_cases.sentences_to_end, same=properties.same_end),
    Check("word_ngrams_of_single_words", 1, WORD_NGRAMS_TASK,
          sentence_cases.single_words, same=properties.same_single_words),
    Check("word_ngrams_of_short_sentences", 1, WORD_NGRAMS_TASK,
          sentence_cases.short_sentences, same=properties.same_if_short),
    Check("word_ngrams_leaves_its_inputs_unchanged", 1, WORD_NGRAMS_TASK,
          sentence_cases.sentences_to_keep, same=properties.some_of_the_tokens,
          keeps_inputs=True),
    Check("count_word_ngrams_of_ordinary_sentences", 2, COUNT_TASK, sentence_cases.lengths),
    Check("count_word_ngrams_of_an_empty_sentence", 1, COUNT_TASK,
          sentence_cases.lengths_with_zero, same=properties.one_for_zero_only),
    Check("char_ngrams_are_in_order_with_repeats", 1, CHAR_NGRAMS_TASK,
          spelling_cases.repeating_words, same=properties.same_letters),
    Check("char_ngrams_mark_both_ends", 1, CHAR_NGRAMS_TASK,
          spelling_cases.words_to_mark, same=properties.same_marks),
    Check("char_ngrams_keep_every_character", 1, CHAR_NGRAMS_TASK,
          spelling_cases.words_of_any_characters, same=properties.same_letters_in_any_order),
    Check("char_ngrams_of_a_short_word", 1, CHAR_NGRAMS_TASK,
          spelling_cases.short_words, same=properties.none_for_short_words_only),
    Check("subwords_have_every_length", 2, SUBWORDS_TASK,
          spelling_cases.words_for_every_length, same=properties.same_lengths),
    Check("subwords_mark_both_ends", 1, SUBWORDS_TASK,
          spelling_cases.words_with_ends, same=properties.same_ends),
    Check("subwords_include_the_whole_word", 1, SUBWORDS_TASK,
          spelling_cases.words_as_a_whole, same=properties.same_whole),
    Check("next_word_probabilities_are_shares", 1, NEXT_WORD_TASK,
          sentence_cases.texts, is_bonus=True),
    Check("next_word_probabilities_leaves_its_inputs_unchanged", 1, NEXT_WORD_TASK,
          sentence_cases.texts_to_keep, same=properties.same_words, keeps_inputs=True,
          is_bonus=True),
)  # fmt: skip

ASSIGNMENT = Assignment(
    "ngrams",
    version=1,
    checks={check.name: check for check in _CHECKS},
    manual_points={"why_unseen_words_have_vectors": 2},
)

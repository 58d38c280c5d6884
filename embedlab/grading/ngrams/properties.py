"""What each check looks at: one property, whatever else is wrong.

Where a function forgets the marks, its n-grams of words alone can still be right; a check that
compared whole answers would take the points for both. Each function here is the ``same`` of a
``Check``: it tells whether a received answer is right, given the arguments and the expected one.
Together they are meant to leave no way to be wrong and pass them all.
"""

from collections.abc import Collection
from typing import Any, TypeAlias

from embedlab.grading.answers import alike, members
from embedlab.grading.declaration import Arguments

Ngrams: TypeAlias = list[list[str]]

START, END = "<S>", "</S>"
# A word between <S> and </S> has five characters more than between < and >.
_LONGER_MARKS = 5


def _has_room(arguments: Arguments, expected: Any, received: Any, extra: int = 0) -> bool:
    """Return whether a list of n-grams is no longer than other marks could make it.

    It is if a function goes on with the list that it returned before: n-grams of other words,
    which a look at those of these words alone would not see.
    """
    n: int = arguments[1]
    return len(received) <= len(expected) + n + extra


# --- word_ngrams -----------------------------------------------------------------------------


def _of(ngrams: Ngrams, parts: Collection[str]) -> Ngrams:
    """Return the n-grams that hold nothing else."""
    return [ngram for ngram in ngrams if set(ngram) <= set(parts)]


def _in_order(expected: Any, received: Any) -> bool:
    """Return whether an answer with the right n-grams has them in the right order."""
    return bool(received == expected) or sorted(received) != sorted(expected)


def same_inside(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the n-grams that hold words only are right, in order and with repeats.

    If all n-grams are right, all must be in order.
    """
    same = _of(received, arguments[0]) == _of(expected, arguments[0])
    return same and _in_order(expected, received) and _has_room(arguments, expected, received)


def some_of_the_tokens(arguments: Arguments, _: Any, received: Any) -> bool:
    """Return whether there are n-grams, made of the tokens and of marks, however written.

    Which ones, and in what order, is checked elsewhere.
    """
    tokens, n = arguments
    parts = [part for ngram in received for part in ngram]
    are_known = all(part in tokens or part[:1] == "<" for part in parts)
    has_words = any(part in tokens for part in parts)
    return are_known and has_words and max(map(len, received)) == n


def same_start(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the n-grams of start marks and words are right, in any order."""
    parts = [START, *arguments[0]]
    here, there = (
        sorted(ngram for ngram in _of(ngrams, parts) if ngram[:1] == [START])
        for ngrams in (expected, received)
    )
    return here == there and _has_room(arguments, expected, received)


def same_end(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the n-grams of words and end marks are right, in any order."""
    parts = [END, *arguments[0]]
    here, there = (
        sorted(ngram for ngram in _of(ngrams, parts) if END in ngram)
        for ngrams in (expected, received)
    )
    return here == there and _has_room(arguments, expected, received)


def same_single_words(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether each word is alone in its n-gram, and no start mark is in front.

    What marks the end is checked elsewhere: at most one n-gram may be no word.
    """
    words = [[token] for token in arguments[0]]
    marks = [ngram for ngram in received if ngram not in words]
    others = [ngram for ngram in received if ngram in words]
    return sorted(others) == sorted(words) and len(marks) <= 1 and received[:1] != [[START]]


def same_if_short(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether all is right for fewer tokens than n, and there are n-grams for more.

    Marks in lowercase letters are taken for right: the other checks look at how they are written.
    """
    tokens, n = arguments
    if len(tokens) >= n:
        return len(received) > 1
    spelling = {START.lower(): START, END.lower(): END}
    return bool(expected == [[spelling.get(part, part) for part in each] for each in received])


# --- count_word_ngrams -----------------------------------------------------------------------


def one_for_zero_only(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the count is 1 for length 0, and something else for other lengths."""
    return alike(1, received) == bool(arguments[0] == 0)


# --- char_ngrams and subwords ----------------------------------------------------------------


def _is_inside(ngram: str, word: str) -> bool:
    """Return whether an n-gram holds characters of the word only, and so no mark."""
    return ngram != "" and set(ngram) <= set(word)


def _inside(ngrams: Collection[str], word: str) -> list[str]:
    return [ngram for ngram in ngrams if _is_inside(ngram, word)]


def _marked(ngrams: Collection[str], word: str) -> list[str]:
    return [ngram for ngram in ngrams if not _is_inside(ngram, word)]


def same_letters(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the n-grams without a mark are right, in order and with repeats.

    If all n-grams are right, all must be in order.
    """
    same = _inside(received, arguments[0]) == _inside(expected, arguments[0])
    has_room = _has_room(arguments, expected, received, _LONGER_MARKS)
    return same and _in_order(expected, received) and has_room


def same_letters_in_any_order(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the n-grams without a mark are right."""
    here, there = (sorted(_inside(ngrams, arguments[0])) for ngrams in (expected, received))
    return here == there and _has_room(arguments, expected, received, _LONGER_MARKS)


def same_marks(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the n-grams with a mark are right, in any order."""
    here, there = (sorted(_marked(ngrams, arguments[0])) for ngrams in (expected, received))
    return here == there


def none_for_short_words_only(_: Arguments, expected: Any, received: Any) -> bool:
    """Return whether there are n-grams where there should be some, and none elsewhere."""
    return bool(expected) == bool(received)


def _ngrams(arguments: Arguments, answer: Any) -> set[str]:
    """Return the units of an answer, apart from the whole word, whatever marks it has.

    What holds the whole word may still be an n-gram, unless it is longer than these.
    """
    word, _, n_max = arguments
    units = {str(unit) for unit in members(answer) or []} - {word, f"<{word}>"}
    return {unit for unit in units if word not in unit or len(unit) <= n_max}


def same_lengths(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the units have the right lengths, and those without a mark are right."""
    word, n_min, n_max = arguments
    here, there = (_ngrams(arguments, answer) for answer in (expected, received))
    in_range = all(n_min <= len(unit) <= n_max for unit in there)
    return in_range and set(_inside(here, word)) == set(_inside(there, word))


def same_ends(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the units with a mark are right, of every length that occurs at all.

    Which lengths occur is checked elsewhere, except for the longest n-grams of a short word: they
    have marks, all of them. Whoever takes n_min alone need not have these.
    """
    word, n_min, n_max = arguments
    here, there = (_ngrams(arguments, answer) for answer in (expected, received))
    lengths = {len(unit) for unit in there if n_min <= len(unit) <= n_max}
    are_shorter = lengths and len(word) not in lengths
    if n_min <= len(word) + 1 < n_max and not are_shorter:
        lengths.add(len(word) + 1)
    right, given = (
        {unit for unit in _marked(units, word) if len(unit) in lengths} for units in (here, there)
    )
    return bool(lengths) and right == given


def same_whole(arguments: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the whole padded word is a unit, and the bare word is none if it is longer.

    The padded word alone is no answer where it is longer than all n-grams.
    """
    word, _, n_max = arguments
    there = members(received) or []
    is_added = word in there and len(word) > n_max
    has_others = len(there) > 1 or n_max >= len(word) + 2
    return f"<{word}>" in there and not is_added and has_others


# --- next_word_probabilities -----------------------------------------------------------------


def same_words(_: Arguments, expected: Any, received: Any) -> bool:
    """Return whether the words are right, whatever the numbers."""
    here, there = (set(map(str, members(table) or [])) for table in (expected, received))
    return here == there

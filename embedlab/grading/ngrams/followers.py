"""The optional challenge: which word follows which, with its common mistakes."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from embedlab.grading.declaration import Mistake
from embedlab.text import word_ngrams

Sentences: TypeAlias = Sequence[Sequence[str]]


def next_word_probabilities(sentences: Sequence[Sequence[str]], previous: str) -> dict[str, float]:
    """Return with which share each word follows a given one, in the bigrams of all sentences.

    The mark <S> may be the given word, and </S> may follow. Empty if the word never occurs.

    >>> next_word_probabilities([["we", "met"], ["we", "ran"]], "we")
    {'met': 0.5, 'ran': 0.5}
    """
    return _shares(after for before, after in _bigrams(sentences) if before == previous)


def _bigrams(sentences: Sentences) -> list[tuple[str, ...]]:
    return [bigram for tokens in sentences for bigram in word_ngrams(tokens, 2)]


def _counts(sentences: Sentences, previous: str) -> Counter[str]:
    return Counter(after for before, after in _bigrams(sentences) if before == previous)


def _shares(words: Iterable[str]) -> dict[str, float]:
    counts = Counter(words)
    return {word: count / counts.total() for word, count in counts.items()}


def _divided(by: Callable[[Sentences, str], int]) -> Callable[[Sentences, str], dict[str, float]]:
    """Return a function that divides the right counts by something else."""
    return lambda sentences, previous: {
        word: count / by(sentences, previous)
        for word, count in _counts(sentences, previous).items()
    }


def _n_occurrences(sentences: Sentences, previous: str) -> int:
    return sum(list(tokens).count(previous) for tokens in sentences)


def _divided_first(sentences: Sentences, previous: str) -> dict[str, float]:
    """Return the shares, computed so that a word never seen divides by zero."""
    counts = _counts(sentences, previous)
    share = 1 / counts.total()
    return {word: count * share for word, count in counts.items()}


def _looked_up(sentences: Sentences, previous: str) -> dict[str, float]:
    followers = {before: True for before, _ in _bigrams(sentences)}
    return next_word_probabilities(sentences, previous) if followers[previous] else {}


def _of_one_long_sentence(sentences: Sentences, previous: str) -> dict[str, float]:
    tokens = [token for sentence in sentences for token in sentence]
    return next_word_probabilities([tokens], previous)


def _without_marks(sentences: Sentences, previous: str) -> dict[str, float]:
    pairs = (pair for tokens in sentences for pair in pairwise(tokens))
    return _shares(after for before, after in pairs if before == previous)


def _of_all_words(sentences: Sentences, previous: str) -> dict[str, float]:
    everything = {after: 0.0 for _, after in _bigrams(sentences)}
    return everything | next_word_probabilities(sentences, previous)


def _counted_in_texts(sentences: Sentences, previous: str) -> dict[str, float]:
    texts = [" ".join(["<S>", *tokens, "</S>"]) for tokens in sentences]
    pairs = {after: f"{previous} {after}" for _, after in _bigrams(sentences)}
    return _shares(
        after for after, pair in pairs.items() for text in texts for _ in range(text.count(pair))
    )


_INSIDE = (
    "You look for words inside other words, as in a joined text, where law is in lawn: compare "
    "whole words with ==."
)
_UNSEEN = "A word that never occurs has no next word: return an empty dict, {}."
_MARKS = "The mark </S> may follow a word, and <S> may be the previous one: keep both."
NEXT_WORD_PROBABILITIES = (
    Mistake("You return counts: divide each by their sum.", _counts),
    Mistake(
        "You divide by the number of all bigrams: divide by those that start with the previous "
        "word.",
        _divided(lambda sentences, previous: len(_bigrams(sentences))),
    ),
    Mistake(
        "You divide by the number of sentences: divide by how often the previous word occurs.",
        _divided(lambda sentences, previous: len(sentences)),
    ),
    Mistake(
        "You give each next word the same share: a word that follows twice as often gets twice "
        "as much.",
        lambda sentences, previous: _shares(set(_counts(sentences, previous))),
    ),
    Mistake(
        "You ask which word comes before the given one: the next one is wanted.",
        lambda sentences, previous: _shares(
            before for before, after in _bigrams(sentences) if after == previous
        ),
    ),
    Mistake(_MARKS, _without_marks),
    Mistake(
        _MARKS,
        lambda sentences, previous: _shares(
            after for before, after in _bigrams(sentences) if before == previous and after != "</S>"
        ),
    ),
    Mistake(
        "You make one long sentence of all: a bigram never reaches into the next sentence.",
        _of_one_long_sentence,
    ),
    Mistake(_INSIDE, _counted_in_texts),
    Mistake(
        _INSIDE,
        lambda sentences, previous: _shares(
            after for before, after in _bigrams(sentences) if previous in before
        ),
    ),
    Mistake(
        "You look at the first sentence only.",
        lambda sentences, previous: next_word_probabilities(sentences[:1], previous),
    ),
    Mistake("You list every word, most with probability 0: list those that follow.", _of_all_words),
    Mistake(
        "You return the likeliest next word: return all of them, with their probabilities.",
        lambda sentences, previous: max(_counts(sentences, previous) or {"": 0}),
    ),
    Mistake(
        "You return pairs: make a dict from words to probabilities.",
        lambda sentences, previous: list(next_word_probabilities(sentences, previous).items()),
    ),
    Mistake(
        "You divide by how often the previous word is a token, but <S> is none: divide by the "
        "number of bigrams that start with it.",
        _divided(_n_occurrences),
    ),
    Mistake(_UNSEEN, _divided_first),
    Mistake(_UNSEEN, _looked_up),
    Mistake(
        _UNSEEN,
        lambda sentences, previous: next_word_probabilities(sentences, previous) or None,
    ),
    Mistake(
        _UNSEEN,
        lambda sentences, previous: next_word_probabilities(sentences, previous) or 0.0,
    ),
)

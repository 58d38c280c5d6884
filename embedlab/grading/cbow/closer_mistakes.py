"""Common mistakes in ``closer``, each an implementation and its sentence."""

from collections.abc import Callable
from typing import Any

import numpy as np

from embedlab.grading.cbow.scorings import SCORINGS, Scoring
from embedlab.grading.cbow.variants import (
    NEIGHBORS,
    Scores,
    bare_cosines,
    best_word,
    cosines,
    mean_of,
)
from embedlab.grading.cbow.windows import REPEAT_WINDOWS, Tokens
from embedlab.grading.declaration import Mistake
from embedlab.numerics import Array
from embedlab.text import context

_RIGHT = Scoring()


def _with(scoring: Scoring) -> Callable[..., Any]:
    """Return ``closer`` with another scoring."""

    def mistake(
        tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
    ) -> Any:
        values = _two(scoring, tokens, i, w, vocab, E, first, second)
        return None if values is None else (first, second)[int(np.argmax(values))]

    return mistake


def _two(
    scoring: Scoring,
    tokens: Tokens,
    i: int,
    w: int,
    vocab: Tokens,
    E: Any,
    first: str,
    second: str,
) -> Array | None:
    """Return the scores of the two words."""
    values = scoring.values(tokens, i, w, vocab, E)
    return None if values is None else values[[vocab.index(first), vocab.index(second)]]


def _finished(finish: Callable[..., Any], scores: Scores = cosines) -> Callable[..., Any]:
    """Return a mistake that knows both scores and returns something made of them."""

    def mistake(
        tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
    ) -> Any:
        values = _two(Scoring(scores=scores), tokens, i, w, vocab, E, first, second)
        return None if values is None else finish(*values.tolist(), vocab, first, second)

    return mistake


def _failing(error: type[Exception]) -> Callable[..., Any]:
    def mistake(
        tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
    ) -> Any:
        if any(word not in vocab for word in context(tokens, i, w)):
            raise error
        return _with(_RIGHT)(tokens, i, w, vocab, E, first, second)

    return mistake


def _in_place_of_unknown(place: int) -> Callable[..., Any]:
    def mistake(
        tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
    ) -> Any:
        words = [word if word in vocab else vocab[place] for word in tokens]
        return _with(_RIGHT)(words, i, w, vocab, E, first, second)

    return mistake


def _dividing_by_zero(
    tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
) -> Any:
    if not all(np.any(E[vocab.index(word)]) for word in (first, second)):
        raise ZeroDivisionError
    return _with(_RIGHT)(tokens, i, w, vocab, E, first, second)


def _predicted(place: int) -> Callable[..., Any]:
    """Return ``closer`` by the best word of vocab, or one of the two if it is neither."""

    def mistake(
        tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
    ) -> Any:
        word = _best_of_all(tokens, i, w, vocab, E, first, second)
        return word if word in (first, second) else (first, second)[place]

    return mistake


def _best_of_all(
    tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
) -> Any:
    return best_word(mean_of(context(tokens, i, w), vocab, E), vocab, E)


def _swapped_in_vocab(
    tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, first: str, second: str
) -> Any:
    pair = sorted((first, second), key=vocab.index)
    return (first, second)[pair.index(_with(_RIGHT)(tokens, i, w, vocab, E, first, second))]


_UNKNOWN = "A context word that is not in vocab has no row: skip it."
_NAN = "A zero row gives nan, and nan wins or loses every comparison: its cosine is 0.0."
_RETURN = "return the word."


CLOSER = (
    *(Mistake(sentence, _with(scoring)) for sentence, scoring in SCORINGS),
    # No part of SCORINGS: half of a window of 2 or 3 is the same.
    Mistake(NEIGHBORS, _with(Scoring(lambda tokens, i, w: context(tokens, i, 1)))),
    *(Mistake(each.sentence, _with(Scoring(each.function))) for each in REPEAT_WINDOWS),
    Mistake(
        "Your two rows are in the order of vocab, your two words in the order of the arguments: "
        "look up the row of each word by itself.",
        _swapped_in_vocab,
    ),
    Mistake(
        "You always return first: return the word with the higher cosine.",
        lambda tokens, i, w, vocab, E, first, second: first,
    ),
    Mistake(
        "You always return second: return the word with the higher cosine.",
        lambda tokens, i, w, vocab, E, first, second: second,
    ),
    Mistake(
        "You return the best word of the whole vocab: choose between first and second only.",
        _best_of_all,
    ),
    *(
        Mistake(
            "You ask whether first or second is the best word of the whole vocab: compare the two "
            "cosines with each other.",
            _predicted(place),
        )
        for place in (0, 1)
    ),
    *(Mistake(_UNKNOWN, _failing(error)) for error in (ValueError, KeyError, IndexError)),
    Mistake(
        f"{_UNKNOWN} Yours takes the row of the first word in vocab for it.",
        _in_place_of_unknown(0),
    ),
    Mistake(f"{_UNKNOWN} Position -1 is the last row.", _in_place_of_unknown(-1)),
    Mistake(_NAN, _with(Scoring(scores=bare_cosines))),
    Mistake(
        _NAN, _finished(lambda x, y, vocab, first, second: first if x > y else second, bare_cosines)
    ),
    Mistake(
        _NAN, _finished(lambda x, y, vocab, first, second: second if y > x else first, bare_cosines)
    ),
    Mistake(_NAN, _dividing_by_zero),
    Mistake(
        f"You return True or False: {_RETURN}",
        _finished(lambda x, y, vocab, first, second: x > y),
    ),
    Mistake(
        f"You return the cosine: {_RETURN}", _finished(lambda x, y, vocab, first, second: max(x, y))
    ),
    Mistake(
        f"You return both cosines: {_RETURN}", _finished(lambda x, y, vocab, first, second: (x, y))
    ),
    Mistake(
        f"You return a number: {_RETURN}",
        _finished(lambda x, y, vocab, first, second: int(y > x)),
    ),
    Mistake(
        f"You return the word and its cosine: {_RETURN}",
        _finished(lambda x, y, vocab, first, second: (first, x) if x >= y else (second, y)),
    ),
    Mistake(
        f"You return a list: {_RETURN}",
        _finished(lambda x, y, vocab, first, second: [first if x >= y else second]),
    ),
    Mistake(
        f"You return the position in vocab: {_RETURN}",
        _finished(lambda x, y, vocab, first, second: vocab.index(first if x >= y else second)),
    ),
    Mistake(
        'You return the text "first" or "second": return the word itself, without quotation marks.',
        _finished(lambda x, y, vocab, first, second: "first" if x >= y else "second"),
    ),
)

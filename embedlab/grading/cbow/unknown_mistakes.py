"""Common mistakes in ``cbow_predict`` with words that have no row, and where there is no other."""

from collections.abc import Callable
from typing import Any

from embedlab.grading.cbow.variants import best_word, mean_of
from embedlab.grading.cbow.windows import Tokens
from embedlab.grading.declaration import Mistake
from embedlab.text import context


def _right_word(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    return best_word(mean_of(context(tokens, i, w), vocab, E), vocab, E)


def _any_unknown(tokens: Tokens, i: int, w: int, vocab: Tokens) -> bool:
    return any(word not in vocab for word in context(tokens, i, w))


def _failing(error: type[Exception]) -> Callable[..., Any]:
    def mistake(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
        if _any_unknown(tokens, i, w, vocab):
            raise error
        return _right_word(tokens, i, w, vocab, E)

    return mistake


def _in_place_of_unknown(place: int) -> Callable[..., Any]:
    return lambda tokens, i, w, vocab, E: best_word(
        mean_of(
            [word if word in vocab else vocab[place] for word in context(tokens, i, w)], vocab, E
        ),
        vocab,
        E,
    )


def _giving_up(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    return None if _any_unknown(tokens, i, w, vocab) else _right_word(tokens, i, w, vocab, E)


def _known_first(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    left, right = ([t for t in part if t in vocab] for part in (tokens[:i], tokens[i + 1 :]))
    words = left[max(0, len(left) - w) :] + right[:w]
    return best_word(mean_of(words, vocab, E), vocab, E)


def _without_none(answer: Callable[[Tokens], Any]) -> Callable[..., Any]:
    def mistake(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
        word = _right_word(tokens, i, w, vocab, E)
        return answer(vocab) if word is None else word

    return mistake


def _target_for_none(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    word = _right_word(tokens, i, w, vocab, E)
    return tokens[i] if word is None else word


def _always(answer: Any) -> Callable[..., Any]:
    return lambda _: answer


def _failing_without_words(error: type[Exception]) -> Callable[..., Any]:
    def mistake(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
        word = _right_word(tokens, i, w, vocab, E)
        if word is None:
            raise error
        return word

    return mistake


_UNKNOWN = "A context word that is not in vocab has no row: skip it."
_NOTHING = "When no context word is known there is nothing to average: return None."
_NO_WORD: tuple[Any, ...] = ("", "None", [], False, 0, -1)

UNKNOWN = (
    *(Mistake(_UNKNOWN, _failing(error)) for error in (ValueError, KeyError, IndexError)),
    Mistake(
        f"{_UNKNOWN} Yours takes the row of the first word in vocab for it.",
        _in_place_of_unknown(0),
    ),
    Mistake(
        f"{_UNKNOWN} Position -1 is the last row.",
        _in_place_of_unknown(-1),
    ),
    Mistake("You give up when one context word is unknown: average the others.", _giving_up),
    Mistake(
        "You remove the unknown words before you take the window, so words from farther away come "
        "in: take the window first.",
        _known_first,
    ),
    Mistake(_NOTHING, _without_none(lambda vocab: vocab[0])),
    Mistake(f"{_NOTHING} Yours returns the target word.", _target_for_none),
    *(
        Mistake(f"{_NOTHING} Yours returns something else.", _without_none(_always(answer)))
        for answer in _NO_WORD
    ),
    *(
        Mistake(_NOTHING, _failing_without_words(error))
        for error in (ZeroDivisionError, ValueError, IndexError, TypeError)
    ),
)

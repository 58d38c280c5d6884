"""Common mistakes in ``cbow_predict``, each an implementation and its sentence."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from embedlab.grading.cbow.unknown_mistakes import UNKNOWN
from embedlab.grading.cbow.variants import (
    NEIGHBORS,
    ONE_ROW,
    RUNNING,
    UNIT_ROWS,
    Mean,
    absolute_cosines,
    bare_cosines,
    best_word,
    closenesses,
    cosines,
    farthest,
    known_rows,
    mean_of,
    mean_of_unit_rows,
    over_squares,
    products,
    row_at,
    running_mean,
)
from embedlab.grading.cbow.windows import WORD_WINDOWS, Tokens, Window
from embedlab.grading.declaration import Mistake
from embedlab.numerics import Array
from embedlab.text import context


def _from_window(window: Window) -> Callable[..., Any]:
    return lambda tokens, i, w, vocab, E: best_word(
        mean_of(window(tokens, i, w), vocab, E), vocab, E
    )


def _predict(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, **changes: Any) -> Any:
    return best_word(mean_of(context(tokens, i, w), vocab, E), vocab, E, **changes)


def _with(**changes: Any) -> Callable[..., Any]:
    return lambda *arguments: _predict(*arguments, **changes)


def _finished(finish: Callable[..., Any]) -> Callable[..., Any]:
    """Return a mistake that knows the right word and returns something made of it."""

    def mistake(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
        mean = mean_of(context(tokens, i, w), vocab, E)
        word = best_word(mean, vocab, E)
        return None if mean is None else finish(word, mean, vocab, np.asarray(E, dtype=float))

    return mistake


def _leaving_out(words: Callable[[Tokens, int, int], Sequence[str]]) -> Callable[..., Any]:
    return lambda tokens, i, w, vocab, E: _predict(
        tokens, i, w, vocab, E, left_out=words(tokens, i, w)
    )


# --- the mean ------------------------------------------------------------------------------


def _of_mean(mean: Mean) -> Callable[..., Any]:
    return lambda tokens, i, w, vocab, E: best_word(mean(context(tokens, i, w), vocab, E), vocab, E)


def _of_distance_to_sum(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    rows = known_rows(context(tokens, i, w), vocab, E)
    return best_word(rows.sum(axis=0), vocab, E, scores=closenesses) if len(rows) else None


def _summed_into_row(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    places = [vocab.index(word) for word in context(tokens, i, w) if word in vocab]
    for place in places[1:]:
        E[places[0]] += E[place]
    return best_word(np.asarray(E[places[0]], dtype=float), vocab, E) if places else None


def _looked_up_in_tokens(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    word = _predict(tokens, i, w, vocab, E)
    return None if word is None else tokens[vocab.index(word)]


def _like_the_target(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Any:
    return best_word(mean_of([tokens[i]], vocab, E), vocab, E)


# --- equal rows, zero rows -----------------------------------------------------------------


def _by_pairs(choose: Callable[..., Any], sign: int) -> Callable[[str, Array, Tokens, Array], Any]:
    return lambda _, mean, vocab, rows: choose(zip(sign * cosines(mean, rows), vocab, strict=True))[
        1
    ]


def _last_of_equals(word: str, mean: Array, vocab: Tokens, rows: Array) -> str:
    values = cosines(mean, rows)
    return vocab[len(vocab) - 1 - int(np.argmax(values[::-1]))]


def _max_with_nan(word: str, mean: Array, vocab: Tokens, rows: Array) -> str:
    values = bare_cosines(mean, rows)
    return vocab[max(range(len(vocab)), key=lambda k: values[k])]


def _dividing_by_zero(word: str, mean: Array, vocab: Tokens, rows: Array) -> str:
    if not rows.any(axis=1).all():
        raise ZeroDivisionError
    return word


_NAN = "A zero row gives nan, and nan wins or loses every comparison: its cosine is 0.0."
_CANDIDATES = "may be the answer as well: every word of vocab is a candidate."
_PAIRS = (
    "Comparing pairs (cosine, word) lets the alphabet decide between equal rows: of equal rows the "
    "first in vocab wins."
)

PREDICTION = (
    Mistake(
        "You compare by the dot product, which favors long rows: take the highest cosine.",
        _with(scores=products),
    ),
    Mistake(
        "You compare by Euclidean distance: take the highest cosine.", _with(scores=closenesses)
    ),
    Mistake(
        "You divide by the squared length of a row: divide by its length.",
        _with(scores=over_squares),
    ),
    Mistake(
        "You compare by the Euclidean distance from the sum: take the highest cosine.",
        _of_distance_to_sum,
    ),
    Mistake("You take the lowest cosine: take the highest.", _with(scores=farthest)),
    Mistake(
        "You take the absolute value of the cosine: the opposite direction is not similar.",
        _with(scores=absolute_cosines),
    ),
    *(Mistake(each.sentence, _from_window(each.function)) for each in WORD_WINDOWS),
    Mistake(
        "Adding to a row of E with += changes E itself: add to a copy, or to zeros.",
        _summed_into_row,
    ),
    Mistake(ONE_ROW, _of_mean(row_at(0))),
    Mistake(ONE_ROW, _of_mean(row_at(-1))),
    Mistake(RUNNING, _of_mean(running_mean)),
    Mistake(NEIGHBORS, _from_window(lambda tokens, i, w: context(tokens, i, 1))),
    Mistake(
        "You choose among the context words only: every word of vocab is a candidate.",
        lambda tokens, i, w, vocab, E: _predict(
            tokens, i, w, vocab, E, left_out=set(vocab) - set(context(tokens, i, w))
        ),
    ),
    Mistake(f"The context words {_CANDIDATES}", _leaving_out(context)),
    Mistake(f"The target word {_CANDIDATES}", _leaving_out(lambda tokens, i, w: [tokens[i]])),
    Mistake(
        f"The context words and the target word {_CANDIDATES}",
        _leaving_out(lambda tokens, i, w: [tokens[i], *context(tokens, i, w)]),
    ),
    Mistake(f"The words of the sentence {_CANDIDATES}", _leaving_out(lambda tokens, i, w: tokens)),
    Mistake(UNIT_ROWS, _of_mean(mean_of_unit_rows)),
    Mistake(
        "You look for the word most similar to the target: compare with the mean of its context.",
        _like_the_target,
    ),
    *UNKNOWN,
    Mistake(
        "Of exactly equal rows the first in vocab must win: use > where you use >=, or np.argmax.",
        _finished(_last_of_equals),
    ),
    Mistake(_PAIRS, _finished(_by_pairs(max, 1))),
    Mistake(_PAIRS, _finished(_by_pairs(min, -1))),
    Mistake(_NAN, _with(scores=bare_cosines)),
    Mistake(_NAN, _finished(_max_with_nan)),
    Mistake(_NAN, _finished(_dividing_by_zero)),
    Mistake(
        "You return a position: return the word at it.",
        _finished(lambda word, mean, vocab, rows: vocab.index(word)),
    ),
    Mistake(
        "You look the position up in tokens: row k of E belongs to vocab[k].",
        _looked_up_in_tokens,
    ),
    Mistake(
        "You return a list: return the word alone.",
        _finished(lambda word, mean, vocab, rows: [word]),
    ),
    Mistake(
        "You return the word and its cosine: return the word alone.",
        _finished(lambda word, mean, vocab, rows: (word, max(cosines(mean, rows)))),
    ),
    Mistake(
        "You return the cosine: return the word that has it.",
        _finished(lambda word, mean, vocab, rows: max(cosines(mean, rows))),
    ),
    Mistake(
        "You return the mean: return the word nearest to it.",
        _finished(lambda word, mean, vocab, rows: mean),
    ),
    Mistake(
        "You return a row of E: return the word that it belongs to.",
        _finished(lambda word, mean, vocab, rows: rows[vocab.index(word)]),
    ),
    Mistake(
        "You return all words in order: return the best one.",
        _finished(
            lambda word, mean, vocab, rows: [
                vocab[k] for k in np.argsort(-cosines(mean, rows), kind="stable")
            ]
        ),
    ),
)

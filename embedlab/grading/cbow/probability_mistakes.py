"""Common mistakes in ``cbow_probabilities``, each an implementation and its sentence."""

from collections.abc import Callable
from typing import Any

import numpy as np

from embedlab.grading.cbow.variants import cosines, known_rows, products
from embedlab.grading.cbow.windows import WORD_WINDOWS, Tokens, Window
from embedlab.grading.declaration import Mistake
from embedlab.numerics import Array, sigmoid, softmax
from embedlab.text import context


def _probabilities(
    tokens: Tokens,
    i: int,
    w: int,
    vocab: Tokens,
    E: Any,
    U: Any,
    *,
    window: Window = context,
    hidden: Callable[[Array], Array] = lambda rows: np.asarray(rows.mean(axis=0)),
    scores: Callable[[Array, Array], Array] = products,
    finish: Callable[[Array], Any] = softmax,
) -> Any:
    """Return the probabilities with one step done differently."""
    rows = known_rows(window(tokens, i, w), vocab, E)
    return finish(scores(hidden(rows), np.asarray(U, dtype=float)))


def _with(**changes: Any) -> Callable[..., Any]:
    return lambda *arguments: _probabilities(*arguments, **changes)


def _plain_softmax(scores: Array) -> Array:
    """Return what exp alone gives: nan where a score is large."""
    weights = np.exp(scores)
    return np.asarray(weights / weights.sum())


def _plain_python(scores: Array) -> list[float]:
    if scores.max() > 709:
        raise OverflowError
    weights = np.exp(scores)
    if not weights.sum():
        raise ZeroDivisionError
    return (weights / weights.sum()).tolist()  # type: ignore[no-any-return]


def _clipped(bound: float) -> Callable[[Array], Array]:
    return lambda scores: softmax(np.clip(scores, -bound, bound))


def _without_target(tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any, U: Any) -> Any:
    probabilities = _probabilities(tokens, i, w, vocab, E, U)
    return [p for p, word in zip(probabilities, vocab, strict=True) if word != tokens[i]]


_LARGE = (
    "exp of a large score overflows, and exp of a very negative one is 0: subtract the largest "
    "score from all scores first, which changes no probability."
)

PROBABILITIES = (
    Mistake(
        "You multiply with the rows of E: the scores are products with the rows of U, the output "
        "vectors.",
        lambda tokens, i, w, vocab, E, U: _probabilities(tokens, i, w, vocab, E, E),
    ),
    Mistake(
        "You average the rows of U and score with E: it is the other way round.",
        lambda tokens, i, w, vocab, E, U: _probabilities(tokens, i, w, vocab, U, E),
    ),
    Mistake(
        "You average the rows of U: the mean is that of the context's rows of E.",
        lambda tokens, i, w, vocab, E, U: _probabilities(tokens, i, w, vocab, U, U),
    ),
    Mistake(
        "You add the context's rows up: divide the sum by their number. The softmax is not "
        "indifferent to length, as the cosine is.",
        _with(hidden=lambda rows: rows.sum(axis=0)),
    ),
    Mistake(
        "You divide by 2w, but at the ends of a sentence, and where words are unknown, fewer words "
        "are averaged: divide by their number.",
        lambda tokens, i, w, vocab, E, U: _probabilities(
            tokens, i, w, vocab, E, U, hidden=lambda rows: rows.sum(axis=0) / (2 * w)
        ),
    ),
    Mistake(
        "You divide by the number of all context words: divide by the number of those that are in "
        "vocab.",
        lambda tokens, i, w, vocab, E, U: _probabilities(
            tokens,
            i,
            w,
            vocab,
            E,
            U,
            hidden=lambda rows: rows.sum(axis=0) / len(context(tokens, i, w)),
        ),
    ),
    Mistake(
        "You take the cosine: the score is the dot product, without division by the lengths.",
        _with(scores=cosines),
    ),
    Mistake(_LARGE, _with(finish=_plain_softmax)),
    Mistake(_LARGE, _with(finish=_plain_python)),
    *(
        Mistake(
            "You cut the scores off, which changes the probabilities: subtract the largest score "
            "from all of them instead.",
            _with(finish=_clipped(bound)),
        )
        for bound in (500, 700, 709, 100, 50, 30, 20)
    ),
    Mistake(
        "You return exp of the scores: divide by their sum, so that they add up to 1.",
        _with(finish=np.exp),
    ),
    Mistake(
        "You subtract the largest score, but do not divide by the sum at the end.",
        _with(finish=lambda scores: np.exp(scores - scores.max())),
    ),
    Mistake("You return the scores: take the softmax of them.", _with(finish=lambda s: s)),
    Mistake(
        "You divide the scores by their sum: take exp of them first.",
        _with(finish=lambda scores: scores / scores.sum()),
    ),
    Mistake(
        "You take the sigmoid of each score, so they do not add up to 1: take the softmax.",
        _with(finish=sigmoid),
    ),
    Mistake(
        "You take powers of 2: the softmax takes exp, powers of e.",
        _with(finish=lambda scores: softmax(np.log(2) * scores)),
    ),
    Mistake(
        "You take powers of 10: the softmax takes exp, powers of e.",
        _with(finish=lambda scores: softmax(np.log(10) * scores)),
    ),
    Mistake(
        "The signs are turned round: the largest score has the largest probability.",
        _with(finish=lambda scores: softmax(-scores)),
    ),
    Mistake(
        "You return logarithms: return the probabilities.",
        _with(finish=lambda scores: np.log(softmax(scores))),
    ),
    Mistake(
        "You sort the probabilities: keep the order of vocab.",
        _with(finish=lambda scores: np.sort(softmax(scores))[::-1]),
    ),
    Mistake(
        "You return the largest probability only: return one for each word of vocab.",
        _with(finish=lambda scores: softmax(scores).max()),
    ),
    Mistake(
        "You return a dict: return the numbers alone, in the order of vocab.",
        lambda tokens, i, w, vocab, E, U: dict(
            zip(vocab, _probabilities(tokens, i, w, vocab, E, U), strict=True)
        ),
    ),
    Mistake(
        "You leave the target word out: every word of vocab has a probability.", _without_target
    ),
    *(Mistake(each.sentence, _with(window=each.function)) for each in WORD_WINDOWS[:-1]),
)

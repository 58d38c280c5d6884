"""Ways to score the words of vocab: the right one, and those of the common mistakes."""

from typing import Any, NamedTuple

import numpy as np

from embedlab.grading.cbow.variants import (
    ONE_ROW,
    RUNNING,
    UNIT_ROWS,
    Mean,
    Scores,
    absolute_cosines,
    closenesses,
    cosines,
    farthest,
    mean_of,
    mean_of_unit_rows,
    over_squares,
    products,
    row_at,
    running_mean,
)
from embedlab.grading.cbow.windows import END_WINDOWS, PLACE_WINDOWS, Tokens, Window
from embedlab.numerics import Array
from embedlab.text import context


class Scoring(NamedTuple):
    """How the words of vocab are scored: a window, a mean of its rows, a score."""

    window: Window = context
    mean: Mean = mean_of
    scores: Scores = cosines

    def values(self, tokens: Tokens, i: int, w: int, vocab: Tokens, E: Any) -> Array | None:
        """Return the score of each word (V,), or None if the window gives no mean."""
        mean = self.mean(self.window(tokens, i, w), vocab, E)
        return None if mean is None else self.scores(mean, np.asarray(E, dtype=float))


def _neighbor(tokens: Tokens, i: int, w: int) -> Tokens:
    return tokens[max(0, i - 1) : i] or tokens[i + 1 : i + 2]


SCORINGS: tuple[tuple[str, Scoring], ...] = (
    (
        "You return the word that is less similar: return the other one.",
        Scoring(scores=farthest),
    ),
    (
        "You compare by the dot product, which favors long rows: compare by the cosine.",
        Scoring(scores=products),
    ),
    (
        "You compare by Euclidean distance: compare by the cosine.",
        Scoring(scores=closenesses),
    ),
    (
        "You divide by the squared length of a row: divide by its length.",
        Scoring(scores=over_squares),
    ),
    (
        "You take the absolute value of the cosine: a negative one is the less similar.",
        Scoring(scores=absolute_cosines),
    ),
    (
        "You compare first and second with the target word: compare them with the mean of its "
        "context.",
        Scoring(lambda tokens, i, w: [tokens[i]]),
    ),
    *((each.sentence, Scoring(each.function)) for each in (*PLACE_WINDOWS, *END_WINDOWS)),
    (
        "You compare with the nearest neighbor only: average the whole context.",
        Scoring(_neighbor),
    ),
    (UNIT_ROWS, Scoring(mean=mean_of_unit_rows)),
    (ONE_ROW, Scoring(mean=row_at(0))),
    (ONE_ROW, Scoring(mean=row_at(-1))),
    (RUNNING, Scoring(mean=running_mean)),
)
"""Mistakes that score the words of vocab in another way."""

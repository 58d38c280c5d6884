"""Common mistakes in ``odd_one_out``, each an implementation and its sentence."""

from collections.abc import Callable
from typing import Any

import numpy as np

from embedlab.grading.cosine import group_scores
from embedlab.grading.cosine.analogy_scores import cosines
from embedlab.grading.cosine.group_scores import RIGHT, Scores
from embedlab.grading.declaration import Mistake
from embedlab.grading.scores import without_zero_case
from embedlab.numerics import Array

Choice = Callable[[Array, list[str], list[str]], Any]


def _by(scores: Scores, choose: Choice | None = None) -> Callable[..., Any]:
    """Return what is chosen of a group by scores; the word with the lowest if not said."""

    def answer(group: list[str], words: list[str], vectors: Any) -> Any:
        rows = np.asarray(vectors, dtype=float)
        found = scores(rows[[words.index(word) for word in group]], rows)
        return choose(found, group, words) if choose else group[int(np.argmin(found))]

    return answer


def _with_nan(rows: Array) -> Array:
    return np.array([[without_zero_case(u, v) for v in rows] for u in rows])


def _of_all(group: list[str], words: list[str], vectors: Any) -> str:
    """Return the word of all words that is least like the group."""
    rows = np.asarray(vectors, dtype=float)
    members = rows[[words.index(word) for word in group]]
    scores = [cosines(row, members).mean() for row in rows]
    return words[int(np.argmin(scores))]


def _raising(group: list[str], words: list[str], vectors: Any) -> str:
    rows = dict(zip(words, np.asarray(vectors, dtype=float), strict=True))
    if not all(np.any(rows[word]) for word in group):
        raise ZeroDivisionError
    return str(_by(RIGHT)(group, words, vectors))


_MEAN_VECTOR = (
    "You compare each word with a mean vector: take the mean of its cosines with the other words."
)
_PAIR = "You return a word together with its mean: return the word alone."
_POSITION = "You return a position: return the word at it."
_LAST = "Of equal words the first of group must win, as with min() and np.argmin: use < for <=."
_ZERO = "A zero row gives nan: its cosine with everything is 0.0."

ODD_ONE_OUT = (
    Mistake(
        "You return the word most like the others: the odd one has the lowest mean.",
        _by(group_scores.most_alike_first),
    ),
    Mistake(
        "You compare each word with all words: compare it with the others of group only.",
        _by(group_scores.with_all_words),
    ),
    Mistake("Only a word of group can be the odd one.", _of_all),
    Mistake(
        "You count the word itself among the others: leave it out of its mean.",
        _by(group_scores.with_itself),
    ),
    Mistake(_MEAN_VECTOR, _by(group_scores.with_the_mean_vector)),
    Mistake(_MEAN_VECTOR, _by(group_scores.with_the_mean_of_others)),
    Mistake("You compare by the dot product: compare by the cosine.", _by(group_scores.BY_DOT)),
    Mistake(
        "You compare by Euclidean distance: compare by the cosine.", _by(group_scores.BY_DISTANCE)
    ),
    Mistake(
        "You take the absolute value of the cosine: opposite directions are the least alike.",
        _by(group_scores.BY_ABSOLUTE_VALUE),
    ),
    Mistake(
        "You compare every word with the first of group only: take the mean over all others.",
        _by(group_scores.with_the_first),
    ),
    Mistake(
        "You compare every word with the next of group only: take the mean over all others.",
        _by(group_scores.with_the_next),
    ),
    Mistake(
        "You take the lowest single cosine: take the lowest mean.", _by(group_scores.lowest_of_all)
    ),
    Mistake(_POSITION, _by(RIGHT, lambda found, group, words: int(np.argmin(found)))),
    Mistake(
        _POSITION, _by(RIGHT, lambda found, group, words: words.index(group[np.argmin(found)]))
    ),
    Mistake(
        "A position in group is no position in words.",
        _by(RIGHT, lambda found, group, words: words[int(np.argmin(found))]),
    ),
    Mistake("A position in group is no position in words.", _by(group_scores.of_first_rows)),
    Mistake(
        "You compare each word with those after it only: take the mean over all others.",
        _by(group_scores.with_later_ones),
    ),
    Mistake(
        "You return the first word of group: put the return below the loop, not into it.",
        _by(RIGHT, lambda found, group, words: group[0]),
    ),
    Mistake(
        "The lowest mean may be 0 or more: a search that starts at 0 misses it. Start at infinity.",
        _by(
            RIGHT,
            lambda found, group, words: group[int(np.argmin(found))] if min(found) < 0 else None,
        ),
    ),
    Mistake(
        "You return the mean: return the word it belongs to.",
        _by(RIGHT, lambda found, group, words: found.min()),
    ),
    Mistake(
        "You return a list: return the word alone.",
        _by(RIGHT, lambda found, group, words: [group[int(np.argmin(found))]]),
    ),
    Mistake(
        _PAIR,
        _by(RIGHT, lambda found, group, words: (group[int(np.argmin(found))], found.min())),
    ),
    Mistake(
        _PAIR,
        _by(RIGHT, lambda found, group, words: (found.min(), group[int(np.argmin(found))])),
    ),
    Mistake(
        _LAST, _by(RIGHT, lambda found, group, words: group[::-1][int(np.argmin(found[::-1]))])
    ),
    Mistake(
        "Of equal words the first of group must win, not the first of words.",
        _by(
            RIGHT,
            lambda found, group, words: min(
                (word for word, mean in zip(group, found, strict=True) if mean == found.min()),
                key=words.index,
            ),
        ),
    ),
    Mistake(
        "Comparing pairs (mean, word) decides between equal means by the alphabet: compare the "
        "means only.",
        _by(RIGHT, lambda found, group, words: min(zip(found, group, strict=True))[1]),
    ),
    Mistake(_ZERO, _by(group_scores.means_over_others(_with_nan))),
    Mistake(_ZERO, _raising),
)

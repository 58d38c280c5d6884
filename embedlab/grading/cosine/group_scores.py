"""How students score the words of a group, rightly or wrongly: the lowest is the odd one out.

The makers of cases choose groups on which these scores lead to different words; the common
mistakes return what they lead to. Each takes the rows of the group and those of all words.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from embedlab.grading.cosine.analogy_scores import cosines
from embedlab.numerics import Array
from embedlab.vectors import cosine, similarity_matrix

Scores: TypeAlias = Callable[[Array, Array], Array]


def means_over_others(pairwise: Callable[[Array], Array]) -> Scores:
    """Return scores that are a mean over the other words of the group.

    Args:
        pairwise: Gives what is averaged, for each row with each row.
    """

    def scores(group: Array, _: Array) -> Array:
        pairs = pairwise(group)
        # Not the sum less 1: a zero vector has cosine 0 with itself.
        np.fill_diagonal(pairs, 0.0)
        return np.asarray(pairs.sum(axis=1) / (len(group) - 1))

    return scores


def most_alike_first(group: Array, rows: Array) -> Array:
    """Return minus the right scores."""
    return -RIGHT(group, rows)


def with_itself(group: Array, _: Array) -> Array:
    """Return the mean cosine with all words of the group, the word itself included."""
    return np.asarray(similarity_matrix(group).mean(axis=1))


def with_all_words(group: Array, rows: Array) -> Array:
    """Return the mean cosine with all words there are."""
    return np.asarray(similarity_matrix(group, rows).mean(axis=1))


def with_the_mean_vector(group: Array, _: Array) -> Array:
    """Return the cosine with the mean of the group's vectors."""
    return cosines(group.mean(axis=0), group)


def with_the_mean_of_others(group: Array, _: Array) -> Array:
    """Return the cosine with the mean of the other vectors."""
    return np.array(
        [cosine(row, np.delete(group, i, axis=0).mean(axis=0)) for i, row in enumerate(group)]
    )


def with_the_first(group: Array, _: Array) -> Array:
    """Return the cosine with the first word."""
    return cosines(group[0], group)


def with_the_next(group: Array, _: Array) -> Array:
    """Return the cosine with the following word, with the first after the last."""
    return np.diag(similarity_matrix(group, np.roll(group, -1, axis=0)))


def with_later_ones(group: Array, _: Array) -> Array:
    """Return the mean cosine with the words that follow, with none for the last."""
    sums = np.triu(similarity_matrix(group), 1).sum(axis=1)
    return np.asarray(np.append(sums[:-1] / (len(group) - 1), np.inf))


def of_first_rows(group: Array, rows: Array) -> Array:
    """Return the right scores of the first rows there are, in place of those of the group."""
    return RIGHT(rows[: len(group)], rows)


def lowest_of_all(group: Array, _: Array) -> Array:
    """Return the lowest cosine with any other word."""
    return np.asarray(similarity_matrix(group).min(axis=1))


RIGHT = means_over_others(similarity_matrix)
BY_DOT = means_over_others(lambda rows: rows @ rows.T)
BY_DISTANCE = means_over_others(lambda rows: -np.linalg.norm(rows[:, np.newaxis] - rows, axis=2))
BY_ABSOLUTE_VALUE = means_over_others(lambda rows: np.abs(similarity_matrix(rows)))
# All but those that differ in rare cases only.
MISTAKEN: tuple[Scores, ...] = (
    most_alike_first,
    with_all_words,
    with_the_mean_vector,
    with_the_mean_of_others,
    BY_DOT,
    BY_DISTANCE,
    BY_ABSOLUTE_VALUE,
    with_the_first,
    with_the_next,
    lowest_of_all,
)

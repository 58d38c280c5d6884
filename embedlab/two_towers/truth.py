"""How similar two sentences of the artificial world are in truth."""

from collections.abc import Mapping, Sequence

import numpy as np

from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.world import World


def similar_sentences(
    corpus: World, *, rng: np.random.Generator, n_per_score: int = 200
) -> tuple[IntArray, IntArray, Array]:
    """Return pairs of sentences of a world and how similar they are in truth.

    A sentence is about its head, the only word with attributes in it; sentences with several
    such words are left out. The score of a pair is that of ``World.similarities`` for the heads:
    the attributes that they share, divided by those of either.

    Args:
        corpus: From ``world``.
        rng: Draws the pairs.
        n_per_score: Pairs at most of each score, so that the many unrelated ones do not drown
            the rest.

    Returns:
        The number of the first sentence (m,), of the second (m,), and the score (m,) in [0, 1].

    Raises:
        ValueError: If n_per_score is below 1, or fewer than two sentences have a head.

    >>> from embedlab.world import world
    >>> corpus = world(np.random.default_rng(0), 2000)
    >>> first, second, scores = similar_sentences(corpus, rng=np.random.default_rng(1))
    >>> float(scores.min()), float(scores.max())
    (0.0, 1.0)
    """
    n_per_score = as_integer("n_per_score", n_per_score, 1)
    known = [{token for token in text if token in corpus.attributes} for text in corpus.sentences]
    places = np.array([i for i, words in enumerate(known) if len(words) == 1], dtype=np.int64)
    require(len(places) > 1, "corpus", "have two sentences with a head", len(places))
    heads = sorted({next(iter(known[i])) for i in places})
    number = {head: row for row, head in enumerate(heads)}
    head_of = np.array([number[next(iter(known[i]))] for i in places])
    table = _shared_attributes([corpus.attributes[head] for head in heads])
    # A thousand times as many as wanted, so that rare scores occur too.
    first, second = rng.integers(len(places), size=(2, 1000 * n_per_score))
    first, second = first[first != second], second[first != second]
    scores = table[head_of[first], head_of[second]]
    kept = np.concatenate([np.flatnonzero(scores == s)[:n_per_score] for s in np.unique(scores)])
    return places[first[kept]], places[second[kept]], scores[kept]


def _shared_attributes(attributes: Sequence[Mapping[str, str]]) -> Array:
    """Return the Jaccard index of each pair of words' attributes."""
    sets = [set(values.items()) for values in attributes]
    return np.array([[len(u & v) / len(u | v) for v in sets] for u in sets])

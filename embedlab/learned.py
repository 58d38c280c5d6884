"""Word vectors that ``embedlab`` trained itself, small enough to come with the package.

The build trains them on sentences of ``world`` (``make`` does it, or ``python -m
embedlab.learned_training``), so the words and what they have in common are known: capitals and
countries, kings and queens, verbs in three tenses, and words with two senses. The assignments
use them to show what a student's functions do on vectors that nobody wrote down by hand.
"""

import io
from functools import cache
from importlib.resources import files

import numpy as np

from embedlab.numerics import Array
from embedlab.vectors import Embeddings
from embedlab.world import world

N_SENTENCES = 20_000
N_MIN, N_MAX = 3, 5
"""Fewest and most characters of the n-grams that have a vector."""

FILE = "learned.npz"
TRAINING_SEED, _READING_SEED = 7, 8


def skip_gram() -> Embeddings:
    """Return the vectors (V, d) of skip-gram with negative sampling."""
    return _embeddings("skip_gram")


def cbow() -> Embeddings:
    """Return the vectors (V, d) of CBOW with negative sampling, of the same words."""
    return _embeddings("cbow")


def ngram_vectors() -> dict[str, Array]:
    """Return FastText's vectors (d,) of the units of all words.

    A unit is a whole word between < and >, or an n-gram of that, as ``subwords.subwords(word,
    N_MIN, N_MAX)`` lists them. The vector of a word is the mean over its units; so is that of
    an unknown or misspelled word, over those of its units that are here.
    """
    stored = _stored()
    return dict(zip(stored["units"].tolist(), stored["fasttext"].astype(np.float32), strict=True))


def corpus() -> list[list[str]]:
    """Return the sentences that the vectors were trained on."""
    return world(np.random.default_rng(TRAINING_SEED), N_SENTENCES).sentences


def sentences(n: int) -> list[list[str]]:
    """Return n sentences of the same language that the training has not seen."""
    seen = _seen()
    rng = np.random.default_rng(_READING_SEED)
    unseen: list[list[str]] = []
    while len(unseen) < n:
        # The language is small: more than half of what it says has been said before.
        drawn = world(rng, 4 * n).sentences
        unseen += [sentence for sentence in drawn if tuple(sentence) not in seen]
    return unseen[:n]


@cache
def _seen() -> frozenset[tuple[str, ...]]:
    return frozenset(map(tuple, corpus()))


def _embeddings(name: str) -> Embeddings:
    stored = _stored()
    return Embeddings(tuple(stored["words"].tolist()), stored[name].astype(np.float32))


@cache
def _stored() -> dict[str, Array]:
    """Return the arrays of the package's file."""
    file = files("embedlab") / FILE
    if not file.is_file():
        raise FileNotFoundError(
            f"embedlab was installed without {FILE}, which the build makes: install the wheel of "
            "the course page, or run  python -m embedlab.learned_training  where the package lies"
        )
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
        return dict(arrays)

"""Word vectors that ``embedlab`` trained itself, small enough to come with the package.

The build trains them on sentences of ``world`` (``make`` does it, or ``python -m
embedlab.learned``), so the words and what they have in common are known: capitals and
countries, kings and queens, verbs in three tenses, and words with two senses. The assignments
use them to show what a student's functions do on vectors that nobody wrote down by hand.
"""

import io
import os
from functools import cache
from importlib.resources import files

import numpy as np

from embedlab import fasttext, word2vec
from embedlab.numerics import Array
from embedlab.subwords import bucket, character_ngrams
from embedlab.vectors import Embeddings
from embedlab.word2vec.training import Architecture
from embedlab.world import world

N_SENTENCES = 20_000
N_MIN, N_MAX = 3, 5
"""Fewest and most characters of the n-grams that have a vector."""

_FILE = "learned.npz"
_TRAINING_SEED, _READING_SEED = 7, 8


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


def build() -> bytes:
    """Train everything and return the content of the package's file; takes a few seconds."""
    corpus = _corpus()
    skip_gram = _word2vec(corpus, "skip-gram", 0.05)
    cbow = _word2vec(corpus, "CBOW", 0.1)
    units = _units(corpus)
    file = io.BytesIO()
    np.savez_compressed(
        file,
        words=np.array(skip_gram.words),
        # Half precision: three digits are more than the training is sure of.
        skip_gram=skip_gram.matrix.astype(np.float16),
        cbow=np.stack([cbow[word] for word in skip_gram.words]).astype(np.float16),
        units=np.array(list(units)),
        fasttext=np.stack(list(units.values())).astype(np.float16),
    )
    return file.getvalue()


def _corpus() -> list[list[str]]:
    return world(np.random.default_rng(_TRAINING_SEED), N_SENTENCES).sentences


@cache
def _seen() -> frozenset[tuple[str, ...]]:
    return frozenset(map(tuple, _corpus()))


def _word2vec(
    corpus: list[list[str]], architecture: Architecture, learning_rate: float
) -> Embeddings:
    return word2vec.train(
        corpus,
        rng=np.random.default_rng(_TRAINING_SEED),
        architecture=architecture,
        n_dimensions=50,
        epochs=10,
        learning_rate=learning_rate,
    ).embeddings


def _units(corpus: list[list[str]]) -> dict[str, Array]:
    """Return FastText's vectors of all n-grams and words of a corpus."""
    model = fasttext.train(
        corpus,
        rng=np.random.default_rng(_TRAINING_SEED),
        n_dimensions=30,
        n_min=N_MIN,
        n_max=N_MAX,
    )
    words = model.embeddings.words
    row_of = {number: len(words) + i for i, number in enumerate(model.buckets.tolist())}
    units: dict[str, Array] = {}
    for i, word in enumerate(words):
        ngrams = character_ngrams(word, N_MIN, N_MAX)
        units |= {unit: model.pieces[row_of[bucket(unit, model.n_buckets)]] for unit in ngrams}
        # In a short word <word> is an n-gram as well: then the unit is half one, half the other.
        own = model.pieces[i]
        units[f"<{word}>"] = (own + units.get(f"<{word}>", own)) / 2
    return units


def _embeddings(name: str) -> Embeddings:
    stored = _stored()
    return Embeddings(tuple(stored["words"].tolist()), stored[name].astype(np.float32))


@cache
def _stored() -> dict[str, Array]:
    """Return the arrays of the package's file."""
    file = files("embedlab") / _FILE
    if not file.is_file():
        raise FileNotFoundError(
            f"embedlab was installed without {_FILE}, which the build makes: install the wheel of "
            "the course page, or run  python -m embedlab.learned  where the package lies"
        )
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
        return dict(arrays)


if __name__ == "__main__":
    path = os.path.join(os.path.dirname(__file__), _FILE)
    content = build()
    with open(path, "wb") as file:
        file.write(content)

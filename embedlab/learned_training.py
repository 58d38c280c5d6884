"""The training of the vectors that come with the package.

``python -m embedlab.learned_training`` takes a few seconds; ``learned`` reads the file that it
writes.
"""

import io
from pathlib import Path

import numpy as np

from embedlab import fasttext, word2vec
from embedlab.learned import FILE, N_MAX, N_MIN, TRAINING_SEED, corpus
from embedlab.numerics import Array
from embedlab.subwords import bucket, character_ngrams
from embedlab.vectors import Embeddings
from embedlab.word2vec.training import Architecture


def build() -> bytes:
    """Train everything and return the content of the package's file; takes a few seconds."""
    sentences = corpus()
    skip_gram = _word2vec(sentences, "skip-gram", 0.05)
    cbow = _word2vec(sentences, "CBOW", 0.1)
    units = _units(sentences)
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


def _word2vec(
    sentences: list[list[str]], architecture: Architecture, learning_rate: float
) -> Embeddings:
    return word2vec.train(
        sentences,
        rng=np.random.default_rng(TRAINING_SEED),
        architecture=architecture,
        n_dimensions=50,
        epochs=10,
        learning_rate=learning_rate,
    ).embeddings


def _units(sentences: list[list[str]]) -> dict[str, Array]:
    """Return FastText's vectors of all n-grams and words of a corpus."""
    model = fasttext.train(
        sentences,
        rng=np.random.default_rng(TRAINING_SEED),
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


if __name__ == "__main__":
    (Path(__file__).parent / FILE).write_bytes(build())

"""The vectors on which the claims of chapter 7 are tried: learned, published, and pure noise."""

from functools import cache

import numpy as np
from scipy.stats import spearmanr

from embedlab import learned
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences, ppmi
from embedlab.datasets import world
from embedlab.numerics import Array
from embedlab.pretrained import encode_texts, minilm, whole_words
from embedlab.text import build_vocabulary
from embedlab.vectors import Embeddings
from embedlab.world import World

_N_TABLE, _N_ALONE = 1_500, 800
_PIECES_NEVER_USED = slice(1, 100)

SKIP_GRAM = "skip-gram of the artificial world"
TABLE = "MiniLM's table of input vectors"
ALONE = "MiniLM's output for single words"


@cache
def truth() -> World:
    """Return an artificial world with what is known about its words."""
    return world(np.random.default_rng(0), 30_000)


@cache
def skip_gram() -> Embeddings:
    """Return Word2Vec's vectors of a text of this world; they come with the package."""
    return learned.skip_gram()


@cache
def table() -> Embeddings:
    """Return the vectors that published weights read for their most frequent whole words."""
    model = minilm()
    places, words = model.tokenizer.get_vocab(), whole_words(model)[:_N_TABLE]
    rows = model.encoder.words[[places[word] for word in words]]
    return Embeddings(words, rows.astype(np.float64))


@cache
def never_used() -> Array:
    """Return the vectors that the same table keeps for pieces no text contains."""
    return np.asarray(minilm().encoder.words[_PIECES_NEVER_USED], dtype=np.float64)


@cache
def alone() -> Embeddings:
    """Return what published weights make of a word on its own: the mean over its tokens."""
    model = minilm()
    words = whole_words(model)[:_N_ALONE]
    means = [text.vectors.mean(axis=0) for text in encode_texts(model, words, batch_size=256)]
    return Embeddings(words, np.array(means, dtype=np.float64))


@cache
def spaces() -> dict[str, Array]:
    """Return the matrices (V, d) of learned vectors, under names for a reader."""
    return {
        f"{name} (d = {space.n_dimensions})": space.matrix.astype(np.float64)
        for name, space in ((SKIP_GRAM, skip_gram()), (TABLE, table()), (ALONE, alone()))
    }


@cache
def noise(n: int, d: int) -> Array:
    """Return n Gaussian vectors, which mean nothing."""
    return np.random.default_rng(0).standard_normal((n, d))


@cache
def controls() -> dict[str, Array]:
    """Return, for each learned space, noise of the same shape."""
    return {name: noise(*matrix.shape) for name, matrix in spaces().items()}


@cache
def association(first: int, last: int) -> tuple[tuple[str, ...], Array]:
    """Return the world's words and the PPMI (V, V) of some of its sentences."""
    sentences = truth().sentences
    vocabulary = build_vocabulary(sentences, min_count=5)
    tokens = encode_sentences(sentences[first:last], vocabulary.index)
    matrix = ppmi(cooccurrences(tokens, len(vocabulary), window=5))
    return vocabulary.words, np.asarray(matrix.toarray(), dtype=np.float64)


def rank_correlation(first: Array, second: Array) -> float:
    """Return Spearman's rank correlation; equal values share the mean of their ranks."""
    return float(spearmanr(first, second).statistic)

"""The student: one vector for each word; a text's vector is the mean of its words' vectors.

It is fitted by least squares to the vectors that the teacher gives to texts. A word has too few
texts for that alone, so its vector is drawn (ridge regression) to what the teacher makes of the
word by itself, weighted down by how many texts have the word. Word order is lost, and so is every
sense but the mean of a word's senses. (Sentences of installed docstrings were tried as further
texts: they took time and brought the student no nearer to the teacher on sentences of the book.)

Source: Tulkens and van Dongen 2024, Model2Vec (the word by itself, weighted by frequency); Arora,
Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings" (the weight a / (a
+ p)); Hoerl and Kennard 1970, "Ridge Regression".
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from embedlab.numerics import Array, require
from embedlab.site_search.words import cut

PENALTY = 0.03
"""λ; chosen with the number of dimensions and of bits on sentences of the book that were left out
of the fit, by agreement with the teacher. The questions had no part in it."""
_COMMON = 0.01
_STEPS = 80


def mean_weights(texts: Sequence[str], words: Sequence[str]) -> csr_matrix:
    """Return the share of each known word in the known words of each text (N, V).

    >>> mean_weights(["cat dog cat", "unicorn"], ["cat", "dog"]).toarray().round(3).tolist()
    [[0.667, 0.333], [0.0, 0.0]]
    """
    numbers = {word: i for i, word in enumerate(words)}
    known = [[numbers[word] for word in cut(text) if word in numbers] for text in texts]
    counts = np.array([len(row) for row in known], dtype=np.intp)
    columns = np.array([number for row in known for number in row], dtype=np.int64)
    owners = np.repeat(np.arange(len(texts)), counts)
    weights = 1.0 / counts[owners]
    return csr_matrix((weights, (owners, columns)), shape=(len(texts), len(words)))


def prior(alone: Array, weights: csr_matrix, targets: Array) -> Array:
    """Return the vectors that words have before any text is read (V, d).

    Args:
        alone: (V, d) the teacher's vector of each word by itself.
        weights: (N, V) as from ``mean_weights``.
        targets: (N, d) the teacher's vectors of the texts; they fix the one scale of the result.
    """
    shares = np.asarray((weights > 0).mean(axis=0)).ravel()
    weighted = (alone - alone.mean(axis=0)) * (_COMMON / (_COMMON + shares))[:, np.newaxis]
    guessed = weights @ weighted
    return np.asarray(weighted * (np.vdot(guessed, targets) / np.vdot(guessed, guessed)))


def fit(weights: csr_matrix, targets: Array, start: Array, *, penalty: float = PENALTY) -> Array:
    """Return the word vectors W (V, d) that minimize ‖X W - T‖² + λ ‖W - W₀‖².

    Conjugate gradients, for all columns at once; X has a few words in each row, and its square
    would have millions of entries.

    Args:
        weights: X (N, V), sparse.
        targets: T (N, d).
        start: W₀ (V, d), towards which rarely seen words are drawn.
        penalty: λ, above 0.

    Raises:
        ValueError: If the penalty is not positive.

    Source: Hestenes and Stiefel 1952, "Methods of Conjugate Gradients for Solving Linear Systems".
    """
    require(penalty > 0, "penalty", "be above 0", penalty)
    change = np.zeros_like(start)
    rest = weights.T @ (targets - weights @ start)
    direction, square = rest.copy(), (rest**2).sum(axis=0)
    tiny = np.finfo(float).tiny
    for _ in range(_STEPS):
        image = weights.T @ (weights @ direction) + penalty * direction
        step = square / np.maximum((direction * image).sum(axis=0), tiny)
        change += step * direction
        rest -= step * image
        before, square = square, (rest**2).sum(axis=0)
        direction = rest + square / np.maximum(before, tiny) * direction
    return np.asarray(start + change)

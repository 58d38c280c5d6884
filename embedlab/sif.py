"""Smooth inverse frequency: frequent words weigh little, and what all sentences share is removed.

The baseline of Arora, Liang and Ma 2017. As in ``sentences``, ``vectors`` is an ``Embeddings`` or a
mapping from words to vectors, and tokens without a vector count for nothing.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_matrix, as_vector, require, require_tokens
from embedlab.sentences import WordVectors, vector_table

# Tokens whose vectors are gathered at a time: 32 MB at d = 256 in double precision.
_BLOCK = 2**14


def sif_weights(counts: Mapping[str, float], a: float = 1e-3) -> dict[str, float]:
    """Return the smooth inverse frequency of each word, a / (a + p), p being its probability.

    A word of probability a weighs one half; rarer words come near 1, frequent ones near 0.

    Args:
        counts: How often each word occurs in a large text; only the ratios matter.
        a: Above 0; the paper found 1e-4 to 1e-3 best.

    Raises:
        ValueError: If a is not positive, a count is negative or not finite, or all are 0.

    Source: Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence
        Embeddings", Algorithm 1.

    >>> sif_weights({"the": 3, "cat": 1}, a=0.25)
    {'the': 0.25, 'cat': 0.5}
    """
    require(math.isfinite(a) and a > 0, "a", "be a positive number", a, "1e-3 is usual")
    for word, count in counts.items():
        holds = math.isfinite(count) and count >= 0
        require(holds, f"counts[{word!r}]", "be finite and at least 0", count)
    total = math.fsum(counts.values())
    require(total > 0, "counts", "hold at least one occurrence", total)
    return {word: a / (a + count / total) for word, count in counts.items()}


def weighted_sums(
    sentences: Sequence[Sequence[str]], vectors: WordVectors, weights: Mapping[str, float]
) -> Array:
    """Return Σ weight · vector / n of each sentence (N, d), n being its tokens with a vector.

    Dividing by n and not by the sum of the weights keeps a sentence of frequent words short.

    Args:
        sentences: N lists of tokens.
        vectors: The word vectors.
        weights: Finite weight of each word; a missing word has 1, the limit of ``sif_weights``
            for a word that never occurs.

    Raises:
        ValueError: If a sentence is a string, vectors is empty, two vectors differ in length, or
            a weight is not finite.

    >>> weighted_sums([["the", "cat"], []], {"the": [4, 0], "cat": [0, 2]}, {"the": 0.5}).tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    require(not isinstance(sentences, str), "sentences", "be lists of tokens", sentences)
    sentences = list(sentences)  # an iterator would be empty after the check
    for sentence in sentences:
        require_tokens("each of sentences", sentence)
    kept = [[token for token in sentence if token in vectors] for sentence in sentences]
    row = {word: i for i, word in enumerate(dict.fromkeys(chain.from_iterable(kept)))}
    table = vector_table(list(row), vectors)
    scale = np.array([float(weights.get(word, 1.0)) for word in row])
    for word, weight in zip(row, scale.tolist(), strict=True):
        require(math.isfinite(weight), f"weights[{word!r}]", "be finite", weight)
    lengths = np.array([len(sentence) for sentence in kept], dtype=int)
    ids = np.array([row[token] for token in chain.from_iterable(kept)], dtype=int)
    sentence_of = np.repeat(np.arange(len(kept)), lengths)
    sums = np.zeros((len(kept), table.shape[1]))
    for start in range(0, len(ids), _BLOCK):
        block = ids[start : start + _BLOCK]
        owners, firsts = np.unique(sentence_of[start : start + _BLOCK], return_index=True)
        # A sentence that two blocks share gets one part from each.
        sums[owners] += np.add.reduceat(scale[block, np.newaxis] * table[block], firsts)
    return np.asarray(sums / np.maximum(lengths, 1)[:, np.newaxis])


def common_component(sentence_vectors: npt.ArrayLike) -> Array:
    """Return the direction (d,) that the rows of a matrix (N, d) share most: its length is 1.

    It is the first right singular vector of the matrix, not centered, with the sign that makes
    the sum of the rows point its way. On sentences it is mainly what function words have in common.

    Raises:
        ValueError: If the matrix is not finite, empty, or has only zeros.

    >>> common_component([[2.0, 0.1], [2.0, -0.1]]).round(6).tolist()
    [1.0, 0.0]
    """
    rows = as_matrix("sentence_vectors", sentence_vectors).astype(np.float64, copy=False)
    largest = float(np.abs(rows).max(initial=0.0))
    require(largest > 0, "sentence_vectors", "have a row that is not zero", rows.shape)
    rows = rows / largest  # squares of tiny or huge numbers would leave the range
    # Of the (d, d) products: N may be a hundred thousand, d is a few hundred.
    _, directions = np.linalg.eigh(rows.T @ rows)
    direction = directions[:, -1]
    return np.asarray(direction if (rows @ direction).sum() >= 0 else -direction)


def remove_component(sentence_vectors: npt.ArrayLike, component: npt.ArrayLike) -> Array:
    """Return each row (N, d) without its part along one direction (d,) of any length but 0.

    Raises:
        ValueError: If an argument is not finite, the widths differ, or the component is zero.

    >>> remove_component([[3.0, 4.0], [5.0, 0.0]], [2.0, 0.0]).tolist()
    [[0.0, 4.0], [0.0, 0.0]]
    """
    rows = as_matrix("sentence_vectors", sentence_vectors)
    direction = as_vector("component", component)
    width = rows.shape[1]
    require(len(direction) == width, "component", f"have {width} dimensions", len(direction))
    largest = float(np.abs(direction).max(initial=0.0))
    require(largest > 0, "component", "have a number that is not 0", "zeros")
    unit = direction / largest
    unit = unit / np.linalg.norm(unit)
    return np.asarray(rows - np.outer(rows @ unit, unit))


def sif_vectors(
    sentences: Sequence[Sequence[str]], vectors: WordVectors, weights: Mapping[str, float]
) -> Array:
    """Return the SIF vectors (N, d): weighted sums without the direction common to them all.

    The direction is learned from these very sentences, so a single one is left with nothing. To
    treat later sentences alike, keep the ``common_component`` of the first ones.

    Args:
        sentences: N lists of tokens.
        vectors: The word vectors.
        weights: As ``sif_weights`` gives them.

    Raises:
        ValueError: As ``weighted_sums``.

    Source: Arora, Liang and Ma 2017, Algorithm 1.

    >>> vectors = {"the": [4.0, 0.0], "cat": [0.0, 1.0], "dog": [0.0, -1.0]}
    >>> sif_vectors([["the", "cat"], ["the", "dog"]], vectors, {"the": 0.5}).round(6).tolist()
    [[0.0, 0.5], [0.0, -0.5]]
    """
    sums = weighted_sums(sentences, vectors, weights)
    return remove_component(sums, common_component(sums)) if sums.any() else sums

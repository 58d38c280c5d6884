"""Words as one-hot vectors: a 1 at the word's own place, 0 everywhere else."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.text import Vocabulary, encode


def code_points(word: str) -> list[int]:
    """Return the Unicode number of each character: a word as a computer stores it, without meaning.

    >>> code_points("cat"), code_points("car")
    ([99, 97, 116], [99, 97, 114])
    """
    require(isinstance(word, str), "word", "be a string", word)
    return [ord(character) for character in word]


def one_hot(index: int, size: int) -> Array:
    """Return row index of the identity matrix, (size,).

    Raises:
        ValueError: If index is not in 0 … size - 1.

    >>> one_hot(0, 5).tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0]
    """
    return np.asarray(one_hot_matrix([index], size)[0])


def one_hot_matrix(indices: Sequence[int] | IntArray, size: int) -> Array:
    """Return one one-hot row per index, (n, size).

    Multiplying it by a matrix (size, d) picks rows: ``one_hot_matrix(i, V) @ E`` is ``E[i]``.
    The first layer of a neural language model is written as this product and computed as the
    lookup, which reads n · d numbers and not V · d.

    Raises:
        ValueError: If an index is not in 0 … size - 1.

    >>> one_hot_matrix([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    size = as_integer("size", size, 1)
    positions = [as_integer("index", index, 0) for index in indices]
    largest = max(positions, default=0)
    require(largest < size, "index", f"be below the size {size}", largest)
    rows = np.zeros((len(positions), size))
    rows[np.arange(len(positions)), positions] = 1.0
    return rows


def bag_of_words(
    tokens: Sequence[str], vocabulary: Vocabulary, *, unknown: Literal["error", "skip"] = "error"
) -> IntArray:
    """Return how often each word of the vocabulary occurs, (V,): the sum of the one-hot rows.

    Raises:
        ValueError: If a token is unknown, unless unknown is "skip".

    >>> vocabulary = Vocabulary(("cat", "dog", "mat"), np.array([1, 1, 1]))
    >>> bag_of_words(["mat", "cat", "mat"], vocabulary).tolist()
    [1, 0, 2]
    """
    ids = encode(tokens, vocabulary, unknown=unknown)
    return np.bincount(ids, minlength=len(vocabulary))


def sparsity(size: int) -> float:
    """Return the fraction of zeros in a one-hot vector, (V - 1) / V.

    >>> f"{sparsity(50_000):.3%}"
    '99.998%'
    """
    size = as_integer("size", size, 1)
    return (size - 1) / size


def one_hot_bytes(n_words: int, n_vectors: int, *, itemsize: int = 4) -> int:
    """Return the memory of one-hot vectors with every zero written out: n · V · itemsize.

    Args:
        n_words: V.
        n_vectors: n; V for a table of the whole vocabulary, n tokens for a text.
        itemsize: Bytes per number, 4 for float32.

    >>> one_hot_bytes(50_000, 50_000)
    10000000000
    """
    return (
        as_integer("n_words", n_words, 1)
        * as_integer("n_vectors", n_vectors, 0)
        * as_integer("itemsize", itemsize, 1)
    )


def index_bytes(n_vectors: int, *, itemsize: int = 4) -> int:
    """Return the memory of the same vectors as indices, which say as much: n · itemsize.

    >>> index_bytes(50_000)
    200000
    """
    return as_integer("n_vectors", n_vectors, 0) * as_integer("itemsize", itemsize, 1)


def embedding_bytes(n_words: int, n_dimensions: int, *, itemsize: int = 4) -> int:
    """Return the memory of a dense table of V vectors: V · d · itemsize.

    >>> embedding_bytes(50_000, 300)
    60000000
    """
    return (
        as_integer("n_words", n_words, 1)
        * as_integer("n_dimensions", n_dimensions, 1)
        * as_integer("itemsize", itemsize, 1)
    )

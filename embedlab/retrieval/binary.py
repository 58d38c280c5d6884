"""One bit for each number: its sign. Vectors are compared by counting the bits that differ.

The product of two sign vectors is d - 2h, h being the number of signs that differ (the Hamming
distance).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.retrieval.hits import Hits, as_k, as_queries, as_vectors, ranked
from embedlab.retrieval.scan import ROWS, candidates, in_turns

# The number of ones in each pair of bytes, where NumPy (before 2.0) does not count them.
_ONES = np.unpackbits(np.arange(2**16, dtype=np.uint16).view(np.uint8)).reshape(-1, 16).sum(1)
_ONES = _ONES.astype(np.uint8)


@dataclass(frozen=True, eq=False)
class Binary:
    """The signs of vectors.

    Attributes:
        words: (⌈d / 64⌉, N) uint64, 64 signs of each vector in a row; unused bits are 0.
        n_dimensions: d.

    Raises:
        ValueError: If the array does not fit d, or an unused bit is 1.
    """

    words: IntArray
    n_dimensions: int

    def __post_init__(self) -> None:
        d = as_integer("n_dimensions", self.n_dimensions, 1)
        rule = f"be a uint64 matrix with {-(-d // 64)} rows for {d} dimensions, and a column"
        fits = self.words.ndim == 2 and len(self.words) == -(-d // 64) and self.words.size > 0
        received = f"{self.words.dtype} {self.words.shape}"
        require(fits and self.words.dtype == np.uint64, "words", rule, received)
        # They would be counted as signs that differ.
        unused = self.words[-1] >> np.uint64(d % 64) if d % 64 else np.zeros(1, np.uint64)
        require(not unused.any(), "words", f"be 0 in every bit behind the first {d}", "a 1")

    @property
    def n_bytes(self) -> int:
        """Memory: 8 bytes for every 64 dimensions of each vector."""
        return self.words.nbytes

    def __len__(self) -> int:
        return int(self.words.shape[1])


def build(vectors: npt.ArrayLike) -> Binary:
    """Return the signs of vectors (N, d): a bit is 1 where the number is above 0.

    Center the vectors first if their numbers are mostly of one sign: a bit tells most where it
    is 1 in half of them.

    Raises:
        ValueError: If they are no finite matrix with a row and a column.
    """
    matrix = as_vectors("vectors", vectors)
    return Binary(_words(matrix), matrix.shape[1])


def decode(index: Binary) -> Array:
    """Return the signs as numbers (N, d), ±1/√d, so that each row has length 1."""
    rows = np.ascontiguousarray(index.words.T).view(np.uint8)
    bits = np.unpackbits(rows, axis=1, count=index.n_dimensions, bitorder="little")
    size = np.float32(index.n_dimensions**-0.5)
    return np.where(bits == 1, size, -size)


def hamming(words: IntArray, others: IntArray) -> IntArray:
    """Return how many bits differ (Q, N) between words (w, Q) and others (w, N).

    >>> one, two = np.array([[0b1100]], np.uint64), np.array([[0b1010, 0b1100]], np.uint64)
    >>> hamming(one, two).tolist()
    [[2, 0]]
    """
    n_different = np.zeros((words.shape[1], others.shape[1]), np.int32)
    for word, other in zip(words, others, strict=True):
        n_different += _n_ones(word[:, np.newaxis] ^ other)
    return n_different


def search(index: Binary, queries: npt.ArrayLike, k: int) -> Hits:
    """Return the k entries that agree with each query in the most signs.

    A score is the product of the sign vectors divided by d: 1 where all signs agree, -1 where
    none does. Ties are frequent, and the lower position wins.

    Args:
        index: What ``build`` returned.
        queries: (Q, d), of which only the signs count.
        k: Hits for each query, at most N.

    Raises:
        ValueError: If the queries are not finite or have another width, or k is out of range.

    >>> index = build([[0.3, -0.2], [-0.5, -0.1], [0.4, 0.9]])
    >>> search(index, [[1.0, -1.0]], 3).scores.tolist()
    [[1.0, 0.0, 0.0]]
    """
    d = index.n_dimensions
    vectors, k = as_queries(queries, d), as_k(k, len(index))

    def search_few(some: Array) -> Hits:
        words = _words(some)
        blocks = (
            # float32 holds integers up to 2^24 exactly, so there is no margin.
            -hamming(words, index.words[:, start : start + ROWS]).astype(np.float32)
            for start in range(0, len(index), ROWS)
        )
        owners, positions = candidates(blocks, len(some), k, np.zeros(len(some)))
        n_different = _n_ones(words[:, owners] ^ index.words[:, positions]).sum(axis=0)
        return ranked(owners, positions, 1.0 - 2.0 * n_different / d, len(some), k)

    return in_turns(search_few, vectors, k)


def _words(matrix: Array) -> IntArray:
    """Return the signs of each row, packed into the columns of (⌈d / 64⌉, N) uint64."""
    packed = np.packbits(matrix > 0, axis=1, bitorder="little")
    padded = np.zeros((len(matrix), 8 * (-(-matrix.shape[1] // 64))), np.uint8)
    padded[:, : packed.shape[1]] = packed
    return np.ascontiguousarray(padded.view(np.uint64).T)


def _n_ones_by_table(words: IntArray) -> IntArray:
    """Return the number of ones in each word of 64 bits, looked up 16 bits at a time."""
    halves = np.ascontiguousarray(words).view(np.uint16).reshape(*words.shape, 4)
    return np.asarray(_ONES[halves].sum(axis=-1, dtype=np.uint8))


_n_ones = getattr(np, "bitwise_count", _n_ones_by_table)

"""One byte for each number: every vector is divided by a scale of its own and rounded.

A code c stands for scale · c, and no number is further from its code's than scale / 2. So a dot
product with a query q is off by at most scale / 2 · Σ|q|.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_vector, require
from embedlab.retrieval.hits import Hits, as_k, as_queries, as_vectors, require_moderate
from embedlab.retrieval.scan import candidates, in_turns, margins, ranked_exactly

# Rows that become floating numbers at once.
_ROWS = 2048
# -128 is left out, so that codes and scales treat both signs alike.
_LARGEST = 127


@dataclass(frozen=True, eq=False)
class Int8:
    """Vectors in one byte for each number.

    Attributes:
        codes: (N, d) int8.
        scales: (N,) float32, what a code of 1 stands for; not negative.

    Raises:
        ValueError: If the arrays are of other types or shapes, or a scale is no such number, or
            so large that a product of two vectors could overflow.
    """

    codes: IntArray
    scales: Array

    def __post_init__(self) -> None:
        is_code = self.codes.dtype == np.int8 and self.codes.ndim == 2 and self.codes.size > 0
        received = f"{self.codes.dtype} {self.codes.shape}"
        require(is_code, "codes", "be an int8 matrix with a row and a column", received)
        scales = as_vector("scales", self.scales)
        rule = f"hold one number for each of {len(self.codes)} rows"
        require(len(scales) == len(self.codes), "scales", rule, len(scales))
        smallest = float(scales.min())
        require(smallest >= 0, "scales", "be at least 0", smallest)
        # Each code becomes at most 127 scales, and so d products of two such numbers.
        require_moderate("scales", scales, np.float32, self.n_dimensions * _LARGEST**2)

    @property
    def n_dimensions(self) -> int:
        """The number d of dimensions."""
        return int(self.codes.shape[1])

    @property
    def n_bytes(self) -> int:
        """Memory: d + 4 bytes for each vector."""
        return self.codes.nbytes + self.scales.nbytes

    def __len__(self) -> int:
        return len(self.codes)


def build(vectors: npt.ArrayLike) -> Int8:
    """Return vectors (N, d) rounded to 255 steps between their largest value and its opposite.

    Raises:
        ValueError: If they are no finite matrix with a row and a column, or too large for single
            precision.

    >>> build([[0.5, -1.0, 0.0]]).codes.tolist()
    [[64, -127, 0]]
    """
    matrix = as_vectors("vectors", vectors)
    require_moderate("vectors", matrix, np.float32, matrix.shape[1])
    peaks = np.maximum(matrix.max(axis=1), -matrix.min(axis=1))
    scales = (peaks / _LARGEST).astype(np.float32)
    codes = np.empty(matrix.shape, np.int8)
    divisors = np.where(scales == 0, np.float32(1), scales)[:, np.newaxis]
    for start in range(0, len(matrix), _ROWS):
        part = slice(start, start + _ROWS)
        # A scale that single precision rounds down could ask for 128.
        steps = np.rint(matrix[part] / divisors[part])
        codes[part] = np.clip(steps, -_LARGEST, _LARGEST)
    return Int8(codes, scales)


def decode(index: Int8, positions: IntArray | slice = slice(None)) -> Array:
    """Return the vectors (m, d) that the codes at some positions stand for, in float32."""
    return index.codes[positions] * index.scales[positions, np.newaxis]


def search(index: Int8, queries: npt.ArrayLike, k: int) -> Hits:
    """Return the k entries whose decoded vectors have the highest dot product with each query.

    NumPy multiplies no bytes, so a block of codes becomes floating numbers before it is used:
    this saves memory, not time.

    Args:
        index: What ``build`` returned.
        queries: (Q, d), as they are: only the index is rounded.
        k: Hits for each query, at most N.

    Raises:
        ValueError: If the queries are not finite or have another width, or k is out of range.
    """
    codes, scales = index.codes, index.scales
    vectors = as_queries(queries, index.n_dimensions, np.float32)
    k = as_k(k, len(index))
    longest = float((scales * np.sqrt(index.n_dimensions)).max()) * _LARGEST

    def search_few(some: Array) -> Hits:
        rounded = some.astype(np.float32)
        blocks = (
            rounded
            @ codes[start : start + _ROWS].astype(np.float32).T
            * scales[start : start + _ROWS]
            for start in range(0, len(codes), _ROWS)
        )
        edges = margins(some, rounded.dtype, longest)
        found = candidates(blocks, len(some), k, edges)
        return ranked_exactly(lambda positions: decode(index, positions), some, *found, k)

    return in_turns(search_few, vectors, k)

"""Random hyperplanes: vectors that fall on the same side of all of them share a bucket.

A plane through the origin separates two vectors at angle θ with probability θ / π. So b planes
put them into one bucket with probability (1 - θ / π)^b: more planes make buckets smaller and
purer, more tables give near vectors more chances to meet.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.directions import or_one
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.retrieval import exact
from embedlab.retrieval.hits import Hits, as_k, as_queries
from embedlab.retrieval.scan import in_turns

# Rows whose products with all planes are held at once.
_ROWS = 8192
# A key is a 32-bit number; of the planes that a query lies nearest to, these may be crossed.
_MOST_PLANES, _CROSSED = 31, 10
# The product of a vector of length 1 with itself may be so much above 1, in single precision too.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class Hashed:
    """Vectors, and tables that say which of them share a bucket.

    Attributes:
        rows: The N vectors.
        planes: (L, b, d) the normals of each table's hyperplanes.
        keys: (L, N) uint32 buckets, ascending in each table.
        positions: (L, N) int32 the vector that each key belongs to.
    """

    rows: exact.Exact
    planes: Array
    keys: IntArray
    positions: IntArray

    @property
    def n_dimensions(self) -> int:
        """The number d of dimensions."""
        return self.rows.n_dimensions

    @property
    def n_bytes(self) -> int:
        """Memory: the vectors themselves, 8 bytes for each of them in each table, the planes."""
        tables = self.keys.nbytes + self.positions.nbytes
        return self.rows.n_bytes + self.planes.nbytes + tables

    def __len__(self) -> int:
        return len(self.rows)


def collision_probability(cosine: npt.ArrayLike) -> Array:
    """Return the probability 1 - θ / π that a random plane leaves two vectors on one side.

    A cosine that only rounding has carried beyond 1 counts as 1.

    Source: Charikar 2002, "Similarity Estimation Techniques from Rounding Algorithms", section 3.

    >>> collision_probability([1.0, 0.0, -1.0]).tolist()
    [1.0, 0.5, 0.0]
    """
    values = np.asarray(cosine, np.float64)
    largest = float(np.abs(values).max(initial=0))
    require(largest <= 1 + _ROUNDING, "cosine", "be between -1 and 1", largest)
    return np.asarray(1.0 - np.arccos(np.clip(values, -1.0, 1.0)) / np.pi)


def found_probability(cosine: npt.ArrayLike, n_planes: int, n_tables: int) -> Array:
    """Return the probability 1 - (1 - p^b)^L that two vectors share a bucket of some table.

    >>> found_probability(0.0, 2, 3).round(4).tolist()
    0.5781
    """
    n_planes, n_tables = as_integer("n_planes", n_planes, 1), as_integer("n_tables", n_tables, 1)
    return np.asarray(1.0 - (1.0 - collision_probability(cosine) ** n_planes) ** n_tables)


def bucket_keys(products: Array) -> IntArray:
    """Return keys (...) of products (..., b) with b planes: bit i is 1 if the i-th is above 0.

    >>> bucket_keys(np.array([[0.5, -0.2, 0.1], [-1.0, 2.0, -3.0]])).tolist()
    [5, 2]
    """
    powers = np.left_shift(1, np.arange(products.shape[-1]), dtype=np.int64)
    return np.asarray(((products > 0) @ powers).astype(np.uint32))


def build(
    vectors: npt.ArrayLike, *, n_planes: int, n_tables: int, rng: np.random.Generator
) -> Hashed:
    """Return tables of the vectors (N, d), for planes drawn at random.

    Args:
        vectors: Of similar length, best of length 1: a plane knows angles only.
        n_planes: b, at most 31. About log2 N gives buckets with a few vectors each.
        n_tables: L.
        rng: Draws the planes' normals, from a normal distribution, so that every direction is
            equally likely.

    Raises:
        ValueError: If the vectors are no finite matrix with a row and a column, or a number is
            out of range.
    """
    rows = exact.build(vectors)
    n_planes, n_tables = as_integer("n_planes", n_planes, 1), as_integer("n_tables", n_tables, 1)
    require(n_planes <= _MOST_PLANES, "n_planes", f"be at most {_MOST_PLANES}", n_planes)
    N, d = rows.matrix.shape
    planes = rng.standard_normal((n_tables, n_planes, d)).astype(rows.matrix.dtype)
    keys = np.empty((n_tables, N), np.uint32)
    for start in range(0, N, _ROWS):
        block = slice(start, start + _ROWS)
        keys[:, block] = bucket_keys(_products(rows.matrix[block], planes)).T
    positions = np.argsort(keys, axis=1, kind="stable")
    ascending = np.take_along_axis(keys, positions, axis=1)
    return Hashed(rows, planes, ascending, positions.astype(np.int32))


def candidates(index: Hashed, queries: Array, n_probes: int = 1) -> tuple[IntArray, IntArray]:
    """Return owners (m,), ascending, and positions (m,) of what shares a bucket with a query.

    Args:
        index: What ``build`` returned.
        queries: (Q, d).
        n_probes: Buckets of each table to look into: the query's own, and those across the
            planes it lies nearest to.

    Source: for the probes, Lv et al. 2007, "Multi-Probe LSH".
    """
    keys = _probed_keys(_products(queries, index.planes), n_probes)
    pairs = []
    for table, positions, wanted in zip(index.keys, index.positions, keys, strict=True):
        starts = np.searchsorted(table, wanted, side="left").ravel()
        sizes = np.searchsorted(table, wanted, side="right").ravel() - starts
        # Every range start, start + 1, …, start + size - 1, one after the other.
        offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        owners = np.repeat(np.arange(sizes.size) // n_probes, sizes)
        pairs.append(owners * len(index) + positions[np.repeat(starts, sizes) + offsets])
    # A vector may be met in several tables.
    met = np.unique(np.concatenate(pairs))
    return met // len(index), met % len(index)


def search(index: Hashed, queries: npt.ArrayLike, k: int, *, n_probes: int = 1) -> Hits:
    """Return, of the vectors in each query's buckets, the k with the highest dot product.

    The true best may be in none of them. Where fewer than k vectors are, -1 fills up.

    Args:
        index: What ``build`` returned.
        queries: (Q, d).
        k: Hits for each query, at most N.
        n_probes: Buckets of each table to look into, at most 2^min(b, 10).

    Raises:
        ValueError: If the queries are not finite or have another width, or a number is out of
            range.
    """
    vectors = as_queries(queries, index.n_dimensions, index.planes.dtype)
    k = as_k(k, len(index))
    n_probes = as_integer("n_probes", n_probes, 1)
    limit = 2 ** min(index.planes.shape[1], _CROSSED)
    require(n_probes <= limit, "n_probes", f"be at most {limit}", n_probes)

    def search_few(some: Array) -> Hits:
        return exact.rank(index.rows, some, *candidates(index, some, n_probes), k)

    return in_turns(search_few, vectors, k)


def _products(rows: Array, planes: Array) -> Array:
    """Return the products (N, L, b) of rows with the planes of all tables."""
    n_tables, n_planes, d = planes.shape
    products = rows.astype(planes.dtype, copy=False) @ planes.reshape(-1, d).T
    return products.reshape(-1, n_tables, n_planes)


def _probed_keys(products: Array, n_probes: int) -> IntArray:
    """Return the keys (L, Q, n_probes) of the buckets to look into, the query's own first."""
    keys = bucket_keys(products).T[..., np.newaxis]
    if n_probes == 1:
        return keys
    n_crossed = min(products.shape[-1], _CROSSED)
    nearest = np.argsort(np.abs(products), axis=-1, kind="stable")[..., :n_crossed]
    # Only which is larger counts; products of large numbers would overflow when squared.
    largest = or_one(np.abs(products).max(axis=-1, keepdims=True))
    costs = (np.take_along_axis(products, nearest, axis=-1) / largest) ** 2
    # Every set of planes to cross, as rows of zeros and ones; crossing none costs nothing.
    subsets = np.arange(2**n_crossed)[:, np.newaxis] >> np.arange(n_crossed) & 1
    cheapest = np.argsort(costs @ subsets.T.astype(costs.dtype), axis=-1, kind="stable")
    flips = np.left_shift(1, nearest, dtype=np.int64)[..., np.newaxis, :]
    masks = (subsets[cheapest[..., :n_probes]] * flips).sum(axis=-1)
    return np.asarray(keys ^ masks.transpose(1, 0, 2).astype(np.uint32))

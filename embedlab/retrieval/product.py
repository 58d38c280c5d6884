"""Product quantization: a vector is cut into parts, and each part becomes the nearest of a few.

Each part has a codebook of its own, found by k-means, and a code of one byte says which entry
stands for it. With m parts of 256 entries there are 256^m vectors that m bytes can name.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_integer, as_matrix, require
from embedlab.retrieval.hits import Hits, as_k, as_queries, as_vectors, require_moderate
from embedlab.retrieval.scan import candidates, in_turns, lengths, margins, ranked_exactly

# Rows that are looked up, or compared with a codebook, at once.
_ROWS = 4096
# Vectors for each entry of a codebook that its k-means looks at; more change little.
_TRAINING = 64


@dataclass(frozen=True, eq=False)
class Product:
    """Vectors as entries of codebooks.

    Attributes:
        codebooks: (m, n_codes, d / m) float32, finite and of moderate size.
        codes: (m, N) uint8, for each part the entry that stands for it.

    Raises:
        ValueError: If the arrays do not fit together.
    """

    codebooks: Array
    codes: IntArray

    def __post_init__(self) -> None:
        books, codes = self.codebooks, self.codes
        fits = books.ndim == 3 and books.size > 0 and bool(np.isfinite(books).all())
        received = f"{books.dtype} {books.shape}"
        require(fits, "codebooks", "be finite, of shape (m, n_codes, d / m)", received)
        require_moderate("codebooks", books, np.float32, self.n_dimensions)
        fits = codes.dtype == np.uint8 and codes.ndim == 2 and len(codes) == len(books)
        received = f"{codes.dtype} {codes.shape}"
        require(fits and codes.size > 0, "codes", f"be uint8 ({len(books)}, N)", received)
        largest, n_codes = int(codes.max()), books.shape[1]
        require(largest < n_codes, "codes", f"be below {n_codes}, the size of a book", largest)

    @property
    def n_dimensions(self) -> int:
        """The number d of dimensions."""
        return int(self.codebooks.shape[0] * self.codebooks.shape[2])

    @property
    def n_bytes(self) -> int:
        """Memory: m bytes for each vector, and the codebooks."""
        return self.codes.nbytes + self.codebooks.nbytes

    def __len__(self) -> int:
        return int(self.codes.shape[1])


def k_means(
    points: npt.ArrayLike, n_centers: int, *, n_iterations: int = 15, rng: np.random.Generator
) -> tuple[Array, IntArray]:
    """Return centers (n_centers, d) that lie close to points, and the nearest one of each (N,).

    Lloyd's algorithm: each point goes to its nearest center, each center to the mean of its
    points, and so on until nothing changes. The sum of the squared distances never grows; it ends
    in a local minimum. The centers start at points drawn one after the other, each with a
    probability proportional to its squared distance from those before it (k-means++). A center
    that has lost all its points moves to the point that is worst off.

    Args:
        points: (N, d).
        n_centers: At most N.
        n_iterations: How often the centers move at most.
        rng: Draws where they start.

    Raises:
        ValueError: If the points are no finite matrix, or so large that a squared distance could
            overflow, or there are fewer than centers.

    Source: Lloyd 1982, "Least squares quantization in PCM"; for the start Arthur and Vassilvitskii
        2007, "k-means++: The Advantages of Careful Seeding".

    >>> centers, nearest = k_means([[0.0], [1.0], [9.0]], 2, rng=np.random.default_rng(0))
    >>> sorted(centers.ravel().tolist()), bool(nearest[0] == nearest[1] != nearest[2])
    ([0.5, 9.0], True)
    """
    matrix = as_matrix("points", points)
    require_moderate("points", matrix, matrix.dtype, max(matrix.shape[1], 1))
    n_centers = as_integer("n_centers", n_centers, 1)
    require(n_centers <= len(matrix), "n_centers", f"be at most {len(matrix)}", n_centers)
    centers = matrix[_spread_out(matrix, n_centers, rng)]
    nearest, gaps = nearest_centers(matrix, centers)
    for _ in range(as_integer("n_iterations", n_iterations, 0)):
        sizes = np.bincount(nearest, minlength=n_centers)
        sums = [np.bincount(nearest, column, n_centers) for column in matrix.T]
        means = np.stack(sums, axis=1) / np.maximum(sizes, 1)[:, np.newaxis]
        centers = means.astype(matrix.dtype)
        empty = np.flatnonzero(sizes == 0)
        centers[empty] = matrix[np.argsort(-gaps, kind="stable")[: len(empty)]]
        before = nearest
        nearest, gaps = nearest_centers(matrix, centers)
        if np.array_equal(before, nearest):
            break
    return centers, nearest


def _spread_out(points: Array, n: int, rng: np.random.Generator) -> IntArray:
    """Return n positions of points, drawn as k-means++ does."""
    chosen = np.empty(n, np.int64)
    chosen[0] = rng.integers(len(points))
    gaps = np.full(len(points), np.inf)
    for i in range(1, n):
        steps = points - points[chosen[i - 1]]
        gaps = np.minimum(gaps, np.einsum("ij,ij->i", steps, steps))
        reached = np.cumsum(gaps)
        # With fewer different points than centers no distance is left; then any point will do.
        at = np.searchsorted(reached, rng.random() * reached[-1], side="right")
        chosen[i] = min(at, len(points) - 1)
    return chosen


def nearest_centers(points: Array, centers: Array) -> tuple[IntArray, Array]:
    """Return the center nearest to each point (N,), and their squared distances (N,)."""
    nearest, gaps = np.empty(len(points), np.int64), np.empty(len(points))
    halves = 0.5 * np.einsum("ij,ij->i", centers, centers)
    for start in range(0, len(points), _ROWS):
        part = slice(start, start + _ROWS)
        # |x - c|² = |x|² - 2 (x·c - |c|² / 2), and |x|² is the same for every center.
        nearest[part] = np.argmax(points[part] @ centers.T - halves, axis=1)
        gaps[part] = lengths(points[part] - centers[nearest[part]]) ** 2
    return nearest, gaps


def build(
    vectors: npt.ArrayLike,
    n_parts: int,
    *,
    n_codes: int = 256,
    n_iterations: int = 15,
    rng: np.random.Generator,
) -> Product:
    """Return vectors (N, d) in n_parts bytes each.

    Args:
        vectors: Kept in single precision. The codebooks are learned from 64 · n_codes of them at
            most, chosen at random.
        n_parts: The number m of parts; d must be a multiple of it.
        n_codes: Entries of each codebook, at most 256 and at most N.
        n_iterations: Of each k-means.
        rng: For the choice of vectors and the starts of k-means.

    Raises:
        ValueError: If the vectors are no finite matrix with a row and a column, d is no multiple
            of n_parts, or n_codes is out of range.

    Source: Jégou, Douze and Schmid 2011, "Product Quantization for Nearest Neighbor Search".

    >>> corners = np.array([[0, 0, 1, 1], [0, 0, 2, 2], [5, 5, 1, 1], [5, 5, 2, 2]])
    >>> index = build(corners, 2, n_codes=2, rng=np.random.default_rng(0))
    >>> decode(index).astype(int).tolist() == corners.tolist(), index.codes.nbytes
    (True, 8)
    """
    matrix = as_vectors("vectors", vectors)
    N, d = matrix.shape
    require_moderate("vectors", matrix, np.float32, d)
    matrix = matrix.astype(np.float32, copy=False)
    n_parts, n_codes = as_integer("n_parts", n_parts, 1), as_integer("n_codes", n_codes, 1)
    divisors = [m for m in range(1, d + 1) if d % m == 0]
    require(d % n_parts == 0, "n_parts", f"divide the {d} dimensions", n_parts, f"try {divisors}")
    limit = min(256, N)
    require(n_codes <= limit, "n_codes", f"be at most {limit} for {N} vectors", n_codes)
    chosen = rng.permutation(N)[: _TRAINING * n_codes]
    codebooks = np.empty((n_parts, n_codes, d // n_parts), np.float32)
    codes = np.empty((n_parts, N), np.uint8)
    for part, columns in enumerate(np.split(np.arange(d), n_parts)):
        points = np.ascontiguousarray(matrix[:, columns])
        centers, _ = k_means(points[chosen], n_codes, n_iterations=n_iterations, rng=rng)
        codebooks[part], codes[part] = centers, nearest_centers(points, centers)[0]
    return Product(codebooks, codes)


def decode(index: Product, positions: IntArray | slice = slice(None)) -> Array:
    """Return the vectors (m, d) that the codes at some positions stand for, in float32."""
    codes = index.codes[:, positions]
    parts = [book.take(code, axis=0) for book, code in zip(index.codebooks, codes, strict=True)]
    return np.concatenate(parts, axis=1)


def product_tables(index: Product, queries: Array) -> Array:
    """Return the dot products (m, n_codes, Q) of each entry with its part of each query.

    With them, the product of a query with a decoded vector is a sum of m numbers looked up. Only
    the index is rounded, not the query ("asymmetric" in the paper).
    """
    parts = queries.reshape(len(queries), len(index.codebooks), -1)
    return np.asarray(index.codebooks @ parts.transpose(1, 2, 0))


def search(index: Product, queries: npt.ArrayLike, k: int) -> Hits:
    """Return the k entries whose decoded vectors have the highest dot product with each query.

    Args:
        index: What ``build`` returned.
        queries: (Q, d), as they are: only the index is rounded.
        k: Hits for each query, at most N.

    Raises:
        ValueError: If the queries are not finite or have another width, or k is out of range.
    """
    vectors = as_queries(queries, index.n_dimensions, np.float32)
    k = as_k(k, len(index))
    longest = float(np.sqrt((index.codebooks.astype(np.float64) ** 2).sum(2).max(1).sum()))

    def search_few(some: Array) -> Hits:
        rounded = some.astype(np.float32)
        tables = product_tables(index, rounded)
        starts = range(0, len(index), _ROWS)
        blocks = (_looked_up(tables, index.codes[:, i : i + _ROWS]) for i in starts)
        found = candidates(blocks, len(some), k, margins(some, rounded.dtype, longest))
        return ranked_exactly(lambda positions: decode(index, positions), some, *found, k)

    return in_turns(search_few, vectors, k)


def _looked_up(tables: Array, codes: IntArray) -> Array:
    """Return the sums (Q, rows) of the entries of tables (m, n_codes, Q) that codes name.

    One lookup brings the numbers of all queries, which lie side by side.
    """
    rows = zip(tables, codes, strict=True)
    table, code = next(rows)
    total = table.take(code, axis=0)
    for table, code in rows:
        total += table.take(code, axis=0)
    return np.asarray(total.T)

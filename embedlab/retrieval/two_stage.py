"""Two stages: a cheap search proposes, the full vectors decide.

The first stage may search short prefixes of vectors that were trained to be cut (Matryoshka
vectors), or signs, or codes. Any function that returns ``Hits`` will do.
"""

import numpy as np
import numpy.typing as npt

from embedlab.directions import unit_rows
from embedlab.numerics import Array, as_integer, as_matrix, require
from embedlab.retrieval import exact
from embedlab.retrieval.hits import Hits, as_k, as_queries, require_distinct


def prefixes(vectors: npt.ArrayLike, n_dimensions: int) -> Array:
    """Return the first numbers of each vector (N, n_dimensions), brought to length 1 again.

    Cutting off the end of any vector gives an answer; only where the model was trained for it is
    the answer a good one.

    Raises:
        ValueError: If the vectors are no finite matrix, or have fewer dimensions.

    Source: Kusupati et al. 2022, "Matryoshka Representation Learning", arXiv:2205.13147.

    >>> prefixes([[3.0, 4.0, 12.0]], 2).tolist()
    [[0.6, 0.8]]
    """
    matrix = as_matrix("vectors", vectors)
    n_dimensions, d = as_integer("n_dimensions", n_dimensions, 1), matrix.shape[1]
    require(n_dimensions <= d, "n_dimensions", f"be at most {d}, the vectors' own", n_dimensions)
    return unit_rows(matrix[:, :n_dimensions])


def rerank(full: exact.Exact, queries: npt.ArrayLike, candidates: Hits, k: int) -> Hits:
    """Return the best k of each query's candidates by their full vectors.

    With all positions as candidates it is exact search.

    Args:
        full: The vectors that decide.
        queries: (Q, d) in the dimensions of those.
        candidates: (Q, n) what the first stage found, n at least k. Its scores do not matter.
        k: Hits for each query.

    Raises:
        ValueError: If the queries are not finite or do not fit the vectors or the candidates, a
            query has a candidate twice, or there are fewer candidates than k.

    >>> full = exact.build([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> first = Hits(np.array([[0, 1]]), np.array([[0.0, 0.0]]))
    >>> rerank(full, [[0.0, 1.0]], first, 1).positions.tolist()
    [[1]]
    """
    vectors = as_queries(queries, full.n_dimensions, full.matrix.dtype)
    positions, k = candidates.positions, as_k(k, len(full))
    rule = f"have a row for each of the {len(vectors)} queries"
    require(len(positions) == len(vectors), "candidates", rule, len(positions))
    rule, width = f"be at least k = {k} for each query", positions.shape[1]
    require(width >= k, "candidates", rule, width, "ask the first stage for more")
    largest = int(positions.max(initial=-1))
    rule = f"be positions below {len(full)}"
    require(largest < len(full), "candidates", rule, largest, "index the same vectors twice")
    require_distinct("candidates", positions)
    owners, columns = np.nonzero(positions >= 0)
    return exact.rank(full, vectors, owners, positions[owners, columns], k)

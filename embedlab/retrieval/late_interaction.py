"""Late interaction: a text keeps one vector for each token, and a query finds the best for each.

The score of a text is the sum, over the query's tokens, of the highest product with a token of
the text (MaxSim). That sees more than one vector for the whole text, and costs as many vectors as
there are tokens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_matrix, require
from embedlab.retrieval.hits import (
    Hits,
    as_k,
    as_queries,
    as_vectors,
    no_hits,
    ranked,
    require_moderate,
)
from embedlab.retrieval.scan import candidates, lengths, margins

# Token vectors that are compared with a query at once.
_TOKENS = 8192


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """The token vectors of N texts, one text after the other.

    Attributes:
        matrix: (T, d) float32 or float64, read-only.
        starts: (N + 1,) int64; text i owns the rows starts[i] … starts[i + 1] - 1.
    """

    matrix: Array
    starts: IntArray

    @property
    def n_dimensions(self) -> int:
        """The number d of dimensions."""
        return int(self.matrix.shape[1])

    @property
    def n_bytes(self) -> int:
        """Memory of the vectors of all tokens."""
        return self.matrix.nbytes + self.starts.nbytes

    def __len__(self) -> int:
        return len(self.starts) - 1


def max_similarity(query: npt.ArrayLike, text: npt.ArrayLike) -> float:
    """Return Σ over the query's tokens of the highest dot product with a token of the text.

    Neither side's order matters. It is not symmetric: each word of the query has to be answered,
    but not each word of the text.

    Args:
        query: (n, d) token vectors, usually of length 1.
        text: (m, d), at least one.

    Raises:
        ValueError: If an argument is no finite matrix, the widths differ, there is no token, or
            numbers are so large that the sum could overflow.

    Source: Khattab and Zaharia 2020, "ColBERT", arXiv:2004.12832.

    >>> max_similarity([[1.0, 0.0], [0.0, 1.0]], [[0.6, 0.8], [1.0, 0.0]])
    1.8
    """
    tokens = as_vectors("text", text)
    queries = as_queries(query, tokens.shape[1])
    require(len(queries) > 0, "query", "have at least one token", "none")
    require_moderate("text", tokens, np.float64, tokens.shape[1])
    require_moderate("query", queries, np.float64, queries.size * len(queries))
    return _similarity(queries, tokens)


def build(texts: Sequence[npt.ArrayLike]) -> TokenVectors:
    """Return the token vectors of N texts, each (n_tokens, d), ready for searching.

    Raises:
        ValueError: If there is no text, one has no token or is no finite matrix, two differ in
            width, or numbers are so large that a product could overflow.
    """
    require(len(texts) > 0, "texts", "hold at least one text", "none")
    matrices = [as_vectors(f"texts[{i}]", text) for i, text in enumerate(texts)]
    d = matrices[0].shape[1]
    for i, matrix in enumerate(matrices):
        require(matrix.shape[1] == d, f"texts[{i}]", f"have {d} dimensions", matrix.shape[1])
    joined = np.concatenate(matrices)
    require_moderate("texts", joined, joined.dtype, d)
    joined.flags.writeable = False
    return TokenVectors(joined, np.cumsum([0, *map(len, matrices)]))


def search(index: TokenVectors, queries: Sequence[npt.ArrayLike], k: int) -> Hits:
    """Return the k texts with the highest ``max_similarity`` to each query.

    Args:
        index: What ``build`` returned.
        queries: Q matrices (n_tokens, d).
        k: Hits for each query, at most N.

    Raises:
        ValueError: If a query has no token, is not finite or has another width, or k is out of
            range.

    >>> index = build([[[1.0, 0.0], [0.6, 0.8]], [[0.0, 1.0]]])
    >>> hits = search(index, [[[1.0, 0.0], [0.0, 1.0]]], 2)
    >>> hits.positions.tolist(), hits.scores.tolist()
    ([[0, 1]], [[1.8, 1.0]])
    """
    k = as_k(k, len(index))
    longest = float(lengths(index.matrix).max())
    hits = no_hits(len(queries), k)
    for i, tokens in enumerate(queries):
        query = as_queries(as_matrix(f"queries[{i}]", tokens), index.n_dimensions)
        require(len(query) > 0, f"queries[{i}]", "have at least one token", "none")
        # For n tokens n products are added up, so its numbers may be an n-th of a text's.
        require_moderate(f"queries[{i}]", query, index.matrix.dtype, query.size * len(query))
        # Adding up the tokens rounds as well.
        share = 1 + len(query) / index.n_dimensions
        margin = share * margins(query, index.matrix.dtype, longest).sum(keepdims=True)
        _, positions = candidates(_scores(index, query), 1, k, margin)
        # Scored again one by one, so that equal texts have equal scores.
        exact = np.array([_similarity(query, _tokens(index, text)) for text in positions])
        best = ranked(np.zeros_like(positions), positions, exact, 1, k)
        hits.positions[i], hits.scores[i] = best.positions[0], best.scores[0]
    return hits


def _scores(index: TokenVectors, query: Array) -> Iterator[Array]:
    """Yield the scores (1, n) of one block of texts after the other."""
    rounded, first = query.astype(index.matrix.dtype), 0
    while first < len(index):
        # As many whole texts as fit, but one at least.
        limit = index.starts[first] + _TOKENS
        last = max(first + 1, int(np.searchsorted(index.starts, limit, side="right")) - 1)
        products = rounded @ index.matrix[index.starts[first] : index.starts[last]].T
        inner = (index.starts[first:last] - index.starts[first]).astype(np.intp)
        yield np.maximum.reduceat(products, inner, axis=1).sum(axis=0, keepdims=True)
        first = last


def _tokens(index: TokenVectors, text: int) -> Array:
    """Return the token vectors of one text."""
    return index.matrix[index.starts[text] : index.starts[text + 1]]


def _similarity(query: Array, text: Array) -> float:
    """Return ``max_similarity``, added up in the same order for equal arguments."""
    products = np.einsum("id,jd->ij", query, text, dtype=np.float64)
    return float(products.max(axis=1).sum())

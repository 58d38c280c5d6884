"""Sparse vectors: a text as weights of a few of very many terms, found through an inverted index.

The index lists for each term the texts that have it. A query reads the lists of its own terms
and nothing else; a text with none of them is no hit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_integer, as_matrix, as_vector, require
from embedlab.retrieval.hits import Hits, as_k, ranked, require_moderate


class Terms(NamedTuple):
    """A sparse vector: the terms that are not 0, distinct and ascending, and their weights."""

    terms: IntArray
    weights: Array


@dataclass(frozen=True, eq=False)
class Inverted:
    """For each term the texts that have it.

    Attributes:
        starts: (n_terms + 1,) int64; term t owns the entries starts[t] … starts[t + 1] - 1.
        positions: (m,) int32 texts, ascending for each term.
        weights: (m,) float32, of the term in the text.
        n_texts: N.
    """

    starts: IntArray
    positions: IntArray
    weights: Array
    n_texts: int

    @property
    def n_terms(self) -> int:
        """The number of terms there are."""
        return len(self.starts) - 1

    @property
    def n_bytes(self) -> int:
        """Memory: 8 bytes for each term of each text, and 8 for each term there is."""
        return self.starts.nbytes + self.positions.nbytes + self.weights.nbytes

    def __len__(self) -> int:
        return self.n_texts


def pool(term_scores: npt.ArrayLike) -> Terms:
    """Return the sparse vector of a text from a model's score of each term at each token.

    Each weight is the largest log(1 + max(0, score)) over the tokens. Scores below 0 become 0, so
    that most terms drop out; the logarithm keeps one term from ruling.

    Args:
        term_scores: (n, V) for n tokens, at least one; of a masked language model, for example.

    Raises:
        ValueError: If the scores are no finite matrix, or there is no token.

    Source: Formal, Lassance, Piwowarski and Clinchant 2021, "SPLADE v2", arXiv:2109.10086
        (max pooling).

    >>> terms, weights = pool([[np.e - 1, -3.0, 0.0], [0.0, -1.0, 1.0]])
    >>> terms.tolist(), weights.round(4).tolist()
    ([0, 2], [1.0, 0.6931])
    """
    scores = as_matrix("term_scores", term_scores)
    require(len(scores) > 0, "term_scores", "have a row for each token, at least one", "none")
    # log(1 + max(0, s)) grows with s, so the largest score gives the largest weight.
    weights = np.log1p(np.maximum(scores.max(axis=0), 0))
    return sparse_vector(weights)


def sparse_vector(weights: npt.ArrayLike) -> Terms:
    """Return the terms of a vector (V,) whose weight is not 0.

    Raises:
        ValueError: If the weights are no finite vector.
    """
    values = as_vector("weights", weights)
    terms = np.flatnonzero(values)
    return Terms(terms, values[terms])


def build(vectors: Sequence[Terms], n_terms: int) -> Inverted:
    """Return the inverted index of N sparse vectors over n_terms terms.

    Raises:
        ValueError: If there is no vector, or a term is out of range, repeated or without weight,
            or a weight is not finite or too large for products in single precision.

    >>> index = build([sparse_vector([1.0, 0.0, 2.0]), sparse_vector([0.0, 0.0, 3.0])], 3)
    >>> hits = search(index, [sparse_vector([0.0, 0.0, 1.0]), sparse_vector([1.0, 5.0, 0.0])], 2)
    >>> hits.positions.tolist(), hits.scores.tolist()
    ([[1, 0], [0, -1]], [[3.0, 2.0], [1.0, -inf]])
    """
    require(len(vectors) > 0, "vectors", "hold at least one sparse vector", "none")
    n_terms = as_integer("n_terms", n_terms, 1)
    checked = [_checked(f"vectors[{i}]", vector, n_terms) for i, vector in enumerate(vectors)]
    owners = np.repeat(np.arange(len(checked)), [len(vector.terms) for vector in checked])
    terms = np.concatenate([vector.terms for vector in checked])
    weights = np.concatenate([vector.weights for vector in checked])
    return invert(owners, terms, weights, (len(checked), n_terms))


def invert(owners: IntArray, terms: IntArray, weights: Array, shape: tuple[int, int]) -> Inverted:
    """Return the index of entries, each of a text, a term and its weight.

    Args:
        owners: (m,) texts, ascending.
        terms: (m,) distinct for each text.
        weights: (m,).
        shape: The numbers of texts and of terms.
    """
    n_texts, n_terms = shape
    order = np.argsort(terms, kind="stable")
    starts = np.searchsorted(terms[order], np.arange(n_terms + 1))
    positions = owners[order].astype(np.int32)
    return Inverted(starts, positions, weights[order].astype(np.float32), n_texts)


def search(index: Inverted, queries: Sequence[Terms], k: int) -> Hits:
    """Return the k texts with the highest product Σ query weight · text weight for each query.

    Args:
        index: What ``build`` returned.
        queries: Q sparse vectors over the same terms; one without terms has no hits.
        k: Hits for each query, at most N.

    Raises:
        ValueError: If k or a term is out of range, or a weight is not finite or too large.
    """
    k = as_k(k, len(index))
    found = []
    for i, query in enumerate(queries):
        positions, scores = _scored(index, _checked(f"queries[{i}]", query, index.n_terms))
        if len(scores) > k:
            kept = scores >= np.partition(scores, len(scores) - k)[len(scores) - k]
            positions, scores = positions[kept], scores[kept]
        found.append((positions, scores))
    owners = np.repeat(np.arange(len(found)), [len(positions) for positions, _ in found])
    positions = np.concatenate([np.empty(0, np.int64), *(positions for positions, _ in found)])
    scores = np.concatenate([np.empty(0), *(scores for _, scores in found)])
    return ranked(owners, positions, scores, len(found), k)


def _scored(index: Inverted, query: Terms) -> tuple[IntArray, Array]:
    """Return the texts that share a term with a query, ascending, and their scores."""
    totals, is_met = np.zeros(len(index)), np.zeros(len(index), bool)
    for term, weight in zip(query.terms, query.weights, strict=True):
        entries = slice(index.starts[term], index.starts[term + 1])
        # A text is at most once in a term's list, so adding in place loses nothing.
        positions = index.positions[entries]
        totals[positions] += float(weight) * index.weights[entries]
        is_met[positions] = True
    positions = np.flatnonzero(is_met)
    return positions, totals[positions]


def _checked(name: str, vector: Terms, n_terms: int) -> Terms:
    """Return a sparse vector after checking its terms and weights.

    A weight that is 0 in single precision is left out: with it a text would be a hit for nothing.
    """
    terms, weights = np.asarray(vector.terms), as_vector(f"the weights of {name}", vector.weights)
    is_integer = np.issubdtype(terms.dtype, np.integer) or terms.size == 0
    fits = is_integer and terms.shape == weights.shape
    require(fits, f"the terms of {name}", f"be {len(weights)} integers", terms.tolist())
    is_ascending = bool((np.diff(terms) > 0).all())
    require(is_ascending, f"the terms of {name}", "ascend without repeats", terms.tolist())
    if len(terms) > 0:
        rule = f"be in 0 … {n_terms - 1}"
        outermost = int(terms[0]) if terms[0] < 0 else int(terms[-1])
        require(0 <= outermost < n_terms, f"the terms of {name}", rule, outermost)
    require_moderate(f"the weights of {name}", weights, np.float32, 1)
    kept = weights.astype(np.float32) != 0
    return Terms(terms[kept].astype(np.int64), weights[kept])

"""BM25: which texts share words with the query, with rare words and short texts counting more.

A word's weight in a text is idf · f (k1 + 1) / (f + k1 (1 - b + b · length / mean length)), f
being how often it occurs there. It grows with f, but never beyond idf (k1 + 1): the tenth
occurrence says little that the first did not. A score is the sum over the query's words.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, require, require_tokens
from embedlab.retrieval import sparse
from embedlab.retrieval.hits import Hits


@dataclass(frozen=True, eq=False)
class BM25:
    """Texts by their words.

    Attributes:
        terms: The number of each word that occurs.
        inverted: For each word the texts that have it, with BM25's weights.
    """

    terms: Mapping[str, int]
    inverted: sparse.Inverted

    @property
    def n_bytes(self) -> int:
        """Memory of the lists, and of the words in UTF-8."""
        return self.inverted.n_bytes + sum(len(word.encode()) for word in self.terms)

    def __len__(self) -> int:
        return len(self.inverted)


def lucene_idf(n_with: npt.ArrayLike, n_texts: int) -> Array:
    """Return ln(1 + (N - n + 1/2) / (n + 1/2)) of words that n of N texts have; always above 0.

    Source: Apache Lucene, ``BM25Similarity``; the 1 inside the logarithm is its addition.

    >>> lucene_idf([1, 2], 2).round(4).tolist()
    [0.6931, 0.1823]
    """
    n = np.asarray(n_with, np.float64)
    return np.asarray(np.log1p((n_texts - n + 0.5) / (n + 0.5)))


def robertson_idf(n_with: npt.ArrayLike, n_texts: int) -> Array:
    """Return ln((N - n + 1/2) / (n + 1/2)), below 0 for a word that most texts have.

    Then a text that has the word scores less than one that has it not.

    Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".

    >>> robertson_idf([1, 2], 2).round(4).tolist()
    [0.0, -1.6094]
    """
    n = np.asarray(n_with, np.float64)
    return np.asarray(np.log((n_texts - n + 0.5) / (n + 0.5)))


def saturation(
    counts: npt.ArrayLike, relative_lengths: npt.ArrayLike, *, k1: float = 1.2, b: float = 0.75
) -> Array:
    """Return f (k1 + 1) / (f + k1 (1 - b + b · relative length)), what BM25 makes of a count f.

    Args:
        counts: f, above 0.
        relative_lengths: Tokens of the text, divided by the mean over all texts.
        k1: 0 asks only whether a word occurs; the larger, the more a repetition counts.
        b: 0 ignores the length of a text, 1 counts words per length.

    Returns:
        1 for a word that occurs once in a text of mean length, always below k1 + 1. Lucene leaves
        out the constant factor k1 + 1, which moves no text past another.

    Source: Robertson and Zaragoza 2009, as above.

    >>> saturation([1, 2, 1], [1.0, 1.0, 2.0]).round(4).tolist()
    [1.0, 1.375, 0.7097]
    """
    f, lengths = np.asarray(counts, np.float64), np.asarray(relative_lengths, np.float64)
    return np.asarray(f * (k1 + 1) / (f + k1 * (1 - b + b * lengths)))


def build(
    docs: Sequence[Sequence[str]],
    *,
    k1: float = 1.2,
    b: float = 0.75,
    idf: Callable[[npt.ArrayLike, int], Array] = lucene_idf,
    stopwords: Collection[str] = (),
) -> BM25:
    """Return the index of texts.

    Args:
        docs: N lists of tokens; one may be empty, and is then never found.
        k1: At least 0; see ``saturation``.
        b: Between 0 and 1; see ``saturation``.
        idf: Weights of words that n of N texts have: ``lucene_idf`` or ``robertson_idf``.
        stopwords: Words to leave out, in texts and so in queries.

    Raises:
        ValueError: If there is no text, none has a token, one is a string, or a parameter is out
            of range.

    >>> index = build([["the", "cat", "sat"], ["a", "cat", "and", "a", "cat"], ["the", "dog"]])
    >>> search(index, [["cat", "sat"], ["unicorn"]], 2).positions.tolist()
    [[0, 1], [-1, -1]]
    """
    require(not isinstance(docs, str), "docs", "be lists of tokens", docs, "call tokenize first")
    require(len(docs) > 0, "docs", "hold at least one text", "none")
    require(bool(np.isfinite(k1)) and k1 >= 0, "k1", "be finite and at least 0", k1)
    require(0 <= b <= 1, "b", "be between 0 and 1", b)
    is_text = isinstance(stopwords, str)
    require(not is_text, "stopwords", "be a collection of words", stopwords)
    dropped, terms = frozenset(stopwords), dict[str, int]()
    owners: list[int] = []
    numbers: list[int] = []
    counts: list[int] = []
    lengths = np.zeros(len(docs))
    for i, doc in enumerate(docs):
        require_tokens(f"docs[{i}]", doc)
        occurring = Counter(token for token in doc if token not in dropped)
        lengths[i] = occurring.total()
        owners += [i] * len(occurring)
        numbers += [terms.setdefault(word, len(terms)) for word in occurring]
        counts += occurring.values()
    require(bool(terms), "docs", "hold at least one token that is no stopword", "none")
    rows, columns = np.array(owners), np.array(numbers)
    weights = idf(np.bincount(columns), len(docs))[columns] * saturation(
        np.array(counts), (lengths / lengths.mean())[rows], k1=k1, b=b
    )
    return BM25(terms, sparse.invert(rows, columns, weights, (len(docs), len(terms))))


def search(index: BM25, queries: Sequence[Sequence[str]], k: int) -> Hits:
    """Return the k texts with the highest scores for each query.

    A text counts that has at least one of the query's words. So a query without any word of the
    index, as one of only stopwords, has no hits: all its positions are -1. That is an answer, not
    an error, since a reader may type anything.

    Args:
        index: What ``build`` returned.
        queries: Q lists of tokens; a repeated word counts as often as it occurs.
        k: Hits for each query, at most N.

    Raises:
        ValueError: If a query is a string, or k is out of range.
    """
    remedy = "call tokenize on each first"
    require(not isinstance(queries, str), "queries", "be lists of tokens", queries, remedy)
    return sparse.search(index.inverted, [_query_terms(index, query) for query in queries], k)


def _query_terms(index: BM25, query: Sequence[str]) -> sparse.Terms:
    """Return how often each word that the index knows occurs in a query."""
    require_tokens("each of queries", query)
    known = sorted(Counter(index.terms[word] for word in query if word in index.terms).items())
    table = np.array(known, np.int64).reshape(-1, 2)
    return sparse.Terms(table[:, 0], table[:, 1].astype(np.float64))

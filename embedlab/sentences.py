"""One vector for a whole sentence: the plain and the tf-idf-weighted mean of its words.

``vectors`` is in each function an ``Embeddings`` or a mapping from words to vectors. A repeated
token counts as often as it occurs. Tokens without a vector and stopwords count for nothing;
when no token is left, the sentence vector is zero.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_vector, require, require_tokens

# Stopwords are an argument of every mean here, so readers look for a list here too.
from embedlab.stopwords import STOPWORDS as STOPWORDS
from embedlab.vectors import Embeddings, cosine

WordVectors: TypeAlias = Embeddings | Mapping[str, npt.ArrayLike]


def mean_vector(
    tokens: Sequence[str], vectors: WordVectors, stopwords: Collection[str] = ()
) -> Array:
    """Return the plain average (d,) of the vectors of a sentence's tokens.

    Raises:
        ValueError: If tokens is a string, vectors is empty, or two vectors differ in length.

    >>> mean_vector(["the", "cat", "sat"], {"cat": [1, 0], "sat": [0, 1]}).tolist()
    [0.5, 0.5]
    """
    kept = _kept(tokens, vectors, stopwords)
    return _weighted_mean(kept, dict.fromkeys(kept, 1.0), vectors)


def idf_table(docs: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return the inverse document frequency of each word, ln((1 + N) / (1 + df)) + 1.

    N is the number of documents, df the number of those with the word. The ones inside the
    logarithm act as one more document that holds every word; the one outside gives a word of
    every document the weight 1 and not 0.

    Args:
        docs: Lists of tokens, one per document.

    Returns:
        A dict in order of first occurrence; empty for no documents.

    Raises:
        ValueError: If a document is a string.

    Source: scikit-learn's default, ``TfidfTransformer(smooth_idf=True)``; without the ones it is
        Spärck Jones 1972.

    >>> idf_table([["the", "cat"], ["the", "dog"], ["the"]])["the"]
    1.0
    """
    require(not isinstance(docs, str), "docs", "be lists of tokens", docs, "call tokenize first")
    n_docs_with: Counter[str] = Counter()
    for doc in docs:
        require_tokens("each of docs", doc)
        # dict.fromkeys: each word once, in an order that does not change from run to run.
        n_docs_with.update(dict.fromkeys(doc, 1))
    return {word: math.log((1 + len(docs)) / (1 + df)) + 1 for word, df in n_docs_with.items()}


def tf_idf_matrix(
    docs: Sequence[Sequence[str]], *, normalize: bool = True
) -> tuple[tuple[str, ...], Array]:
    """Return the words of the documents, sorted, and the weights (N, V), count times idf.

    Args:
        docs: Lists of tokens, one per document.
        normalize: Divide each row by its Euclidean length, so that the product of two rows is
            their cosine. The row of an empty document stays zero.

    Raises:
        ValueError: If a document is a string.

    >>> words, weights = tf_idf_matrix([["cat", "cat"], ["dog"]])
    >>> words, weights.tolist()
    (('cat', 'dog'), [[1.0, 0.0], [0.0, 1.0]])
    """
    idf = idf_table(docs)
    words = tuple(sorted(idf))
    column = {word: j for j, word in enumerate(words)}
    weights = np.zeros((len(docs), len(words)))
    for i, doc in enumerate(docs):
        for word, count in Counter(doc).items():
            weights[i, column[word]] = count * idf[word]
    if normalize:
        lengths = np.linalg.norm(weights, axis=1, keepdims=True)
        weights /= np.where(lengths == 0, 1.0, lengths)
    return words, weights


def sentence_vector(
    tokens: Sequence[str],
    vectors: WordVectors,
    idf: Mapping[str, float],
    stopwords: Collection[str] = (),
) -> Array:
    """Return the mean (d,) of a sentence's word vectors, weighted by tf · idf.

    That is Σ tf · idf · vector / Σ tf · idf over the distinct words, tf being the count in the
    sentence. Dividing by the sum of the weights keeps long sentences as short as their words.

    Args:
        tokens: The sentence.
        vectors: The word vectors.
        idf: Weight of each word, at least 0, as from ``idf_table``; a missing word has 1.
        stopwords: Words to leave out.

    Raises:
        ValueError: If tokens is a string, vectors is empty, two vectors differ in length, or a
            weight is negative or not finite.

    >>> vectors = {"cat": [1, 0], "sat": [0, 1]}
    >>> sentence_vector(["cat", "sat"], vectors, {"cat": 3.0}).tolist()
    [0.75, 0.25]
    """
    kept = _kept(tokens, vectors, stopwords)
    weights = {word: float(idf.get(word, 1.0)) for word in kept}
    for word, weight in weights.items():
        holds = math.isfinite(weight) and weight >= 0
        require(holds, f"idf[{word!r}]", "be finite and at least 0", weight)
    return _weighted_mean(kept, weights, vectors)


def sentence_similarity(
    s1: Sequence[str],
    s2: Sequence[str],
    vectors: WordVectors,
    idf: Mapping[str, float],
    stopwords: Collection[str] = (),
) -> float:
    """Return the cosine of two sentences' ``sentence_vector``; 0.0 when either is zero.

    It does not see the order of the words: "dog bites man" equals "man bites dog".

    >>> vectors = {"cat": [1, 0], "sat": [0, 1]}
    >>> round(sentence_similarity(["cat"], ["cat", "sat"], vectors, {}), 4)
    0.7071
    """
    first = sentence_vector(s1, vectors, idf, stopwords)
    second = sentence_vector(s2, vectors, idf, stopwords)
    return cosine(first, second)


def vector_table(words: Sequence[str], vectors: WordVectors) -> Array:
    """Return the vectors (W, d) of words, in their order and in double precision.

    Args:
        words: W words that all have a vector; W may be 0.
        vectors: The word vectors.

    Raises:
        ValueError: If vectors is empty, or two vectors differ in length or are not finite.

    >>> vector_table(["sat", "cat"], {"cat": [1, 0], "sat": [0, 1]}).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    require(len(vectors) > 0, "vectors", "hold at least one vector", "none")
    if isinstance(vectors, Embeddings):
        return vectors.matrix[[vectors.index[word] for word in words]].astype(np.float64)
    example = next(iter(vectors))
    table = np.empty((len(words), len(as_vector(f"vectors[{example!r}]", vectors[example]))))
    for i, word in enumerate(words):
        vector = as_vector(f"vectors[{word!r}]", vectors[word])
        rule = f"have {table.shape[1]} dimensions, as vectors[{example!r}] has"
        require(len(vector) == table.shape[1], f"vectors[{word!r}]", rule, len(vector))
        table[i] = vector
    return table


def _kept(tokens: Sequence[str], vectors: WordVectors, stopwords: Collection[str]) -> Counter[str]:
    """Return the counts of the tokens that have a vector and are not stopwords."""
    require_tokens("tokens", tokens)
    require(not isinstance(stopwords, str), "stopwords", "be a collection of words", stopwords)
    return Counter(token for token in tokens if token in vectors and token not in stopwords)


def _weighted_mean(
    counts: Mapping[str, int], weights: Mapping[str, float], vectors: WordVectors
) -> Array:
    """Return Σ count · weight · vector / Σ count · weight, or zeros (d,) where that is 0 / 0."""
    table = vector_table(list(counts), vectors)
    mean, total = np.zeros(table.shape[1]), sum(n * weights[word] for word, n in counts.items())
    for (word, count), vector in zip(counts.items(), table, strict=True):
        if total > 0:
            mean += count * weights[word] / total * vector
    return mean

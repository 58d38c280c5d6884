"""Do sentence vectors see meaning or words? Two measurements for any way to make them.

``compare`` asks of each group of ``sentence_groups`` whether the paraphrase is nearer to the
sentence than the distractor, which has more of its words. ``pair_correlation`` takes sentences of
``world``, where similarity is not somebody's judgment but computed from known attributes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from scipy.stats import rankdata, spearmanr

from embedlab.directions import cosines
from embedlab.evaluation.intervals import require_confidence, wilson_interval
from embedlab.numerics import Array, as_integer, as_matrix, as_vector, require
from embedlab.sentence_groups import GROUPS, Group
from embedlab.sentences import (
    STOPWORDS,
    WordVectors,
    idf_table,
    mean_vector,
    sentence_vector,
    vector_table,
)
from embedlab.sif import sif_vectors, sif_weights
from embedlab.text import tokenize
from embedlab.world import world

Way: TypeAlias = Callable[[Sequence[str]], Array]
"""What turns N texts into vectors (N, d)."""


@dataclass(frozen=True)
class SentenceScores:
    """How well one way of making sentence vectors did.

    Attributes:
        share: Groups whose paraphrase is nearer than the distractor; half a group for a tie.
        share_interval: Wilson's interval of that share; half a group that is left over counts as
            failed for the lower limit, and as passed for the upper.
        correlation: Spearman's correlation of cosine and grade: 2 for a paraphrase, 1 for a
            distractor, 0 for the paraphrase of the next group.
        correlation_interval: Its bootstrap interval, groups being drawn with replacement: the
            three pairs of a group are not independent.
    """

    share: float
    share_interval: tuple[float, float]
    correlation: float
    correlation_interval: tuple[float, float]


def word_ways(vectors: WordVectors, counts: Mapping[str, float]) -> dict[str, Way]:
    """Return the ways to make sentence vectors of word vectors: four kinds of means.

    Each takes a list of texts, calls ``tokenize`` on them and returns vectors (N, d), for no texts
    (0, d). Idf and the component that SIF removes are learned from those texts.

    Args:
        vectors: The word vectors, of lower-case words.
        counts: How often each word occurs in a large text, for SIF.

    Raises:
        ValueError: If vectors is empty, or as ``sif_weights``; in a call, if texts is a string, or
            two vectors differ in length.
    """
    weights = sif_weights(counts)
    d = vector_table([], vectors).shape[1]

    def stacked(rows: Iterable[Array]) -> Array:
        return np.array(list(rows), dtype=np.float64).reshape(-1, d)

    def mean(texts: Sequence[str]) -> Array:
        return stacked(mean_vector(doc, vectors) for doc in _docs(texts))

    def without_stopwords(texts: Sequence[str]) -> Array:
        return stacked(mean_vector(doc, vectors, STOPWORDS) for doc in _docs(texts))

    def tf_idf(texts: Sequence[str]) -> Array:
        docs = _docs(texts)
        idf = idf_table(docs)
        return stacked(sentence_vector(doc, vectors, idf) for doc in docs)

    def sif(texts: Sequence[str]) -> Array:
        return sif_vectors(_docs(texts), vectors, weights)

    return {"mean": mean, "without stopwords": without_stopwords, "tf-idf": tf_idf, "SIF": sif}


def compare(
    ways: Mapping[str, Way],
    groups: Sequence[Group] = GROUPS,
    *,
    rng: np.random.Generator,
    n_resamples: int = 1000,
    confidence: float = 0.95,
) -> dict[str, SentenceScores]:
    """Return how well each way to make sentence vectors tells meaning from words.

    Args:
        ways: What turns texts into vectors, by name; ``word_ways`` and
            ``pretrained.sentence_vectors`` with its model filled in are such.
        groups: At least three (sentence, paraphrase, distractor).
        rng: Draws groups for the bootstrap.
        n_resamples: Bootstrap samples.
        confidence: Of the intervals.

    Raises:
        ValueError: If there are too few groups, a number is out of range, or a way does not return
            one vector for each text.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13 (percentiles).
    """
    require(len(groups) >= 3, "groups", "be at least 3", len(groups))
    for i, group in enumerate(groups):
        is_group = not isinstance(group, str) and len(group) == 3
        require(is_group, f"groups[{i}]", "be (sentence, paraphrase, distractor)", group)
    as_integer("n_resamples", n_resamples, 1)
    require_confidence(confidence)
    texts = list(chain.from_iterable(groups))
    drawn = rng.integers(len(groups), size=(n_resamples, len(groups)))
    tail = 50 * (1 - confidence)
    results = {}
    for name, way in ways.items():
        found = _group_cosines(_vectors(name, way, texts))
        n, n_passed = len(groups), float(_passed(found).sum())
        least, most = (
            wilson_interval(m, n, confidence=confidence) for m in (floor(n_passed), ceil(n_passed))
        )
        low, high = np.percentile(_rank_correlations(found[drawn]), [tail, 100 - tail])
        results[name] = SentenceScores(
            share=n_passed / n,
            share_interval=(least[0], most[1]),
            correlation=float(_rank_correlations(found[np.newaxis])[0]),
            correlation_interval=(float(low), float(high)),
        )
    return results


def shuffled(groups: Sequence[Group], *, rng: np.random.Generator) -> list[Group]:
    """Return the groups with paraphrase and distractor swapped in about half of them.

    No way can tell labels that were drawn: its share must be one half, up to chance.

    >>> shuffled([("a", "b", "c"), ("d", "e", "f")], rng=np.random.default_rng(0))
    [('a', 'b', 'c'), ('d', 'f', 'e')]
    """
    swap = rng.random(len(groups)) < 0.5
    return [
        (sentence, distractor, paraphrase) if swapped else (sentence, paraphrase, distractor)
        for (sentence, paraphrase, distractor), swapped in zip(groups, swap, strict=True)
    ]


def world_pairs(n_pairs: int, *, rng: np.random.Generator) -> list[tuple[str, str, float]]:
    """Return pairs of sentences of ``world`` with their similarity, from 0 to 1.

    The similarity is computed from what the world knows: the attributes (name and value) that
    words of both sentences have, divided by those that words of either have (Jaccard index). Every
    second pair has something in common; of pairs drawn blindly few would.

    Args:
        n_pairs: At least 1.
        rng: Draws the sentences.

    Raises:
        ValueError: If n_pairs is too small.

    >>> first, second, similarity = world_pairs(2, rng=np.random.default_rng(0))[0]
    >>> similarity > 0
    True
    """
    n_pairs = as_integer("n_pairs", n_pairs, 1)
    corpus = world(rng, 2 * n_pairs + 2000)
    known = [
        (" ".join(sentence), attributes)
        for sentence in corpus.sentences
        if (attributes := _attributes(sentence, corpus.attributes))
    ]
    pairs: list[tuple[str, str, float]] = []
    while len(pairs) < n_pairs:
        i, j = rng.integers(len(known), size=2)
        (first, ours), (second, theirs) = known[i], known[j]
        similarity = len(ours & theirs) / len(ours | theirs)
        wants_some = len(pairs) % 2 == 0
        if first != second and (similarity > 0) == wants_some:
            pairs.append((first, second, similarity))
    return pairs


def pair_correlation(way: Way, pairs: Sequence[tuple[str, str, float]]) -> float:
    """Return Spearman's correlation of cosines with given similarities of pairs of texts.

    Raises:
        ValueError: If there are fewer than three pairs, a given similarity is not finite, all of
            them or all cosines are equal, or the way does not return one vector for each text.
    """
    require(len(pairs) >= 3, "pairs", "be at least 3", len(pairs))
    vectors = _vectors("way", way, [text for pair in pairs for text in pair[:2]])
    given = as_vector("the similarities of pairs", [similarity for *_, similarity in pairs])
    measured = cosines(vectors[::2], vectors[1::2])
    for name, values in {"the similarities of pairs": given, "their cosines": measured}.items():
        require(float(np.ptp(values)) > 0, name, "differ", f"{values[0]:.6g} every time")
    return float(spearmanr(given, measured).statistic)


def _docs(texts: Sequence[str]) -> list[list[str]]:
    """Return the tokens of each text, after checking that it is a list of them."""
    remedy = "write [text]: letters are no texts"
    require(not isinstance(texts, str), "texts", "be a list of strings", texts, remedy)
    return [tokenize(text) for text in texts]


def _attributes(
    sentence: Sequence[str], attributes: Mapping[str, Mapping[str, str]]
) -> set[tuple[str, str]]:
    """Return the attributes of a sentence's words."""
    return {item for word in sentence for item in attributes.get(word, {}).items()}


def _vectors(name: str, way: Way, texts: Sequence[str]) -> Array:
    """Return the vectors of a way, checked."""
    vectors = as_matrix(f"ways[{name!r}]", way(texts))
    rule = f"return a vector for each of {len(texts)} texts"
    require(len(vectors) == len(texts), f"ways[{name!r}]", rule, len(vectors))
    return vectors


def _group_cosines(vectors: Array) -> Array:
    """Return (G, 3) cosines of each sentence with paraphrase, distractor, next paraphrase."""
    sentences, paraphrases, distractors = vectors[::3], vectors[1::3], vectors[2::3]
    others = (paraphrases, distractors, np.roll(paraphrases, -1, axis=0))
    return np.stack([cosines(sentences, other) for other in others], axis=1)


def _passed(group_cosines: Array) -> Array:
    """Return 1 for each group whose paraphrase is nearer, 0.5 for a tie."""
    return np.asarray((1 + np.sign(group_cosines[:, 0] - group_cosines[:, 1])) / 2)


def _rank_correlations(samples: Array) -> Array:
    """Return Spearman's correlation of each of R samples (R, G, 3) with the grades 2, 1, 0.

    That is the correlation of the ranks, equal numbers sharing theirs. It is 0 where all agree.
    """
    R, G, _ = samples.shape
    ranks = rankdata(samples.reshape(R, -1), axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    grades = np.tile([1.0, 0.0, -1.0], G)  # ranks of three values that are equally frequent
    lengths = np.linalg.norm(ranks, axis=1) * np.linalg.norm(grades)
    return np.asarray(ranks @ grades / np.where(lengths == 0, 1.0, lengths))

"""Do the cosines rank word pairs as people do?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import spearmanr

from embedlab.evaluation.intervals import correlation_interval
from embedlab.evaluation.lookup import first_rows, fold, require_known, require_policy
from embedlab.numerics import as_vector, require
from embedlab.vectors import Embeddings, cosine


@dataclass(frozen=True)
class WordSimilarity:
    """How well cosines rank word pairs, compared with scores given to the pairs.

    Attributes:
        correlation: Spearman's rank correlation, from -1 to 1.
        interval: Its confidence interval, as if the pairs had been drawn independently.
        n_used: Pairs that took part.
        n_skipped: Pairs left out.
        unknown: The pairs of which a word has no vector, whether left out or not.
    """

    correlation: float
    interval: tuple[float, float]
    n_used: int
    n_skipped: int
    unknown: tuple[tuple[str, str], ...]


def word_similarity(
    embeddings: Embeddings,
    pairs: Iterable[tuple[str, str, float]],
    *,
    unknown: Literal["skip", "zero", "error"] = "skip",
    fold_case: bool = True,
    confidence: float = 0.95,
) -> WordSimilarity:
    """Return Spearman's rank correlation of the cosines of word pairs with given scores.

    Only results on the same pairs can be compared: leaving out the pairs a small vocabulary does
    not know can raise its result. ``n_used`` belongs beside every number.

    Args:
        embeddings: Words and vectors.
        pairs: (word, word, score), as ``load_wordsim353`` and ``world`` give them; the scores
            may have any scale.
        unknown: A pair of which a word has no vector is left out ("skip"), has cosine 0
            ("zero", gensim's ``dummy4unknown``), or is an error.
        fold_case: Whether to ignore case. Of words that differ in nothing else the first, in
            most files the most frequent, stands for all, as in gensim.
        confidence: Of the interval.

    Raises:
        ValueError: If fewer than three pairs take part, their scores or their cosines are all
            the same, a score is not finite, or an option is none of the above.

    >>> compass = Embeddings(("N", "NE", "E", "S"), np.array([[0, 1], [1, 1], [1, 0], [0, -1]]))
    >>> pairs = [("n", "ne", 9.0), ("n", "e", 5.0), ("n", "s", 0.5), ("n", "up", 10.0)]
    >>> result = word_similarity(compass, pairs)
    >>> result.correlation, result.n_used, result.unknown
    (1.0, 3, (('n', 'up'),))
    """
    require_policy(unknown, ("skip", "zero", "error"))
    rows, _ = first_rows(embeddings.words, fold_case)
    scores: list[float] = []
    cosines: list[float] = []
    strangers: list[tuple[str, str]] = []
    for pair in pairs:
        is_triple = not isinstance(pair, str) and len(pair) == 3
        require(is_triple, "each pair", "be (word, word, score)", pair)
        u, v, score = pair
        i, j = (rows.get(fold(word, fold_case), -1) for word in (u, v))
        is_known = min(i, j) >= 0
        if not is_known:
            strangers.append((u, v))
        if is_known or unknown == "zero":
            scores.append(score)
            cosines.append(cosine(embeddings.matrix[i], embeddings.matrix[j]) if is_known else 0.0)
    require_known("pairs", strangers, unknown)

    n_used = len(scores)
    remedy = f"{len(strangers)} have a word without a vector" if strangers else ""
    require(n_used >= 3, "pairs", "leave at least 3 to compare", n_used, remedy)
    given = as_vector("the scores of pairs", scores)
    for name, values in {"the scores of pairs": given, "their cosines": np.array(cosines)}.items():
        require(float(np.ptp(values)) > 0, name, "differ", f"{values[0]:.6g} every time")
    correlation = float(spearmanr(given, cosines).statistic)
    interval = correlation_interval(correlation, n_used, confidence=confidence)
    n_skipped = 0 if unknown == "zero" else len(strangers)
    return WordSimilarity(correlation, interval, n_used, n_skipped, tuple(strangers))

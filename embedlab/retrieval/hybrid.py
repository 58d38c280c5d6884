"""Several rankings become one: by ranks, or by scores brought to one scale."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_integer, as_vector, require
from embedlab.retrieval.hits import Hits, ranked, require_distinct


def reciprocal_rank_fusion(
    rankings: Sequence[Hits],
    k: int,
    *,
    constant: float = 60.0,
    weights: npt.ArrayLike | None = None,
) -> Hits:
    """Return the k entries with the highest Σ weight / (constant + rank) over several rankings.

    Only ranks count (1 is the best), so scores of any kind go together: cosines and BM25. An
    entry that a ranking does not have gets nothing from it.

    Args:
        rankings: Answers to the same Q queries from indexes of the same entries.
        k: Hits for each query; -1 fills up where fewer entries were found.
        constant: The larger, the less the very first ranks stand out; above 0.
        weights: One for each ranking, at least 0; all 1 if left out.

    Raises:
        ValueError: If there is no ranking, their numbers of queries differ, a ranking has an entry
            twice for one query, or a number is out of range.

    Source: Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and
        individual Rank Learning Methods".

    >>> one = Hits(np.array([[4, 7]]), np.array([[9.0, 8.0]]))
    >>> two = Hits(np.array([[7, 5]]), np.array([[0.3, 0.2]]))
    >>> reciprocal_rank_fusion([one, two], 3).positions.tolist()
    [[7, 4, 5]]
    """
    require(constant > 0, "constant", "be above 0", constant)
    shares = [
        np.broadcast_to(1.0 / (constant + np.arange(1, width + 1)), hits.positions.shape)
        for hits, width in ((hits, hits.positions.shape[1]) for hits in rankings)
    ]
    return _fused(rankings, shares, k, weights)


def score_fusion(rankings: Sequence[Hits], k: int, *, weights: npt.ArrayLike | None = None) -> Hits:
    """Return the k entries with the highest Σ weight · scaled score over several rankings.

    In each ranking, and for each query, the best hit's score becomes 1 and the last one's 0. An
    entry that a ranking does not have gets 0, as if it were its last. Where all hits of a ranking
    score the same, each gets 1.

    Args:
        rankings: Answers to the same Q queries from indexes of the same entries.
        k: Hits for each query; -1 fills up where fewer entries were found.
        weights: One for each ranking, at least 0; all 1 if left out.

    Raises:
        ValueError: If there is no ranking, their numbers of queries differ, a ranking has an entry
            twice for one query, a hit's score is not finite, or a number is out of range.

    >>> one = Hits(np.array([[4, 7, 5]]), np.array([[9.0, 8.0, 5.0]]))
    >>> two = Hits(np.array([[7, 5, -1]]), np.array([[0.3, 0.2, -np.inf]]))
    >>> score_fusion([one, two], 2).scores.tolist()
    [[1.75, 1.0]]
    """
    return _fused(rankings, [_scaled(i, hits) for i, hits in enumerate(rankings)], k, weights)


def _scaled(number: int, hits: Hits) -> Array:
    """Return scores (Q, k) between 0 and 1; those of empty places do not matter."""
    is_hit = hits.positions >= 0
    is_wrong = is_hit & ~np.isfinite(hits.scores)
    wrong = float(hits.scores[is_wrong][0]) if is_wrong.any() else 0.0
    require(not is_wrong.any(), f"rankings[{number}]", "hold finite scores for its hits", wrong)
    lowest = np.where(is_hit, hits.scores, np.inf).min(axis=1, keepdims=True, initial=np.inf)
    highest = np.where(is_hit, hits.scores, -np.inf).max(axis=1, keepdims=True, initial=-np.inf)
    with np.errstate(invalid="ignore"):  # a query without hits has no lowest and no highest
        span = highest - lowest
    heights = np.where(is_hit, hits.scores, 0.0) - np.where(np.isfinite(lowest), lowest, 0.0)
    return np.where(span > 0, heights / np.where(span > 0, span, 1.0), 1.0)


def _fused(
    rankings: Sequence[Hits], shares: Sequence[Array], k: int, weights: npt.ArrayLike | None
) -> Hits:
    """Return the best k entries by the weighted sum of their shares."""
    require(len(rankings) > 0, "rankings", "hold at least one", "none")
    k, n_queries = as_integer("k", k, 1), len(rankings[0])
    factors = as_vector("weights", np.ones(len(rankings)) if weights is None else weights)
    rule = f"hold one number for each of {len(rankings)} rankings"
    require(len(factors) == len(rankings), "weights", rule, len(factors))
    require(bool((factors >= 0).all()), "weights", "be at least 0", factors.tolist())
    for i, hits in enumerate(rankings):
        require(len(hits) == n_queries, "rankings", f"answer {n_queries} queries", len(hits))
        # It would be counted twice.
        require_distinct(f"rankings[{i}]", hits.positions)
    width = 1 + max(int(hits.positions.max(initial=0)) for hits in rankings)
    cells, parts = [], []
    for hits, share, factor in zip(rankings, shares, factors, strict=True):
        owners, columns = np.nonzero(hits.positions >= 0)
        cells.append(owners * width + hits.positions[owners, columns])
        parts.append(factor * share[owners, columns])
    found, place = np.unique(np.concatenate(cells), return_inverse=True)
    values, totals = np.concatenate(parts), np.zeros(len(found))
    # Equal shares are added up in the same order, whichever ranking they come from: ties stay ties.
    order = np.argsort(values, kind="stable")
    np.add.at(totals, place[order], values[order])
    return ranked(found // width, found % width, totals, n_queries, k)

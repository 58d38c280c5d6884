"""Measures of a ranking and fusion of several: by hand, against scikit-learn and slow loops."""

import math

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from embedlab.retrieval import hybrid, ranking
from embedlab.retrieval.hits import Hits, top

RTOL = 1e-12
seeds = st.integers(0, 2**32 - 1)

# One query: six places, of which the 2nd, 3rd and 6th are relevant; a fourth was not found.
FOUND, RELEVANT = [[10, 11, 12, 13, 14, 15]], [{11, 12, 15, 99}]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (ranking.recall, 3 / 4),
        (ranking.precision, 3 / 6),
        (ranking.reciprocal_rank, 1 / 2),
        (ranking.average_precision, (1 / 2 + 2 / 3 + 3 / 6) / 4),
    ],
)
def test_measures_by_hand(measure, expected):
    np.testing.assert_allclose(measure(FOUND, RELEVANT), [expected], rtol=RTOL)
    assert measure([[1, 2, -1]], [[3]]).tolist() == [0.0]
    assert measure([[3, -1, -1]], np.array([[3]])).tolist() == pytest.approx(
        [1 / 3 if measure is ranking.precision else 1.0]
    )


def test_ndcg_by_hand():
    gains = [{1: 3.0, 2: 2.0, 3: 1.0}]
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    expected = (1 + 3 / math.log2(3) + 0) / ideal
    np.testing.assert_allclose(ranking.ndcg([[3, 1, 7]], gains), [expected], rtol=RTOL)
    assert ranking.ndcg([[1, 2, 3]], gains).tolist() == [1.0]
    # Two places: the best that fits into two.
    np.testing.assert_allclose(
        ranking.ndcg([[2, 1]], gains),
        [(2 + 3 / math.log2(3)) / (3 + 2 / math.log2(3))],
        rtol=RTOL,
    )


@pytest.mark.peer
@given(st.integers(2, 12), st.data(), seeds)
def test_ndcg_equals_scikit_learn(n, data, seed):
    k = data.draw(st.integers(1, n))
    rng = np.random.default_rng(seed)
    gains = rng.integers(0, 4, (3, n))
    gains[:, 0] = 1
    # Distinct scores: scikit-learn averages over ties, a ranking has none.
    scores = rng.permuted(np.tile(np.arange(n), (3, 1)), axis=1)
    hits = top(scores, k)
    worth = [dict(enumerate(row.tolist())) for row in gains]
    expected = [
        sklearn.metrics.ndcg_score(g[np.newaxis], s[np.newaxis], k=k)
        for g, s in zip(gains, scores, strict=True)
    ]
    np.testing.assert_allclose(ranking.ndcg(hits.positions, worth), expected, rtol=1e-12)


@pytest.mark.peer
@given(st.integers(2, 12), seeds)
def test_average_precision_of_all_places_equals_scikit_learn(n, seed):
    rng = np.random.default_rng(seed)
    scores, is_relevant = rng.permutation(n).astype(float), rng.random(n) < 0.4
    is_relevant[rng.integers(n)] = True
    positions = top(scores[np.newaxis], n).positions
    expected = sklearn.metrics.average_precision_score(is_relevant, scores)
    measured = ranking.average_precision(positions, [np.flatnonzero(is_relevant)])
    np.testing.assert_allclose(measured, [expected], rtol=1e-12)


@given(st.integers(1, 8), st.integers(1, 15), seeds)
def test_all_measures_lie_between_0_and_1_and_a_swap_upwards_never_hurts(k, n_relevant, seed):
    rng = np.random.default_rng(seed)
    positions = rng.permutation(20)[np.newaxis, :k]
    relevant = [set(rng.permutation(20)[:n_relevant].tolist())]
    better = positions.copy()
    is_right = np.isin(better[0], list(relevant[0]))
    better[0] = np.concatenate([better[0][is_right], better[0][~is_right]])
    gains = [dict.fromkeys(relevant[0], 1.0)]
    for measure, judged in [
        (ranking.recall, relevant),
        (ranking.precision, relevant),
        (ranking.reciprocal_rank, relevant),
        (ranking.average_precision, relevant),
        (ranking.ndcg, gains),
    ]:
        before, after = measure(positions, judged)[0], measure(better, judged)[0]
        assert 0 <= before <= after + 1e-12 <= 1 + 2e-12


def test_negative_control_without_the_discount_the_order_does_not_count():
    gains = [{1: 3.0, 2: 1.0}]
    good, bad = (ranking.ndcg([order], gains)[0] for order in ([1, 2], [2, 1]))
    assert good == 1.0
    assert bad == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)), rel=RTOL)
    undiscounted = [sum(gains[0][i] for i in order) / 4 for order in ([1, 2], [2, 1])]
    assert undiscounted == [1.0, 1.0]


def test_negative_control_the_discount_begins_with_the_second_rank():
    # log2(rank), as first published, would divide by 0 at rank 1 and leave rank 2 undiscounted.
    np.testing.assert_allclose(ranking.dcg(np.eye(3)), 1 / np.log2([2, 3, 4]), rtol=RTOL)


@pytest.mark.parametrize(
    ("positions", "relevant", "message"),
    [
        ([[1, 1]], [[1]], "positions\\[0\\] must be distinct, got 1; it occurs twice"),
        ([[1.0]], [[1]], "positions must be an integer matrix"),
        ([1], [[1]], "positions must be an integer matrix"),
        ([[1]], [[1], [2]], "positions must have a row for each of 2 judged queries, got 1"),
        ([[1]], [[]], "relevant\\[0\\] must hold at least one position, got 'none'; leave out"),
        ([[1]], [[-1]], "relevant\\[0\\] must hold positions from 0 on, got -1"),
        ([[1]], [[1.7]], "relevant\\[0\\] must hold integers, got 'dtype float64'"),
        ([[1]], np.array([[1.0]]), "relevant\\[0\\] must hold integers"),
        ([[1]], [{"1"}], "relevant\\[0\\] must hold integers"),
    ],
)
def test_bad_judgments(positions, relevant, message):
    with pytest.raises(ValueError, match=message):
        ranking.recall(positions, relevant)


@pytest.mark.parametrize("gains", [{}, {1: 0.0}, {1: -1.0}, {1: math.nan}])
def test_bad_gains(gains):
    with pytest.raises(
        ValueError, match="gains\\[0\\] must hold finite numbers, at least 0 and one"
    ):
        ranking.ndcg([[1, 2]], [gains])


@pytest.mark.parametrize("position", [1.5, 1.0, "1", True])
def test_gains_are_of_integer_positions(position):
    # One that no hit can have would count in the ideal, and never be found.
    with pytest.raises(ValueError, match="gains\\[0\\] must be of positions that are integers"):
        ranking.ndcg([[1, 2]], [{position: 1.0}])


def test_nothing_found_is_worth_nothing():
    assert ranking.ndcg([[-1, -1, 4]], [{4: 1.0}]).tolist() == [0.5]
    with pytest.raises(ValueError, match=r"gains\[0\] must be of positions from 0 on, got -1"):
        ranking.ndcg([[-1, 4]], [{-1: 1.0, 4: 1.0}])


# Fusion


def hits(*rows):
    """Rankings of positions whose scores fall by one from rank to rank."""
    positions = np.array(rows)
    scores = np.where(positions < 0, -np.inf, -np.arange(positions.shape[1], dtype=float))
    return Hits(positions, scores)


def test_reciprocal_ranks_by_hand():
    fused = hybrid.reciprocal_rank_fusion([hits([1, 2, 3]), hits([3, 4, -1])], 5)
    assert fused.positions.tolist() == [[3, 1, 2, 4, -1]]
    expected = [1 / 63 + 1 / 61, 1 / 61, 1 / 62, 1 / 62]
    np.testing.assert_allclose(fused.scores[0, :4], expected, rtol=RTOL)


def test_weights_and_constant():
    rankings = [hits([1, 2]), hits([2, 1])]
    assert hybrid.reciprocal_rank_fusion(rankings, 1, weights=[2, 1]).positions == [[1]]
    assert hybrid.reciprocal_rank_fusion(rankings, 1, weights=[1, 2]).positions == [[2]]
    # 1 / (c + 1) against 2 / (c + 3): below c = 1 one first place beats two third ones.
    three = [hits([1, 9, 5]), hits([8, 6, 2]), hits([7, 4, 2])]
    assert hybrid.reciprocal_rank_fusion(three, 1, constant=0.9).positions == [[1]]
    assert hybrid.reciprocal_rank_fusion(three, 1, constant=1.1).positions == [[2]]


def test_ties_stay_ties_whichever_ranking_gave_the_ranks():
    # Each of 1, 2 and 3 has one first, one second and one third place.
    rankings = [hits([3, 2, 1]), hits([1, 3, 2]), hits([2, 1, 3])]
    fused = hybrid.reciprocal_rank_fusion(rankings, 3, constant=11)
    assert fused.positions.tolist() == [[1, 2, 3]]
    assert len(set(fused.scores[0])) == 1
    # The control: added up from left to right, in the order of the rankings, they differ.
    sums = {(1 / a + 1 / b) + 1 / c for a, b, c in [(12, 14, 13), (13, 12, 14), (14, 13, 12)]}
    assert len(sums) > 1


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 6), seeds)
def test_fusion_equals_the_slow_loop(n_rankings, n_queries, k, seed):
    rng = np.random.default_rng(seed)
    rankings = []
    for _ in range(n_rankings):
        positions = np.array([rng.permutation(9)[:k] for _ in range(n_queries)])
        rankings.append(hits(*positions))
    fused = hybrid.reciprocal_rank_fusion(rankings, k)
    for query in range(n_queries):
        totals: dict[int, float] = {}
        for one in rankings:
            for rank, position in enumerate(one.positions[query].tolist(), 1):
                totals[position] = totals.get(position, 0.0) + 1 / (60 + rank)
        best = sorted(totals, key=lambda i: (-round(totals[i], 12), i))[:k]
        np.testing.assert_allclose(fused.scores[query], [totals[i] for i in best], rtol=1e-9)


def test_one_ranking_keeps_its_order():
    only = hits([5, 2, 7], [1, -1, -1])
    for fuse in (hybrid.reciprocal_rank_fusion, hybrid.score_fusion):
        assert fuse([only], 3).positions.tolist() == only.positions.tolist()


def test_scores_by_hand():
    one = Hits(np.array([[1, 2, 3]]), np.array([[10.0, 6.0, 2.0]]))
    two = Hits(np.array([[3, 1, -1]]), np.array([[0.9, 0.1, -np.inf]]))
    fused = hybrid.score_fusion([one, two], 3, weights=[1, 3])
    assert fused.positions.tolist() == [[3, 1, 2]]
    assert fused.scores.tolist() == [[3.0, 1.0, 0.5]]


@given(st.floats(0.01, 1000), st.floats(-100, 100), seeds)
def test_the_unit_of_a_score_does_not_matter(scale, shift, seed):
    rng = np.random.default_rng(seed)
    one, two = top(rng.random((2, 9)), 5), top(rng.random((2, 9)), 5)
    moved = Hits(two.positions, two.scores * scale + shift)
    fused, expected = hybrid.score_fusion([one, moved], 5), hybrid.score_fusion([one, two], 5)
    # A shift of 100 costs digits of differences of about 0.01.
    np.testing.assert_allclose(fused.scores, expected.scores, rtol=1e-6, atol=1e-6)


def test_negative_control_raw_scores_let_the_larger_unit_win():
    words = Hits(np.array([[1, 2]]), np.array([[25.0, 24.0]]))
    cosines = Hits(np.array([[2, 1]]), np.array([[0.9, 0.1]]))
    raw = {1: 25.0 + 0.1, 2: 24.0 + 0.9}
    assert max(raw, key=raw.__getitem__) == 1
    fused = hybrid.score_fusion([words, cosines], 2, weights=[1, 1.1])
    assert fused.positions.tolist() == [[2, 1]]


def test_equal_scores_and_no_hits():
    equal = Hits(np.array([[4, 6], [-1, -1]]), np.array([[2.0, 2.0], [-np.inf, -np.inf]]))
    fused = hybrid.score_fusion([equal, equal], 2)
    assert fused.positions.tolist() == [[4, 6], [-1, -1]]
    assert fused.scores[0].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("rankings", "arguments", "message"),
    [
        ([], {}, "rankings must hold at least one, got 'none'"),
        ([hits([1]), hits([1], [2])], {}, "rankings must answer 1 queries, got 2"),
        ([hits([1])], {"weights": [1, 2]}, "weights must hold one number for each of 1 rankings"),
        ([hits([1])], {"weights": [-1]}, "weights must be at least 0"),
        ([hits([1])], {"k": 0}, "k must be at least 1"),
        ([hits([1])], {"constant": 0}, "constant must be above 0, got 0"),
    ],
)
def test_bad_rankings(rankings, arguments, message):
    with pytest.raises(ValueError, match=message):
        hybrid.reciprocal_rank_fusion(rankings, **({"k": 1} | arguments))


@pytest.mark.parametrize("fuse", [hybrid.reciprocal_rank_fusion, hybrid.score_fusion])
def test_an_entry_counts_once_in_each_ranking(fuse):
    with pytest.raises(ValueError, match="rankings\\[1\\]\\[0\\] must be distinct, got 2"):
        fuse([hits([1, 2]), hits([2, 2])], 2)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_scores_that_have_no_scale(score):
    wrong = Hits(np.array([[4, 7]]), np.array([[score, 1.0]]))
    with pytest.raises(ValueError, match="rankings\\[1\\] must hold finite scores for its hits"):
        hybrid.score_fusion([hits([1]), wrong], 2)


@pytest.mark.parametrize("fuse", [hybrid.reciprocal_rank_fusion, hybrid.score_fusion])
def test_a_ranking_without_places_adds_nothing(fuse):
    none = Hits(np.empty((1, 0), np.int64), np.empty((1, 0)))
    assert fuse([hits([3, 1]), none], 2).positions.tolist() == [[3, 1]]
    assert fuse([none], 2).positions.tolist() == [[-1, -1]]

"""Exact search, and the one form of every answer: by hand, against slow loops and faiss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.directions import unit_rows
from embedlab.retrieval import exact
from embedlab.retrieval.hits import Hits, ranked, top
from embedlab.retrieval.scan import ROWS, candidates, lengths

RTOL = 1e-12
seeds = st.integers(0, 2**32 - 1)


def slow_search(matrix, queries, k):
    """Every product by itself, in double precision; the lower position wins a tie."""
    positions, scores = [], []
    for query in np.asarray(queries, np.float64):
        products = [float((row * query).sum()) for row in np.asarray(matrix, np.float64)]
        best = sorted(range(len(products)), key=lambda i: (-products[i], i))[:k]
        positions.append(best)
        scores.append([products[i] for i in best])
    return Hits(np.array(positions), np.array(scores))


def assert_same(hits, expected, rtol=RTOL):
    assert hits.positions.tolist() == expected.positions.tolist()
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=rtol)
    assert hits.positions.dtype == np.int64
    assert hits.scores.dtype == np.float64


# The form of an answer


def test_top_by_hand_and_ties_by_position():
    hits = top([[1.0, 3.0, 2.0, 3.0], [0.0, 0.0, 0.0, 0.0]], 3)
    assert hits.positions.tolist() == [[1, 3, 2], [0, 1, 2]]
    assert hits.scores.tolist() == [[3.0, 3.0, 2.0], [0.0, 0.0, 0.0]]
    assert len(hits) == 2


def test_a_query_with_few_candidates_is_filled_up():
    owners, positions = np.array([2, 0, 2]), np.array([5, 1, 4])
    hits = ranked(owners, positions, np.array([0.5, -1.0, 0.5]), 3, 2)
    assert hits.positions.tolist() == [[1, -1], [-1, -1], [4, 5]]
    assert hits.scores.tolist() == [[-1.0, -np.inf], [-np.inf, -np.inf], [0.5, 0.5]]


@given(st.integers(1, 6), st.integers(1, 30), st.data(), seeds)
def test_top_equals_sorting(n_queries, n, data, seed):
    k = data.draw(st.integers(1, n))
    scores = np.random.default_rng(seed).integers(0, 5, (n_queries, n)).astype(float)
    hits = top(scores, k)
    for row, positions in zip(scores, hits.positions, strict=True):
        assert positions.tolist() == sorted(range(n), key=lambda i: (-row[i], i))[:k]


# Exact search


def test_search_by_hand():
    hits = exact.search(exact.build([[1, 0], [3, 4], [0, -2]]), [[1.0, 1.0], [0.0, -1.0]], 3)
    assert hits.positions.tolist() == [[1, 0, 2], [2, 0, 1]]
    assert hits.scores.tolist() == [[7.0, 1.0, -2.0], [2.0, 0.0, -4.0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(st.integers(1, 40), st.integers(1, 9), st.data(), seeds)
def test_search_equals_the_slow_loop_also_with_equal_vectors(dtype, n, d, data, seed):
    k = data.draw(st.integers(1, n))
    rng = np.random.default_rng(seed)
    # A few different rows, so that many are equal, some nearly, and BLAS would not keep ties.
    rows = rng.standard_normal((max(1, n // 3), d)).astype(dtype)
    matrix = rows[rng.integers(len(rows), size=n)]
    matrix[:: max(2, n // 4)] *= dtype(1 + 2 * np.finfo(dtype).eps)
    queries = rng.standard_normal((3, d))
    assert_same(exact.search(exact.build(matrix), queries, k), slow_search(matrix, queries, k))


def test_blocks_make_no_difference():
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((2 * ROWS + 77, 3), dtype=np.float32)
    matrix[ROWS - 1] = matrix[ROWS] = matrix[2 * ROWS] = matrix[5] = [9.1, 9.2, 9.3]
    queries = np.vstack([matrix[5], rng.standard_normal((130, 3), dtype=np.float32)])
    hits = exact.search(exact.build(matrix), queries, 7)
    products = queries.astype(np.float64) @ matrix.T.astype(np.float64)
    expected = top(products, 7)
    # These products come from BLAS: equal rows may differ in the last digits, so scores decide.
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=1e-12)
    tied = np.flatnonzero((matrix == matrix[5]).all(axis=1))
    assert hits.positions[0, :4].tolist() == tied.tolist() == [5, ROWS - 1, ROWS, 2 * ROWS]
    assert len(set(hits.scores[0, :4])) == 1


@pytest.mark.parametrize("exponent", [-40, -23, -22, -21, 0, 15])
def test_scale_makes_no_difference(exponent):
    # From 1e-44 on, products in single precision have hardly any digits, or none.
    rng = np.random.default_rng(5)
    matrix = (rng.standard_normal((300, 6)) * 10.0**exponent).astype(np.float32)
    queries = (rng.standard_normal((4, 6)) * 10.0**exponent).astype(np.float32)
    assert_same(exact.search(exact.build(matrix), queries, 9), slow_search(matrix, queries, 9))


@pytest.mark.parametrize("exponent", [-200, -179, -160, 100])
def test_ties_stay_ties_where_squares_vanish(exponent):
    # Small integers: many products are equal, and squares below 1e-308 are lost.
    rng = np.random.default_rng(6)
    for _ in range(20):
        matrix = rng.integers(-2, 3, (40, 14)) * 10.0**exponent
        queries = rng.integers(-3, 4, (9, 14)) / 3.0
        index = exact.build(matrix)
        assert_same(exact.search(index, queries, 25), slow_search(matrix, queries, 25))
        owners, positions = np.divmod(np.arange(9 * 40), 40)
        ranked = exact.rank(index, queries, owners, positions, 25)
        assert_same(ranked, slow_search(matrix, queries, 25))


def test_lengths_of_any_size():
    rows = np.array([[3.0, 4.0], [3e-200, 4e-200], [0.0, 0.0], [3e-320, 4e-320], [3e100, 4e100]])
    np.testing.assert_allclose(lengths(rows), [5.0, 5e-200, 0.0, 5e-320, 5e100], rtol=1e-3)
    np.testing.assert_allclose(lengths(rows[:2]), [5.0, 5e-200], rtol=1e-15)


@pytest.mark.parametrize("k", [ROWS - 1, ROWS, ROWS + 5])
def test_k_may_be_larger_than_a_block(k):
    matrix = np.random.default_rng(0).permutation(ROWS + 5).astype(np.float32)[:, np.newaxis]
    hits = exact.search(exact.build(matrix), [[1.0]], k)
    assert hits.scores[0].tolist() == list(range(ROWS + 4, ROWS + 4 - k, -1))


def test_negative_control_without_the_margin_a_tie_is_lost():
    # Scores of one block as BLAS may return them: rows 0 and 1 are equal, and rounding says less.
    block = np.array([[1.0 - 1e-7, 1.0, 0.5]], np.float32)
    without = candidates([block], 1, 1, np.zeros(1))[1]
    with_margin = candidates([block], 1, 1, np.full(1, 1e-6))[1]
    assert without.tolist() == [1]
    assert with_margin.tolist() == [0, 1]


@pytest.mark.peer
@pytest.mark.parametrize("seed", range(3))
def test_search_equals_faiss(seed):
    import faiss

    rng = np.random.default_rng(seed)
    matrix = unit_rows(rng.standard_normal((9000, 24), dtype=np.float32))
    queries = rng.standard_normal((40, 24), dtype=np.float32)
    peer = faiss.IndexFlatIP(24)
    peer.add(matrix)
    scores, positions = peer.search(queries, 10)
    hits = exact.search(exact.build(matrix), queries, 10)
    # Both are right up to single precision; two scores closer than that may change places.
    np.testing.assert_allclose(hits.scores, scores, rtol=1e-5)
    assert (hits.positions == positions).mean() > 0.99


def test_the_nearest_by_distance_are_the_nearest_by_cosine_for_unit_vectors_only():
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((200, 5)) * rng.uniform(0.1, 10, (200, 1))
    query = rng.standard_normal((1, 5))
    units = unit_rows(vectors)
    by_distance = np.argsort(np.linalg.norm(units - unit_rows(query), axis=1))[:20]
    assert exact.search(exact.build(units), query, 20).positions[0].tolist() == by_distance.tolist()
    # The control: as they are, the longest win.
    plain = np.argsort(np.linalg.norm(vectors - query, axis=1))[:20]
    assert exact.search(exact.build(vectors), query, 20).positions[0].tolist() != plain.tolist()


def test_no_query_is_no_hit():
    hits = exact.search(exact.build(np.eye(3)), np.empty((0, 3)), 2)
    assert hits.positions.shape == hits.scores.shape == (0, 2)


def test_the_matrix_is_not_copied_and_read_only():
    matrix = np.eye(3, dtype=np.float32)
    index = exact.build(matrix)
    assert np.shares_memory(index.matrix, matrix)
    assert index.n_bytes == 36
    assert exact.decode(index) is index.matrix
    with pytest.raises(ValueError, match="read-only"):
        index.matrix[0] = 0


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.empty((0, 3)), "vectors must have at least one row and one column, got \\(0, 3\\)"),
        ([[1.0, np.nan]], "vectors must be finite, got nan at index \\(0, 1\\)"),
        ([1.0, 2.0], "vectors must be a matrix"),
        ([["a"]], "vectors must hold real numbers"),
        (
            [[1e200]],
            "vectors must hold numbers of size 6.7e\\+153 at most in float64, got 1e\\+200",
        ),
    ],
)
def test_bad_vectors(vectors, message):
    with pytest.raises(ValueError, match=message):
        exact.build(vectors)


@pytest.mark.parametrize(
    ("queries", "k", "message"),
    [
        ([[1.0, 0.0]], 4, "k must be at most 3, the number of entries in the index, got 4; ask"),
        ([[1.0, 0.0]], 0, "k must be at least 1, got 0"),
        ([[1.0, 0.0]], 2.0, "k must be an integer, got 2.0"),
        ([[1.0, 0.0, 0.0]], 1, "queries must have 2 dimensions, as the index has, got 3; embed"),
        ([1.0, 0.0], 1, "queries must be a matrix"),
        ([[np.nan, 0.0]], 1, "queries must be finite"),
        ([[1e200, 0.0]], 1, "queries must hold numbers of size"),
    ],
)
def test_bad_queries(queries, k, message):
    with pytest.raises(ValueError, match=message):
        exact.search(exact.build([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), queries, k)

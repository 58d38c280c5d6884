import math

import numpy as np
import pytest
import scipy.spatial.distance
from hypothesis import given
from hypothesis import strategies as st

from embedlab import distances
from embedlab.distances import (
    distance_blocks,
    nearest_distances,
    pair_distances,
    pairwise_distances,
)

# ‖x‖² + ‖y‖² - 2 x·y loses digits until, at a ten-thousandth of the lengths, differences take over.
RTOL = 1e-9

seeds = st.integers(0, 2**32 - 1)


def slow_distances(rows, others):
    return np.array([[math.dist(x, y) for y in others] for x in rows])


def test_distances_by_hand():
    rows = [[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]]
    expected = [[0, 5, 3], [5, 0, 4], [3, 4, 0]]
    np.testing.assert_allclose(pairwise_distances(rows), expected, rtol=RTOL)
    np.testing.assert_allclose(nearest_distances(rows, 1), [[3], [4], [3]], rtol=RTOL)
    assert pair_distances(rows, np.array([[0, 1], [2, 2]])).tolist() == [5.0, 0.0]


@given(st.integers(1, 12), st.integers(1, 9), st.integers(1, 6), st.floats(-9, 9), seeds)
def test_distances_are_the_slow_loops(n, m, d, exponent, seed):
    rng = np.random.default_rng(seed)
    scale = 10**exponent
    rows = rng.standard_normal((n, d)) * scale
    others = rng.standard_normal((m, d)) * scale
    expected = slow_distances(rows, others)
    np.testing.assert_allclose(pairwise_distances(rows, others), expected, rtol=RTOL)
    within = pairwise_distances(rows)
    np.testing.assert_allclose(within, slow_distances(rows, rows), rtol=RTOL)
    assert (np.diagonal(within) == 0).all()
    np.testing.assert_allclose(within, within.T, rtol=RTOL)


def test_two_tight_clusters_far_from_their_mean_keep_their_distances():
    sides = np.repeat([[1e5], [-1e5]], 20, axis=0)
    rows = sides + np.random.default_rng(0).standard_normal((40, 5))
    expected = scipy.spatial.distance.cdist(rows, rows)
    np.testing.assert_allclose(pairwise_distances(rows), expected, rtol=1e-12)


def test_close_rows_far_from_the_origin_keep_their_distance():
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.standard_normal((30, 50)), 2, axis=0)
    rows[1::2, 0] += 1e-7
    expected = scipy.spatial.distance.cdist(rows, rows)
    np.testing.assert_allclose(pairwise_distances(rows), expected, rtol=1e-8)
    np.testing.assert_allclose(nearest_distances(rows, 1), 1e-7, rtol=1e-6)
    # Negative control: the formula alone loses them.
    squares = (rows**2).sum(axis=1)
    alone = squares[0] + squares[1] - 2 * rows[0] @ rows[1]
    assert math.sqrt(max(0.0, alone)) != pytest.approx(1e-7, rel=0.01)
    # A cloud far away is a cloud all the same.
    np.testing.assert_allclose(pairwise_distances(rows + 1e3), expected, rtol=1e-5)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e160, 1e300])
def test_no_square_overflows(scale):
    rows = np.random.default_rng(1).uniform(-1, 1, (6, 4))
    expected = slow_distances(rows, rows)
    np.testing.assert_allclose(pairwise_distances(scale * rows) / scale, expected, rtol=RTOL)
    # Each pair by itself: a large one beside it does not make a tiny distance vanish.
    both = np.vstack([scale * rows, np.full((1, 4), 1e300)])
    pairs = np.argwhere(~np.eye(6, dtype=bool))
    found = pair_distances(both, pairs) / scale
    np.testing.assert_allclose(found, expected[tuple(pairs.T)], rtol=RTOL)
    assert pair_distances(both, np.array([[6, 6]])).tolist() == [0.0]


def test_distances_on_a_grid_are_exact():
    # Scaling by a power of two rounds nothing.
    rows = np.arange(20.0)[:, np.newaxis]
    assert (pairwise_distances(rows) == np.abs(rows - rows.T)).all()
    assert pair_distances(np.empty((2, 0)), np.array([[0, 1]])).tolist() == [0.0]


def test_single_precision_stays_single():
    rows = np.random.default_rng(2).standard_normal((40, 20)).astype(np.float32)
    found = pairwise_distances(rows)
    assert found.dtype == np.float32
    assert nearest_distances(rows, 3).dtype == np.float32
    np.testing.assert_allclose(found, pairwise_distances(rows.astype(np.float64)), rtol=1e-5)


@pytest.mark.parametrize("n_distances", [1, 17, 60])
def test_blocks_change_nothing_and_stay_small(monkeypatch, n_distances):
    rng = np.random.default_rng(3)
    rows, others = rng.standard_normal((30, 4)), rng.standard_normal((20, 4))
    rows[7] = rows[3]
    whole = pairwise_distances(rows), pairwise_distances(rows, others), nearest_distances(rows, 5)
    pairs = rng.integers(30, size=(50, 2))
    of_pairs = pair_distances(rows, pairs)
    monkeypatch.setattr(distances, "_MAX_DISTANCES", n_distances)
    assert all(block.size <= max(n_distances, 20) for _, block in distance_blocks(rows, others))
    # A product of other shape adds up in another order.
    np.testing.assert_allclose(pairwise_distances(rows), whole[0], rtol=RTOL)
    np.testing.assert_allclose(pairwise_distances(rows, others), whole[1], rtol=RTOL)
    np.testing.assert_allclose(nearest_distances(rows, 5), whole[2], rtol=RTOL)
    np.testing.assert_allclose(pair_distances(rows, pairs), of_pairs, rtol=RTOL)


@given(st.integers(2, 15), st.data(), seeds)
def test_nearest_are_the_first_of_the_sorted(V, data, seed):
    k = data.draw(st.integers(1, V - 1))
    rows = np.random.default_rng(seed).standard_normal((V, 3))
    expected = np.sort(slow_distances(rows, rows), axis=1)[:, 1 : k + 1]
    np.testing.assert_allclose(nearest_distances(rows, k), expected, rtol=RTOL)


@pytest.mark.peer
def test_distances_are_scikit_learns():
    neighbors = pytest.importorskip("sklearn.neighbors")
    rows = np.random.default_rng(4).standard_normal((200, 30))
    model = neighbors.NearestNeighbors(n_neighbors=6).fit(rows)
    np.testing.assert_allclose(nearest_distances(rows, 6), model.kneighbors()[0], rtol=RTOL)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: distance_blocks(np.empty((0, 2))), r"matrix must have a row and a column"),
        (lambda: distance_blocks(np.eye(2), np.eye(3)), "others must have 2 columns, .* got 3"),
        (lambda: distance_blocks(np.eye(2), np.empty((0, 2))), "others must have at least one row"),
        (lambda: distance_blocks([[math.nan]]), "matrix must be finite"),
        (lambda: nearest_distances(np.eye(3), 3), "k must be below the number of rows, 3, got 3"),
        (lambda: nearest_distances(np.eye(3), 0), "k must be at least 1, got 0"),
        (lambda: pair_distances(np.eye(3), np.array([1, 2])), r"pairs must be row numbers of shap"),
        (lambda: pair_distances(np.eye(3), np.array([[0.0, 1.0]])), "pairs must be row numbers"),
        (lambda: pair_distances(np.eye(3), np.array([[0, 3]])), r"between 0 and 2, got \[3\]"),
        (lambda: pair_distances(np.eye(3), np.array([[0, -1]])), r"between 0 and 2, got \[-1\]"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.isotropy import iso_score, mean_cosine
from embedlab.postprocessing import (
    all_but_the_top,
    mean_centered,
    principal_directions,
    whitened,
    whitened_components,
)

# Eigenvectors of a random matrix carry the rounding of its products.
RTOL = 1e-8

seeds = st.integers(0, 2**32 - 1)


def random_rows(V, d, seed):
    """Rows around a point other than the origin, of different variance in each direction."""
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return rng.standard_normal((V, d)) * 1.3 ** np.arange(d) @ turn + rng.standard_normal(d)


def covariance(rows):
    centered = rows - rows.mean(axis=0)
    return centered.T @ centered / len(rows)


def test_centering_by_hand():
    assert mean_centered([[1, 5], [3, 5]]).tolist() == [[-1, 0], [1, 0]]
    single = mean_centered(np.full((1000, 2), 1.1, dtype=np.float32))
    assert single.dtype == np.float32
    assert (single == 0).all()


# Strong directions


@pytest.mark.parametrize(("V", "d"), [(60, 7), (7, 60), (20, 20), (300, 40)])
def test_directions_are_those_of_a_singular_value_decomposition(V, d):
    rows = random_rows(V, d, 0)
    n = min(V - 1, d)  # the last one of V centered rows in more dimensions has no variance
    _, _, expected = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    found = principal_directions(rows, n)
    cosines = np.abs((found * expected[:n]).sum(axis=1))
    np.testing.assert_allclose(cosines, 1, rtol=1e-6)
    np.testing.assert_allclose(found @ found.T, np.eye(n), atol=1e-9)  # zeros
    assert (found[np.arange(n), np.abs(found).argmax(axis=1)] > 0).all()


@pytest.mark.peer
def test_directions_are_scikit_learns():
    decomposition = pytest.importorskip("sklearn.decomposition")
    rows = random_rows(80, 9, 1)
    expected = decomposition.PCA(4).fit(rows).components_
    cosines = np.abs((principal_directions(rows, 4) * expected).sum(axis=1))
    np.testing.assert_allclose(cosines, 1, rtol=RTOL)


@given(st.integers(2, 30), st.integers(1, 8), st.data(), seeds)
def test_all_but_the_top_is_the_slow_loop(V, d, data, seed):
    n = data.draw(st.integers(0, min(V - 1, d)))
    rows = random_rows(V, d, seed)
    left = rows - rows.mean(axis=0)
    _, _, components = np.linalg.svd(left, full_matrices=False)
    expected = left.copy()
    for component in components[:n]:
        for i in range(V):
            expected[i] -= (left[i] @ component) * component
    found = all_but_the_top(rows, n)
    # Two nearly equal variances mix their directions.
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(left).max())
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-9)


def test_what_is_removed_and_what_stays():
    rows = random_rows(200, 10, 2)
    before = np.linalg.eigvalsh(covariance(rows))
    after = np.linalg.eigvalsh(covariance(all_but_the_top(rows, 3)))
    np.testing.assert_allclose(after[3:], before[:7], rtol=RTOL)
    np.testing.assert_allclose(after[:3], 0, atol=1e-12)
    np.testing.assert_allclose(all_but_the_top(rows, 10), 0, atol=1e-9)
    np.testing.assert_allclose(all_but_the_top(rows, 0), mean_centered(rows), rtol=1e-12)
    # More directions than rows have: nothing is left, and nothing is invented.
    np.testing.assert_allclose(all_but_the_top(rows[:4], 9), 0, atol=1e-9)


def test_negative_control_directions_of_the_rows_as_they_are():
    rows = random_rows(200, 10, 3) + 20
    _, _, components = np.linalg.svd(rows, full_matrices=False)
    wrong = rows - rows @ components[:1].T @ components[:1]
    assert np.trace(covariance(wrong)) > 1.2 * np.trace(covariance(all_but_the_top(rows, 1)))


def test_a_planted_common_direction_goes():
    rng = np.random.default_rng(4)
    meaning = rng.standard_normal((500, 30))
    frequency = rng.exponential(size=(500, 1)) * 8 * np.ones(30) / math.sqrt(30)
    rows = meaning + frequency + 1.0
    assert mean_cosine(rows) > 0.5
    cleaned = all_but_the_top(rows, 1)
    assert abs(mean_cosine(cleaned)) < 0.01
    assert iso_score(cleaned) > 3 * iso_score(rows)


# Whitening


@given(st.integers(1, 6), st.integers(8, 40), st.floats(-100, 100), seeds)
def test_whitened_rows_have_the_identity_as_covariance(d, V, exponent, seed):
    rows = random_rows(V, d, seed) * 10**exponent
    found = whitened(rows)
    np.testing.assert_allclose(covariance(found), np.eye(d), atol=1e-8)  # zeros
    values, vectors = np.linalg.eigh(covariance(rows / 10**exponent))
    root = vectors / np.sqrt(values) @ vectors.T
    expected = mean_centered(rows / 10**exponent) @ root
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


def test_whitening_turns_as_little_as_possible():
    rows = mean_centered(random_rows(100, 5, 5))
    found, rng = whitened(rows), np.random.default_rng(6)
    moved = np.linalg.norm(found - rows)
    for _ in range(50):
        turn, _ = np.linalg.qr(rng.standard_normal((5, 5)))
        assert np.linalg.norm(found @ turn - rows) > moved
    # Negative control: principal coordinates are white as well, and turned.
    principal = whitened_components(rows, 5)
    np.testing.assert_allclose(covariance(principal), np.eye(5), atol=1e-9)
    assert np.linalg.norm(principal - rows) > moved


@pytest.mark.peer
def test_components_are_scikit_learns():
    decomposition = pytest.importorskip("sklearn.decomposition")
    rows = random_rows(80, 9, 7)
    expected = decomposition.PCA(4, whiten=True).fit_transform(rows) * math.sqrt(80 / 79)
    found = whitened_components(rows, 4)
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found, expected * signs, rtol=RTOL, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_directions_without_variance_stay_empty(dtype):
    rows = random_rows(50, 4, 8)
    flat = np.hstack([rows, rows[:, :2] - rows[:, 2:], np.full((50, 1), 7.0)]).astype(dtype)
    found = whitened(flat)
    assert found.dtype == dtype
    values = np.linalg.eigvalsh(covariance(found.astype(float)))
    np.testing.assert_allclose(values, [0] * 3 + [1] * 4, atol=1e-4)
    # Negative control: all singular vectors, whatever their values, make noise as long as the rest.
    left, _, right = np.linalg.svd(mean_centered(flat.astype(float)), full_matrices=False)
    values = np.linalg.eigvalsh(covariance(math.sqrt(50) * left @ right))
    assert values[2] > 0.5
    with pytest.raises(ValueError, match="n_components must be at most 4, the directions with"):
        whitened_components(flat, 5)


def test_the_rounding_of_half_precision_is_no_direction():
    rows = random_rows(500, 4, 8)
    half = np.hstack([rows, rows[:, :1] + rows[:, 1:2]]).astype(np.float16)
    values = np.linalg.eigvalsh(covariance(whitened(half)))
    np.testing.assert_allclose(values, [0] + 4 * [1], atol=1e-4)
    # Negative control: of double precision the same numbers are a direction of their own.
    values = np.linalg.eigvalsh(covariance(whitened(half.astype(float))))
    np.testing.assert_allclose(values, 1, rtol=1e-6)


def test_fewer_rows_than_columns():
    rows = random_rows(5, 30, 9)
    found = whitened(rows)
    values = np.linalg.eigvalsh(covariance(found))
    np.testing.assert_allclose(values[-4:], 1, rtol=1e-6)
    np.testing.assert_allclose(values[:-4], 0, atol=1e-9)
    np.testing.assert_allclose(whitened([[1.0, 2.0], [1.0, 2.0]]), 0, atol=1e-15)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_centered(np.empty((0, 2))), "matrix must have at least one row"),
        (lambda: all_but_the_top(np.eye(3), 4), "n_components must be at most d, 3, got 4"),
        (lambda: all_but_the_top(np.eye(3), -1), "n_components must be at least 0, got -1"),
        (
            lambda: principal_directions(np.eye(3)[:2], 3),
            "must be at most 2 for 2 rows of 3, got 3",
        ),
        (lambda: whitened(np.empty((2, 0))), "matrix must have a row and a column"),
        (lambda: whitened([[math.inf]]), "matrix must be finite"),
        (lambda: whitened_components(np.eye(3), 0), "n_components must be at least 1, got 0"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_many_rows_in_single_precision_keep_their_weak_directions():
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((200_000, 2)) * [1.0, 0.02]).astype(np.float32)
    np.testing.assert_allclose(whitened(rows).std(axis=0), 1, rtol=1e-3)
    # Negative control: a direction that is nothing but rounding is none.
    flat = np.column_stack([rows[:, 0], rows[:, 0]])
    assert np.linalg.matrix_rank(whitened(flat), tol=1.0) == 1

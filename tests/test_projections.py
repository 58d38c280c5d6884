import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab import distances
from embedlab.projections import (
    distortions,
    gaussian_projection,
    jl_dimension,
    log_jl_capacity,
    sparse_projection,
)

RTOL = 1e-9

seeds = st.integers(0, 2**32 - 1)
PROJECTIONS = [gaussian_projection, sparse_projection]


# The bound


def test_the_bound_by_hand():
    # ε = 1/2: 1/8 - 1/24 = 1/12, so 48 ln n.
    assert jl_dimension(1000, 0.5) == math.ceil(48 * math.log(1000)) == 332
    assert jl_dimension(1000, 0.5, beta=1) == math.ceil(72 * math.log(1000))
    assert log_jl_capacity(48, 0.5) == pytest.approx(1, rel=1e-12)


@pytest.mark.peer
@given(st.integers(2, 10**7), st.floats(0.01, 0.99))
def test_the_bound_is_scikit_learns(n, epsilon):
    random_projection = pytest.importorskip("sklearn.random_projection")
    expected = random_projection.johnson_lindenstrauss_min_dim(n, eps=epsilon)
    # It cuts off the fraction; the theorem asks for at least as many.
    assert jl_dimension(n, epsilon) - int(expected) in (0, 1)


@given(st.integers(1, 20_000), st.floats(0.05, 0.95), st.floats(0, 3))
def test_capacity_is_the_inverse_of_the_bound(d, epsilon, beta):
    capacity = log_jl_capacity(d, epsilon, beta=beta)
    # Up to e^25 the slack of 1e-12, more than the exponential is rounded by, is below one point.
    if math.log(3) < capacity < 25:
        n = math.floor(math.exp(capacity) * (1 - 1e-12))
        assert jl_dimension(n, epsilon, beta=beta) <= d
        assert jl_dimension(n + 2, epsilon, beta=beta) > d


# Projections


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_the_promise_is_kept(projection):
    # 25 points failing at most once in 25 draws; the bound is generous, and none of 20 fails.
    n, epsilon = 25, 0.5
    k = jl_dimension(n, epsilon, beta=1)
    points = np.random.default_rng(0).standard_normal((n, 500)) ** 3
    for seed in range(20):
        rng = np.random.default_rng(seed)
        kept = distortions(points, points @ projection(500, k, rng=rng))
        assert np.abs(kept).max() < epsilon
        # Negative controls: a tenth of the dimensions, and a matrix that was not scaled.
        few = distortions(points, points @ projection(500, k // 10, rng=rng))
        assert np.abs(few).max() > epsilon
        unscaled = math.sqrt(2) * points @ projection(500, k, rng=rng)
        assert np.abs(distortions(points, unscaled)).max() > epsilon


@pytest.mark.parametrize("projection", PROJECTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_entries_have_their_moments(projection, dtype):
    matrix = projection(2000, 50, rng=np.random.default_rng(1), dtype=dtype)
    assert matrix.dtype == dtype
    assert matrix.shape == (2000, 50)
    assert matrix.mean() == pytest.approx(0, abs=5 / math.sqrt(50 * 1e5))
    assert (matrix.astype(float) ** 2).mean() == pytest.approx(1 / 50, rel=5 * math.sqrt(2 / 1e5))


def test_the_sparse_matrix_is_sparse():
    matrix = sparse_projection(3000, 3, rng=np.random.default_rng(2))
    values, counts = np.unique(matrix, return_counts=True)
    np.testing.assert_allclose(values, [-1, 0, 1], rtol=1e-12)
    np.testing.assert_allclose(counts / 9000, [1 / 6, 2 / 3, 1 / 6], atol=5 * 0.5 / math.sqrt(9000))


def test_distortion_of_one_vector_is_that_of_chi_square():
    # ‖x R‖² / ‖x‖² has mean 1 and variance 2 / k for Gaussian numbers.
    points, rng, k = np.array([[0.0] * 30, [1.0] * 30]), np.random.default_rng(3), 40
    changes = [
        distortions(points, points @ gaussian_projection(30, k, rng=rng))[0] for _ in range(2000)
    ]
    assert np.mean(changes) == pytest.approx(0, abs=5 * math.sqrt(2 / k / 2000))
    assert np.var(changes) == pytest.approx(2 / k, rel=0.25)  # 5 · √(3 / 2000) for this law


# Distortions


@given(st.integers(2, 12), st.sampled_from([5, 1 << 22]), seeds)
def test_distortions_are_the_slow_loop(n, n_distances, seed):
    rng = np.random.default_rng(seed)
    original, projected = rng.standard_normal((n, 6)), rng.standard_normal((n, 2))
    expected, pairs = [], []
    for i in range(n):
        for j in range(i + 1, n):
            after, before = (
                math.dist(projected[i], projected[j]),
                math.dist(original[i], original[j]),
            )
            expected.append((after / before) ** 2 - 1)
            pairs.append((i, j))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distances, "_MAX_DISTANCES", n_distances)
        found = distortions(original, projected)
        chosen = distortions(original, projected, np.array(pairs))
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)  # near 0: a difference
    np.testing.assert_allclose(chosen, expected, rtol=1e-8, atol=1e-9)


def test_a_rotation_distorts_nothing():
    rng = np.random.default_rng(4)
    points = rng.standard_normal((20, 5))
    turn, _ = np.linalg.qr(rng.standard_normal((5, 5)))
    np.testing.assert_allclose(distortions(points, points @ turn), 0, atol=1e-9)
    np.testing.assert_allclose(distortions(points, 3 * points), 8, rtol=RTOL)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: jl_dimension(1, 0.5), "n must be at least 2, got 1"),
        (lambda rng: jl_dimension(9, 1.0), "epsilon must lie between 0 and 1, got 1.0"),
        (lambda rng: jl_dimension(9, 0.5, beta=-1), "beta must be at least 0 and finite, got -1"),
        (lambda rng: jl_dimension(9, 0.5, beta=math.inf), "beta must be .* finite, got inf"),
        (lambda rng: log_jl_capacity(9, 0.5, beta=math.inf), "beta must be .* finite, got inf"),
        (lambda rng: log_jl_capacity(0, 0.5), "d must be at least 1"),
        (lambda rng: gaussian_projection(0, 3, rng=rng), "d must be at least 1, got 0"),
        (lambda rng: sparse_projection(3, 0, rng=rng), "n_components must be at least 1, got 0"),
        (
            lambda rng: sparse_projection(3, 1, rng=rng, dtype=int),
            "dtype must be float32 or float64",
        ),
        (lambda rng: distortions(np.eye(2), np.eye(3)), r"the same rows, got \(2, 3\)"),
        (lambda rng: distortions(np.eye(1), np.eye(1)), "original must have at least two rows"),
        (lambda rng: distortions([[1.0]] * 2, np.eye(2)), "different rows, got '1 equal pairs'"),
        (lambda rng: distortions(np.eye(2), np.eye(2), np.array([[0, 2]])), "between 0 and 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))

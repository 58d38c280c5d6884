import itertools
import math

import numpy as np
import pytest
import scipy.spatial.distance
from hypothesis import given
from hypothesis import strategies as st

from embedlab import distances
from embedlab.concentration import (
    distance_summary,
    distance_variation,
    expected_contrast,
    expected_range,
    norm_variation,
    query_variation,
    relative_contrast,
    squared_distance_moments,
)
from embedlab.high_dimensions import gaussian_norm
from embedlab.simulations import simulated_band

RTOL = 1e-9

seeds = st.integers(0, 2**32 - 1)


# Measured


def test_summary_by_hand():
    # Distances 1, 3 and 2.
    summary = distance_summary([[0.0], [1.0], [3.0]])
    assert (summary.n_pairs, summary.mean) == (3, pytest.approx(2, rel=RTOL))
    assert summary.deviation == pytest.approx(math.sqrt(2 / 3), rel=RTOL)
    assert summary.variation == pytest.approx(math.sqrt(1 / 6), rel=RTOL)
    assert (summary.smallest, summary.largest) == pytest.approx((1, 3), rel=RTOL)
    assert summary.spread == pytest.approx(1, rel=RTOL)


@given(st.integers(2, 30), st.integers(1, 8), st.sampled_from([7, 1 << 22]), seeds)
def test_summary_is_that_of_scipys_distances(V, d, n_distances, seed):
    rows = np.random.default_rng(seed).standard_normal((V, d)) + 3
    expected = scipy.spatial.distance.pdist(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distances, "_MAX_DISTANCES", n_distances)
        summary = distance_summary(rows)
    assert summary.n_pairs == len(expected)
    assert summary.mean == pytest.approx(expected.mean(), rel=RTOL)
    assert summary.deviation == pytest.approx(expected.std(), rel=1e-7, abs=1e-8)  # 0 for a pair
    assert summary.smallest == pytest.approx(expected.min(), rel=RTOL)
    assert summary.largest == pytest.approx(expected.max(), rel=RTOL)


def test_equal_distances_have_no_deviation():
    summary = distance_summary(np.eye(50))
    assert summary.mean == pytest.approx(math.sqrt(2), rel=RTOL)
    assert summary.deviation < 1e-12
    assert summary.spread < 1e-12


def test_single_precision_is_enough():
    rows = np.random.default_rng(0).standard_normal((300, 100))
    single, double = distance_summary(rows.astype(np.float32)), distance_summary(rows)
    assert single.variation == pytest.approx(double.variation, rel=1e-4)
    assert single.smallest == pytest.approx(double.smallest, rel=1e-5)


@pytest.mark.parametrize(
    ("scale", "dtype"), [(1e25, "f4"), (1e-25, "f4"), (1e200, "f8"), (1e-200, "f8"), (1e306, "f8")]
)
def test_squares_of_distances_neither_overflow_nor_vanish(scale, dtype):
    rows = np.random.default_rng(0).standard_normal((50, 4)).astype(dtype)
    expected, summary = distance_summary(rows), distance_summary(rows * rows.dtype.type(scale))
    for name in ("mean", "deviation", "smallest", "largest"):
        found = getattr(summary, name)
        # Single precision rounds the rows once more.
        assert found == pytest.approx(scale * getattr(expected, name), rel=1e-5), name
    assert summary.variation == pytest.approx(expected.variation, rel=1e-5)


def test_contrast_is_the_slow_loop():
    rng = np.random.default_rng(1)
    rows, queries = rng.standard_normal((40, 6)), rng.standard_normal((9, 6))
    expected = []
    for query in queries:
        lengths = [math.dist(query, row) for row in rows]
        expected.append((max(lengths) - min(lengths)) / min(lengths))
    np.testing.assert_allclose(relative_contrast(rows, queries), expected, rtol=RTOL)
    # Neither a shift nor a scale changes it; both clouds must be moved.
    moved = relative_contrast(5 * rows + 1, 5 * queries + 1)
    np.testing.assert_allclose(moved, expected, rtol=1e-8)
    assert not np.allclose(relative_contrast(5 * rows + 1, queries), expected, rtol=0.1)


# Formulas


def test_squared_distances_of_coins_by_hand():
    # Two coins of ±1 differ by 0 or 2: the square is 0 or 4, with mean 2 and variance 4.
    assert squared_distance_moments(1, kurtosis=1) == (2, 4)
    assert squared_distance_moments(7, kurtosis=1, variance=9) == (126, 7 * 4 * 81)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=4), st.integers(1, 2))
def test_squared_distances_of_any_law_by_counting(values, d):
    """All pairs of points whose coordinates take these values, each as likely."""
    numbers = np.array(values, float)
    variance = numbers.var()
    if variance == 0:
        return
    kurtosis = ((numbers - numbers.mean()) ** 4).mean() / variance**2
    points = list(itertools.product(numbers, repeat=d))
    squares = np.array([math.dist(x, y) ** 2 for x in points for y in points])
    expected = squares.mean(), squares.var()
    found = squared_distance_moments(d, float(max(1, kurtosis)), float(variance))
    assert found == pytest.approx(expected, rel=1e-9)
    # Negative control: the variance of a sum of d squares, not of their differences.
    wrong = d * variance**2 * (kurtosis - 1)
    assert wrong != pytest.approx(expected[1], rel=1e-9)


def test_gaussian_distances_have_the_exact_ratio():
    for d in (1, 10, 768):
        mean, variance = squared_distance_moments(d)
        assert (variance + mean**2) / mean**2 == pytest.approx(1 + 2 / d, rel=1e-12)


@pytest.mark.parametrize("d", [10, 100, 1000, 12_288])
def test_gaussian_variation_has_its_limit(d):
    mean, variance = gaussian_norm(d)
    exact = math.sqrt(variance) / mean
    assert distance_variation(d) == pytest.approx(exact, rel=0.5 / d)
    assert norm_variation(d) == pytest.approx(exact, rel=0.5 / d)


LAWS = {
    "Gaussian": (3.0, lambda rng, shape: rng.standard_normal(shape)),
    "even": (9 / 5, lambda rng, shape: rng.random(shape)),
    "coins": (1.0, lambda rng, shape: rng.integers(2, size=shape) * 2.0 - 1),
    "skewed": (9.0, lambda rng, shape: rng.exponential(size=shape)),
    "long tails": (6.0, lambda rng, shape: rng.laplace(size=shape)),
}


@pytest.mark.parametrize("name", LAWS)
def test_variations_of_random_points(name):
    kurtosis, draw = LAWS[name]
    d, n = 400, 1500
    rng = np.random.default_rng(2)
    first, second = draw(rng, (n, d)), draw(rng, (n, d))
    lengths = np.linalg.norm(first - second, axis=1)
    # A standard deviation from n numbers is good to 1/√(2n) of itself: five of these.
    rtol = 5 / math.sqrt(2 * n) + 3 / d
    measured = lengths.std() / lengths.mean()
    assert measured == pytest.approx(distance_variation(d, kurtosis), rel=rtol)
    to_query = [
        lengths.std() / lengths.mean()
        for query in draw(rng, (30, d))
        for lengths in [np.linalg.norm(first - query, axis=1)]
    ]
    assert np.mean(to_query) == pytest.approx(query_variation(d, kurtosis), rel=rtol)
    means = {"even": 0.5, "skewed": 1.0}
    norms = np.linalg.norm(first - means.get(name, 0.0), axis=1)
    expected = norm_variation(d, kurtosis)
    assert norms.std() / norms.mean() == pytest.approx(expected, rel=rtol, abs=1e-12)  # coins: 0
    # Negative control: the Gaussian formula is not for every law.
    if name != "Gaussian":
        assert measured != pytest.approx(distance_variation(d), rel=rtol)


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (1, 0),
        (2, 2 / math.sqrt(math.pi)),
        (3, 3 / math.sqrt(math.pi)),
        (10, 3.07751),
        (1000, 6.48287),
    ],
)
def test_expected_range_is_tippetts(n, expected):
    # Tippett's table has five decimals.
    assert expected_range(n) == pytest.approx(expected, rel=1e-12 if n < 10 else 2e-6, abs=1e-12)


def test_expected_range_of_very_many():
    # The largest of n is near √(2 log n), from below.
    assert 0.9 < expected_range(10**15) / (2 * math.sqrt(2 * math.log(10**15))) < 1


def contrast(d, rng):
    return float(
        relative_contrast(rng.standard_normal((500, d)), rng.standard_normal((30, d))).mean()
    )


def test_contrast_falls_as_expected():
    dimensions = [200, 800, 3200]
    band = simulated_band(contrast, dimensions, 10, rng=np.random.default_rng(3))
    expected = np.array([expected_contrast(500, d) for d in dimensions])
    # Over 8 seeds within 2.5 percent.
    np.testing.assert_allclose(band.mean, expected, rtol=0.05)
    # Four times the dimensions, half the contrast.
    assert band.mean[0] / band.mean[2] == pytest.approx(4, rel=0.2)
    # Negative control: pairs vary more than the distances to one query, by 15 to 20 percent.
    wrong = [distance_variation(d) * expected_range(500) for d in dimensions]
    assert (np.array(wrong) / (1 - np.array(wrong) / 2) > 1.1 * band.mean).all()


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: distance_summary([[1.0]]), "matrix must have at least two rows"),
        (lambda: distance_summary([[1.0], [1.0]]), "matrix must have two different rows"),
        (lambda: relative_contrast(np.eye(2), np.eye(2)), r"queries must be no rows, got \[0\]"),
        (
            lambda: relative_contrast(np.eye(2), np.eye(3)),
            "queries must have 2 columns, as matrix has, got 3",
        ),
        (lambda: relative_contrast(np.empty((0, 2)), np.eye(2)), r"matrix must .* got \(0, 2\)"),
        (lambda: relative_contrast(np.eye(2), np.empty((0, 2))), r"queries must .* got \(0, 2\)"),
        (lambda: squared_distance_moments(3, 0.5), "kurtosis must be at least 1 .* got 0.5"),
        (lambda: squared_distance_moments(3, 3, 0.0), "variance must be above 0"),
        (lambda: distance_variation(0), "d must be at least 1, got 0"),
        (lambda: norm_variation(3, math.inf), "kurtosis must be at least 1 and finite"),
        (lambda: query_variation(3, math.nan), "kurtosis must be at least 1"),
        (lambda: expected_range(0), "n must be at least 1"),
        (lambda: expected_contrast(1000, 2), "d must be larger for 1000 rows, got 2; in so few"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

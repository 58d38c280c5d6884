import math

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from embedlab import geometry
from embedlab.directions import cosines
from embedlab.geometry import hubness_growth, k_occurrences, procrustes, skewness

# A product of matrices this small loses a few digits of double precision.
RTOL = 1e-12

seeds = st.integers(0, 2**32 - 1)


def orthogonal(d, rng):
    matrix, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return matrix


# Procrustes


def test_procrustes_by_hand():
    # One vector to the right of length 1, wanted above with length 2: turning leaves a gap of 1.
    rotation, residual = procrustes([[1.0, 0.0]], [[0.0, 2.0]])
    np.testing.assert_allclose([1.0, 0.0] @ rotation, [0.0, 1.0], atol=1e-15)  # a zero
    assert residual == pytest.approx(1.0, rel=RTOL)


@given(st.integers(1, 8), seeds)
def test_a_planted_rotation_is_recovered(d, seed):
    rng = np.random.default_rng(seed)
    source, planted = rng.standard_normal((3 * d + 5, d)), orthogonal(d, rng)
    rotation, residual = procrustes(source, source @ planted)
    # Entries near zero carry the rounding of those near one.
    np.testing.assert_allclose(rotation, planted, atol=1e-10)
    assert residual < 1e-10


def test_a_mirror_image_is_recovered_too():
    rng = np.random.default_rng(0)
    source, mirror = rng.standard_normal((20, 3)), np.diag([1.0, 1.0, -1.0])
    rotation, residual = procrustes(source, source @ mirror)
    np.testing.assert_allclose(rotation, mirror, atol=1e-12)  # zeros
    assert np.linalg.det(rotation) == pytest.approx(-1.0, rel=RTOL)
    assert residual < 1e-12


def test_no_orthogonal_matrix_is_better():
    rng = np.random.default_rng(1)
    source, target = rng.standard_normal((2, 12, 4))
    rotation, residual = procrustes(source, target)
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(4), atol=1e-12)  # zeros
    assert residual == pytest.approx(np.linalg.norm(source @ rotation - target), rel=RTOL)
    others = [orthogonal(4, rng) for _ in range(200)]
    # Small turns of the best one are better rivals than matrices drawn at random.
    others += [rotation @ scipy.linalg.expm(1e-3 * (m - m.T)) for m in others]
    assert all(np.linalg.norm(source @ other - target) > residual for other in others)
    # Negative controls: the inverse rotation, and the best matrix that also stretches.
    assert np.linalg.norm(source @ rotation.T - target) > 1.1 * residual
    stretching = np.linalg.lstsq(source, target, rcond=None)[0]
    assert np.linalg.norm(source @ stretching - target) < residual
    assert not np.allclose(stretching.T @ stretching, np.eye(4), atol=0.1)


@pytest.mark.parametrize("scale", [1.0, 1e300, 1e-300])
def test_procrustes_is_scipys_at_any_scale(scale):
    rng = np.random.default_rng(2)
    source, target = rng.standard_normal((2, 30, 6))
    expected, _ = scipy.linalg.orthogonal_procrustes(source, target)
    rotation, _ = procrustes(scale * source, target)
    np.testing.assert_allclose(rotation, expected, rtol=1e-9)
    rotation, residual = procrustes(scale * source, scale * target)
    np.testing.assert_allclose(rotation, expected, rtol=1e-9)
    assert residual == pytest.approx(scale * np.linalg.norm(source @ expected - target), rel=1e-9)


def test_a_cloud_of_zeros_can_be_turned_anyhow():
    rotation, residual = procrustes(np.zeros((3, 2)), [[3.0, 4.0]] * 3)
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(2), atol=1e-15)  # zeros
    assert residual == pytest.approx(5 * math.sqrt(3), rel=RTOL)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (np.eye(2), np.eye(3), r"must have the same shape, got \(\(2, 2\), \(3, 3\)\)"),
        (np.eye(2)[:1], np.eye(2), "must have the same shape"),
        (np.empty((0, 2)), np.empty((0, 2)), "must have a row and a column"),
        (np.empty((2, 0)), np.empty((2, 0)), "must have a row and a column"),
        ([[math.nan]], [[1.0]], "source must be finite"),
        ([[1.0]], [1.0], r"target must be a matrix \(V, d\)"),
    ],
)
def test_procrustes_needs_two_clouds_of_one_shape(source, target, message):
    with pytest.raises(ValueError, match=message):
        procrustes(source, target)


# k-occurrences


def slow_k_occurrences(matrix, k):
    """The definition, row by row; equal neighbors in their order."""
    units = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    occurrences = np.zeros(len(matrix), int)
    for i, row in enumerate(units):
        others = [j for j in range(len(units)) if j != i]
        for j in sorted(others, key=lambda j: -(row * units[j]).sum())[:k]:
            occurrences[j] += 1
    return occurrences


def test_k_occurrences_by_hand():
    # On a circle at 0, 10, 30 and 70 degrees: 0 -> 10, 10 -> 0, 30 -> 10, 70 -> 30.
    angles = np.radians([0, 10, 30, 70])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert k_occurrences(rows, 1).tolist() == [1, 2, 1, 0]
    assert k_occurrences(rows, 3).tolist() == [3, 3, 3, 3]


@given(st.integers(2, 25), st.integers(1, 6), st.data(), seeds)
def test_k_occurrences_is_the_slow_loop(V, d, data, seed):
    k = data.draw(st.integers(1, V - 1))
    matrix = np.random.default_rng(seed).standard_normal((V, d))
    if d == 1:  # only the signs count, and their products are exact
        matrix = np.sign(matrix)
    occurrences = k_occurrences(matrix, k)
    assert occurrences.tolist() == slow_k_occurrences(matrix, k).tolist()
    assert occurrences.sum() == V * k


@given(st.integers(3, 20), st.data(), seeds)
def test_equal_neighbors_count_in_their_order(V, data, seed):
    # Axes and their opposites: every cosine is exactly 0, 1 or -1.
    k = data.draw(st.integers(1, V - 1))
    rng = np.random.default_rng(seed)
    matrix = np.eye(3)[rng.integers(3, size=V)] * rng.choice([-2.0, 1.0], size=(V, 1))
    assert k_occurrences(matrix, k).tolist() == slow_k_occurrences(matrix, k).tolist()


@pytest.mark.parametrize("n_cosines", [1, 100, 333])
def test_blocks_change_nothing(monkeypatch, n_cosines):
    matrix = np.random.default_rng(3).standard_normal((50, 5))
    whole = k_occurrences(matrix, 4)
    monkeypatch.setattr(geometry, "_MAX_COSINES", n_cosines)
    assert k_occurrences(matrix, 4).tolist() == whole.tolist()


def test_neither_rotation_nor_length_changes_a_neighborhood():
    rng = np.random.default_rng(4)
    matrix = rng.standard_normal((60, 5))
    moved = (matrix @ orthogonal(5, rng)) * rng.uniform(1e-3, 1e3, size=(60, 1))
    assert k_occurrences(moved, 5).tolist() == k_occurrences(matrix, 5).tolist()


@pytest.mark.peer
def test_k_occurrences_are_scikit_learns():
    neighbors = pytest.importorskip("sklearn.neighbors")
    matrix = np.random.default_rng(5).standard_normal((300, 20))
    model = neighbors.NearestNeighbors(n_neighbors=7, metric="cosine").fit(matrix)
    # Without an argument each row is left out of its own neighbors.
    expected = np.bincount(model.kneighbors()[1].ravel(), minlength=300)
    assert k_occurrences(matrix, 7).tolist() == expected.tolist()


def narrow_cone(rng):
    """All directions within a ten-thousandth of one: their cosines differ by about 1e-8."""
    return np.r_[1.0, np.zeros(19)] + 1e-4 * rng.standard_normal((100, 20))


def far_clusters(rng):
    """Two clusters that are tight beside their distance from the mean."""
    sides = 1e6 * np.repeat([[1.0], [-1.0]], 50, axis=0)
    return sides + rng.standard_normal((100, 5)).round(1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("make", "normalize"), [(narrow_cone, True), (far_clusters, False)])
def test_tight_clusters_keep_their_neighbors(make, normalize, dtype):
    matrix = make(np.random.default_rng(6)).astype(dtype)
    slow = slow_k_occurrences if normalize else slow_k_occurrences_by_distance
    expected = slow(matrix.astype(np.float64), 5)
    assert k_occurrences(matrix, 5, normalize=normalize).tolist() == expected.tolist()
    # Negative control: products of single precision name others.
    single = matrix.astype(np.float32)
    products = single @ single.T if normalize else -((single**2).sum(1) - 2 * single @ single.T)
    np.fill_diagonal(products, -np.inf)
    wrong = np.bincount(np.argsort(-products, axis=1)[:, :5].ravel(), minlength=100)
    assert wrong.tolist() != expected.tolist()


@given(st.integers(2, 60), st.data(), seeds)
def test_equal_directions_count_in_their_order(d, data, seed):
    # A product of matrices adds up equal rows in different orders. Five rows, again and again.
    rng = np.random.default_rng(seed)
    V = data.draw(st.integers(6, 25))
    k = data.draw(st.integers(1, V - 1))
    matrix = rng.standard_normal((5, d))[rng.integers(5, size=V)]
    matrix *= rng.choice([0.5, 1, 3, 7], size=(V, 1))
    for rows in (matrix, matrix.astype(np.float32)):
        expected = np.zeros(V, int)
        for i in range(V):
            scores = cosines(rows, rows[[i]])
            scores[i] = -np.inf
            expected[np.argsort(-scores, kind="stable")[:k]] += 1
        assert k_occurrences(rows, k).tolist() == expected.tolist()


@given(st.integers(2, 60), st.data(), seeds)
def test_equal_places_count_in_their_order(d, data, seed):
    rng = np.random.default_rng(seed)
    V = data.draw(st.integers(6, 40))
    k = data.draw(st.integers(1, V - 1))
    matrix = rng.standard_normal((6, d))[rng.integers(6, size=V)]
    occurrences = k_occurrences(matrix, k, normalize=False)
    assert occurrences.tolist() == slow_k_occurrences_by_distance(matrix, k).tolist()


def test_zero_rows_are_at_right_angles_to_all():
    # A zero row has cosine 0 with every row, so the first count.
    matrix = np.vstack([np.zeros((3, 2)), np.eye(2), -np.eye(2)])
    assert k_occurrences(matrix, 2).tolist() == [6, 6, 2, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("matrix", "k", "message"),
    [
        (np.eye(3), 0, "k must be at least 1, got 0"),
        (np.eye(3), 3, "k must be below the number of rows, 3, got 3"),
        (np.eye(3), 1.0, "k must be an integer, got 1.0"),
        (np.eye(1), 1, "k must be below the number of rows, 1"),
        (np.empty((0, 3)), 1, "k must be below the number of rows, 0"),
        (np.empty((3, 0)), 1, r"matrix must have at least one column, got \(3, 0\)"),
        ([[math.inf]], 1, "matrix must be finite"),
    ],
)
def test_k_must_leave_a_choice(matrix, k, message):
    with pytest.raises(ValueError, match=message):
        k_occurrences(matrix, k)
    with pytest.raises(ValueError, match=message):
        k_occurrences(matrix, k, normalize=False)


# k-occurrences by distance


def slow_k_occurrences_by_distance(matrix, k):
    occurrences = np.zeros(len(matrix), int)
    for i, row in enumerate(matrix):
        others = [j for j in range(len(matrix)) if j != i]
        for j in sorted(others, key=lambda j: math.dist(row, matrix[j]))[:k]:
            occurrences[j] += 1
    return occurrences


def test_k_occurrences_by_distance_by_hand():
    # On a ray all directions are one; by distance 4 -> 1, 1 -> 0, 0 -> 1, 9 -> 4.
    rows = [[0.0], [1.0], [4.0], [9.0]]
    assert k_occurrences(rows, 1, normalize=False).tolist() == [1, 2, 1, 0]


@given(st.integers(2, 25), st.integers(1, 6), st.data(), seeds)
def test_k_occurrences_by_distance_is_the_slow_loop(V, d, data, seed):
    k = data.draw(st.integers(1, V - 1))
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((V, d)) + 3
    occurrences = k_occurrences(matrix, k, normalize=False)
    assert occurrences.tolist() == slow_k_occurrences_by_distance(matrix, k).tolist()
    # Neither a rotation nor a shift nor a scale, however large, changes a neighborhood.
    moved = (matrix @ orthogonal(d, rng) - 5) * 1e200
    assert k_occurrences(moved, k, normalize=False).tolist() == occurrences.tolist()


def test_negative_control_the_largest_product_is_not_the_nearest():
    matrix = np.random.default_rng(8).standard_normal((60, 4)) + 1
    products = matrix @ matrix.T
    np.fill_diagonal(products, -np.inf)
    wrong = np.bincount(np.argsort(-products, axis=1)[:, :5].ravel(), minlength=60)
    assert k_occurrences(matrix, 5, normalize=False).tolist() != wrong.tolist()


@pytest.mark.peer
def test_k_occurrences_by_distance_are_scikit_learns():
    neighbors = pytest.importorskip("sklearn.neighbors")
    matrix = np.random.default_rng(5).standard_normal((300, 20))
    model = neighbors.NearestNeighbors(n_neighbors=7).fit(matrix)
    expected = np.bincount(model.kneighbors()[1].ravel(), minlength=300)
    assert k_occurrences(matrix, 7, normalize=False).tolist() == expected.tolist()


# Skewness


def test_skewness_by_hand():
    # Deviations -1, -1, -1, 3: mean square 3, mean cube (27 - 3) / 4 = 6.
    assert skewness([0, 0, 0, 4]) == pytest.approx(6 / 3**1.5, rel=RTOL)
    assert skewness([0, 4, 4, 4]) == pytest.approx(-6 / 3**1.5, rel=RTOL)
    assert skewness([1, 2, 3]) == 0.0
    assert skewness([0.1] * 7) == 0.0


@given(st.integers(3, 50), st.floats(0.1, 100), st.floats(-100, 100), seeds)
def test_skewness_is_scipys_and_knows_no_unit(n, scale, shift, seed):
    values = np.random.default_rng(seed).exponential(size=n)
    expected = scipy.stats.skew(values)
    # A shift of 100 costs two or three digits; near symmetry the differences are what is left.
    assert skewness(values) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert skewness(scale * values + shift) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_skewness_needs_values():
    with pytest.raises(ValueError, match="values must hold at least one number, got 'none'"):
        skewness([])


def test_many_dimensions_have_hubs_and_two_have_none():
    rng = np.random.default_rng(7)
    skewnesses = {
        d: [skewness(k_occurrences(rng.standard_normal((500, d)) + 0.3, 10)) for _ in range(4)]
        for d in (2, 100)
    }
    assert min(skewnesses[100]) > 0.8
    assert max(skewnesses[2]) < 0.5


def test_hubs_grow_with_the_dimensions():
    dimensions = [1, 3, 20, 100]
    for seed in range(3):
        band = hubness_growth(dimensions, 500, n_repeats=3, rng=np.random.default_rng(seed))
        assert band.dimensions.tolist() == dimensions
        # Over 20 seeds: up to 0, up to -0.3, 1.8 to 3.1, 2.8 to 4.7.
        assert max(band.mean[:2]) < 0.5
        assert band.mean[2] > 1.2
        assert band.mean[3] > 2
        # Negative control: directions around the origin have no center to be near to (0.2 to 0.4).
        rng = np.random.default_rng(seed)
        by_cosine = hubness_growth([100], 500, normalize=True, n_repeats=3, rng=rng)
        assert by_cosine.mean[0] < 0.9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 10}, "k must be below the number of rows, 10, got 10"),
        ({"n": 1}, "n must be at least 2, got 1"),
        ({"dimensions": []}, "dimensions must name at least one"),
        ({"n_repeats": 1}, "n_repeats must be at least 2"),
    ],
)
def test_hubness_growth_needs_points(arguments, message):
    usual = {"dimensions": [2], "n": 50, "n_repeats": 2}
    with pytest.raises(ValueError, match=message):
        hubness_growth(**{**usual, **arguments}, rng=np.random.default_rng(0))

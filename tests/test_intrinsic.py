import math

import numpy as np
import pytest

from embedlab.intrinsic import mle_dimension, two_nn_dimension

seeds = range(3)


def curve(n, rng):
    """A helix: one number says where on it a point is."""
    t = 6 * math.pi * rng.random(n)
    return np.stack([np.cos(t), np.sin(t), t / 2], axis=1)


def roll(n, rng):
    """A sheet, rolled up."""
    t = 1.5 * math.pi * (1 + 2 * rng.random(n))
    return np.stack([t * np.cos(t), 21 * rng.random(n), t * np.sin(t)], axis=1)


def sphere(n, rng):
    points = rng.standard_normal((n, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def torus(n, rng):
    """Three circles in six dimensions: flat, and without an edge."""
    angles = 2 * math.pi * rng.random((n, 3))
    return np.hstack([np.cos(angles), np.sin(angles)])


def cube(n, rng):
    """Five dimensions inside of twenty."""
    turn, _ = np.linalg.qr(rng.standard_normal((20, 20)))
    return rng.random((n, 5)) @ turn[:5]


# The lowest and highest estimates over 8 seeds at 2,000 points, with a margin of about as much
# again: the edges of roll and cube make both too low, for the cube by 0.45.
@pytest.mark.parametrize(
    ("manifold", "dimension", "too_low", "too_high"),
    [
        (curve, 1, 0.12, 0.08),
        (roll, 2, 0.2, 0.1),
        (sphere, 2, 0.12, 0.16),
        (torus, 3, 0.3, 0.3),
        (cube, 5, 0.8, 0.2),
    ],
)
def test_known_manifolds(manifold, dimension, too_low, too_high):
    for seed in seeds:
        points = manifold(2000, np.random.default_rng(seed))
        for found in (two_nn_dimension(points), mle_dimension(points, 10)):
            assert dimension - too_low < found < dimension + too_high


def slow_two_nn(points, discarded):
    ratios = []
    for i, point in enumerate(points):
        lengths = sorted(math.dist(point, other) for j, other in enumerate(points) if j != i)
        ratios.append(lengths[1] / lengths[0])
    ratios.sort()
    n_kept = min(len(points) - 1, round(len(points) * (1 - discarded)))
    x = [math.log(ratio) for ratio in ratios[:n_kept]]
    y = [-math.log(1 - (i + 1) / len(points)) for i in range(n_kept)]
    return sum(a * b for a, b in zip(x, y, strict=True)) / sum(a * a for a in x)


def slow_mle(points, k):
    estimates = []
    for i, point in enumerate(points):
        lengths = sorted(math.dist(point, other) for j, other in enumerate(points) if j != i)
        logarithms = [math.log(lengths[k - 1] / lengths[j]) for j in range(k - 1)]
        estimates.append((k - 2) / sum(logarithms))
    return sum(estimates) / len(estimates)


@pytest.mark.parametrize("seed", range(5))
def test_the_estimates_are_the_slow_loops(seed):
    points = np.random.default_rng(seed).standard_normal((60, 4))
    for discarded in (0.0, 0.1, 0.5):
        expected = slow_two_nn(points, discarded)
        assert two_nn_dimension(points, discarded=discarded) == pytest.approx(expected, rel=1e-7)
    for k in (3, 10, 59):
        assert mle_dimension(points, k) == pytest.approx(slow_mle(points, k), rel=1e-7)


def test_pairs_on_a_line_by_hand():
    # Pairs at distance 1, and 2 from pair to pair.
    points = np.cumsum([0.0] + [1.0, 2.0] * 10)[:20, np.newaxis]
    heights = -np.log1p(-np.arange(1, 19) / 20)
    # Inner points have 1 and 2, the two ends 1 and 3; the two largest ratios are left out.
    expected = heights.sum() / (18 * math.log(2))
    assert two_nn_dimension(points) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("estimate", [two_nn_dimension, mle_dimension])
def test_neither_scale_nor_place_nor_rotation_counts(estimate):
    rng = np.random.default_rng(0)
    points = roll(300, rng)
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    expected = estimate(points)
    assert estimate(1e-3 * points @ turn + 7) == pytest.approx(expected, rel=1e-6)
    assert estimate(points.astype(np.float32)) == pytest.approx(expected, rel=1e-2)


def test_negative_control_dividing_by_k_minus_1_is_too_high():
    # Without an edge and with few neighbors the bias (k - 1) / (k - 2) is all there is.
    rng = np.random.default_rng(1)
    found = np.mean([mle_dimension(torus(600, rng), 4) for _ in range(5)])
    # Over 6 seeds 3.06 to 3.12: circles bend between neighbors so far apart.
    assert found == pytest.approx(3, abs=0.3)
    assert found * 3 / 2 > 4


def test_negative_control_noise_has_the_dimension_of_the_space():
    # At the scale of the neighbors a curve with thick walls is a solid.
    rng = np.random.default_rng(2)
    thick = curve(2000, rng) + 0.3 * rng.standard_normal((2000, 3))
    assert two_nn_dimension(thick) > 2


GRID = np.stack(np.meshgrid(np.arange(8.0), np.arange(8.0)), axis=-1).reshape(-1, 2)


# Between equal distances stands nothing but rounding, which once gave a dimension of 6e14.
@pytest.mark.parametrize(
    "points",
    [
        np.arange(20.0)[:, np.newaxis],
        0.1 * GRID,
        0.1 * GRID + 1e3,
        (0.1 * GRID + 7).astype(np.float32),
        (0.1 * GRID + 0.1).astype(np.float16),
    ],
)
def test_a_grid_has_no_dimension(points):
    with pytest.raises(ValueError, match="have neighbors at different distances"):
        two_nn_dimension(points)
    if points.shape[1] == 2:
        with pytest.raises(ValueError, match="rows with all 3 at one distance"):
            mle_dimension(points, 3)
    # Negative control: noise well above the rounding is no grid.
    noise = np.random.default_rng(0).uniform(-0.01, 0.01, points.shape)
    assert 0 < two_nn_dimension(points + noise) < 1e3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: two_nn_dimension(np.eye(9)), "matrix must have at least 10 rows, got 9"),
        (lambda: mle_dimension(np.eye(20)), "matrix must have at least 21 rows, got 20"),
        (
            lambda: two_nn_dimension(np.eye(12)),
            "at different distances, got '12 of 12 rows with two at one'; points on a grid",
        ),
        (lambda: mle_dimension(np.eye(12), 5), "at different distances, got '12 rows with all 5"),
        (
            lambda: two_nn_dimension(np.repeat(np.arange(12.0), 2)[:, np.newaxis]),
            "matrix must have different rows, got '24 repeated'; leave repeated rows out",
        ),
        (lambda: two_nn_dimension(np.eye(12), discarded=1.0), "discarded must be at least 0 and"),
        # Nothing left to fit; or only ratios of 1, those of the four inside the row of six.
        (
            lambda: two_nn_dimension(np.random.default_rng(0).random((10, 2)), discarded=0.96),
            "discarded must leave more than 0 of 10 ratios, got 0; discard a smaller share",
        ),
        (
            lambda: two_nn_dimension(
                np.append(np.arange(6.0), 10 + 1.5 ** np.arange(20))[:, np.newaxis], discarded=0.9
            ),
            "discarded must leave more than 4 of 26 ratios, got 3; discard",
        ),
        (lambda: mle_dimension(np.eye(12), 2), "k must be at least 3, got 2"),
        (lambda: mle_dimension([[math.nan]] * 12, 5), "matrix must be finite"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab import distances, isotropy
from embedlab.isotropy import (
    cone_half_angle,
    eigenvalue_ratio,
    iso_score,
    mean_cosine,
    participation_ratio,
    partition_ratio,
    widest_angle,
)

RTOL = 1e-9

seeds = st.integers(0, 2**32 - 1)


def random_rows(V, d, seed):
    """Rows around a point other than the origin, stretched along the axes."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((V, d)) * rng.uniform(0.5, 2, d) + rng.standard_normal(d)


def orthogonal(d, rng):
    matrix, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return matrix


def slow_cosine(x, y):
    return sum(x * y) / math.sqrt(sum(x * x) * sum(y * y))


# Cosines and cones


def test_mean_cosine_by_hand():
    assert mean_cosine([[1.0, 0.0], [-3.0, 0.0]]) == pytest.approx(-1, rel=RTOL)
    assert mean_cosine([[1.0, 1.0], [5.0, 5.0], [2.0, 2.0]]) == pytest.approx(1, rel=RTOL)
    # A zero row has cosine 0 with everything.
    assert mean_cosine([[1.0], [2.0], [0.0]]) == pytest.approx(1 / 3, rel=RTOL)


@given(st.integers(2, 15), st.integers(1, 6), st.sampled_from([5, 1 << 22]), seeds)
def test_angles_are_the_slow_loops(V, d, n_numbers, seed):
    rows = random_rows(V, d, seed)
    cosines = [slow_cosine(x, y) for x, y in itertools.combinations(rows, 2)]
    assert mean_cosine(rows) == pytest.approx(np.mean(cosines), rel=RTOL, abs=1e-12)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distances, "_MAX_DISTANCES", n_numbers)
        widest = widest_angle(rows)
    # The arccosine here loses half of the digits near 0 or π.
    assert widest == pytest.approx(math.acos(min(1, max(-1, min(cosines)))), abs=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("angle", [1e-9, 1e-4, math.pi - 1e-4])
def test_narrow_and_wide_angles_keep_their_digits(angle, dtype):
    # Up to a right angle sines and cosines are small or near 1, and round little.
    points = [[math.cos(a), math.sin(a)] for a in (0, angle / 3, angle)]
    rows = np.array(points, dtype=dtype)
    if angle < 1:
        rtol = 4 * float(np.finfo(dtype).eps)  # of the given numbers
        assert widest_angle(rows) == pytest.approx(angle, rel=rtol)
        assert cone_half_angle(rows) == pytest.approx(5 / 9 * angle, rel=4 * rtol)
    else:
        assert widest_angle(rows) == pytest.approx(angle, abs=1e-7)
    # Negative control: in single precision the cosine of a small angle is 1.
    assert np.float32(math.cos(1e-4)) == 1


def test_negative_control_a_row_with_itself_is_no_pair():
    rows = random_rows(10, 3, 0)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert mean_cosine(rows) != pytest.approx((units @ units.T).mean(), rel=0.01)


def test_half_the_widest_angle_and_not_all_of_it():
    # Two rows at right angles fit into a cone of 45 degrees around their mean. The angle whose
    # cosine is the smallest of all pairs, 90 degrees, is the width of the cone.
    rows = [[1.0, 0.0], [0.0, 7.0]]
    assert math.degrees(cone_half_angle(rows)) == pytest.approx(45, rel=RTOL)
    assert math.degrees(widest_angle(rows)) == pytest.approx(90, rel=RTOL)


@given(st.integers(2, 20), st.integers(2, 6), seeds)
def test_no_cone_is_narrower_than_half_the_widest_angle(V, d, seed):
    rows = random_rows(V, d, seed) + 1
    half = cone_half_angle(rows)
    assert half >= widest_angle(rows) / 2 - 1e-7
    rng = np.random.default_rng(seed)
    turned = 3 * rows @ orthogonal(d, rng)
    assert cone_half_angle(turned) == pytest.approx(half, abs=1e-7)
    # Zero rows change nothing.
    assert cone_half_angle(np.vstack([rows, np.zeros(d)])) == pytest.approx(half, rel=RTOL)


# Eigenvalues and partition functions


def test_eigenvalue_ratio_by_hand():
    assert eigenvalue_ratio([[3.0, 0.0], [0.0, 1.0]]) == pytest.approx(1 / 9, rel=RTOL)
    assert eigenvalue_ratio([[1.0, 0.0], [2.0, 0.0]]) == pytest.approx(0, abs=1e-15)
    assert eigenvalue_ratio([[1.0, 2.0, 3.0]]) == 0.0
    rows = random_rows(40, 5, 1)
    values = np.linalg.eigvalsh(rows.T @ rows)
    assert eigenvalue_ratio(rows) == pytest.approx(values[0] / values[-1], rel=RTOL)


@given(st.integers(1, 20), st.integers(1, 6), st.sampled_from([5, 1 << 22]), seeds)
def test_partition_ratio_is_the_slow_loop(V, d, n_numbers, seed):
    rows = random_rows(V, d, seed)
    _, vectors = np.linalg.eigh(rows.T @ rows)
    sums = [sum(math.exp(row @ (sign * c)) for row in rows) for c in vectors.T for sign in (1, -1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isotropy, "_MAX_NUMBERS", n_numbers)
        found = partition_ratio(rows)
    assert found == pytest.approx(min(sums) / max(sums), rel=1e-6)


def test_a_direction_in_which_no_row_goes_counts():
    # Along each axis some rows go far one way and others the other way: more than 3 either way.
    mirror = np.eye(3) - 2 / 3
    rows = np.hstack([mirror * [5, 6, 7], np.zeros((3, 1))])
    largest = math.exp(-7 / 3) + 2 * math.exp(14 / 3)
    assert partition_ratio(rows) == pytest.approx(3 / largest, rel=RTOL)


def test_partition_ratio_sees_a_mean_and_never_overflows():
    rng = np.random.default_rng(2)
    even = rng.standard_normal((20_000, 5)) / 5
    assert partition_ratio(even) > 0.95
    # Negative control: a vector added to all rows.
    assert partition_ratio(even + 0.5) < 0.2
    assert partition_ratio(1e4 * even) == pytest.approx(0, abs=1e-300)
    assert partition_ratio(np.array([[720.0, 0.0], [-720.0, 0.0]])) > 0  # exp(720) is infinite


# Participation


def slow_iso_score(rows):
    """The authors' six steps."""
    n = rows.shape[1]
    variances = np.linalg.eigvalsh(np.cov(rows, rowvar=False))
    normalized = variances * math.sqrt(n) / np.linalg.norm(variances)
    defect = np.linalg.norm(normalized - 1) / math.sqrt(2 * (n - math.sqrt(n)))
    share = (n - defect**2 * (n - math.sqrt(n))) ** 2 / n**2
    return (n * share - 1) / (n - 1)


def test_participation_by_hand():
    assert participation_ratio([[0.0, 1.0], [2.0, 1.0]]) == pytest.approx(1, rel=RTOL)
    # Variances 4 and 1: 25 / 17.
    rows = [[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
    assert participation_ratio(rows) == pytest.approx(25 / 17, rel=RTOL)
    assert iso_score(rows) == pytest.approx(8 / 17, rel=RTOL)


@given(st.integers(3, 30), st.integers(2, 8), seeds)
def test_participation_and_iso_score_are_their_definitions(V, d, seed):
    rows = random_rows(V, d, seed)
    values = np.linalg.eigvalsh(np.cov(rows, rowvar=False))
    expected = values.sum() ** 2 / (values**2).sum()
    assert participation_ratio(rows) == pytest.approx(expected, rel=RTOL)
    assert iso_score(rows) == pytest.approx(slow_iso_score(rows), rel=1e-7, abs=1e-9)
    moved = 1e-200 * (rows @ orthogonal(d, np.random.default_rng(seed)))
    assert participation_ratio(moved) == pytest.approx(expected, rel=1e-8)


def test_participation_of_random_rows():
    rng = np.random.default_rng(3)
    for V, d in ((2000, 50), (300, 300), (100, 2000)):
        expected = 1 / (1 / d + 1 / V)
        assert participation_ratio(rng.standard_normal((V, d))) == pytest.approx(expected, rel=0.02)


def test_negative_control_without_centering_the_mean_is_a_dimension():
    rows = random_rows(200, 6, 4) + 10
    values = np.linalg.eigvalsh(rows.T @ rows)
    assert values.sum() ** 2 / (values**2).sum() < 1.5 < participation_ratio(rows)


def test_a_circle_has_two_linear_dimensions():
    angles = np.linspace(0, 2 * math.pi, 100, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    assert participation_ratio(circle) == pytest.approx(2, rel=RTOL)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_cosine([[1.0]]), "matrix must have at least two rows"),
        (lambda: mean_cosine(np.empty((2, 0))), "matrix must have at least one column"),
        (lambda: mean_cosine([[math.nan], [1.0]]), "matrix must be finite"),
        (lambda: cone_half_angle([[1.0], [-1.0]]), "matrix must have a mean direction, got"),
        (lambda: widest_angle([[1.0], [0.0]]), "have two rows other than zero, got 1"),
        (lambda: eigenvalue_ratio(np.zeros((2, 2))), "matrix must have a number other than 0"),
        (lambda: partition_ratio(np.empty((0, 2))), "matrix must have a number other than 0"),
        (lambda: participation_ratio([[1.0]] * 3), "matrix must have two different rows"),
        # The mean of seven times 0.1 is not 0.1.
        (lambda: participation_ratio([[0.1] * 3] * 7), "matrix must have two different rows"),
        (lambda: iso_score([[0.1] * 3] * 7), "matrix must have two different rows"),
        (lambda: iso_score([[1.0], [2.0]]), "matrix must have at least two columns, got 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

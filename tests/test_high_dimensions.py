import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from embedlab.high_dimensions import (
    ball_points,
    gaussian_norm,
    gaussian_norm_share,
    largest_ball_dimension,
    log_ball_in_cube,
    log_ball_volume,
    log_covering_number,
    log_sphere_surface,
    shell_share,
    shell_thickness,
)

# A few roundings, of numbers that do not cancel.
RTOL = 1e-13
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")


def exact_log_volume(d):
    """From whole numbers: π^k / k! for d = 2k, and 2 k! (4π)^k / d! for d = 2k + 1."""
    k = d // 2
    if d % 2 == 0:
        return k * math.log(math.pi) - math.log(math.factorial(k))
    logs = math.log(math.factorial(k)) - math.log(math.factorial(d))
    return math.log(2) + k * math.log(4 * math.pi) + logs


# Balls


@pytest.mark.parametrize(
    ("d", "volume", "surface"),
    [
        (1, 2, 2),
        (2, math.pi, 2 * math.pi),
        (3, 4 * math.pi / 3, 4 * math.pi),
        (4, math.pi**2 / 2, 2 * math.pi**2),
        (5, 8 * math.pi**2 / 15, 8 * math.pi**2 / 3),
    ],
)
def test_balls_by_hand(d, volume, surface):
    assert math.exp(log_ball_volume(d)) == pytest.approx(volume, rel=RTOL)
    assert math.exp(log_sphere_surface(d)) == pytest.approx(surface, rel=RTOL)


@pytest.mark.parametrize("d", [0, 1, 2, 7, 50, 100, 768, 999, 1000, 12_287, 12_288])
def test_volumes_are_exact_in_any_dimension(d):
    assert log_ball_volume(d) == pytest.approx(exact_log_volume(d), rel=RTOL, abs=1e-14)  # log 1


def test_negative_control_gamma_of_half_d_is_no_volume():
    assert abs(500 * math.log(math.pi) - math.lgamma(500) - exact_log_volume(1000)) > 1


@given(st.integers(2, 20_000), st.floats(1e-3, 1e3))
def test_laws_of_balls(d, radius):
    volume = log_ball_volume(d, radius)
    # The logarithms are as large as d log d, and so is their rounding.
    atol = 1e-12 * d * math.log(d + 10)
    assert volume == pytest.approx(log_ball_volume(d) + d * math.log(radius), abs=atol)
    step = math.log(2 * math.pi * radius**2 / d)
    assert volume == pytest.approx(log_ball_volume(d - 2, radius) + step, abs=atol)
    # The surface is how fast the volume grows with the radius.
    surface = log_sphere_surface(d, radius)
    assert surface == pytest.approx(math.log(d / radius) + volume, abs=atol)


@pytest.mark.parametrize("radius", [0.3, 0.6, 0.9, 1.0, 1.1, 2.0, 5.0, 10.0])
def test_the_largest_volume_is_found(radius):
    volumes = [log_ball_volume(d, radius) for d in range(800)]
    assert largest_ball_dimension(radius) == int(np.argmax(volumes))


def test_the_largest_volume_depends_on_the_unit():
    assert largest_ball_dimension() == 5
    # The same ball in centimeters.
    assert largest_ball_dimension(100.0) == pytest.approx(2 * math.pi * 100**2, abs=2)
    assert largest_ball_dimension(9e5) == pytest.approx(2 * math.pi * 9e5**2, rel=1e-9)
    # The surface has its peak elsewhere.
    assert max(range(1, 50), key=log_sphere_surface) == 7


def test_ball_in_cube():
    assert math.exp(log_ball_in_cube(1)) == pytest.approx(1, rel=RTOL)
    assert math.exp(log_ball_in_cube(3)) == pytest.approx(math.pi / 6, rel=RTOL)
    points = np.random.default_rng(0).uniform(-1, 1, (100_000, 6))
    inside = (np.linalg.norm(points, axis=1) < 1).mean()
    # Five standard errors of a share near 0.08.
    assert inside == pytest.approx(math.exp(log_ball_in_cube(6)), abs=5 * math.sqrt(0.08 / 1e5))


# Shells


def test_shells_by_hand():
    assert shell_share(3, 0.5) == pytest.approx(7 / 8, rel=RTOL)
    assert shell_share(10, 0.0) == 0.0
    assert shell_share(10, 1.0) == 1.0
    assert shell_thickness(3, 7 / 8) == pytest.approx(0.5, rel=RTOL)
    assert shell_thickness(3, 1.0) == 1.0
    assert 1 - shell_share(10, 0.1) == pytest.approx(0.9**10, rel=RTOL)
    # The outermost hundredth of a ball in 768 dimensions holds 99.96 percent, not 99.999999.
    assert 1 - shell_share(768, 0.01) == pytest.approx(4.4448e-4, rel=1e-4)
    assert shell_thickness(768, 0.99999999) == pytest.approx(0.0237, abs=5e-5)


@given(st.integers(1, 20_000), st.floats(0, 1))
def test_thickness_is_the_inverse_of_share(d, share):
    thickness = shell_thickness(d, share)
    assert 0 <= thickness <= 1
    # Near 1 the share says little about the thickness, and the other way round nothing is lost.
    assert shell_share(d, thickness) == pytest.approx(share, rel=1e-9, abs=1e-11)


def test_the_thinnest_shells_keep_their_digits():
    assert shell_share(100, 1e-18) == pytest.approx(1e-16, rel=1e-12)
    assert 1 - (1 - 1e-18) ** 100 == 0  # negative control: the formula as it stands


def test_points_of_a_ball_lie_in_its_shell():
    points = ball_points(20_000, 20, rng=np.random.default_rng(1))
    lengths = np.linalg.norm(points, axis=1)
    assert lengths.max() < 1
    error = math.sqrt(0.12 * 0.88 / 20_000)
    assert (lengths > 0.9).mean() == pytest.approx(shell_share(20, 0.1), abs=5 * error)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=5 / math.sqrt(20 * 20_000))
    # Negative control: radii drawn evenly leave nine tenths of the points inside.
    even = np.random.default_rng(1).random(20_000)
    assert (even > 0.9).mean() != pytest.approx(shell_share(20, 0.1), abs=50 * error)


# Covering


def test_covering_an_interval_by_intervals():
    for resolution in (1.0, 0.5, 0.3, 0.01):
        low, high = log_covering_number(1, resolution)
        assert low <= math.log(math.ceil(1 / resolution - 1e-9)) <= high


def test_where_d_log_d_comes_from():
    for d in (10, 300, 12_288):
        low, high = log_covering_number(d, 1 / d)
        assert low == pytest.approx(d * math.log(d), rel=RTOL)
        assert high < low + 1.2 * d  # log(1 + 2d) - log d is at most log 3 + …
        # At a fixed resolution there is no logarithm of d.
        ratio = log_covering_number(2 * d, 0.1)[0] / log_covering_number(d, 0.1)[0]
        assert ratio == pytest.approx(2, rel=RTOL)


# Gaussian clouds


def exact_norm(d):
    """Mean² and variance for even d, from whole numbers and 60 digits of π."""
    m = d // 2
    share = Fraction(2 * m**2 * math.comb(2 * m, m) ** 2, 16**m)
    with localcontext() as context:
        context.prec = 60
        square = PI * Decimal(share.numerator) / Decimal(share.denominator)
        return float(square), float(d - square)


def test_norms_by_hand():
    assert gaussian_norm(1) == pytest.approx((math.sqrt(2 / math.pi), 1 - 2 / math.pi), rel=RTOL)
    assert gaussian_norm(2) == pytest.approx((math.sqrt(math.pi / 2), 2 - math.pi / 2), rel=RTOL)
    assert gaussian_norm(3)[0] == pytest.approx(2 * math.sqrt(2 / math.pi), rel=RTOL)


@pytest.mark.parametrize("d", [2, 4, 10, 28, 30, 32, 34, 36, 100, 768, 1000, 12_288])
def test_norms_are_exact_in_any_dimension(d):
    mean, variance = gaussian_norm(d)
    square, expected = exact_norm(d)
    assert mean**2 == pytest.approx(square, rel=RTOL)
    # Just below 32 dimensions the variance is a small difference of two rounded logarithms.
    assert variance == pytest.approx(expected, rel=1e-12)


def test_negative_control_subtracting_loses_the_variance():
    mean = math.sqrt(2) * math.exp(math.lgamma(12_289 / 2) - math.lgamma(12_288 / 2))
    assert abs(12_288 - mean**2 - exact_norm(12_288)[1]) > 1e-9


@given(st.integers(1, 10**9))
def test_the_annulus_keeps_its_thickness(d):
    mean, variance = gaussian_norm(d)
    assert math.sqrt(d - 0.6366197723675814) <= mean * (1 + 1e-15)  # d - 2/π, reached at d = 1
    assert mean < math.sqrt(d)
    assert 0.36 < variance < 0.5


@pytest.mark.parametrize("d", [1, 2, 3, 50, 768])
@pytest.mark.parametrize("tolerance", [0.0, 0.01, 0.1, 0.9, 1.0, 5.0])
def test_norm_share_is_that_of_the_chi_distribution(d, tolerance):
    mean, _ = gaussian_norm(d)
    law = scipy.stats.chi(d)
    expected = law.cdf(mean * (1 + tolerance)) - law.cdf(mean * (1 - tolerance))
    # A difference of two probabilities.
    assert gaussian_norm_share(d, tolerance) == pytest.approx(expected, rel=1e-9, abs=1e-14)


def test_every_length_is_within_a_huge_tolerance():
    assert gaussian_norm_share(3, 1e308) == gaussian_norm_share(3, math.inf) == 1.0


def test_at_100_dimensions_not_all_distances_are_within_a_tenth():
    first, second = np.random.default_rng(2).standard_normal((2, 20_000, 100))
    distances = np.linalg.norm(first - second, axis=1)
    mean = math.sqrt(2) * gaussian_norm(100)[0]
    share = (np.abs(distances / mean - 1) <= 0.1).mean()
    expected = gaussian_norm_share(100, 0.1)
    assert share == pytest.approx(expected, abs=5 * math.sqrt(0.16 * 0.84 / 20_000))
    assert expected < 0.85


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: log_ball_volume(-1), "d must be at least 0, got -1"),
        (lambda: log_ball_volume(2.0), "d must be an integer, got 2.0"),
        (lambda: log_ball_volume(3, 0.0), "radius must be above 0 and finite, got 0.0"),
        (lambda: log_ball_volume(3, math.nan), "radius must be above 0"),
        (lambda: log_sphere_surface(0), "d must be at least 1, got 0"),
        (lambda: largest_ball_dimension(1e7), "radius must be below 1e6"),
        (lambda: log_ball_in_cube(0), "d must be at least 1"),
        (lambda: shell_share(3, 1.5), "thickness must lie between 0 and 1, got 1.5"),
        (lambda: shell_thickness(3, -0.1), "share must lie between 0 and 1, got -0.1"),
        (lambda: ball_points(0, 3, rng=np.random.default_rng(0)), "n must be at least 1"),
        (lambda: log_covering_number(3, 2.0), "resolution must be above 0 and at most 1"),
        (lambda: gaussian_norm(0), "d must be at least 1"),
        (lambda: gaussian_norm_share(3, -1), "tolerance must be at least 0, got -1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

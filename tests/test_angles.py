import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
from hypothesis import example, given
from hypothesis import strategies as st

from embedlab.angles import (
    _log_most_lines,
    angle_density,
    cosine_density,
    cosine_tail_bound,
    expected_largest_cosine,
    log_cosine_tail,
    log_nearly_orthogonal,
    mean_absolute_cosine,
    random_directions,
)

# In thousands of dimensions logarithms of gamma functions lose five digits when subtracted.
RTOL = 1e-10


def law(d):
    """The law of (1 + cosine) / 2."""
    return scipy.stats.beta((d - 1) / 2, (d - 1) / 2)


# Densities


def test_densities_by_hand():
    # In the plane the angle is even, and the cosine piles up at the ends.
    np.testing.assert_allclose(angle_density([0.0, 1.0, math.pi], 2), 1 / math.pi, rtol=RTOL)
    np.testing.assert_allclose(cosine_density([0.6], 2), 1 / (0.8 * math.pi), rtol=RTOL)
    np.testing.assert_allclose(cosine_density([-1.0, 0.3, 1.0], 3), 0.5, rtol=RTOL)
    np.testing.assert_allclose(angle_density([0.0, math.pi / 6], 3), [0, 0.25], rtol=RTOL)
    np.testing.assert_allclose(cosine_density([1.0, 0.5], 5), [0, 9 / 16], rtol=RTOL)
    assert cosine_density([1.0], 2).tolist() == [math.inf]


@pytest.mark.parametrize("d", [2, 3, 4, 10, 300, 12_288])
def test_density_is_scipys(d):
    t = np.linspace(-0.9, 0.9, 19)
    expected = law(d).pdf((1 + t) / 2) / 2
    # Where it is below 1e-300 both underflow in their own way.
    np.testing.assert_allclose(cosine_density(t, d), expected, rtol=1e-8, atol=1e-300)
    of_angle = angle_density(np.arccos(t), d)
    np.testing.assert_allclose(of_angle, cosine_density(t, d) * np.sqrt(1 - t**2), rtol=1e-8)


@pytest.mark.parametrize("d", [3, 4, 10, 300, 12_288])
def test_the_variance_is_exactly_one_over_d(d):
    reach = min(1.0, 15 / math.sqrt(d))  # beyond, less than 1e-40 is left
    t = np.linspace(-reach, reach, 100_001)
    density = cosine_density(t, d)
    assert scipy.integrate.simpson(density, t) == pytest.approx(1, rel=1e-7)
    assert scipy.integrate.simpson(t**2 * density, t) == pytest.approx(1 / d, rel=1e-7)
    mean = scipy.integrate.simpson(np.abs(t) * density, t)
    assert mean == pytest.approx(mean_absolute_cosine(d), rel=1e-6)
    # Negative control: the power of a sphere of one dimension more.
    wrong = density * np.sqrt(1 - t**2)
    wrong /= scipy.integrate.simpson(wrong, t)
    assert scipy.integrate.simpson(t**2 * wrong, t) != pytest.approx(1 / d, rel=1e-5)


def test_mean_absolute_cosine_is_exact():
    assert mean_absolute_cosine(1) == pytest.approx(1, rel=RTOL)
    assert mean_absolute_cosine(2) == pytest.approx(2 / math.pi, rel=RTOL)
    for m in (1, 5, 150, 384, 6144):  # d = 2m + 1: a central binomial coefficient
        expected = Fraction(math.comb(2 * m, m), 4**m)
        assert mean_absolute_cosine(2 * m + 1) == pytest.approx(float(expected), rel=RTOL)
    for d in (10**6, 10**9, 10**12, 10**15):  # √(2 / πd) (1 + 1 / 4d + …), which nothing cancels
        expected = math.sqrt(2 / (math.pi * d)) * (1 + 1 / (4 * d))
        assert mean_absolute_cosine(d) == pytest.approx(expected, rel=RTOL)


def test_random_directions_have_these_cosines():
    directions = random_directions(40_000, 8, rng=np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, rtol=1e-12)
    # Neighbors in the list are independent pairs.
    cosines = (directions[::2] * directions[1::2]).sum(axis=1)
    assert scipy.stats.kstest((1 + cosines) / 2, law(8).cdf).pvalue > 1e-3
    # Negative control: corners of a cube rounded off are no even directions.
    cube = np.random.default_rng(0).uniform(-1, 1, (40_000, 3))
    cube /= np.linalg.norm(cube, axis=1, keepdims=True)
    assert scipy.stats.kstest((1 + cube[:, 0]) / 2, law(3).cdf).pvalue < 1e-3


# Tails


def test_tails_by_hand():
    assert math.exp(log_cosine_tail(0.5, 3)) == pytest.approx(0.25, rel=RTOL)  # Archimedes
    assert math.exp(log_cosine_tail(0.5, 2)) == pytest.approx(1 / 3, rel=RTOL)  # 60 of 180 degrees
    assert math.exp(log_cosine_tail(0.0, 7)) == pytest.approx(0.5, rel=RTOL)
    assert log_cosine_tail(-1.0, 7) == 0
    assert log_cosine_tail(1.0, 7) == -math.inf


@given(st.integers(2, 2000), st.floats(0, 1))
@example(2, math.nextafter(1, 0))
@example(3, math.nextafter(1, 0))
def test_tails_are_scipys_and_symmetric(d, t):
    tail = math.exp(log_cosine_tail(t, d))
    assert tail + math.exp(log_cosine_tail(-t, d)) == pytest.approx(1, rel=1e-12)
    # (1 + t) / 2 is rounded before SciPy sees it, which counts where the tail is steep: near 1 in
    # the plane it goes down like √(1 - t), and √ε is 1.5e-8.
    atol = 1.5e-8 if d == 2 else 1e-15
    assert tail == pytest.approx(law(d).sf((1 + t) / 2), rel=1e-7, abs=atol)
    if t < 1:
        assert tail <= cosine_tail_bound(t, d)


def exact_log_tail(t, m):
    """For d = 2m + 3: the integral of the polynomial (1 - s²)^m, in fractions."""
    x = 1 - t
    terms = (
        math.comb(m, j) * 2 ** (m - j) * (-1) ** j * x ** (m + j + 1) / (m + j + 1)
        for j in range(m + 1)
    )
    total = Fraction(2 ** (2 * m + 1) * math.factorial(m) ** 2, math.factorial(2 * m + 1))
    share = sum(terms, Fraction(0)) / total
    return math.log(share.numerator) - math.log(share.denominator)


@pytest.mark.parametrize("t", [Fraction(1, 4), Fraction(3, 4), Fraction(63, 64)])
@pytest.mark.parametrize("m", [0, 3, 100, 400])
def test_tails_are_exact_also_below_the_smallest_number(t, m):
    # log is as exact as the incomplete beta function, or as betaln where that underflows.
    expected = exact_log_tail(t, m)
    assert log_cosine_tail(float(t), 2 * m + 3) == pytest.approx(expected, rel=1e-11)


def test_the_series_continues_the_function():
    # Tails on both sides of 1e-280, where one way of computing takes over from the other.
    t = np.linspace(0.40, 0.47, 400)
    tails = np.array([log_cosine_tail(value, 6000) for value in t])
    assert tails[0] > -280 * math.log(10) > tails[-1]
    assert np.abs(np.diff(tails, 3)).max() < 1e-4


def test_the_bound_is_no_accident():
    # Negative control: without the 2 in exp(-d t² / 2) it is no bound.
    tail = math.exp(log_cosine_tail(0.2, 300))
    assert math.exp(-300 * 0.2**2) < tail < cosine_tail_bound(0.2, 300)


# The largest of many


@pytest.mark.parametrize("n", [1, 2, 3, 100, 10**6])
def test_largest_cosine_in_space(n):
    # In space the cosine is even on (-1, 1), and the largest of n has the mean (n - 1) / (n + 1).
    expected = (n - 1) / (n + 1)
    assert expected_largest_cosine(n, 3) == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_largest_cosine_by_hand_and_at_the_extremes():
    assert expected_largest_cosine(2, 2) == pytest.approx(4 / math.pi**2, rel=1e-10)
    for d in (2, 300, 10**6):
        assert expected_largest_cosine(1, d) == pytest.approx(0, abs=1e-10)
        # Of two, the larger exceeds the mean by half the mean difference, which in many
        # dimensions is that of a Gaussian, 2/√π.
        two = expected_largest_cosine(2, d) * math.sqrt(math.pi * d)
        assert two == pytest.approx(1, rel=1 / d) or d == 2
    assert expected_largest_cosine(10**12, 10**6) < 0.01


def test_largest_cosine_of_random_directions():
    rng, n, d = np.random.default_rng(1), 1000, 50
    largest = [(rng.standard_normal(d), random_directions(n, d, rng=rng)) for _ in range(60)]
    largest = [(units @ query).max() / np.linalg.norm(query) for query, units in largest]
    error = np.std(largest) / math.sqrt(len(largest))
    expected = expected_largest_cosine(n, d)
    assert np.mean(largest) == pytest.approx(expected, abs=5 * error)
    # Negative control: the rule of thumb √(2 log n / d) is too high by more than that.
    assert math.sqrt(2 * math.log(n) / d) > expected + 10 * error


def test_largest_of_all_pairs():
    rng, m, d = np.random.default_rng(2), 150, 100
    largest = []
    for _ in range(40):
        units = random_directions(m, d, rng=rng)
        cosines = units @ units.T
        largest.append(cosines[np.triu_indices(m, 1)].max())
    error = np.std(largest) / math.sqrt(len(largest))
    expected = expected_largest_cosine(m * (m - 1) // 2, d)
    assert np.mean(largest) == pytest.approx(expected, abs=5 * error)


# Nearly orthogonal directions


@pytest.mark.parametrize(
    ("d", "cosine", "n"), [(3, 5**-0.5, 6), (7, 1 / 3, 28), (23, 1 / 5, 276), (22, 1 / 5, 176)]
)
def test_the_upper_bound_is_met_by_famous_lines(d, cosine, n):
    # Diagonals of the icosahedron, and the largest sets of equiangular lines.
    low, high = log_nearly_orthogonal(d, cosine)
    assert math.exp(high) == pytest.approx(n, rel=1e-9)
    assert low <= high


@pytest.mark.parametrize(
    ("d", "n", "factor"), [(4, 12, 2.2), (8, 120, 1.1), (24, 98_280, 1.1), (48, 26_208_000, 15)]
)
def test_the_bounds_hold_for_the_lines_of_lattices(d, n, factor):
    # D4, E8, the Leech lattice, P48: half the kissing number, at 60 degrees.
    low, high = log_nearly_orthogonal(d, 0.5)
    assert low <= math.log(n) <= high < math.log(factor * n)


@given(st.integers(3, 60))
def test_simplices_and_bases_fit(d):
    for cosine in (0.0, 1e-320, 1e-99):
        assert log_nearly_orthogonal(d, cosine) == pytest.approx((math.log(d),) * 2, rel=1e-12)
    assert math.log(d + 1) <= log_nearly_orthogonal(d, 1 / d)[1] + 1e-9


@given(st.integers(3, 15_000), st.floats(0.001, 0.99))
def test_more_fit_where_more_is_allowed(d, cosine):
    low, high = log_nearly_orthogonal(d, cosine)
    assert math.log(d) <= low <= high < math.inf
    assert low <= log_nearly_orthogonal(d, min(0.99, 1.1 * cosine))[0] + 1e-9


def test_greedy_lines_stay_below_the_upper_bound():
    rng, d, cosine = np.random.default_rng(3), 5, 0.5
    chosen = np.empty((0, d))
    for direction in random_directions(20_000, d, rng=rng):
        if len(chosen) == 0 or np.abs(chosen @ direction).max() <= cosine:
            chosen = np.vstack([chosen, direction])
    low, high = log_nearly_orthogonal(d, cosine)
    # 20 lines of D5 fit; greedily chosen ones are fewer, but no fewer than promised.
    assert math.exp(low) <= len(chosen) <= 20 <= math.exp(high)


@pytest.mark.parametrize(("d", "t"), [(3, 0.8), (8, 0.3), (8, 0.55), (20, 0.5)])
def test_the_polynomial_behind_the_upper_bound(d, t):
    """The linear program's two conditions, checked on the polynomial itself."""
    half = d / 2 - 1

    def gegenbauer(m, s):
        values = scipy.special.eval_gegenbauer(m, half, s)
        return values / scipy.special.eval_gegenbauer(m, half, 1.0)

    k = 0
    while gegenbauer(2 * k + 2, t) > 0:
        k += 1

    def polynomial(s):
        crossed = gegenbauer(2 * k + 2, s) * gegenbauer(2 * k, t)
        crossed = crossed - gegenbauer(2 * k, s) * gegenbauer(2 * k + 2, t)
        return crossed**2 / (s**2 - t**2)

    nodes, weights = scipy.special.roots_gegenbauer(4 * k + 20, half)
    weights = weights / weights.sum()
    values = polynomial(nodes)
    assert (values[np.abs(nodes) <= t] <= 0).all()
    for m in range(0, 4 * k + 4, 2):
        factor = (weights * values * gegenbauer(m, nodes)).sum()
        assert factor > -1e-12  # those above the degree of the polynomial are 0
    bound = math.log(polynomial(1.0) / (weights * values).sum())
    assert _log_most_lines(d, t) == pytest.approx(bound, rel=1e-9)
    assert log_nearly_orthogonal(d, t)[1] <= bound + 1e-9


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: random_directions(2, 0, rng=np.random.default_rng(0)), "d must be at least 1"),
        (lambda: cosine_density([1.5], 3), r"cosines must lie between -1 and 1, got \[1.5\]"),
        (lambda: cosine_density([0.5], 1), "d must be at least 2, got 1"),
        (lambda: angle_density([4.0], 3), r"angles must lie between 0 and π, got \[4.0\]"),
        (lambda: mean_absolute_cosine(0), "d must be at least 1"),
        (lambda: log_cosine_tail(math.nan, 3), "cosines must be finite"),
        (lambda: log_cosine_tail(-2.0, 3), "cosines must lie between"),
        (lambda: cosine_tail_bound(1.0, 3), "cosine must be at least 0 and below 1, got 1.0"),
        (lambda: expected_largest_cosine(0, 3), "n must be at least 1, got 0"),
        (lambda: log_nearly_orthogonal(2, 0.1), "d must be at least 3, got 2"),
        (lambda: log_nearly_orthogonal(3, 0.999), "cosine must lie between 0 and 0.99"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("d", "cosine"), [(10, 0.5), (46, 0.25), (298, 0.1)])
def test_the_bound_exists_at_a_zero_of_the_polynomial(d, cosine):
    """Where 3 / (d + 2) is the square of the cosine, a ratio of polynomials is exactly 0."""
    low, high = log_nearly_orthogonal(d, cosine)
    _, below = log_nearly_orthogonal(d, cosine - 1e-9)
    _, above = log_nearly_orthogonal(d, cosine + 1e-9)
    assert low < high
    assert min(below, above) - 1e-6 <= high <= max(below, above) + 1e-6

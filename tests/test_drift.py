"""The two tests for drift: no more false alarms than promised, and alarms where there is one."""

import itertools
import math

import numpy as np
import pytest
import scipy.stats

from embedlab import drift
from embedlab.drift import classifier_test, coin_tail, mean_test

TESTS = {
    "means": lambda a, b, rng: mean_test(a, b, rng=rng, n_permutations=99),
    "classifier": lambda a, b, rng: classifier_test(a, b, rng=rng),
}


def rate(test, shift: float, n_trials: int = 200) -> float:
    """Return how often a test rings for samples whose means differ by a shift."""
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(n_trials):
        before, now = rng.standard_normal((60, 8)), rng.standard_normal((40, 8))
        alarms += TESTS[test](before, now + shift, rng).p_value <= 0.05
    return alarms / n_trials


@pytest.mark.parametrize("test", TESTS)
def test_false_alarms_are_as_rare_as_promised(test):
    # Four standard deviations of a share of 5% in 200 trials are 6%.
    assert rate(test, 0.0) <= 0.05 + 0.06


@pytest.mark.parametrize("test", TESTS)
def test_a_large_shift_is_noticed(test):
    assert rate(test, 1.0, 40) > 0.95


def test_negative_control_dependent_samples_ring_too_often():
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(50):
        # All of one day have something in common, which tomorrow's do not have.
        before = rng.standard_normal((60, 4))
        now = rng.standard_normal((40, 4)) + rng.standard_normal(4)
        alarms += mean_test(before, now, rng=rng, n_permutations=99).p_value <= 0.05
    assert alarms > 40


def test_the_size_is_the_squared_distance_of_the_means():
    before, now = np.zeros((5, 2)), np.tile([3.0, 4.0], (4, 1))
    shift = mean_test(before, now, rng=np.random.default_rng(0))
    assert shift.size == pytest.approx(25)
    assert shift.p_value < 0.05


@pytest.mark.parametrize("n_permutations", [1, 19, 99])
def test_the_real_labels_count_among_the_shuffles(n_permutations):
    before, now = np.zeros((20, 1)), np.ones((20, 1))
    # Of 1.4e11 ways to deal the labels two are as far apart: none of a few shuffles is.
    shift = mean_test(before, now, rng=np.random.default_rng(0), n_permutations=n_permutations)
    assert shift.p_value == 1 / (1 + n_permutations)


def test_the_p_value_is_near_that_of_all_ways_to_deal_the_labels():
    rng = np.random.default_rng(2)
    pooled = rng.standard_normal((9, 2))
    pooled[:4] += 0.8
    sizes = []
    for chosen in itertools.combinations(range(9), 4):
        others = [i for i in range(9) if i not in chosen]
        gap = pooled[list(chosen)].mean(axis=0) - pooled[others].mean(axis=0)
        sizes.append(gap @ gap)
    exact = np.mean(np.array(sizes) >= sizes[0] - 1e-12)
    found = mean_test(pooled[:4], pooled[4:], rng=rng, n_permutations=20_000)
    assert found.size == pytest.approx(sizes[0])
    # Four standard deviations of a share in 20,000 shuffles are 1.4 points at most.
    assert found.p_value == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize("swapped", [False, True])
def test_the_classifier_asks_all_of_the_larger_sample_in_any_order(swapped):
    # Sorted, as a log is by time: its first quarter alone would be told from the whole.
    larger = np.linspace(0.0, 1.0, 400)[:, np.newaxis]
    smaller = larger[2::4]
    before, now = (smaller, larger) if swapped else (larger, smaller)
    draw = np.random.default_rng(0)
    shifts = [classifier_test(before, now, rng=draw) for _ in range(20)]
    assert np.mean([shift.p_value <= 0.05 for shift in shifts]) <= 0.2


def test_equal_samples_have_no_difference():
    rows = np.ones((6, 3))
    assert mean_test(rows, rows, rng=np.random.default_rng(0)).p_value == 1.0


def test_a_perfect_classifier_is_right_about_all():
    rng = np.random.default_rng(0)
    before, now = rng.standard_normal((40, 3)), rng.standard_normal((40, 3)) + 20
    shift = classifier_test(before, now, rng=rng)
    assert shift.size == 1.0
    assert shift.p_value == 0.5**40


def test_the_same_seed_gives_the_same_answer():
    rng = np.random.default_rng(0)
    before, now = rng.standard_normal((2, 30, 4))
    for test in TESTS.values():
        assert test(before, now, np.random.default_rng(1)) == (
            test(before, now, np.random.default_rng(1))
        )


def test_coin_tail_sums_to_one_and_is_a_binomial():
    n = 12
    single = [coin_tail(k, n) - coin_tail(k + 1, n) for k in range(n + 1)]
    np.testing.assert_allclose(single, [math.comb(n, k) / 2**n for k in range(n + 1)], rtol=1e-12)


def test_the_tail_of_many_throws_equals_scipy(monkeypatch):
    asked, comb = [], math.comb

    def counted(n, k):
        asked.append((n, k))
        return comb(n, k)

    monkeypatch.setattr(drift.math, "comb", counted)
    for n_heads in (10_000, 10_300):
        expected = scipy.stats.binom.sf(n_heads - 1, 20_000, 0.5)
        assert coin_tail(n_heads, 20_000) == pytest.approx(expected, rel=1e-8)
    # One number of ways each. If they were all computed anew, 100,000 throws would take hours.
    assert asked == [(20_000, 10_000), (20_000, 10_300)]
    assert coin_tail(4, 3) == 0.0


@pytest.mark.parametrize("scale", [1e-99, 1e-9, 1e9, 1e99])
@pytest.mark.parametrize("spread", [0.0, 1e-3, 1.0])
def test_the_unit_does_not_matter(scale, spread):
    rng = np.random.default_rng(3)
    before, now = spread * rng.standard_normal((2, 30, 4)) + [[[0.0]], [[1.0]]]
    for test in TESTS.values():
        plain = test(before, now, np.random.default_rng(1)).p_value
        assert test(scale * before, scale * now, np.random.default_rng(1)).p_value == plain
        assert plain < 0.05


def test_a_ridge_that_rounding_hides_finds_the_same():
    rng = np.random.default_rng(4)
    # Three equal columns: without a ridge the covariance has no inverse.
    before, now = (np.tile(rng.standard_normal((30, 1)), (1, 3)) + shift for shift in (0, 9))
    shift = classifier_test(before, now, rng=rng, ridge=1e-30)
    assert (shift.size, shift.p_value) == (1.0, 0.5**30)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_where_nothing_varies_nothing_has_changed(value):
    rows = np.full((9, 3), value)
    for test in TESTS.values():
        assert test(rows, rows, np.random.default_rng(0)).p_value == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        *(
            (
                lambda rng, test=test, size=size: test(np.ones(size), np.ones((5, size[1])), rng),
                "before must have at least one row and one column",
            )
            for test in TESTS.values()
            for size in [(0, 3), (5, 0)]
        ),
        *(
            (
                lambda rng, test=test, size=size: test(np.full((5, 2), size), np.ones((5, 2)), rng),
                "samples must hold a number between 1e-100 and 1e.100, and none above, got 1e.200",
            )
            for test in TESTS.values()
            for size in [1e200]
        ),
        (
            lambda rng: mean_test(np.full((5, 2), 1e-170), np.zeros((5, 2)), rng=rng),
            "samples must hold a number between 1e-100 .*; multiply all vectors by one number",
        ),
        (
            lambda rng: classifier_test(np.ones((9, 2)), np.ones((9, 2)), rng=rng, ridge=math.inf),
            "ridge must be finite, got inf",
        ),
        (lambda rng: coin_tail(-1, 3), "n_heads must be at least 0, got -1"),
        (
            lambda rng: mean_test(np.ones((3, 2)), np.ones((3, 4)), rng=rng),
            "now must have the 2 dimensions of before, got 4",
        ),
        (
            lambda rng: classifier_test(np.ones((3, 2)), np.ones((9, 2)), rng=rng),
            "samples must hold at least four",
        ),
        (
            lambda rng: classifier_test(np.ones((9, 2)), np.ones((9, 2)), rng=rng, ridge=0),
            "ridge must be positive, got 0",
        ),
        (
            lambda rng: mean_test(np.ones((3, 2)), np.ones((3, 2)), rng=rng, n_permutations=0),
            "n_permutations must be at least 1, got 0",
        ),
        (
            lambda rng: mean_test(np.full((3, 2), np.nan), np.ones((3, 2)), rng=rng),
            "before",
        ),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.gradcheck import GradientError, check_gradient

CENTER = np.array([0.3, -1.2, 0.7])
OUTPUTS = np.array([[0.5, 0.1, -0.4], [-0.2, 0.9, 1.1]])


def loss(center, outputs):
    """Two logistic losses and a square: its gradients are written out below."""
    return np.logaddexp(0.0, -(outputs @ center)).sum() + (outputs**2).sum()


def gradient(center, outputs):
    slopes = -1 / (1 + np.exp(outputs @ center))
    return slopes @ outputs, np.outer(slopes, center) + 2 * outputs


def check(wrong_gradient, at=(CENTER, OUTPUTS), seed=0, **options):
    check_gradient(loss, wrong_gradient, at, rng=np.random.default_rng(seed), **options)


@given(st.integers(0, 10_000))
def test_a_right_gradient_passes_along_any_directions(seed):
    check(gradient, seed=seed)


def test_one_array_and_scalars():
    rng = np.random.default_rng(0)
    check_gradient(lambda x: (x**3).sum(), lambda x: 3 * x**2, np.arange(1.0, 7.0), rng=rng)
    check_gradient(lambda x: np.sin(x), lambda x: np.cos(x), np.float64(0.4), rng=rng)
    check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, np.ones((2, 3, 4)), rng=rng)


def off_by_one_coordinate(center, outputs):
    d_center, d_outputs = gradient(center, outputs)
    d_outputs[1, 2] *= 1.001
    return d_center, d_outputs


WRONG = {
    "sign flip": lambda c, o: tuple(-g for g in gradient(c, o)),
    "factor 2": lambda c, o: tuple(2 * g for g in gradient(c, o)),
    "one coordinate off by a thousandth": off_by_one_coordinate,
    "missing term": lambda c, o: (gradient(c, o)[0], gradient(c, o)[1] - 2 * o),
    "only the first array wrong": lambda c, o: (gradient(c, o)[0] + 1e-3, gradient(c, o)[1]),
    "zero": lambda c, o: (0 * c, 0 * o),
    "constant added": lambda c, o: tuple(g + 1e-4 for g in gradient(c, o)),
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", WRONG)
def test_negative_controls(name, seed):
    with pytest.raises(GradientError, match="is wrong along direction"):
        check(WRONG[name], seed=seed)


def test_one_wrong_coordinate_among_ten_thousand():
    x = np.random.default_rng(3).standard_normal(10_000)

    def wrong(x):
        g = 2 * x
        g[1234] = -g[1234]
        return g

    check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, x, rng=np.random.default_rng(0))
    with pytest.raises(GradientError):
        check_gradient(lambda x: (x**2).sum(), wrong, x, rng=np.random.default_rng(0))


def test_a_large_gradient_does_not_hide_a_small_wrong_one():
    at = (np.array([3.0]), np.array([2.0]))

    def steep_and_gentle(a, b):
        return float(1e7 * a[0] + b[0] ** 2)

    def right(a, b):
        return np.array([1e7]), 2 * b

    # Rounding of a loss of 3e7 limits what can be seen to about 1e-2 of a slope: factor 2 shows.
    check_gradient(steep_and_gentle, right, at, rng=np.random.default_rng(0))
    with pytest.raises(GradientError, match="gradient of array 1 is wrong"):
        check_gradient(
            steep_and_gentle,
            lambda a, b: (np.array([1e7]), b),
            at,
            rng=np.random.default_rng(0),
        )


def test_a_failure_names_array_direction_both_slopes_and_error():
    with pytest.raises(GradientError) as caught:
        check_gradient(
            lambda x: 3.0 * x[0],
            lambda x: np.array([6.0]),
            np.ones(1),
            rng=np.random.default_rng(0),
        )
    message = str(caught.value)
    assert "array 0 is wrong along direction 1 of 8" in message
    assert "the slope 6, the loss has 3" in message or "the slope -6, the loss has -3" in message
    assert "(relative error 0.5, rtol 1e-06)" in message
    assert issubclass(GradientError, AssertionError)


def test_functions_that_change_their_arguments_cannot_disturb_the_check():
    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])

    def destructive_loss(a, b):
        a *= b
        b *= b
        return a.sum() + b.sum()

    def destructive_gradient(a, b):
        d_b = a + 2 * b
        a[:] = 0.0
        return b, d_b

    check_gradient(destructive_loss, destructive_gradient, (a, b), rng=np.random.default_rng(0))
    assert a.tolist() == [1.0, 2.0]
    assert b.tolist() == [3.0, 4.0]


def test_large_coordinates_get_a_larger_step():
    # Beside 1e10 a step of 1e-5 would be five units in the last place.
    x, rng = np.array([1e10, 2e10]), np.random.default_rng(0)
    check_gradient(lambda x: (x**2).sum(), lambda x: 2 * x, x, rng=rng)
    with pytest.raises(GradientError):
        check_gradient(lambda x: (x**2).sum(), lambda x: 2.00001 * x, x, rng=rng)


def test_a_direction_that_runs_level_is_not_judged_by_its_curvature():
    u = np.random.default_rng(0).standard_normal(2)
    u /= np.linalg.norm(u)
    across = np.array([-u[1], u[0]])

    def bent(x):
        return across @ x + 1e3 * (u @ x) ** 3

    def slope(x):
        return across + 3e3 * (u @ x) ** 2 * u

    # Along u the slope is 0 and the central difference 1e3 h² = 1e-7: all error, and harmless.
    check_gradient(bent, slope, np.zeros(2), rng=np.random.default_rng(0), n_directions=1)


def test_too_long_a_step_fails_where_the_slope_bends():
    at = (CENTER, OUTPUTS)
    with pytest.raises(GradientError):
        check(gradient, at, step=0.5)
    check(gradient, at, step=0.5, rtol=0.5)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (np.ones(3), r"has shape \(3,\), the array \(2,\)"),
        (np.array([1.0, np.nan]), "is not finite"),
    ],
)
def test_gradient_of_the_wrong_kind(returned, message):
    with pytest.raises(GradientError, match=message):
        check_gradient(np.sum, lambda x: returned, np.ones(2), rng=np.random.default_rng(0))


def test_wrong_number_of_gradients():
    with pytest.raises(GradientError, match="gradient returned 1 arrays for 2"):
        check(lambda c, o: gradient(c, o)[:1])


def total(x):
    return x.sum()


@pytest.mark.parametrize(
    ("loss", "gradient", "at", "message"),
    [
        (total, np.ones_like, np.ones(2, np.float32), "at must be float64, got 'float32'; the"),
        (total, np.ones_like, np.ones(2, int), "at must be float64, got 'int64'"),
        (total, np.ones_like, np.ones(0), "at must hold at least one number"),
        (total, np.ones_like, (), "at must hold at least one array"),
        (total, np.ones_like, np.array([np.inf]), "at must be finite"),
        (
            total,
            lambda x: np.ones(2, np.float32),
            np.ones(2),
            "gradient of array 0 must be float64",
        ),
        (lambda x: np.nan, np.ones_like, np.ones(2), "loss must be finite near at, got nan"),
        (lambda x: np.inf, np.ones_like, np.ones(2), "loss must be finite near at, got inf"),
        (lambda x: x, np.ones_like, np.ones(2), "loss must return one number, got 'shape"),
        (lambda x: (x**2).sum(), lambda x: 2 * x, np.zeros(2), "where the loss changes"),
        (lambda x: 5.0, np.zeros_like, np.ones(2), "where the loss changes with array 0"),
    ],
)
def test_what_cannot_be_checked(loss, gradient, at, message):
    with pytest.raises(ValueError, match=message):
        check_gradient(loss, gradient, at, rng=np.random.default_rng(0))


def test_why_a_level_point_is_refused():
    # At the minimum of x² the gradient with the wrong sign is right to all digits.
    assert -2 * 0.0 == 2 * 0.0
    with pytest.raises(ValueError, match="a level point would pass any gradient"):
        check_gradient(
            lambda x: (x**2).sum(), lambda x: -2 * x, np.zeros(2), rng=np.random.default_rng(0)
        )


@pytest.mark.parametrize("options", [{"n_directions": 0}, {"rtol": 0.0}, {"step": -1e-5}])
def test_options(options):
    with pytest.raises(ValueError, match=rf"^{next(iter(options))} must"):
        check(gradient, **options)

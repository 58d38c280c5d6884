import math

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embedlab.numerics import (
    as_array,
    as_integer,
    as_matrix,
    as_vector,
    log_sigmoid,
    logsumexp,
    require,
    require_same_length,
    sigmoid,
    softmax,
)

# Up to the size where exp in the textbook formulas still works, so that they can be compared.
moderate = hnp.arrays(np.float64, st.integers(1, 8), elements=st.floats(-600, 600))
matrices = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.floats(-600, 600)
)


# sigmoid and its logarithm


def test_sigmoid_by_hand():
    # e^(ln 3) = 3, so sigmoid is 3/4; and 1/4 on the other side.
    np.testing.assert_allclose(
        sigmoid([math.log(3), -math.log(3), 0.0]), [0.75, 0.25, 0.5], rtol=1e-15
    )


@given(moderate)
def test_sigmoid_against_a_slow_loop(x):
    slow = [1 / (1 + math.exp(-value)) for value in x]
    # rtol: the exponential of 600 carries the rounding of its argument, 600 · 2⁻⁵³.
    np.testing.assert_allclose(sigmoid(x), slow, rtol=1e-13)


@given(moderate)
def test_sigmoid_laws(x):
    s = sigmoid(x)
    assert ((s >= 0) & (s <= 1)).all()
    np.testing.assert_allclose(s + sigmoid(-x), 1.0, rtol=1e-15)
    np.testing.assert_allclose(log_sigmoid(x) - log_sigmoid(-x), x, rtol=1e-15, atol=1e-15)
    # atol above and here: both sides are near 0 where x is, after a difference of numbers near 0.7.
    np.testing.assert_allclose(np.exp(log_sigmoid(x)), s, rtol=1e-13)


def test_far_out_nothing_overflows():
    x = np.array([-1e308, -1000.0, 1000.0, 1e308])
    assert sigmoid(x).tolist() == [0.0, 0.0, 1.0, 1.0]
    assert log_sigmoid(x).tolist() == [-1e308, -1000.0, 0.0, 0.0]
    with np.errstate(over="ignore", divide="ignore"):
        assert np.log(1 / (1 + np.exp(1000.0))) == -np.inf, "negative control: the plain formula"


def test_small_differences_from_one_survive():
    # sigmoid(40) rounds to 1, but its logarithm is -e^-40, not 0.
    assert log_sigmoid(40.0) == pytest.approx(-math.exp(-40), rel=1e-15)
    assert np.log(sigmoid(40.0)) == 0.0, "negative control: the logarithm of the sigmoid"


@given(st.floats(-30, 30))
def test_slopes(x):
    h = 1e-5
    slope = (sigmoid(x + h) - sigmoid(x - h)) / (2 * h)
    # atol: rounding of numbers below 1, divided by h.
    assert slope == pytest.approx(float(sigmoid(x) * sigmoid(-x)), rel=1e-6, abs=1e-10)
    slope = (log_sigmoid(x + h) - log_sigmoid(x - h)) / (2 * h)
    # atol: rounding of numbers up to 30, divided by h.
    assert slope == pytest.approx(float(sigmoid(-x)), rel=1e-6, abs=1e-9)


# softmax and logsumexp


def test_softmax_by_hand():
    x = np.log([1.0, 2.0, 5.0])
    np.testing.assert_allclose(softmax(x), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    assert logsumexp(x) == pytest.approx(math.log(8), rel=1e-15)


@given(moderate)
def test_softmax_against_a_slow_loop(x):
    exponentials = [math.exp(value - max(x)) for value in x]
    total = math.fsum(exponentials)
    np.testing.assert_allclose(softmax(x), [e / total for e in exponentials], rtol=1e-14)
    # atol: the sum of a large shift and a small logarithm, where they cancel.
    expected = max(x) + math.log(total)
    np.testing.assert_allclose(logsumexp(x), expected, rtol=1e-14, atol=1e-14)


@given(moderate, st.floats(-100, 100))
def test_softmax_laws(x, shift):
    p = softmax(x)
    assert p.sum() == pytest.approx(1.0, rel=1e-14)
    # A shift changes nothing but the last digits of x, which exp turns into relative errors.
    np.testing.assert_allclose(softmax(x + shift), p, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(logsumexp(x + shift), logsumexp(x) + shift, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(np.exp(x - logsumexp(x)), p, rtol=1e-12, atol=1e-300)
    assert max(x) <= logsumexp(x) <= max(x) + math.log(len(x)) + 1e-12


def test_logsumexp_of_infinities_is_that_of_the_sum():
    rows = np.array([[np.inf, 0.0], [np.inf, np.inf], [np.inf, -np.inf], [-np.inf, 2.0]])
    np.testing.assert_array_equal(logsumexp(rows), scipy.special.logsumexp(rows, axis=-1))
    assert logsumexp(rows).tolist() == [np.inf, np.inf, np.inf, 2.0]
    # A number whose exponential would overflow beside an infinity is nothing to warn of.
    assert logsumexp([np.inf, 1e4]) == np.inf
    assert np.isnan(logsumexp([np.inf, np.nan]))


@given(matrices)
def test_the_axis_is_respected(x):
    for function in (softmax, logsumexp):
        by_rows = function(x, axis=1)
        by_columns = function(x, axis=0)
        np.testing.assert_array_equal(by_rows, [function(row) for row in x])
        # rtol: the other order of the sum.
        expected = np.array([function(column) for column in x.T.copy()]).T
        np.testing.assert_allclose(by_columns, expected, rtol=1e-14, atol=1e-14)
    np.testing.assert_array_equal(softmax(x), softmax(x, axis=1))


def test_negative_control_the_wrong_axis_shows():
    x = np.array([[0.0, 1.0], [2.0, 5.0]])
    assert not np.allclose(softmax(x, axis=0), softmax(x, axis=1), rtol=1e-3)


def test_softmax_far_out():
    assert softmax([8e307, -8e307]).tolist() == [1.0, 0.0]
    assert softmax([-1e308, -1e308]).tolist() == [0.5, 0.5]
    # A masked score is -inf and gets nothing.
    assert softmax([0.0, -np.inf, 0.0]).tolist() == [0.5, 0.0, 0.5]
    assert logsumexp([2.0, -np.inf]) == 2.0
    # The sum over nothing is 0; but 0 / 0 is no weight.
    nothing = [[-np.inf, -np.inf], [0.0, -np.inf]]
    assert logsumexp(nothing).tolist() == [-np.inf, 0.0]
    assert logsumexp(nothing, axis=0).tolist() == [0.0, -np.inf]
    with pytest.raises(ValueError, match=r"x must hold a number above -inf.* along axis -1"):
        softmax(nothing)
    with np.errstate(invalid="ignore"):
        row = np.array(nothing[0])
        assert np.isnan(np.exp(row - row.max())).all(), "negative control: the plain shift"
    # A missing value stays one, and does not pass for a masked score.
    assert np.isnan(softmax([np.nan, 0.0])).all()
    assert np.isnan(logsumexp([np.nan, -np.inf]))
    with np.errstate(over="ignore", invalid="ignore"):
        plain = np.exp([1000.0, 1000.0]) / np.exp([1000.0, 1000.0]).sum()
    assert np.isnan(plain).all(), "negative control: the plain formula"


@pytest.mark.parametrize("function", [sigmoid, log_sigmoid, softmax, logsumexp])
def test_precision_is_kept_and_arguments_are_not_changed(function):
    single = np.array([-1.0, 0.5], dtype=np.float32)
    single.setflags(write=False)
    assert function(single).dtype == np.float32
    assert function([-1, 2]).dtype == np.float64
    assert isinstance(function([-1, 2]), np.ndarray)
    np.testing.assert_allclose(function(single), function(single.astype(float)), rtol=1e-6)


# Argument checks


def test_require():
    require(True, "k", "be at least 1", 0)
    with pytest.raises(ValueError, match=r"^k must be at least 1, got 0$"):
        require(False, "k", "be at least 1", 0)
    with pytest.raises(ValueError, match=r"^name must be known, got 'x'; try y$"):
        require(False, "name", "be known", "x", "try y")


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_integers(value):
    assert as_integer("k", value, 1) == 3
    assert type(as_integer("k", value, 3)) is int


@pytest.mark.parametrize("value", [3.0, "3", None, True, np.True_, np.float64(3), [3]])
def test_what_is_no_integer(value):
    with pytest.raises(ValueError, match=r"^k must be an integer, got "):
        as_integer("k", value, 1)


def test_integers_too_small():
    with pytest.raises(ValueError, match=r"^window must be at least 0, got -1$"):
        as_integer("window", -1, 0)


@pytest.mark.parametrize("values", [[1, 2], (1.0, 2.0), np.array([1, 2], np.int8), [True, 2]])
def test_vectors_become_double(values):
    vector = as_vector("u", values)
    assert vector.dtype == np.float64
    assert vector.tolist() == [1.0, 2.0]


def test_single_precision_stays_and_half_becomes_double():
    single = np.ones(2, np.float32)
    assert as_vector("u", single) is single
    assert as_vector("u", np.ones(2, np.float16)).dtype == np.float64
    assert as_matrix("E", np.ones((2, 3), np.float32)).dtype == np.float32


def test_small_integers_do_not_overflow():
    v = np.array([100, 100], np.int8)
    with np.errstate(over="ignore"):
        assert v @ v != 20000, "negative control: int8 wraps around"
    assert as_vector("u", v) @ as_vector("u", v) == 20000


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, math.nan], r"^u must be finite, got nan at index 1; replace or drop"),
        ([math.inf], r"^u must be finite, got inf at index 0"),
        ([[1.0, 2.0]], r"^u must be a vector \(d,\), got 'shape \(1, 2\)'"),
        (3.0, r"^u must be a vector \(d,\), got 'shape \(\)'"),
        (["a", "b"], "^u must hold real numbers, got 'dtype <U1'"),
        ([1j], "^u must hold real numbers, got 'dtype complex128'"),
        ([None], "^u must hold real numbers, got 'dtype object'"),
        ([[1.0], [1.0, 2.0]], "^u must be .* got rows of different lengths; make every row"),
    ],
)
def test_what_is_no_vector(values, message):
    with pytest.raises(ValueError, match=message):
        as_vector("u", values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1.0, 2.0], [math.nan, 1.0]], r"^E must be finite, got nan at index \(1, 0\)"),
        ([1.0, 2.0], r"^E must be a matrix \(V, d\), got 'shape \(2,\)'"),
        ([[1.0], [1.0, 2.0]], r"^E must be a matrix \(V, d\), got rows of different lengths"),
    ],
)
def test_what_is_no_matrix(values, message):
    with pytest.raises(ValueError, match=message):
        as_matrix("E", values)


def test_empty_arrays_are_arrays():
    assert as_vector("u", []).shape == (0,)
    assert as_array("E", np.zeros((0, 3)), 2).shape == (0, 3)


def test_same_length():
    require_same_length("u", [1, 2], "v", (3, 4))
    with pytest.raises(ValueError, match=r"^u and v must have the same length, got 1 and 2$"):
        require_same_length("u", [1], "v", [1, 2])

import math
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import erf

from embedlab.gradcheck import GradientError, check_gradient
from embedlab.layers import (
    cross_entropy,
    dropout,
    gelu,
    gelu_gradient,
    layer_norm,
    layer_norm_gradients,
    linear,
    linear_gradients,
    scatter_rows,
)
from embedlab.numerics import softmax

# Double precision after sums of a few numbers, and of a whole layer.
RTOL = 1e-12
ORACLE = np.load(Path(__file__).with_name("oracles") / "layers.npz")

seeds = st.integers(0, 2**32 - 1)
# Any leading axes: none, one, two.
shapes = hnp.array_shapes(min_dims=0, max_dims=2, max_side=3)
rows = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(2, 6)), elements=st.floats(-50, 50)
)


def example(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


# linear


def test_linear_by_hand():
    x, weight, bias = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[3.0], [4.0]]), np.array([0.5])
    assert linear(x, weight, bias).tolist() == [[11.5], [-3.5]]
    d_x, d_weight, d_bias = linear_gradients(np.array([[1.0], [10.0]]), x, weight)
    assert d_x.tolist() == [[3.0, 4.0], [30.0, 40.0]]
    assert d_weight.tolist() == [[1.0], [-8.0]]
    assert d_bias.tolist() == [11.0]


@given(shapes, st.integers(1, 4), st.integers(1, 4), seeds)
def test_linear_against_slow_loops(shape, n_in, n_out, seed):
    rng = np.random.default_rng(seed)
    x, weight, bias = (rng.standard_normal(s) for s in ((*shape, n_in), (n_in, n_out), n_out))
    y = linear(x, weight, bias)
    assert y.shape == (*shape, n_out)
    for place in np.ndindex(y.shape):
        column = weight[:, place[-1]]
        terms = [a * b for a, b in zip(x[place[:-1]], column, strict=True)]
        # atol: sums of numbers near 1 that cancel.
        assert y[place] == pytest.approx(math.fsum([*terms, bias[place[-1]]]), rel=RTOL, abs=1e-14)


@pytest.mark.parametrize("x_shape", [(0, 3), (2, 0, 3), (2, 0)])
def test_linear_of_nothing(x_shape):
    x, weight = np.zeros(x_shape), np.ones((x_shape[-1], 4))
    y = linear(x, weight, np.arange(4.0))
    assert y.shape == (*x_shape[:-1], 4)
    # A sum of no products is 0: what remains is the bias.
    assert (y == np.arange(4.0)).all()
    shapes = [d.shape for d in linear_gradients(np.ones_like(y), x, weight)]
    assert shapes == [x_shape, weight.shape, (4,)]


def test_linear_gradients():
    x, weight, bias, d_y = example(2, 3, 4), example(4, 5), example(5), example(2, 3, 5, seed=1)
    check_gradient(
        lambda x, weight, bias: (d_y * linear(x, weight, bias)).sum(),
        lambda x, weight, _: linear_gradients(d_y, x, weight),
        (x, weight, bias),
        rng=np.random.default_rng(0),
    )


# layer_norm


def test_layer_norm_by_hand():
    # Mean 3, variance (9 + 1 + 1 + 9) / 4 = 5.
    x = np.array([0.0, 2.0, 4.0, 6.0])
    y = layer_norm(x, np.full(4, 2.0), np.array([1.0, 0.0, 0.0, 0.0]))
    r = 1 / math.sqrt(5)
    np.testing.assert_allclose(y, [1 - 6 * r, -2 * r, 2 * r, 6 * r], rtol=RTOL)


def test_layer_norm_gradient_by_hand():
    # x̂ = (-1, 1), σ = 1. Of g = (1, 0) the mean is ½ and the mean of g x̂ is -½, so nothing is
    # left: two numbers are normalized to (-1, 1) wherever they are.
    d_x, d_gain, d_bias = layer_norm_gradients(
        np.array([1.0, 0.0]), np.array([4.0, 6.0]), np.ones(2)
    )
    np.testing.assert_allclose(d_x, [0.0, 0.0], atol=1e-12)  # differences of numbers near 1
    np.testing.assert_allclose(d_gain, [-1.0, 0.0], rtol=RTOL)
    np.testing.assert_allclose(d_bias, [1.0, 0.0], rtol=RTOL)


@given(rows)
def test_layer_norm_against_slow_loops(x):
    gain, bias = np.linspace(-1, 2, x.shape[1]), np.linspace(0, 1, x.shape[1])
    y = layer_norm(x, gain, bias, epsilon=1e-3)
    for i, row in enumerate(x.tolist()):
        mean = math.fsum(row) / len(row)
        variance = math.fsum((value - mean) ** 2 for value in row) / len(row)
        for j, value in enumerate(row):
            expected = gain[j] * (value - mean) / math.sqrt(variance + 1e-3) + bias[j]
            # atol: numbers up to 50 less their mean, over √ε = 0.03 or more.
            assert y[i, j] == pytest.approx(expected, rel=1e-10, abs=1e-11)


@given(seeds, st.floats(0.1, 100), st.floats(-100, 100))
def test_layer_norm_laws(seed, scale, shift):
    x = example(3, 5, seed=seed)
    ones, zeros = np.ones(5), np.zeros(5)
    y = layer_norm(x, ones, zeros)
    np.testing.assert_allclose(y.mean(axis=-1), 0.0, atol=1e-14)  # a zero
    np.testing.assert_allclose((y**2).mean(axis=-1), 1.0, rtol=1e-9)  # ε beside the variance
    # A row's scale and level are forgotten. rtol: the shift costs up to three digits.
    again = layer_norm(scale * x + shift, ones, zeros)
    np.testing.assert_allclose(again, y, rtol=1e-7, atol=1e-8)
    # So along them the loss is level: a gradient sums to 0 and is orthogonal to the row.
    d_x, _, _ = layer_norm_gradients(example(3, 5, seed=1), x, example(5, seed=2))
    size = np.abs(d_x).max()
    np.testing.assert_allclose(d_x.sum(axis=-1) / size, 0.0, atol=1e-13)
    np.testing.assert_allclose((d_x * x).sum(axis=-1) / size, 0.0, atol=1e-9)  # ε again


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_numbers_give_the_bias(dtype):
    # The mean of 384 times 7.3 is no 7.3 in single precision, and √ε is as small as the difference.
    x = np.full((5, 384), 7.3, dtype) * np.array([[0.0], [1.0], [0.1], [-1e6], [1.1]], dtype)
    bias = np.arange(384).astype(dtype)
    assert (layer_norm(x, np.ones(384, dtype), bias) == bias).all()
    d_x, d_gain, _ = layer_norm_gradients(x, x, np.ones(384, dtype), epsilon=1e-2)
    assert not d_gain.any()
    assert np.isfinite(d_x).all()
    # Negative control: a row with one other number is no such row, and one beyond bounds is NaN.
    x[0, 0], x[1] = 1e-3, np.inf
    with np.errstate(invalid="ignore"):
        y = layer_norm(x, np.ones(384, dtype), 0 * bias)
    assert y[0, 0] == pytest.approx(math.sqrt(383), rel=1e-3)  # ε beside the variance
    assert np.isnan(y[1]).all()


@pytest.mark.parametrize(("dtype", "power"), [(np.float32, 100), (np.float64, 1000)])
def test_a_norm_of_numbers_whose_squares_overflow(dtype, power):
    x, d_y, gain, bias = (example(*s).astype(dtype) for s in ((4, 6), (4, 6), (6,), (6,)))
    large = x.copy()
    large[1:3] = np.ldexp(x[1:3], power)  # beside rows of the usual size, which stay as they are
    large[3] = x[3] = 0
    y, again = (layer_norm(rows, gain, bias, 1e-30) for rows in (x, large))
    assert again.dtype == dtype
    rtol = 20 * np.finfo(dtype).eps
    np.testing.assert_allclose(again, y, rtol=rtol, atol=rtol)  # atol: sums that cancel
    d_x, *others = layer_norm_gradients(d_y, x, gain, 1e-30)
    d_large, *same = layer_norm_gradients(d_y, large, gain, 1e-30)
    assert d_large[1:3].any(axis=1).all()
    scaled = np.ldexp(d_large, [[0], [power], [power], [0]])
    np.testing.assert_allclose(scaled, d_x, rtol=rtol, atol=rtol)
    for one, other in zip(others, same, strict=True):
        np.testing.assert_allclose(other, one, rtol=rtol, atol=rtol)


D_Y, X, GAIN, BIAS = example(2, 3, 6), example(2, 3, 6, seed=1), example(6, seed=2), example(6)


def check_layer_norm(gradients):
    check_gradient(
        lambda x, gain, bias: (D_Y * layer_norm(x, gain, bias, 0.1)).sum(),
        gradients,
        (X, GAIN, BIAS),
        rng=np.random.default_rng(0),
    )


def test_layer_norm_gradients():
    check_layer_norm(lambda x, gain, _: layer_norm_gradients(D_Y, x, gain, 0.1))


def wrong_layer_norm(x, gain, *, mean=True, along=True, gain_inside=True):
    """The formula of layer_norm_gradients, with one thing left out."""
    x_hat = layer_norm(x, np.ones(6), np.zeros(6), 0.1)
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + 0.1)
    g = D_Y * gain if gain_inside else D_Y
    d_x = g - mean * g.mean(axis=-1, keepdims=True)
    d_x = d_x - along * x_hat * (g * x_hat).mean(axis=-1, keepdims=True)
    d_x = d_x / deviation if gain_inside else gain * d_x / deviation
    return d_x, *layer_norm_gradients(D_Y, x, gain, 0.1)[1:]


@pytest.mark.parametrize("left_out", ["mean", "along", "gain_inside"])
def test_negative_control_layer_norm_gradients(left_out):
    check_layer_norm(lambda x, gain, _: wrong_layer_norm(x, gain))
    # gain_inside: γ taken out of the means, as in a formula that is often printed.
    with pytest.raises(GradientError, match="array 0"):
        check_layer_norm(lambda x, gain, _: wrong_layer_norm(x, gain, **{left_out: False}))


@pytest.mark.parametrize("epsilon", [1e-5, 1e-12])
def test_layer_norm_is_pytorchs(epsilon):
    name, x, gain = f"layer_norm_{epsilon}", ORACLE["x"], ORACLE["gain"]
    y = layer_norm(x, gain, ORACLE["bias"], epsilon)
    np.testing.assert_allclose(y, ORACLE[name], rtol=RTOL)
    gradients = layer_norm_gradients(ORACLE["d_y"], x, gain, epsilon)
    for which, gradient in zip(("x", "gain", "bias"), gradients, strict=True):
        # atol: differences of numbers near 1.
        np.testing.assert_allclose(gradient, ORACLE[f"{name}_d_{which}"], rtol=1e-11, atol=1e-13)


# gelu


def test_gelu_by_hand():
    # Φ(1.96) = 0.9750021 (any table of the normal distribution).
    np.testing.assert_allclose(
        gelu(np.array([-1.96, 0, 1.96])), [-0.0489959, 0, 1.9110041], rtol=1e-6
    )


def test_gelu_is_pytorchs():
    np.testing.assert_allclose(gelu(ORACLE["x"]), ORACLE["gelu"], rtol=RTOL)
    d_x = gelu_gradient(ORACLE["d_y"], ORACLE["x"])
    np.testing.assert_allclose(d_x, ORACLE["gelu_d_x"], rtol=RTOL)


@given(st.floats(-30, 30))
def test_gelu_laws(x):
    both = gelu(np.array([x, -x]))
    # x Φ(x) - (-x) Φ(-x) = x, and Φ by another function of SciPy's. atol: 1 + erf near -1.
    assert both[0] - both[1] == pytest.approx(x, rel=1e-14, abs=1e-14)
    assert both[0] == pytest.approx(x * scipy.stats.norm.cdf(x), rel=1e-12, abs=1e-14)


def test_gelu_gradient_and_negative_controls():
    x, d_y = example(4, 5), example(4, 5, seed=1)

    def check(gradient):
        rng = np.random.default_rng(0)
        check_gradient(lambda x: (d_y * gelu(x)).sum(), gradient, x, rng=rng)

    check(lambda x: gelu_gradient(d_y, x))
    phi = scipy.stats.norm
    with pytest.raises(GradientError):
        check(lambda x: d_y * phi.cdf(x))  # as if Φ were constant

    def of_tanh_formula(x):
        inner = math.sqrt(2 / math.pi)
        t = np.tanh(inner * (x + 0.044715 * x**3))
        return d_y * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner * (1 + 3 * 0.044715 * x**2))

    with pytest.raises(GradientError):  # near, but not equal
        check(of_tanh_formula)


def test_gelu_in_single_precision_is_as_exact_as_erf():
    x = np.linspace(-9, 9, 200_001).astype(np.float32)
    exact = x.astype(np.float64) * scipy.stats.norm.cdf(x.astype(np.float64))
    plain = (x * (1 + erf(x * np.float32(np.sqrt(0.5)))) / 2).astype(np.float64)
    # Not many rounding errors (6e-8) of a number of the size of x; what erf gives, for comparison.
    allowed = 3e-7 * np.maximum(np.abs(x), 1)
    assert (np.abs(plain - exact) < allowed).all()
    assert (np.abs(gelu(x) - exact) < allowed).all()
    # Negative control: the usual formula with tanh is a thousand times as far off.
    tanh = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    assert np.abs(tanh - exact).max() > 1e-4
    slopes = gelu_gradient(np.ones_like(x), x).astype(np.float64)
    expected = gelu_gradient(np.ones(len(x)), x.astype(np.float64))
    np.testing.assert_allclose(slopes, expected, rtol=0, atol=5e-7)  # slopes near 1
    assert gelu(np.float32([[-100.0, 100.0]])).tolist() == [[0.0, 100.0]]


def test_gelu_in_single_precision_on_parts_of_arrays():
    # More numbers than are worked on at once, and a view with gaps.
    x = example(3, 50_000).astype(np.float32)
    assert gelu(x[:, ::2]).tolist() == gelu(x)[:, ::2].tolist()
    assert gelu(np.zeros((0, 4), dtype=np.float32)).shape == (0, 4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gelu_of_infinities_has_their_limits(dtype):
    largest = np.finfo(dtype).max
    x = np.array([-np.inf, -largest, -100, 100, largest, np.inf], dtype=dtype)
    # x Φ(x) goes to 0 on the left and to x on the right; its slope to 0 and to 1.
    assert gelu(x).tolist() == [0, 0, 0, 100, largest, np.inf]
    slopes = gelu_gradient(np.full_like(x, 2), x)
    assert slopes.tolist() == [0, 0, 0, 2, 2, 2]
    assert gelu(x).dtype == slopes.dtype == dtype
    # What is no number stays none, so that a run which diverges is seen to.
    nan = np.array([np.nan], dtype=dtype)
    assert np.isnan([gelu(nan), gelu_gradient(np.ones_like(nan), nan)]).all()
    with np.errstate(invalid="ignore"):
        assert np.isnan(-np.inf * scipy.stats.norm.cdf(-np.inf)), "negative control: the plain one"


def test_gelu_is_the_plain_formula_wherever_that_is_finite():
    x = np.linspace(-50, 50, 100_001)
    share, density = (1 + erf(x * math.sqrt(0.5))) / 2, np.exp(-0.5 * x * x) / math.sqrt(2 * np.pi)
    np.testing.assert_array_equal(gelu(x), x * share)
    np.testing.assert_array_equal(gelu_gradient(np.ones_like(x), x), share + x * density)


# dropout


def test_dropout_scales_what_it_keeps():
    x = example(100, 50)
    y, scale = dropout(x, 0.2, rng=np.random.default_rng(0))
    assert set(np.unique(scale)) == {0.0, 1.25}
    assert (y == x * scale).all()
    # 5000 draws: the standard error of the share is 0.0057; five of them.
    assert (scale == 0).mean() == pytest.approx(0.2, abs=0.03)


def test_dropout_keeps_the_mean_and_its_gradient_is_the_scale():
    x, rng = np.ones(20_000), np.random.default_rng(0)
    # Standard deviation of an entry √(rate / (1 - rate)) = 1.5; five standard errors.
    assert dropout(x, 0.7, rng=rng)[0].mean() == pytest.approx(
        1.0, abs=5 * 1.53 / math.sqrt(20_000)
    )
    assert dropout(x, 0.0, rng=rng)[0].tolist() == x.tolist()

    def loss(x):
        return (dropout(x, 0.5, rng=np.random.default_rng(1))[0] ** 2).sum()

    def gradient(x):
        y, scale = dropout(x, 0.5, rng=np.random.default_rng(1))
        return 2 * y * scale

    check_gradient(loss, gradient, example(8), rng=rng)
    with pytest.raises(GradientError):  # the factors forgotten on the way back
        check_gradient(loss, lambda x: gradient(x) / 2, example(8), rng=rng)


# cross_entropy


def test_cross_entropy_by_hand():
    # Probabilities 1/8, 2/8, 5/8 for each row.
    scores = np.log([[1.0, 2.0, 5.0]] * 3)
    loss, d_scores = cross_entropy(scores, np.array([1, -1, 2]))
    assert loss == pytest.approx((math.log(4) + math.log(8 / 5)) / 2, rel=RTOL)
    expected = [[1 / 16, -6 / 16, 5 / 16], [0, 0, 0], [1 / 16, 2 / 16, -3 / 16]]
    np.testing.assert_allclose(d_scores, expected, rtol=RTOL)


def test_cross_entropy_is_pytorchs():
    loss, d_scores = cross_entropy(ORACLE["x"], ORACLE["targets"])
    assert loss == pytest.approx(float(ORACLE["loss"]), rel=RTOL)
    np.testing.assert_allclose(d_scores, ORACLE["loss_d_x"], rtol=RTOL, atol=1e-16)  # zeros


@given(st.integers(1, 6), st.integers(2, 5), seeds, st.floats(-1e6, 1e6))
def test_cross_entropy_laws(n, V, seed, shift):
    rng = np.random.default_rng(seed)
    scores, targets = 3 * rng.standard_normal((n, V)), rng.integers(V, size=n)
    loss, d_scores = cross_entropy(scores, targets)
    slow = [-math.log(softmax(row)[target]) for row, target in zip(scores, targets, strict=True)]
    assert loss == pytest.approx(math.fsum(slow) / n, rel=1e-10)
    np.testing.assert_allclose(d_scores.sum(axis=-1), 0.0, atol=1e-14)  # a zero
    # One shift for all answers changes nothing. rtol: it costs up to six digits.
    assert cross_entropy(scores + shift, targets)[0] == pytest.approx(loss, rel=1e-6, abs=1e-8)
    # Rows that count for nothing may be there or not.
    more = np.vstack([scores, 1e3 * rng.standard_normal((2, V))])
    again, d_more = cross_entropy(more, np.append(targets, [-1, -1]))
    assert again == loss
    assert d_more[:n].tolist() == d_scores.tolist()
    assert not d_more[n:].any()


def test_cross_entropy_far_out():
    loss, d_scores = cross_entropy(np.array([[1e4, 0.0], [0.0, -np.inf]]), np.array([1, 0]))
    assert loss == 5000.0
    assert d_scores.tolist() == [[0.5, -0.5], [0.0, 0.0]]


def test_cross_entropy_gradient_and_negative_controls():
    scores, targets = example(2, 3, 4), np.array([[0, -1, 3], [2, 2, -1]])

    def check(gradient):
        rng = np.random.default_rng(0)
        check_gradient(lambda scores: cross_entropy(scores, targets)[0], gradient, scores, rng=rng)

    check(lambda scores: cross_entropy(scores, targets)[1])
    with pytest.raises(GradientError):  # the mean over all rows
        check(lambda scores: cross_entropy(scores, targets)[1] * 4 / 6)
    with pytest.raises(GradientError):  # -1 taken for the last answer
        check(lambda scores: cross_entropy(scores, targets % 4)[1])


# scatter_rows


@given(st.integers(1, 12), st.integers(1, 5), seeds)
def test_scatter_rows_against_a_slow_loop(n, n_rows, seed):
    rng = np.random.default_rng(seed)
    ids, values = rng.integers(n_rows, size=n), rng.standard_normal((n, 3))
    expected = np.zeros((n_rows, 3))
    for i, row in zip(ids, values, strict=True):
        expected[i] += row
    # atol: sums that cancel.
    np.testing.assert_allclose(scatter_rows(ids, values, n_rows), expected, rtol=RTOL, atol=1e-14)


def test_scatter_rows_is_the_gradient_of_a_lookup():
    table, ids, d_y = example(5, 3), np.array([[1, 4, 1], [0, 1, 4]]), example(2, 3, 3, seed=1)

    def check(gradient):
        rng = np.random.default_rng(0)
        check_gradient(lambda table: (d_y * table[ids]).sum(), gradient, table, rng=rng)

    check(lambda _: scatter_rows(ids, d_y, 5))

    def last_wins(_):  # negative control: plain indexing keeps one of several rows
        d_table = np.zeros((5, 3))
        d_table[ids] += d_y
        return d_table

    with pytest.raises(GradientError):
        check(last_wins)


# All of them


def test_single_precision_stays_and_nothing_is_changed_in_place():
    x, d_y, weight = (example(3, 4).astype(np.float32) for _ in range(3))
    weight, vector = weight[:, :3].T.copy(), x[0].copy()
    for array in (x, d_y, weight, vector):
        array.setflags(write=False)
    targets, ids = np.array([0, 3, -1]), np.array([1, 1, 0])
    square = np.ones((4, 4), dtype=np.float32)
    # A NumPy scalar counts as double precision where a plain number does not.
    results = [
        layer_norm(x, vector, vector, np.float64(1e-5)),
        *layer_norm_gradients(d_y, x, vector, np.float64(1e-5)),
        *dropout(x, np.float64(0.5), rng=np.random.default_rng(0)),
        linear(x, square, vector),
        *linear_gradients(d_y, x, square),
        layer_norm(x, vector, vector),
        *layer_norm_gradients(d_y, x, vector),
        gelu(x),
        gelu_gradient(d_y, x),
        *dropout(x, 0.5, rng=np.random.default_rng(0)),
        cross_entropy(x, targets)[1],
        scatter_rows(ids, x, 2),
    ]
    assert {result.dtype for result in results} == {np.dtype(np.float32)}


def test_integers_are_numbers_too():
    x, ones = np.array([[1, 2], [3, 5]]), np.ones(2)
    assert linear(x, np.eye(2), ones).tolist() == [[2, 3], [4, 6]]
    np.testing.assert_allclose(layer_norm(x, ones, 0 * ones), [[-1, 1], [-1, 1]], rtol=1e-9)
    assert dropout(x, 0.1, rng=np.random.default_rng(0))[1].dtype == np.float64
    np.testing.assert_array_equal(gelu(x), gelu(x.astype(float)))
    np.testing.assert_array_equal(gelu_gradient(x, x), gelu_gradient(x * 1.0, x * 1.0))
    loss, d_scores = cross_entropy(x, np.array([0, 1]))
    expected, d_expected = cross_entropy(x * 1.0, np.array([0, 1]))
    assert loss == expected
    assert d_scores.tolist() == d_expected.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linear(example(2, 3), example(4, 5), example(5)), "x must end in an axis of 4"),
        (lambda: linear(example(2, 4), example(4), example(5)), "weight must be a matrix"),
        (lambda: linear(example(2, 4), example(4, 5), example(4)), r"bias must be \(5,\)"),
        (
            lambda: linear_gradients(example(2, 4), example(2, 4), example(4, 5)),
            r"d_y must have the shape \(2, 5\), got \(2, 4\)",
        ),
        (lambda: layer_norm(example(2, 3), example(2), example(2)), r"gain must be \(3,\)"),
        (lambda: layer_norm(example(2, 3), example(3), example(1)), r"bias must be \(3,\)"),
        (lambda: layer_norm(example(3), example(3), example(3), 0.0), "epsilon must be positive"),
        (
            lambda: layer_norm_gradients(example(3), example(2, 3), example(3)),
            r"d_y must have the shape \(2, 3\)",
        ),
        (lambda: gelu_gradient(example(3), example(2)), r"d_y must have the shape \(2,\)"),
        (
            lambda: dropout(example(3), 1.0, rng=np.random.default_rng(0)),
            "rate must be at least 0 and below 1, got 1.0",
        ),
        (
            lambda: cross_entropy(example(2, 3), np.array([0])),
            r"targets must have the shape \(2,\)",
        ),
        (
            lambda: cross_entropy(example(2, 3), np.array([0, 3])),
            r"targets must lie between -1 and 2, got 3 at index \(1,\)",
        ),
        (lambda: cross_entropy(example(2, 3), np.array([-1, -1])), "got 'only -1'"),
        (lambda: cross_entropy(example(2, 3), np.array([0.0, 1.0])), "targets must be integers"),
        (
            lambda: scatter_rows(np.array([[0, 5]]), example(1, 2, 3), 5),
            r"ids must lie between 0 and 4, got 5 at index \(0, 1\)",
        ),
        (lambda: scatter_rows(np.array([0]), example(2, 3), 5), r"ids must have the shape \(2,\)"),
        (lambda: scatter_rows(np.array([0]), example(1, 3), 0), "n_rows must be at least 1"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embedlab.optimizers import AdamState, adagrad, adam, adam_start, sgd

gradients = hnp.arrays(
    np.float64, (4, 3), elements=st.floats(-100, 100).filter(lambda g: g == 0 or abs(g) > 1e-3)
)


def step_sgd(parameters, gradient, **options):
    return sgd(parameters, gradient, **({"learning_rate": 0.1} | options))


def step_adagrad(parameters, gradient, **options):
    return adagrad(parameters, gradient, np.zeros_like(parameters), **options)[0]


def step_adam(parameters, gradient, **options):
    return adam(parameters, gradient, adam_start(parameters), **options)[0]


STEPS = [step_sgd, step_adagrad, step_adam]


# Hand-computed steps


def test_sgd_by_hand():
    assert sgd(np.array([1.0, -2.0]), np.array([4.0, 0.5]), learning_rate=0.5).tolist() == [
        -1.0,
        -2.25,
    ]


def test_adagrad_by_hand():
    parameters, gradient = np.array([1.0, 1.0]), np.array([3.0, -0.5])
    first, squares = adagrad(parameters, gradient, np.zeros(2), learning_rate=0.1, epsilon=1e-12)
    assert squares.tolist() == [9.0, 0.25]
    np.testing.assert_allclose(first, [0.9, 1.1], rtol=1e-11)  # η · sign(g)
    # Second step: √(9 + 16) = 5, so 0.1 · 4 / 5; the other coordinate has no gradient.
    second, squares = adagrad(
        first, np.array([4.0, 0.0]), squares, learning_rate=0.1, epsilon=1e-12
    )
    assert squares.tolist() == [25.0, 0.25]
    np.testing.assert_allclose(second, [0.82, 1.1], rtol=1e-11)


def test_adam_by_hand():
    # g = 2, then 4, with β₁ = 0.5, β₂ = 0.75:
    # m = 1, then 2.5; m̂ = 1 / 0.5 = 2, then 2.5 / 0.75 = 10/3;
    # v = 1, then 4.75; v̂ = 1 / 0.25 = 4, then 4.75 / 0.4375 = 76/7.
    options = {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "epsilon": 1e-12}
    parameters = np.array([1.0])
    one, state = adam(parameters, np.array([2.0]), adam_start(parameters), **options)
    assert (state.first_moment.item(), state.second_moment.item(), state.n_steps) == (1.0, 1.0, 1)
    np.testing.assert_allclose(one, [1 - 0.1 * 2 / 2], rtol=1e-11)
    two, state = adam(one, np.array([4.0]), state, **options)
    assert (state.first_moment.item(), state.second_moment.item(), state.n_steps) == (2.5, 4.75, 2)
    np.testing.assert_allclose(two, [0.9 - 0.1 * (10 / 3) / math.sqrt(76 / 7)], rtol=1e-11)


# Slow-loop oracles: each coordinate on its own, in plain Python


def slow_adam(theta, gradients, eta, beta1, beta2, epsilon):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        theta -= eta * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta


def slow_adagrad(theta, gradients, eta, epsilon):
    squares = 0.0
    for g in gradients:
        squares += g * g
        theta -= eta * g / (math.sqrt(squares) + epsilon)
    return theta


@given(gradients)
def test_four_steps_against_slow_loops(rows):
    start = np.array([0.5, -1.0, 2.0])
    by_adam, state = start, adam_start(start)
    by_adagrad, squares = start, np.zeros(3)
    for g in rows:
        by_adam, state = adam(by_adam, g, state, learning_rate=0.01)
        by_adagrad, squares = adagrad(by_adagrad, g, squares)
    for j in range(3):
        column = rows[:, j].tolist()
        # atol: parameters of size 1 that end near 0 by cancellation.
        expected = slow_adam(start[j], column, 0.01, 0.9, 0.999, 1e-8)
        np.testing.assert_allclose(by_adam[j], expected, rtol=1e-12, atol=1e-14)
        expected = slow_adagrad(start[j], column, 0.05, 1e-8)
        np.testing.assert_allclose(by_adagrad[j], expected, rtol=1e-12, atol=1e-14)


# Laws


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_first_steps_of_adam_and_adagrad_do_not_depend_on_the_scale(scale):
    parameters, gradient = np.zeros(3), scale * np.array([1.0, -2.0, 0.5])
    signs = [-1.0, 1.0, -1.0]
    # rtol: ε = 1e-8 beside a gradient of at least 5e-4.
    for step in (step_adam, step_adagrad):
        moved = step(parameters, gradient, learning_rate=0.01)
        np.testing.assert_allclose(moved, 0.01 * np.array(signs), rtol=1e-4)
    # Negative control: gradient descent does depend on it.
    moved = step_sgd(parameters, gradient, learning_rate=0.01)
    np.testing.assert_allclose(moved, -0.01 * gradient, rtol=1e-15)


def test_negative_control_without_bias_correction_the_first_step_is_too_long():
    gradient = np.array([2.0])
    _, state = adam(np.zeros(1), gradient, adam_start(np.zeros(1)))
    uncorrected = 0.001 * state.first_moment / np.sqrt(state.second_moment)
    corrected = -step_adam(np.zeros(1), gradient)
    np.testing.assert_allclose(corrected, 0.001, rtol=1e-7)
    # (1 - β₁) / √(1 - β₂) = 0.1 / √0.001 = √10.
    np.testing.assert_allclose(uncorrected / corrected, np.sqrt(10), rtol=1e-7)


@pytest.mark.parametrize("step", STEPS)
def test_no_gradient_no_move(step):
    parameters = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert step(parameters, np.zeros((2, 2))).tolist() == parameters.tolist()


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_changed_in_place_and_precision_stays(step):
    parameters = np.array([1.0, 2.0], dtype=np.float32)
    gradient = np.array([0.5, -0.5], dtype=np.float32)
    parameters.setflags(write=False)
    gradient.setflags(write=False)
    moved = step(parameters, gradient)
    assert moved.dtype == np.float32
    # A NumPy scalar counts as double precision where a plain number does not.
    assert step(parameters, gradient, learning_rate=np.float64(0.1)).dtype == np.float32
    assert (moved != parameters).all()


def test_scalars_of_numpy_keep_single_precision():
    one = np.ones(2, np.float32)
    scalars = {name: np.float64(0.5) for name in ("beta1", "beta2", "epsilon")}
    moved, state = adam(one, one, adam_start(one), **scalars)
    arrays = [moved, state.first_moment, state.second_moment]
    arrays += adagrad(one, one, one, epsilon=np.float64(0.5))
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_a_rate_of_zero_moves_nothing_but_is_remembered():
    start, gradient = np.array([1.0, 2.0]), np.array([2.0, 4.0])
    for step in STEPS:
        assert step(start, gradient, learning_rate=0.0).tolist() == [1.0, 2.0]
    _, squares = adagrad(start, gradient, np.ones(2), learning_rate=0.0)
    assert squares.tolist() == [5.0, 17.0]
    _, state = adam(start, gradient, adam_start(start), beta1=0.5, learning_rate=0.0)
    assert state.n_steps == 1
    assert state.first_moment.tolist() == [1.0, 2.0]


def test_states_are_not_changed_in_place():
    parameters, gradient, squares = np.zeros(2), np.ones(2), np.zeros(2)
    state = adam_start(parameters)
    adam(parameters, gradient, state)
    adagrad(parameters, gradient, squares)
    assert state.n_steps == 0
    assert not state.first_moment.any()
    assert not state.second_moment.any()
    assert not squares.any()


def test_all_three_find_the_minimum_of_a_bowl():
    curvature, target = np.array([1.0, 10.0]), np.array([3.0, -2.0])
    by_sgd = by_adagrad = by_adam = np.zeros(2)
    squares, state = np.zeros(2), adam_start(np.zeros(2))
    for _ in range(400):
        by_sgd = sgd(by_sgd, curvature * (by_sgd - target), learning_rate=0.1)
        by_adagrad, squares = adagrad(
            by_adagrad, curvature * (by_adagrad - target), squares, learning_rate=1.0
        )
        by_adam, state = adam(by_adam, curvature * (by_adam - target), state, learning_rate=0.1)
    for found in (by_sgd, by_adagrad, by_adam):
        np.testing.assert_allclose(found, target, rtol=1e-3)
    uphill = np.zeros(2)
    for _ in range(10):
        uphill = sgd(uphill, -curvature * (uphill - target), learning_rate=0.1)
    assert np.linalg.norm(uphill - target) > np.linalg.norm(target), "negative control: sign"


# Errors


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("rate", [-0.1, math.inf, math.nan])
def test_learning_rate(step, rate):
    with pytest.raises(ValueError, match="learning_rate must be at least 0 and finite, got "):
        step(np.zeros(2), np.ones(2), learning_rate=rate)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite_is_named(step, bad):
    gradient = np.ones((2, 3))
    gradient[1, 2] = bad
    with pytest.raises(ValueError, match=rf"gradient must be finite, got {bad} at index \(1, 2\)"):
        step(np.zeros((2, 3)), gradient)


@pytest.mark.parametrize("step", STEPS)
def test_a_gradient_is_not_broadcast(step):
    with pytest.raises(ValueError, match=r"gradient must have the parameters' shape \(2, 3\)"):
        step(np.zeros((2, 3)), np.ones(3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda z, g: adagrad(z, g, np.zeros(3)), "squares must have the parameters' shape"),
        (lambda z, g: adagrad(z, g, -g), "squares must be sums of squares"),
        (lambda z, g: adagrad(z, g, z, epsilon=0), "epsilon must be positive and finite, got 0"),
        (lambda z, g: adam(z, g, adam_start(z), epsilon=0), "epsilon must be positive"),
        (lambda z, g: adam(z, g, adam_start(z), beta1=1), "beta1 must be at least 0 and below 1"),
        (lambda z, g: adam(z, g, adam_start(z), beta2=-0.1), "beta2 must be at least 0"),
        (lambda z, g: adam(z, g, adam_start(np.ones(3))), "state.first_moment must have the"),
        (lambda z, g: adam(z, g, AdamState(z, np.ones(3))), "state.second_moment must have the"),
        (lambda z, g: adam(z, g, AdamState(z, z, -1)), "state.n_steps must be at least 0"),
    ],
)
def test_state_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.zeros(2), np.ones(2))

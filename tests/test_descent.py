from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.descent import adam_by_name, adam_steps, clip_by_norm
from embedlab.optimizers import adam, adam_start

# Sums of a few dozen products in double precision.
RTOL = 1e-10

seeds = st.integers(0, 2**32 - 1)


# Clipping


def test_clip_by_hand():
    gradients = {"a": np.array([2.0, 0.0]), "b": np.array([[1.0], [-2.0]])}
    clipped, norm = clip_by_norm(gradients, 1.5)
    assert norm == 3.0
    assert clipped["a"].tolist() == [1.0, 0.0]
    assert clipped["b"].tolist() == [[0.5], [-1.0]]
    same, _ = clip_by_norm(gradients, 3.5)
    assert same["b"].tolist() == gradients["b"].tolist()
    assert clip_by_norm({"a": np.zeros(2)}, 1.0)[0]["a"].tolist() == [0.0, 0.0]


@given(st.floats(0.01, 100), seeds)
def test_clipping_keeps_the_direction(max_norm, seed):
    rng = np.random.default_rng(seed)
    gradients = {"a": rng.standard_normal(4), "b": 50 * rng.standard_normal((3, 2))}
    clipped, norm = clip_by_norm(gradients, max_norm)
    whole, shortened = (
        np.concatenate([a.ravel() for a in g.values()]) for g in (gradients, clipped)
    )
    assert norm == pytest.approx(np.linalg.norm(whole), rel=RTOL)
    assert np.linalg.norm(shortened) == pytest.approx(min(norm, max_norm), rel=RTOL)
    cosine = whole @ shortened / np.linalg.norm(whole) / np.linalg.norm(shortened)
    assert cosine == pytest.approx(1.0, rel=RTOL)
    # Negative control: each array cut on its own turns the whole.
    apart = [clip_by_norm({"x": g}, 0.01)[0]["x"].ravel() for g in gradients.values()]
    turned = np.concatenate(apart)
    assert whole @ turned / np.linalg.norm(whole) / np.linalg.norm(turned) < 0.999


def test_clipping_keeps_single_precision():
    clipped, _ = clip_by_norm({"a": np.full(3, 9.0, np.float32)}, np.float64(1.0))
    assert clipped["a"].dtype == np.float32


@pytest.mark.parametrize(
    ("dtype", "size"), [(np.float32, 1e25), (np.float32, 1e-30), (np.float64, 1e200)]
)
def test_squares_neither_overflow_nor_vanish(dtype, size):
    gradients = {"a": np.array([3 * size], dtype), "b": np.array([0.0, -4 * size], dtype)}
    clipped, norm = clip_by_norm(gradients, size)
    assert norm == pytest.approx(5 * size, rel=1e-6)
    np.testing.assert_allclose(clipped["a"], [0.6 * size], rtol=1e-6)
    np.testing.assert_allclose(clipped["b"], [0.0, -0.8 * size], rtol=1e-6)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_a_gradient_that_is_lost_is_told_by_its_norm_and_moves_nothing(bad):
    gradients = {"a": np.array([1.0]), "b": np.array([bad, 0.0])}
    same, norm = clip_by_norm(gradients, 1.0)
    assert not np.isfinite(norm)
    assert same["a"].tolist() == [1.0]
    step, arrays = adam_steps({"a": np.ones(1)}, lambda *_: (2.0, 3, gradients), max_norm=1.0)
    assert np.isnan(step(None, 0.1)[0])
    assert arrays["a"].tolist() == [1.0]


# Steps


def test_a_step_by_hand():
    start = {"a": np.zeros(2), "b": np.zeros(1)}
    large = {"a": np.array([3.0, 0.0]), "b": np.array([-4.0])}
    small = {"a": np.array([0.3, 0.0]), "b": np.array([-0.4])}
    step, arrays = adam_steps(start, lambda _, batch: (2.0, 3, batch), max_norm=1.0)
    assert step(large, 0.1) == (6.0, 3)
    # Clipped to (0.6, -0.8); Adam's first step is the learning rate, against the gradient.
    np.testing.assert_allclose(arrays["a"], [-0.1, 0.0], rtol=1e-6)
    np.testing.assert_allclose(arrays["b"], [0.1], rtol=1e-6)
    # m = 0.09 · 0.6 + 0.1 · 0.3 over 1 - 0.9²; v = 0.000999 · 0.36 + 0.001 · 0.09 over 1 - 0.999².
    step(small, 0.1)
    ratio = (0.09 * 0.6 + 0.1 * 0.3) / 0.19 / np.sqrt((0.000999 * 0.36 + 9e-5) / 0.001999)
    np.testing.assert_allclose(arrays["a"], [-0.1 - 0.1 * ratio, 0.0], rtol=1e-6)
    assert not start["a"].any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_array_takes_the_steps_that_it_would_take_alone(dtype):
    rng = np.random.default_rng(0)
    start = {"a": rng.standard_normal(3).astype(dtype), "b": np.ones((2, 2), dtype)}
    arrays, states = dict(start), {}
    alone = {name: (array, adam_start(array)) for name, array in start.items()}
    # The last step has nothing for b, which therefore has its own number of steps.
    for rate, names in ((0.1, "ab"), (0.2, "ab"), (0.3, "a")):
        gradients = {n: rng.standard_normal(start[n].shape).astype(dtype) for n in names}
        arrays, states = adam_by_name(arrays, gradients, states, learning_rate=rate)
        for name, gradient in gradients.items():
            alone[name] = adam(alone[name][0], gradient, alone[name][1], learning_rate=rate)
    for name, (array, state) in alone.items():
        assert (arrays[name] == array).all()
        assert arrays[name].dtype == dtype
        assert states[name].n_steps == state.n_steps
    # Negative control: one count of steps for all.
    late = adam(alone["b"][0], np.ones((2, 2), dtype), alone["b"][1], learning_rate=0.1)[0]
    for n_steps, same in ((2, True), (3, False)):
        state = {"b": replace(states["b"], n_steps=n_steps)}
        moved, _ = adam_by_name(arrays, {"b": np.ones((2, 2), dtype)}, state, learning_rate=0.1)
        assert (moved["b"] == late).all() == same


def test_a_loss_that_is_lost_moves_nothing():
    gradient = {"a": np.array([np.nan])}
    step, arrays = adam_steps({"a": np.ones(1)}, lambda *_: (np.nan, 3, gradient), max_norm=1.0)
    assert np.isnan(step(None, 0.1)[0])
    assert arrays["a"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clip_by_norm({}, 0.0), "max_norm must be positive, got 0.0"),
        (
            lambda: adam_by_name({"a": np.ones(1)}, {"b": np.ones(1)}, {}, learning_rate=0.1),
            "gradients must name parameters only, got 'b'",
        ),
        (
            lambda: adam_by_name({"a": np.ones(1)}, {"a": np.ones(2)}, {}, learning_rate=0.1),
            r"gradient must have the parameters' shape \(1,\), got \(2,\)",
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()

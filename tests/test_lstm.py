import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.gradcheck import GradientError, check_gradient
from embedlab.lstm import (
    LSTM,
    States,
    lstm,
    lstm_cell,
    lstm_cell_gradients,
    lstm_gradients,
    start_lstm,
)
from embedlab.sequences import reverse_sequences

# Sums of a few dozen products in double precision.
RTOL = 1e-10
ORACLE = np.load(Path(__file__).parent / "oracles" / "lstm.npz")

seeds = st.integers(0, 2**32 - 1)


def weights_of(rng, n_inputs=3, n_hidden=4):
    n = 4 * n_hidden
    return LSTM(*(rng.standard_normal(s) for s in ((n_inputs, n), (n_hidden, n), n)))


def arrays_of(weights):
    return tuple(getattr(weights, field.name) for field in fields(weights))


def slow_lstm(x, weights):
    """One sequence, one unit and one gate after the other, in plain Python."""
    h = len(weights.state_weight)
    hidden, cell = [0.0] * h, [0.0] * h
    outputs = []
    for step in x.tolist():
        gates = []
        for column in range(4 * h):
            score = float(weights.bias[column])
            score += sum(v * w for v, w in zip(step, weights.input_weight[:, column], strict=True))
            score += sum(
                v * w for v, w in zip(hidden, weights.state_weight[:, column], strict=True)
            )
            is_candidate = 2 * h <= column < 3 * h
            gates.append(math.tanh(score) if is_candidate else 1 / (1 + math.exp(-score)))
        i, f, g, o = (gates[k * h : (k + 1) * h] for k in range(4))
        cell = [f[j] * cell[j] + i[j] * g[j] for j in range(h)]
        hidden = [o[j] * math.tanh(cell[j]) for j in range(h)]
        outputs.append(hidden)
    return np.array(outputs)


# One cell


def test_cell_by_hand():
    # One unit; scores i = 0, f = ln 3, g = atanh 0.5, o = 0, so the gates are 1/2, 3/4, 1/2, 1/2.
    x, zeros = np.array([1.0]), np.zeros((1, 4))
    weights = LSTM(np.array([[0.0, math.log(3), math.atanh(0.5), 0.0]]), zeros, np.zeros(4))
    hidden, cell = lstm_cell(x, np.array([9.0]), np.array([2.0]), weights)
    np.testing.assert_allclose(cell, [0.75 * 2 + 0.5 * 0.5], rtol=RTOL)
    np.testing.assert_allclose(hidden, [0.5 * math.tanh(1.75)], rtol=RTOL)


def test_cell_gradient():
    rng = np.random.default_rng(0)
    weights, kept = weights_of(rng), rng.standard_normal((2, 4))
    at = (*rng.standard_normal((1, 3)), *rng.standard_normal((2, 4)), *arrays_of(weights))

    def loss(x, hidden, cell, *arrays):
        after = lstm_cell(x, hidden, cell, LSTM(*arrays))
        return sum((part * k).sum() for part, k in zip(after, kept, strict=True))

    def gradient(x, hidden, cell, *arrays):
        *d_states, d_weights = lstm_cell_gradients(*kept, x, hidden, cell, LSTM(*arrays))
        return (*d_states, *arrays_of(d_weights))

    check_gradient(loss, gradient, at, rng=rng)

    def without_memory(x, hidden, cell, *arrays):
        # Negative control: the gradient that reaches the memory through the output is forgotten.
        shown = lstm_cell_gradients(0 * kept[0], kept[1], x, hidden, cell, LSTM(*arrays))
        full = gradient(x, hidden, cell, *arrays)
        return (*full[:2], shown[2], *full[3:])

    with pytest.raises(GradientError, match="gradient of array 2"):
        check_gradient(loss, without_memory, at, rng=rng)


# Sequences


def test_a_sequence_is_the_cell_over_and_over():
    rng = np.random.default_rng(1)
    weights, x = weights_of(rng), rng.standard_normal((2, 6, 3))
    states = lstm(x, weights)
    hidden = cell = np.zeros((2, 4))
    for t in range(6):
        hidden, cell = lstm_cell(x[:, t], hidden, cell, weights)
        np.testing.assert_allclose(states.hidden[:, t], hidden, rtol=RTOL)
        np.testing.assert_allclose(states.cells[:, t], cell, rtol=RTOL)
        f, i, g = (states.gates[:, t, k : k + 4] for k in (4, 0, 8))
        before = states.cells[:, t - 1] if t else 0.0
        np.testing.assert_allclose(f * before + i * g, cell, rtol=RTOL)


@given(st.integers(1, 4), st.integers(1, 5), st.data(), seeds)
def test_sequences_are_the_slow_loop(B, n, data, seed):
    rng = np.random.default_rng(seed)
    lengths = data.draw(st.lists(st.integers(1, n), min_size=B, max_size=B))
    weights, x = weights_of(rng), rng.standard_normal((B, n, 3))
    states = lstm(x, weights, lengths)
    for row, steps, length in zip(states.hidden, x, lengths, strict=True):
        # atol: outputs of size 1 that cancel to near 0.
        expected = slow_lstm(steps[:length], weights)
        np.testing.assert_allclose(row[:length], expected, rtol=1e-9, atol=1e-13)
        assert not row[length:].any()


def gradients_of(rng, lengths, wrong=lambda d, x, w, s, e: lstm_gradients(d, x, w, s, e)):
    weights, x = weights_of(rng), rng.standard_normal((3, 5, 3))
    d_hidden = rng.standard_normal((3, 5, 4))

    def loss(x, *arrays):
        return (lstm(x, LSTM(*arrays), lengths).hidden * d_hidden).sum()

    def gradient(x, *arrays):
        states = lstm(x, LSTM(*arrays), lengths)
        d_x, d_weights = wrong(d_hidden, x, LSTM(*arrays), states, lengths)
        return (d_x, *arrays_of(d_weights))

    check_gradient(loss, gradient, (x, *arrays_of(weights)), rng=rng)


@pytest.mark.parametrize("lengths", [None, [5, 1, 3]])
def test_sequence_gradient(lengths):
    gradients_of(np.random.default_rng(2), lengths)


def test_negative_controls_of_the_sequence_gradient():
    def without_lengths(d_hidden, x, weights, states, lengths):
        return lstm_gradients(d_hidden, x, weights, lstm(x, weights), None)

    def without_time(d_hidden, x, weights, states, lengths):
        # Each step's own gradient, with nothing that comes back from the steps after it.
        d_x, sums = np.zeros_like(x), [np.zeros_like(a) for a in arrays_of(weights)]
        for b, length in enumerate(lengths):
            for t in range(length):
                before = [s[b, t - 1] if t else np.zeros(4) for s in (states.hidden, states.cells)]
                d_x[b, t], *_, d_weights = lstm_cell_gradients(
                    d_hidden[b, t], np.zeros(4), x[b, t], *before, weights
                )
                sums = [a + d for a, d in zip(sums, arrays_of(d_weights), strict=True)]
        return d_x, LSTM(*sums)

    for wrong in (without_lengths, without_time):
        with pytest.raises(GradientError):
            gradients_of(np.random.default_rng(2), [5, 1, 3], wrong)


def test_the_fast_gradient_is_the_sum_of_the_cells_gradients():
    rng = np.random.default_rng(3)
    weights, x, d_hidden = weights_of(rng), rng.standard_normal((4, 3)), rng.standard_normal((4, 4))
    states = lstm(x[None], weights)
    d_x, d_weights = lstm_gradients(d_hidden[None], x[None], weights, states)
    sums = [np.zeros_like(array) for array in arrays_of(weights)]
    d_h = d_c = np.zeros(4)
    for t in reversed(range(4)):
        before = [s[0, t - 1] if t else np.zeros(4) for s in (states.hidden, states.cells)]
        d_step, d_h, d_c, d_cell = lstm_cell_gradients(
            d_h + d_hidden[t], d_c, x[t], *before, weights
        )
        np.testing.assert_allclose(d_x[0, t], d_step, rtol=RTOL)
        sums = [a + d for a, d in zip(sums, arrays_of(d_cell), strict=True)]
    for fast, slow in zip(arrays_of(d_weights), sums, strict=True):
        np.testing.assert_allclose(fast, slow, rtol=RTOL)


# Parity with PyTorch


def test_two_bidirectional_layers_are_pytorchs():
    lengths = ORACLE["lengths"]

    def weights(layer, suffix, prefix=""):
        names = (f"weight_ih_l{layer}{suffix}", f"weight_hh_l{layer}{suffix}")
        bias = ORACLE[f"{prefix}bias_ih_l{layer}{suffix}"]
        return LSTM(*(ORACLE[prefix + name].T for name in names), bias)

    def flip(a):
        return reverse_sequences(a, lengths)

    layers, x = [], ORACLE["x"]
    for layer in range(2):
        ways = []
        for suffix, turn in (("", lambda a: a), ("_reverse", flip)):
            cell = weights(layer, suffix)
            ways.append((suffix, turn, turn(x), cell, lstm(turn(x), cell, lengths)))
        layers.append(ways)
        x = np.concatenate([turn(states.hidden) for _, turn, _, _, states in ways], axis=-1)
    np.testing.assert_allclose(x, ORACLE["hidden"], rtol=RTOL)

    # The last states: of the last step that belongs to the row, in the order in which it is read.
    ends = np.arange(len(lengths)), lengths - 1
    every = [states for ways in layers for *_, states in ways]
    for number, states in enumerate(every):
        np.testing.assert_allclose(states.hidden[ends], ORACLE["last_hidden"][number], rtol=RTOL)
        np.testing.assert_allclose(states.cells[ends], ORACLE["last_cell"][number], rtol=RTOL)

    d_x = ORACLE["d_hidden"]
    for layer in (1, 0):
        total = 0.0
        for (suffix, turn, read, cell, states), d_way in zip(
            layers[layer], np.split(d_x, 2, axis=-1), strict=True
        ):
            d_read, d_cell = lstm_gradients(turn(d_way), read, cell, states, lengths)
            total = total + turn(d_read)
            for ours, theirs in zip(
                arrays_of(d_cell), arrays_of(weights(layer, suffix, "d_")), strict=True
            ):
                np.testing.assert_allclose(ours, theirs, rtol=RTOL)
        d_x = total
    np.testing.assert_allclose(d_x, ORACLE["d_x"], rtol=RTOL)


def test_negative_control_another_order_of_gates_is_not_pytorchs():
    # Input and forget gate exchanged: a plausible way to read the weights, and a wrong one.
    first = [ORACLE[name].T for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")]
    order = np.r_[4:8, 0:4, 8:16]
    right = lstm(ORACLE["x"], LSTM(*first), ORACLE["lengths"]).hidden
    wrong = lstm(ORACLE["x"], LSTM(*(a[..., order] for a in first)), ORACLE["lengths"]).hidden
    assert np.abs(right - wrong).max() > 0.01


# Laws


def test_what_fills_up_a_row_is_never_read():
    rng = np.random.default_rng(4)
    weights, x = weights_of(rng), rng.standard_normal((2, 5, 3))
    states, d_hidden = lstm(x, weights, [3, 5]), rng.standard_normal((2, 5, 4))
    d_x, d_weights = lstm_gradients(d_hidden, x, weights, states, [3, 5])
    x[0, 3:], d_hidden[0, 3:] = np.nan, np.nan
    again = lstm(x, weights, [3, 5])
    d_x_again, d_weights_again = lstm_gradients(d_hidden, x, weights, again, [3, 5])
    assert (again.hidden == states.hidden).all()
    assert (d_x_again == d_x).all()
    assert not d_x[0, 3:].any()
    assert (d_weights_again.state_weight == d_weights.state_weight).all()


def test_a_step_does_not_see_what_comes_after_it():
    rng = np.random.default_rng(5)
    weights, x = weights_of(rng), rng.standard_normal((1, 6, 3))
    before = lstm(x, weights).hidden
    x[0, 4] += 1.0
    after = lstm(x, weights).hidden
    assert (before[0, :4] == after[0, :4]).all()
    assert (before[0, 4:] != after[0, 4:]).all()


def test_a_gradient_survives_where_the_forget_gate_is_open():
    # 40 steps; how much of the last memory's gradient reaches the first input.
    def reached(forget_bias):
        weights = start_lstm(3, 4, rng=np.random.default_rng(6), dtype=np.float64)
        bias = weights.bias.copy()
        bias[4:8] = forget_bias
        weights = LSTM(weights.input_weight, weights.state_weight, bias)
        x = np.random.default_rng(7).standard_normal((1, 40, 3))
        d_hidden = np.zeros((1, 40, 4))
        d_hidden[0, -1] = 1.0
        d_x, _ = lstm_gradients(d_hidden, x, weights, lstm(x, weights))
        return np.linalg.norm(d_x[0, 0])

    assert reached(5.0) > 1e3 * reached(0.0) > 0


def test_start():
    # Thousands of draws up to 1/√100, where the deviation of a uniform number is 0.1 / √3.
    weights = start_lstm(50, 100, rng=np.random.default_rng(0))
    for array in (weights.input_weight, weights.state_weight):
        assert 0.099 < np.abs(array).max() <= np.float32(0.1)
        assert array.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.02)
    assert weights.bias.tolist() == [0.0] * 100 + [1.0] * 100 + [0.0] * 200


def test_precision_stays_and_nothing_is_changed():
    weights = start_lstm(3, 4, rng=np.random.default_rng(8))
    x = np.random.default_rng(9).standard_normal((2, 5, 3)).astype(np.float32)
    for array in (x, *arrays_of(weights)):
        array.setflags(write=False)
    states = lstm(x, weights, [5, 2])
    d_x, d_weights = lstm_gradients(states.hidden, x, weights, states, [5, 2])
    single = (*vars(states).values(), d_x, *arrays_of(d_weights), *arrays_of(weights))
    assert {array.dtype for array in single} == {np.dtype(np.float32)}
    double = LSTM(*(a.astype(np.float64) for a in arrays_of(weights)))
    expected = lstm(x.astype(np.float64), double, [5, 2]).hidden
    # atol: outputs below 1, in single precision.
    np.testing.assert_allclose(states.hidden, expected, rtol=1e-5, atol=1e-6)


# Errors

ONE = start_lstm(2, 3, rng=np.random.default_rng(0))


def backward(d_shape=(1, 4, 3), states=None):
    x = np.zeros((1, 4, 2), np.float32)
    return lstm_gradients(np.zeros(d_shape), x, ONE, states or lstm(x, ONE))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LSTM(np.zeros((2, 8)), np.zeros((2, 4)), np.zeros(8)), r"must have the shapes \("),
        (lambda: LSTM(np.zeros((2, 4)), np.zeros(4), np.zeros(4)), r"must have the shapes \("),
        (lambda: start_lstm(0, 3, rng=np.random.default_rng(0)), "n_inputs must be at least 1"),
        (lambda: start_lstm(2, 0, rng=np.random.default_rng(0)), "n_hidden must be at least 1"),
        (
            lambda: start_lstm(2, 3, rng=np.random.default_rng(0), dtype=int),
            "dtype must be a floating type, got <class 'int'>",
        ),
        (lambda: lstm(np.zeros((4, 2)), ONE), r"x must have shape \(B, n, 2\), got \(4, 2\)"),
        (lambda: lstm(np.zeros((1, 4, 3)), ONE), r"x must have shape \(B, n, 2\)"),
        (lambda: lstm(np.zeros((0, 4, 2)), ONE), "the batch must hold at least one step"),
        (lambda: lstm(np.zeros((1, 0, 2)), ONE), "the batch must hold at least one step"),
        (lambda: lstm(np.zeros((1, 4, 2)), ONE, [5]), r"lengths must lie between 1 and 4, got \["),
        (lambda: lstm(np.zeros((1, 4, 2)), ONE, [0]), "lengths must lie between 1 and 4"),
        (lambda: lstm(np.zeros((1, 4, 2)), ONE, [1, 2]), "lengths must be 1 integers"),
        (lambda: lstm(np.zeros((1, 4, 2)), ONE, [1.0]), "lengths must be 1 integers"),
        (lambda: backward((1, 4, 2)), r"d_hidden must have shape \(1, 4, 3\), got \(1, 4, 2\)"),
        (lambda: backward(states=States(*np.zeros((3, 1, 2, 3)))), "states must be of shape"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()

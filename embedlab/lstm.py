"""Long short-term memory: one cell as in a textbook, and whole batches of sequences at once.

A cell reads a word x and its own last output h, and keeps a memory c beside it:

    i = σ(x Wᵢ + h Uᵢ + bᵢ)      input gate: how much of the candidate is written
    f = σ(x W_f + h U_f + b_f)   forget gate: how much of the memory stays
    g = tanh(x W_g + h U_g + b_g)   candidate
    o = σ(x Wₒ + h Uₒ + bₒ)      output gate: how much of the memory is shown
    c' = f c + i g,   h' = o tanh(c')

c' depends on c by a factor f alone, not by a matrix and a squashing function, so a gradient
survives many steps where f is near 1. The four gates stand side by side in one matrix, in the
order i, f, g, o.

Source: Hochreiter and Schmidhuber 1997, Neural Computation 9(8); with the forget gate of Gers,
Schmidhuber and Cummins 2000, Neural Computation 12(10).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, as_integer, require, sigmoid
from embedlab.sequences import as_lengths


@dataclass(frozen=True, eq=False)
class LSTM:
    """The weights of a cell with h units that reads vectors of n_in numbers.

    Attributes:
        input_weight: W (n_in, 4h), gates side by side in the order i, f, g, o.
        state_weight: U (h, 4h).
        bias: b (4h,).

    Raises:
        ValueError: If the shapes do not fit each other.
    """

    input_weight: Array
    state_weight: Array
    bias: Array

    def __post_init__(self) -> None:
        shapes = tuple(np.shape(a) for a in (self.input_weight, self.state_weight, self.bias))
        h = shapes[1][0] if len(shapes[1]) == 2 else 0
        fits = h > 0 and shapes[1:] == ((h, 4 * h), (4 * h,))
        fits = fits and len(shapes[0]) == 2 and shapes[0][1] == 4 * h
        rule = "have the shapes (n_in, 4h), (h, 4h) and (4h,)"
        require(fits, "input_weight, state_weight and bias", rule, shapes)


@dataclass(frozen=True, eq=False)
class States:
    """What happened in a batch of sequences; zeros after the end of a sequence.

    Attributes:
        hidden: h (B, n, h), the output after each step.
        cells: c (B, n, h), the memory after each step.
        gates: (B, n, 4h), the gates i, f, g, o of each step, after σ and tanh.
    """

    hidden: Array
    cells: Array
    gates: Array


def start_lstm(
    n_inputs: int, n_hidden: int, *, rng: np.random.Generator, dtype: npt.DTypeLike = np.float32
) -> LSTM:
    """Return weights between ±1/√h, and biases 0 except those of the forget gate, which are 1.

    With b_f = 1 the memory stays at first: 73 % of it over a step.

    Raises:
        ValueError: If a number is below 1, or dtype is not floating.

    Source: Jozefowicz, Zaremba and Sutskever 2015, ICML, for the bias of 1.

    >>> start_lstm(2, 1, rng=np.random.default_rng(0)).bias.tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    n, h = as_integer("n_inputs", n_inputs, 1), as_integer("n_hidden", n_hidden, 1)
    require(np.issubdtype(dtype, np.floating), "dtype", "be a floating type", dtype)
    reach = 1 / np.sqrt(h)
    weights = rng.uniform(-reach, reach, (n + h, 4 * h)).astype(dtype)
    bias = np.zeros(4 * h, dtype)
    bias[h : 2 * h] = 1
    return LSTM(weights[:n], weights[n:], bias)


def lstm_cell(x: Array, hidden: Array, cell: Array, weights: LSTM) -> tuple[Array, Array]:
    """Return output and memory after one step.

    Args:
        x: (..., n_in) what is read.
        hidden: (..., h) output of the step before.
        cell: (..., h) memory of the step before.
        weights: The cell.

    Source: Gers, Schmidhuber and Cummins 2000; the equations stand at the top of the module.

    >>> one = LSTM(np.zeros((1, 4)), np.zeros((1, 4)), np.array([100.0, 100.0, 100.0, 0.0]))
    >>> hidden, cell = lstm_cell(np.zeros(1), np.zeros(1), np.array([2.0]), one)
    >>> cell.tolist(), hidden.round(6).tolist()  # all kept and 1 written; tanh(3) / 2 shown
    ([3.0], [0.497527])
    """
    scores = x @ weights.input_weight + hidden @ weights.state_weight + weights.bias
    i, f, g, o = np.split(scores, 4, axis=-1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(cell), cell


def lstm_cell_gradients(
    d_hidden: Array, d_cell: Array, x: Array, hidden: Array, cell: Array, weights: LSTM
) -> tuple[Array, Array, Array, LSTM]:
    """Return the gradients of one step for x, hidden, cell and the weights.

    Args:
        d_hidden: (h,) gradient of the loss for the output after the step.
        d_cell: (h,) that for the memory after the step, by all ways but this output.
        x: (n_in,) as given to ``lstm_cell``, and so the following.
        hidden: (h,).
        cell: (h,).
        weights: The cell.
    """
    scores = x @ weights.input_weight + hidden @ weights.state_weight + weights.bias
    i, f, o = (sigmoid(np.split(scores, 4)[gate]) for gate in (0, 1, 3))
    g = np.tanh(np.split(scores, 4)[2])
    shown = np.tanh(f * cell + i * g)
    d_cell = d_cell + d_hidden * o * (1 - shown**2)
    # σ' = σ (1 - σ) and tanh' = 1 - tanh².
    d_i, d_f = d_cell * g * i * (1 - i), d_cell * cell * f * (1 - f)
    d_g, d_o = d_cell * i * (1 - g**2), d_hidden * shown * o * (1 - o)
    d_scores = np.concatenate([d_i, d_f, d_g, d_o])
    d_weights = LSTM(np.outer(x, d_scores), np.outer(hidden, d_scores), d_scores)
    d_x, d_before = weights.input_weight @ d_scores, weights.state_weight @ d_scores
    return d_x, d_before, d_cell * f, d_weights


def lstm(x: Array, weights: LSTM, lengths: npt.ArrayLike | None = None) -> States:
    """Return the states of a batch of sequences, each begun with h = c = 0.

    Args:
        x: (B, n, n_in) one vector per step; what stands after the end of a sequence is not read.
        weights: The cell.
        lengths: (B,) steps of each sequence, from 1 to n; left out, all have n.

    Raises:
        ValueError: If the batch is empty, or the arrays do not fit each other.

    >>> weights = start_lstm(2, 3, rng=np.random.default_rng(0))
    >>> states = lstm(np.ones((1, 4, 2), np.float32), weights, [2])
    >>> states.hidden.shape, states.hidden[0].any(axis=1).tolist()
    ((1, 4, 3), [True, True, False, False])
    """
    inside = _inside(x, weights, lengths)
    B, n, _ = x.shape
    h = len(weights.state_weight)
    # Time first, so that what a step reads lies in one piece.
    gates = np.where(inside, x, 0).transpose(1, 0, 2) @ weights.input_weight + weights.bias
    hiddens, cells = np.empty((2, n, B, h), gates.dtype)
    hidden = cell = np.zeros((B, h), gates.dtype)
    for t, scores in enumerate(gates):
        scores += hidden @ weights.state_weight
        i, f, g, o = scores.reshape(B, 4, h).transpose(1, 0, 2)  # views: gates change with them
        i[:], f[:], o[:] = sigmoid(i), sigmoid(f), sigmoid(o)
        np.tanh(g, out=g)
        cell = f * cell + i * g
        hidden = o * np.tanh(cell)
        hiddens[t], cells[t] = hidden, cell
    return States(*(np.where(inside, a.transpose(1, 0, 2), 0) for a in (hiddens, cells, gates)))


def lstm_gradients(
    d_hidden: Array,
    x: Array,
    weights: LSTM,
    states: States,
    lengths: npt.ArrayLike | None = None,
) -> tuple[Array, LSTM]:
    """Return the gradients for the inputs and the weights, by a walk back through time.

    Args:
        d_hidden: (B, n, h) gradient of the loss for each output; what stands after the end of a
            sequence does not count.
        x: (B, n, n_in) as given to ``lstm``, and so the following.
        weights: The cell.
        states: What ``lstm`` returned for them.
        lengths: (B,) or left out.

    Returns:
        Gradients for x (B, n, n_in), zero after the end of a sequence, and for the weights.

    Raises:
        ValueError: As ``lstm``, and if d_hidden or states do not fit.

    Source: Werbos 1990, Proceedings of the IEEE 78(10).
    """
    inside = _inside(x, weights, lengths)
    shape = (*x.shape[:2], len(weights.state_weight))
    require(d_hidden.shape == shape, "d_hidden", f"have shape {shape}", d_hidden.shape)
    require(states.hidden.shape == shape, "states", f"be of shape {shape}", states.hidden.shape)
    # What is zero after the end here stays zero: no gradient comes back from there.
    d_outputs = np.where(inside, d_hidden, 0).transpose(1, 0, 2)
    cells, hidden = states.cells.transpose(1, 0, 2), states.hidden.transpose(1, 0, 2)
    gates = states.gates.reshape(*x.shape[:2], 4, -1).transpose(1, 2, 0, 3)
    d_scores = np.empty((*cells.shape[:2], weights.state_weight.shape[1]), cells.dtype)
    d_h = d_c = np.zeros_like(cells[0])
    for t in reversed(range(len(gates))):
        i, f, g, o = gates[t]
        before = cells[t - 1] if t > 0 else np.zeros_like(cells[0])
        shown = np.tanh(cells[t])
        d_h = d_h + d_outputs[t]
        d_c = d_c + d_h * o * (1 - shown**2)
        d_i, d_f, d_g, d_o = d_scores[t].reshape(len(x), 4, -1).transpose(1, 0, 2)  # views
        d_i[:], d_f[:] = d_c * g * i * (1 - i), d_c * before * f * (1 - f)
        d_g[:], d_o[:] = d_c * i * (1 - g**2), d_h * shown * o * (1 - o)
        d_h, d_c = d_scores[t] @ weights.state_weight.T, d_c * f
    d_rows = d_scores.reshape(-1, d_scores.shape[-1])
    rows = np.where(inside, x, 0).transpose(1, 0, 2).reshape(len(d_rows), -1)
    # The step t reads the output of t - 1; the first reads zeros, which add nothing.
    later = d_scores[1:].reshape(-1, d_rows.shape[1])
    d_state = hidden[:-1].reshape(len(later), -1).T @ later
    d_x = (d_scores @ weights.input_weight.T).transpose(1, 0, 2)
    return d_x, LSTM(rows.T @ d_rows, d_state, d_rows.sum(axis=0))


def _inside(x: Array, weights: LSTM, lengths: npt.ArrayLike | None) -> npt.NDArray[np.bool_]:
    """Return (B, n, 1), whether a step belongs to its sequence, after checking that all fits."""
    n_inputs = len(weights.input_weight)
    fits = x.ndim == 3 and x.shape[2] == n_inputs
    require(fits, "x", f"have shape (B, n, {n_inputs})", x.shape)
    ends = as_lengths(lengths, *x.shape[:2])
    return np.asarray(np.arange(x.shape[1])[None, :, None] < ends[:, None, None])

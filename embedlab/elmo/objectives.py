"""What the model is trained for: each token from those before it, and from those after it."""

import numpy as np
import numpy.typing as npt

from embedlab.elmo.models import Elmo, checked_rows, climb
from embedlab.layers import cross_entropy, scatter_rows
from embedlab.lstm import LSTM, States, lstm_gradients
from embedlab.numerics import Array, IntArray, require
from embedlab.sequences import reverse_sequences


def elmo_loss(
    model: Elmo, ids: IntArray, lengths: npt.ArrayLike | None = None
) -> tuple[float, Elmo]:
    """Return the mean loss of both directions in nats per prediction, and its gradients.

    A row t₀ … t_m gives 2m predictions: t_{k+1} from the forward state at k, t_{k-1} from the
    backward state at k. The first token of a row is only given to the one, the last only to
    the other, which is what [CLS] and [SEP] are for.

    Args:
        model: The parameters.
        ids: (B, n) from ``sequences.token_ids``.
        lengths: (B,) of them, at least 2 somewhere; left out, all rows are full.

    Raises:
        ValueError: As ``elmo_layers``, and if there is nothing to predict.

    Source: Peters et al. 2018, section 3.1.
    """
    ids, ends = checked_rows(model, ids, lengths)
    require(int(ends.max()) > 1, "lengths", "leave a token to predict", ends.tolist())
    words, output, bias = model.words, model.output, model.bias
    back = reverse_sequences(ids, ends)
    one, d_one = direction_loss(words, model.forward, output, bias, ids, ends)
    other, d_other = direction_loss(words, model.backward, output, bias, back, ends)
    gradients = Elmo(
        words=(d_one.words + d_other.words) / 2,
        forward=tuple(_halved(cell) for cell in d_one.forward),
        backward=tuple(_halved(cell) for cell in d_other.forward),
        output=(d_one.output + d_other.output) / 2,
        bias=(d_one.bias + d_other.bias) / 2,
    )
    return (one + other) / 2, gradients


def direction_loss(
    words: Array,
    cells: tuple[LSTM, ...],
    output: Array,
    bias: Array,
    ids: IntArray,
    lengths: IntArray,
) -> tuple[float, Elmo]:
    """Return the loss of one direction in nats per prediction, and its gradients.

    Args:
        words: (V, d).
        cells: The L cells, from below.
        output: (d, V).
        bias: (V,).
        ids: (B, n) rows in the order in which they are read: reversed for the backward model.
        lengths: (B,) of them.

    Returns:
        -log p(t_k | t₀ … t_{k-1}), the mean over all k > 0 of all rows; the gradients, with an
        empty ``backward``.
    """
    x = words[ids]
    states = climb(x, cells, lengths)
    is_target = np.arange(1, ids.shape[1]) < lengths[:, None]
    # Only the states that predict something are scored, none of those that fill up a row.
    top = states[-1].hidden[:, :-1][is_target]
    loss, d_scores = cross_entropy(top @ output + bias, ids[:, 1:][is_target])
    d_top = np.zeros_like(states[-1].hidden)
    d_top[:, :-1][is_target] = d_scores @ output.T
    d_x, d_cells = _descend(d_top, x, cells, states, lengths)
    d_words = scatter_rows(ids, d_x, len(words))
    return loss, Elmo(d_words, d_cells, (), top.T @ d_scores, d_scores.sum(axis=0))


def _descend(
    d_top: Array, x: Array, cells: tuple[LSTM, ...], states: list[States], ends: IntArray
) -> tuple[Array, tuple[LSTM, ...]]:
    """Return the gradients for x and for each cell, given that for the top layer's output."""
    d_cells = []
    inputs = [x, *(layer.hidden for layer in states[:-1])]
    for below, cell, layer in list(zip(inputs, cells, states, strict=True))[::-1]:
        d_top, d_cell = lstm_gradients(d_top, below, cell, layer, ends)
        d_cells.append(d_cell)
    return d_top, tuple(d_cells[::-1])


def _halved(cell: LSTM) -> LSTM:
    return LSTM(cell.input_weight / 2, cell.state_weight / 2, cell.bias / 2)

"""The bidirectional language model itself: its arrays, and every layer's vectors of a text."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
import numpy.typing as npt

from embedlab.layers import as_id_rows
from embedlab.lstm import LSTM, States, lstm, start_lstm
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.sequences import as_lengths, reverse_sequences


@dataclass(frozen=True, eq=False)
class Elmo:
    """A bidirectional language model, or the gradients for one.

    Attributes:
        words: (V, d) a vector for each word.
        forward: The L cells of the forward model, from below, each from d to d numbers.
        backward: Those of the backward model.
        output: (d, V) of the softmax that both share.
        bias: (V,) of it.
    """

    words: Array
    forward: tuple[LSTM, ...]
    backward: tuple[LSTM, ...]
    output: Array
    bias: Array


def start_elmo(
    n_words: int,
    d: int,
    n_layers: int = 2,
    *,
    rng: np.random.Generator,
    dtype: npt.DTypeLike = np.float32,
) -> Elmo:
    """Return a model with random weights, which predicts every word about equally.

    Raises:
        ValueError: If a number is below 1, or dtype is not floating.
    """
    V, L = as_integer("n_words", n_words, 1), as_integer("n_layers", n_layers, 1)
    d = as_integer("d", d, 1)

    def cells() -> tuple[LSTM, ...]:
        return tuple(start_lstm(d, d, rng=rng, dtype=dtype) for _ in range(L))

    words = (0.1 * rng.standard_normal((V, d))).astype(dtype)
    output = (0.1 * rng.standard_normal((d, V))).astype(dtype)
    return Elmo(words, cells(), cells(), output, np.zeros(V, dtype))


def elmo_layers(model: Elmo, ids: IntArray, lengths: npt.ArrayLike | None = None) -> Array:
    """Return every layer's vector of every token.

    Args:
        model: L layers.
        ids: (B, n) from ``sequences.token_ids``.
        lengths: (B,) of them; left out, all rows are full.

    Returns:
        (L + 1, B, n, 2d): first the word vector twice, then the states of the forward and the
        backward cell side by side. Zeros in the layers above the first after a row's end.

    Raises:
        ValueError: If the batch is empty, or an id or a length is out of range.
    """
    ids, ends = checked_rows(model, ids, lengths)
    x = model.words[ids]
    back = climb(reverse_sequences(x, ends), model.backward, ends)
    layers = [(x, x)]
    for one, other in zip(climb(x, model.forward, ends), back, strict=True):
        layers.append((one.hidden, reverse_sequences(other.hidden, ends)))
    return np.stack([np.concatenate(pair, axis=-1) for pair in layers])


def elmo_parameters(model: Elmo) -> dict[str, Array]:
    """Return every array of a model (or of its gradients) under a name.

    >>> names = list(elmo_parameters(start_elmo(3, 2, 1, rng=np.random.default_rng(0))))
    >>> names[:4]
    ['words', 'output', 'bias', 'forward.0.input_weight']
    """
    found = {"words": model.words, "output": model.output, "bias": model.bias}
    for direction in ("forward", "backward"):
        for i, cell in enumerate(getattr(model, direction)):
            for field in fields(cell):
                found[f"{direction}.{i}.{field.name}"] = getattr(cell, field.name)
    return found


def elmo_from_parameters(arrays: Mapping[str, Array]) -> Elmo:
    """Return the model of arrays under the names of ``elmo_parameters``.

    Raises:
        ValueError: If a name is missing or unknown, or the arrays of a cell do not fit.
    """
    n_forward = sum(name.startswith("forward.") for name in arrays)
    n_layers = max(1, math.ceil(n_forward / len(fields(LSTM))))
    names = {
        direction: [[f"{direction}.{i}.{f.name}" for f in fields(LSTM)] for i in range(n_layers)]
        for direction in ("forward", "backward")
    }
    expected = {"words", "output", "bias", *chain(*chain(*names.values()))}
    rule = f"have the names of elmo_parameters of {n_layers} layer(s)"
    for what, wrong in (("without", expected - set(arrays)), ("with", set(arrays) - expected)):
        require(not wrong, "arrays", rule, f"{what} {min(wrong, default='')}")

    def cells(direction: str) -> tuple[LSTM, ...]:
        return tuple(LSTM(*(arrays[name] for name in row)) for row in names[direction])

    words, output, bias = arrays["words"], arrays["output"], arrays["bias"]
    return Elmo(words, cells("forward"), cells("backward"), output, bias)


def climb(x: Array, cells: tuple[LSTM, ...], ends: IntArray) -> list[States]:
    """Return the states of each layer, the first of which reads x."""
    states: list[States] = []
    for cell in cells:
        states.append(lstm(states[-1].hidden if states else x, cell, ends))
    return states


def checked_rows(
    model: Elmo, ids: IntArray, lengths: npt.ArrayLike | None
) -> tuple[IntArray, IntArray]:
    """Return ids and lengths as arrays, after checking them."""
    ids = as_id_rows("ids", ids)
    ends, V = as_lengths(lengths, *ids.shape), len(model.words)
    extremes = int(ids.min()), int(ids.max())
    holds = extremes[0] >= 0 and extremes[1] < V
    require(holds, "ids", f"lie between 0 and {V - 1}, the model's words", extremes)
    return ids, ends

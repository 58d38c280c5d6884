"""The two kinds of models: an encoder read under a causal mask, and one read from both sides."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy.typing as npt

from embedlab.attention import causal_mask, padding_mask
from embedlab.contextual import Encoder, encode, parameters, with_parameters
from embedlab.contextual.weights import check_parameter
from embedlab.layers import as_id_rows
from embedlab.numerics import Array, IntArray
from embedlab.sequences import as_lengths

Model = TypeVar("Model", "Causal", "Masked")


@dataclass(frozen=True, eq=False)
class Causal:
    """A model in the manner of GPT.

    Attributes:
        encoder: Reads and, with its word vectors, scores; to be used under a causal mask.
        word_bias: (V,) added to the scores.
    """

    encoder: Encoder
    word_bias: Array


@dataclass(frozen=True, eq=False)
class Masked:
    """A model in the manner of BERT.

    Attributes:
        encoder: Reads and, with its word vectors, scores; has two segments.
        word_bias: (V,) added to the scores.
        next_weight: (d, 2) from the vector of [CLS] to the scores of "does not follow", "follows".
        next_bias: (2,).
    """

    encoder: Encoder
    word_bias: Array
    next_weight: Array
    next_bias: Array


def causal_layers(model: Causal, ids: IntArray) -> Array:
    """Return every layer's vector of every token, (L + 1, B, n, d), from the tokens up to it.

    Raises:
        ValueError: As ``contextual.encode``.
    """
    ids = as_id_rows("ids", ids)
    return encode(model.encoder, ids, causal_mask(ids.shape[1]))


def masked_layers(
    model: Masked,
    ids: IntArray,
    lengths: npt.ArrayLike | None = None,
    segments: IntArray | None = None,
) -> Array:
    """Return every layer's vector of every token, (L + 1, B, n, d), from its whole row.

    Raises:
        ValueError: As ``contextual.encode``, and if a length is out of range.
    """
    ids = as_id_rows("ids", ids)
    mask = padding_mask(as_lengths(lengths, *ids.shape), ids.shape[1])
    return encode(model.encoder, ids, mask, segments)


def model_parameters(model: Causal | Masked) -> dict[str, Array]:
    """Return every array under a name: those of ``contextual.parameters``, and the model's own."""
    own = {name: array for name, array in vars(model).items() if name != "encoder"}
    return parameters(model.encoder) | own


def with_model_parameters(model: Model, arrays: Mapping[str, Array]) -> Model:
    """Return a model with other arrays under the names of ``model_parameters``.

    Names that are left out keep their arrays.

    Raises:
        ValueError: As ``contextual.with_parameters``.
    """
    own = {name: array for name, array in arrays.items() if name in vars(model)}
    for name, array in own.items():
        check_parameter(name, array, getattr(model, name))
    inside = {name: array for name, array in arrays.items() if name not in own}
    return replace(model, encoder=with_parameters(model.encoder, inside), **own)

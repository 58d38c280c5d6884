"""A transformer encoder: vectors of words that depend on the words around them.

``weights`` holds its arrays, ``blocks`` one layer as a chapter prints it, ``encoding`` the whole
encoder on batches, ``variance`` what the contexts do to a word's vectors.
"""

from embedlab.contextual.blocks import encode_block, encode_block_gradients
from embedlab.contextual.encoding import attention_maps, encode, encode_gradients
from embedlab.contextual.variance import between_share, context_variance
from embedlab.contextual.weights import (
    Block,
    Encoder,
    parameters,
    start_encoder,
    with_parameters,
)

__all__ = [
    "Block",
    "Encoder",
    "attention_maps",
    "between_share",
    "context_variance",
    "encode",
    "encode_block",
    "encode_block_gradients",
    "encode_gradients",
    "parameters",
    "start_encoder",
    "with_parameters",
]

"""The encoder on batches: vectors, attention weights, gradients."""

from dataclasses import replace

import numpy as np

from embedlab.attention import Mask, check_mask, multi_head_attention
from embedlab.contextual.blocks import encode_block, encode_block_gradients
from embedlab.contextual.weights import Encoder
from embedlab.layers import as_id_rows, layer_norm, layer_norm_gradients, scatter_rows
from embedlab.numerics import Array, IntArray, require

# Tokens that go through all layers together, so that what a layer leaves is still in the cache.
_TOKENS = 512


def encode(
    encoder: Encoder, ids: IntArray, mask: Mask | None = None, segments: IntArray | None = None
) -> Array:
    """Return the vectors of every token after every layer.

    Args:
        encoder: L blocks.
        ids: (B, n) integers, places of the words in encoder.words; padding is any word, hidden
            from the others by a mask.
        mask: Which token a token may attend to, boolean, broadcast to (B, n, n); see
            ``attention.padding_mask`` and ``attention.causal_mask``, and & to have both. One
            row for each sequence is (B, 1, n). As (n, n), for all sequences, it must let every
            token attend to itself, because (B, n) looks the same where B is n.
        segments: (B, n) integers; segment 0 everywhere unless given.

    Returns:
        (L + 1, B, n, d): first the normalized sum of word, position and segment, last the output.

    Raises:
        ValueError: If the batch is empty, a sequence longer than the encoder has positions, an id
            or a segment no integer or out of range, or a mask does not fit or leaves a token
            nothing to attend to.
    """
    total, mask = _embed(encoder, ids, mask, segments)
    B, n = total.shape[:2]
    hidden = np.empty((len(encoder.blocks) + 1, *total.shape), dtype=total.dtype)
    hidden[0] = layer_norm(total, encoder.gain, encoder.bias, encoder.epsilon)
    size = max(1, _TOKENS // n)
    for group in (slice(start, start + size) for start in range(0, B, size)):
        allowed = None if mask is None else mask[group]
        for i, block in enumerate(encoder.blocks):
            hidden[i + 1, group] = encode_block(
                hidden[i, group], block, encoder.n_heads, allowed, encoder.epsilon
            )
    return hidden


def attention_maps(
    encoder: Encoder, ids: IntArray, mask: Mask | None = None, segments: IntArray | None = None
) -> Array:
    """Return the attention weights (L, B, H, n, n); arguments and errors as ``encode``."""
    hidden = encode(encoder, ids, mask, segments)
    maps = [
        multi_head_attention(x, block.attention, encoder.n_heads, mask)[1]
        for x, block in zip(hidden[:-1], encoder.blocks, strict=True)
    ]
    n, B, H = hidden.shape[2], hidden.shape[1], encoder.n_heads
    return np.stack(maps) if maps else np.empty((0, B, H, n, n), dtype=hidden.dtype)


def encode_gradients(
    encoder: Encoder,
    d_hidden_last: Array,
    ids: IntArray,
    mask: Mask | None = None,
    segments: IntArray | None = None,
    *,
    hidden: Array | None = None,
) -> Encoder:
    """Return the gradients of a loss of the last layer for every array of the encoder.

    Args:
        encoder: L blocks.
        d_hidden_last: (B, n, d), gradient of the loss for encode(...)[-1].
        ids: As in ``encode``, and so the following.
        mask: Which token a token may attend to.
        segments: (B, n) integers.
        hidden: What ``encode`` returned for the same arguments, where the caller has it; else it is
            computed again.

    Raises:
        ValueError: As ``encode``, and if d_hidden_last or hidden has another shape.
    """
    total, mask = _embed(encoder, ids, mask, segments)
    shape = total.shape
    require(d_hidden_last.shape == shape, "d_hidden_last", f"be {shape}", d_hidden_last.shape)
    if hidden is None:
        hidden = encode(encoder, ids, mask, segments)
    shape = (len(encoder.blocks) + 1, *shape)
    require(hidden.shape == shape, "hidden", f"be {shape} as from encode", hidden.shape)
    d_x, d_blocks = d_hidden_last, []
    for x, block in zip(hidden[-2::-1], encoder.blocks[::-1], strict=True):
        d_x, d_block = encode_block_gradients(d_x, x, block, encoder.n_heads, mask, encoder.epsilon)
        d_blocks.append(d_block)
    d_total, d_gain, d_bias = layer_norm_gradients(d_x, total, encoder.gain, encoder.epsilon)
    d_positions = np.zeros_like(encoder.positions)
    d_positions[: total.shape[1]] = d_total.sum(axis=0)
    return replace(
        encoder,
        words=scatter_rows(ids, d_total, len(encoder.words)),
        positions=d_positions,
        segments=scatter_rows(_segments(segments, ids), d_total, len(encoder.segments)),
        gain=d_gain,
        bias=d_bias,
        blocks=tuple(d_blocks[::-1]),
    )


def _embed(
    encoder: Encoder, ids: IntArray, mask: Mask | None, segments: IntArray | None
) -> tuple[Array, Mask | None]:
    """Return the sum of word, position and segment (B, n, d), and the mask (B, ...), checked."""
    ids = as_id_rows("ids", ids)
    n, P = ids.shape[1], len(encoder.positions)
    remedy = "cut the text into shorter parts"
    require(n <= P, "ids", f"be no longer than the model's {P} positions", n, remedy)
    segments = as_id_rows("segments", _segments(segments, ids))
    require(segments.shape == ids.shape, "segments", f"be {ids.shape}", segments.shape)
    for name, places, table in (("ids", ids, "words"), ("segments", segments, "segments")):
        size = len(getattr(encoder, table))
        low, high = int(places.min()), int(places.max())
        wrong = high if high >= size else low
        remedy = f"the model has {size} {table}"
        require(low >= 0 and high < size, name, f"lie between 0 and {size - 1}", wrong, remedy)
    if mask is not None:
        mask = np.atleast_2d(mask)
        check_mask(mask, (*ids.shape, n))
        if mask.shape == (n, n):
            _check_diagonal(mask)
        # One mask for each sequence, so that batches can be cut; none where it hides nothing.
        mask = None if mask.all() else np.broadcast_to(mask, (len(ids), *mask.shape[-2:]))
    total = encoder.words[ids]
    total += encoder.positions[:n]
    total += encoder.segments[segments]
    return total, mask


def _check_diagonal(mask: Mask) -> None:
    """Raise ``ValueError`` where a mask (n, n) is most likely one row for each of n sequences."""
    own = np.diagonal(mask)
    rule = "let every token attend to itself where its shape is (n, n)"
    remedy = "write mask[:, np.newaxis] if it has a row per sequence, else mask[np.newaxis]"
    received = f"one that hides token {own.argmin()} from itself"
    require(bool(own.all()), "mask", rule, received, remedy)


def _segments(segments: IntArray | None, ids: IntArray) -> IntArray:
    """Return the segments given, or 0 for every token."""
    return np.zeros(np.shape(ids), dtype=np.intp) if segments is None else segments

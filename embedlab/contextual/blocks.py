"""One layer of the encoder, as a chapter prints it.

It has two halves, attention and a feed-forward network of each token on its own. Each half adds
to its input and normalizes the sum, as in the original Transformer and in BERT.
"""

from embedlab.attention import (
    Mask,
    multi_head_attention,
    multi_head_attention_gradients,
)
from embedlab.contextual.weights import Block
from embedlab.layers import (
    gelu,
    gelu_gradient,
    layer_norm,
    layer_norm_gradients,
    linear,
    linear_gradients,
)
from embedlab.numerics import Array


def encode_block(
    x: Array, block: Block, n_heads: int, mask: Mask | None = None, epsilon: float = 1e-12
) -> Array:
    """Return the output (..., n, d) of one layer for its input (..., n, d).

    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.1; GELU as in Devlin et al. 2019.
    """
    attended, _ = multi_head_attention(x, block.attention, n_heads, mask)
    h = layer_norm(x + attended, block.attention_gain, block.attention_bias, epsilon)
    expanded = gelu(linear(h, block.expand, block.expand_bias))
    fed = linear(expanded, block.contract, block.contract_bias)
    return layer_norm(h + fed, block.feed_forward_gain, block.feed_forward_bias, epsilon)


def encode_block_gradients(
    d_y: Array,
    x: Array,
    block: Block,
    n_heads: int,
    mask: Mask | None = None,
    epsilon: float = 1e-12,
) -> tuple[Array, Block]:
    """Return the gradients of ``encode_block`` for x and for the block."""
    b = block
    attended, _ = multi_head_attention(x, b.attention, n_heads, mask)
    h = layer_norm(x + attended, b.attention_gain, b.attention_bias, epsilon)
    wide = linear(h, b.expand, b.expand_bias)
    expanded = gelu(wide)
    total = h + linear(expanded, b.contract, b.contract_bias)

    d_total, d_gain, d_bias = layer_norm_gradients(d_y, total, b.feed_forward_gain, epsilon)
    d_expanded, d_contract, d_contract_bias = linear_gradients(d_total, expanded, b.contract)
    d_h, d_expand, d_expand_bias = linear_gradients(gelu_gradient(d_expanded, wide), h, b.expand)
    # The sums h + fed and x + attended hand the gradient on to both sides.
    d_sum, d_attention_gain, d_attention_bias = layer_norm_gradients(
        d_h + d_total, x + attended, b.attention_gain, epsilon
    )
    d_x, d_attention = multi_head_attention_gradients(d_sum, x, b.attention, n_heads, mask)
    return d_x + d_sum, Block(
        attention=d_attention,
        attention_gain=d_attention_gain,
        attention_bias=d_attention_bias,
        expand=d_expand,
        expand_bias=d_expand_bias,
        contract=d_contract,
        contract_bias=d_contract_bias,
        feed_forward_gain=d_gain,
        feed_forward_bias=d_bias,
    )

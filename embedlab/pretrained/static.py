"""Static vectors distilled from pretrained weights: one for each word, whatever its context."""

import hashlib
import json
import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embedlab.files import FilePath
from embedlab.numerics import Array, as_integer, require
from embedlab.pretrained.texts import mean_vectors, tokenize_texts
from embedlab.pretrained.weights import Pretrained
from embedlab.storage import load_npz, save_npz
from embedlab.vectors import Embeddings

_UNKNOWN = "[UNK]"

# Part of the key of cached vectors; raise it when ``distill`` computes something else.
_VERSION = 1


def whole_words(model: Pretrained) -> tuple[str, ...]:
    """Return the pieces that are words of at least two letters from a to z, in the model's order.

    That order is roughly by falling frequency, from "the" on.
    """
    vocabulary = model.tokenizer.get_vocab()
    ordered = sorted(vocabulary, key=vocabulary.__getitem__)
    return tuple(piece for piece in ordered if re.fullmatch("[a-z]{2,}", piece))


def distill(
    model: Pretrained, words: Sequence[str], *, d: int = 256, folder: FilePath | None = None
) -> Embeddings:
    """Return static vectors (V, d) of words, each taken from the model without any context.

    A word is encoded alone, as [CLS] word [SEP], and the mean over all positions is taken. The
    vectors are centered, turned to their d principal components and given length 1. They are
    cached in a file, under a name that depends on weights, words and d.

    Args:
        model: As from ``minilm``.
        words: V distinct words, of which the model tells more than d apart; ``whole_words`` or
            any others. What it reads alike, such as Cat and cat, has the same vector.
        d: Dimensions kept, at most those of the model.
        folder: Of the cached files; without it that of EMBEDLAB_CACHE, and without that the
            user's cache folder.

    Raises:
        ValueError: If a word is repeated or has no piece or an unknown one, d is out of range, or
            the model cannot tell more than d of the words apart.
    """
    require(not isinstance(words, str), "words", "be a list of words", words)
    words = tuple(words)
    require(len(set(words)) == len(words), "words", "be distinct", f"{len(words)} with repetitions")
    remedy = "the components come from the differences between words"
    require(len(words) > 1, "words", "be two or more", len(words), remedy)
    d, widest = as_integer("d", d, 1), min(len(words) - 1, model.n_dimensions)
    remedy = "the components come from the words: give more words, or keep fewer dimensions"
    require(d <= widest, "d", f"be from 1 to {widest} here", d, remedy)
    key = json.dumps([_VERSION, model.fingerprint, d, words]).encode()
    name = f"distilled-{hashlib.sha256(key).hexdigest()[:24]}.npz"
    path = (Path(folder).expanduser() if folder is not None else _cache_folder()) / name
    cached = _cached(path, words, d)
    if cached is not None:
        return cached
    tokens = tokenize_texts(model, words, len(model.encoder.positions), truncate=False)
    for word, row in zip(words, tokens, strict=True):
        is_known = len(row.ids) > 2 and _UNKNOWN not in row.pieces
        require(is_known, "words", "consist of pieces of the model", word, "leave it out")
    # Such as "Cat" and "cat": there is no direction in which they differ, only rounding errors.
    n_told_apart = len({tuple(row.ids) for row in tokens})
    rule = f"hold more than d = {d} that the model can tell apart"
    remedy = "it reads some alike, such as Cat and cat: leave those out, or keep fewer dimensions"
    require(n_told_apart > d, "words", rule, n_told_apart, remedy)
    means = mean_vectors(model, tokens, batch_size=256)
    embeddings = Embeddings(words, _principal_components(means, d))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_npz(embeddings, path)
    except OSError as error:
        warnings.warn(f"the vectors could not be cached: {error}", RuntimeWarning, stacklevel=2)
    return embeddings


def _principal_components(rows: Array, d: int) -> Array:
    """Return centered rows (V, n) along their d directions of most variance, with length 1."""
    centered = rows - rows.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centered.T @ centered)
    directions = directions[:, ::-1][:, :d]
    # Either sign is right; this choice makes the vectors the same on every machine.
    peaks = directions[np.abs(directions).argmax(axis=0), np.arange(d)]
    turned = centered @ (directions * np.sign(peaks))
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    return np.asarray(turned / np.maximum(lengths, np.finfo(float).tiny)).astype(np.float32)


def _cached(path: Path, words: tuple[str, ...], d: int) -> Embeddings | None:
    """Return cached vectors; None where there are none, or the file is damaged."""
    try:
        found = load_npz(path)
    except (OSError, ValueError):
        return None
    fits = found.words == words and found.matrix.shape == (len(words), d)
    return found if fits and found.matrix.dtype == np.float32 else None


def _cache_folder() -> Path:
    """Return EMBEDLAB_CACHE, or the folder for what can be made again on this system."""
    if named := os.environ.get("EMBEDLAB_CACHE"):
        return Path(named).expanduser()
    # Not needed by who names a folder.
    from platformdirs import user_cache_path

    return user_cache_path("embedlab", appauthor=False)

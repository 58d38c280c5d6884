"""Texts through pretrained weights: vectors of tokens, of sentences, and of a word in context."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from embedlab.attention import padding_mask
from embedlab.contextual import encode
from embedlab.numerics import Array, IntArray, as_integer, require
from embedlab.pretrained.weights import Pretrained

# Tokens encoded at a time: the wide layer's numbers of more do not fit into a processor's cache.
_BATCH_TOKENS = 512


@dataclass(frozen=True, eq=False)
class EncodedText:
    """One text and the last layer's vector of each of its n tokens.

    Attributes:
        text: The text.
        pieces: n pieces, [CLS] first and [SEP] last; ## marks one that continues a word.
        offsets: (n, 2) begin and end of each piece in the text; (0, 0) for [CLS] and [SEP].
        vectors: (n, d), float32.
    """

    text: str
    pieces: tuple[str, ...]
    offsets: IntArray
    vectors: Array


def encode_texts(
    model: Pretrained,
    texts: Sequence[str],
    *,
    batch_size: int = 32,
    max_tokens: int = 256,
    truncate: bool = False,
) -> list[EncodedText]:
    """Return the vectors of the tokens of each text, in the order of the texts.

    Texts of similar length are encoded together, the shorter ones filled up and masked. An empty
    list gives an empty one; an empty text has the tokens [CLS] and [SEP].

    Args:
        model: As from ``minilm``.
        texts: N strings.
        batch_size: Most texts at a time, fewer if they are long; more are not faster from some
            point on. The result does not depend on it, up to rounding.
        max_tokens: Longest text in tokens, [CLS] and [SEP] among them, from 2 to the positions of
            the model (512); 256 is what the authors of the weights advise.
        truncate: Whether to cut off what is longer instead of raising an error.

    Raises:
        ValueError: If texts is one string, a text is no string or too long, or a number is out of
            range.
    """
    pieces = tokenize_texts(model, texts, max_tokens, truncate)
    encoded: dict[int, EncodedText] = {}
    for rows, hidden in _batches(model, pieces, batch_size):
        for i, vectors in zip(rows, hidden, strict=True):
            tokens, n = pieces[i], len(pieces[i].ids)
            # A copy, or it would keep the vectors of all layers and texts of its batch alive.
            kept = vectors[:n].copy()
            encoded[i] = EncodedText(texts[i], tokens.pieces, tokens.offsets, kept)
    return [encoded[i] for i in range(len(pieces))]


def sentence_vectors(
    model: Pretrained,
    texts: Sequence[str],
    *,
    batch_size: int = 32,
    max_tokens: int = 256,
    truncate: bool = False,
) -> Array:
    """Return one vector of length 1 for each text (N, 384): the mean over all its tokens.

    The product of two rows is their cosine. Arguments and errors as ``encode_texts``; no texts
    give an array (0, 384).

    Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3 (MEAN), then normalized.
    """
    means = mean_vectors(model, tokenize_texts(model, texts, max_tokens, truncate), batch_size)
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def word_vectors_in_context(model: Pretrained, text: str, word: str) -> Array:
    """Return the vectors of a word where it stands in a text, after every layer.

    A word of several pieces has the mean of their vectors.

    Args:
        model: As from ``minilm``.
        text: Up to 512 tokens.
        word: Found as a whole word, whatever its case: bank, not the bank of banker.

    Returns:
        (m, L + 1, d) for m occurrences; [:, 0] is the embedding layer, [:, -1] the last layer.

    Raises:
        ValueError: If the word is empty or not in the text, or the text is too long.
    """
    require(isinstance(word, str) and word.strip() == word != "", "word", "be a word", word)
    tokens = tokenize_texts(model, [text], len(model.encoder.positions), truncate=False)[0]
    pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
    spans = [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    require(len(spans) > 0, "word", f"stand in the text {_excerpt(text)!r} as a word", word)
    hidden = encode(model.encoder, np.array([tokens.ids]))[:, 0]
    begins, ends = tokens.offsets.T
    inside = [np.flatnonzero((begins < stop) & (ends > start)) for start, stop in spans]
    has_pieces = all(len(places) > 0 for places in inside)
    require(has_pieces, "word", "have a piece of the model in the text", word)
    return np.stack([hidden[:, places].mean(axis=1) for places in inside])


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of one text."""

    ids: list[int]
    pieces: tuple[str, ...]
    offsets: IntArray


def tokenize_texts(
    model: Pretrained, texts: Sequence[str], max_tokens: int, truncate: bool
) -> list[Tokens]:
    """Return the tokens of each text, at most max_tokens."""
    is_list = isinstance(texts, Sequence) and not isinstance(texts, str)
    require(is_list, "texts", "be a list of strings", texts, "write [text], or list(texts)")
    longest = len(model.encoder.positions)
    in_range = as_integer("max_tokens", max_tokens, 2) <= longest
    require(in_range, "max_tokens", f"be at most the model's {longest} positions", max_tokens)
    for i, text in enumerate(texts):
        require(isinstance(text, str), f"texts[{i}]", "be a string", text)
        # Half a character that takes two in UTF-16; some programs leave such things behind.
        is_unicode = re.search("[\ud800-\udfff]", text) is None
        require(is_unicode, f"texts[{i}]", "be valid Unicode", text)
    tokens = []
    for i, found in enumerate(model.tokenizer.encode_batch(list(texts))):
        n, keep = len(found.ids), list(range(len(found.ids)))
        if n > max_tokens:
            received = f"{n} tokens of {_excerpt(texts[i])!r}"
            rule = f"have at most {max_tokens} tokens, [CLS] and [SEP] among them"
            require(truncate, f"texts[{i}]", rule, received, "split it, or pass truncate=True")
            keep = [*keep[: max_tokens - 1], n - 1]  # [SEP] stays the last
        ids, pieces, offsets = found.ids, found.tokens, np.array(found.offsets)
        tokens.append(Tokens([ids[j] for j in keep], tuple(pieces[j] for j in keep), offsets[keep]))
    return tokens


def _batches(
    model: Pretrained, tokens: Sequence[Tokens], batch_size: int
) -> Iterator[tuple[list[int], Array]]:
    """Yield places of texts of similar length, and the last layer's vectors (B, n, d) of them."""
    size = as_integer("batch_size", batch_size, 1)
    # From the longest down, so that what does not fit into memory fails at once.
    order = sorted(range(len(tokens)), key=lambda i: -len(tokens[i].ids))
    start = 0
    while start < len(order):
        n = len(tokens[order[start]].ids)
        rows = order[start : start + min(size, max(1, _BATCH_TOKENS // n))]
        start += len(rows)
        lengths = np.array([len(tokens[i].ids) for i in rows])
        ids = np.zeros((len(rows), n), dtype=np.intp)
        for row, i in zip(ids, rows, strict=True):
            row[: len(tokens[i].ids)] = tokens[i].ids
        mask = None if (lengths == n).all() else padding_mask(lengths, n)
        yield rows, encode(model.encoder, ids, mask)[-1]


def mean_vectors(model: Pretrained, tokens: Sequence[Tokens], batch_size: int) -> Array:
    """Return the mean (N, d) of the last layer's vectors of each text."""
    means = np.empty((len(tokens), model.n_dimensions), dtype=model.encoder.words.dtype)
    for rows, hidden in _batches(model, tokens, batch_size):
        for i, vectors in zip(rows, hidden, strict=True):
            means[i] = vectors[: len(tokens[i].ids)].mean(axis=0)
    return means


def _excerpt(text: str) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= 60 else f"{text[:57]}..."

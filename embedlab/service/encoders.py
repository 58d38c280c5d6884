"""What makes vectors of texts, and what the service has to know about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from embedlab.directions import unit_rows
from embedlab.numerics import Array, as_integer, first_not_finite, require
from embedlab.sentences import STOPWORDS
from embedlab.subwords import subword_ids
from embedlab.text import tokenize

# Takes N texts, returns (N, d) vectors. Called from threads of the service, two at a time at most:
# one serves requests, and one builds a new index beside it.
Encode: TypeAlias = Callable[[Sequence[str]], Array]


@dataclass(frozen=True)
class Encoder:
    """A model, seen from outside.

    Attributes:
        name: Vectors of different names are never compared.
        d: How many dimensions a vector has.
        encode: Vectors of what somebody asks; a text that is too long is a ``ValueError``.
        encode_documents: Vectors of what is searched; a text that is too long is cut.
    """

    name: str
    d: int
    encode: Encode
    encode_documents: Encode


def checked_vectors(encoder: Encoder, encode: Encode, texts: Sequence[str]) -> Array:
    """Return an encoder's vectors (N, d) after making sure that they are what it promised.

    Raises:
        ValueError: If the encoder refuses a text.
        ArithmeticError: If what it returns has another shape, or is not finite.
    """
    vectors = np.asarray(encode(texts))
    shape = (len(texts), encoder.d)
    if vectors.shape != shape:
        raise ArithmeticError(f"{encoder.name} must return shape {shape}, got {vectors.shape}")
    where = first_not_finite(vectors)
    if where is not None:
        raise ArithmeticError(f"{encoder.name} must return finite numbers, row {where[0]} is not")
    return vectors


def hashed_encoder(d: int = 512) -> Encoder:
    """Return an encoder that has learned nothing and needs no file.

    A word is the sum of its character n-grams, each of which adds or subtracts 1 at a place that
    its hash decides; a text is the sum of its words, stopwords left out where others are there,
    divided by its length. It finds texts that share words or parts of words, and knows no meaning.
    The sums are of whole numbers, so a text has the same vector in every batch.

    Raises:
        ValueError: If d is not positive.

    Source: Weinberger et al. 2009, arXiv:0902.2206, section 2 (hashing with signs).

    >>> encoder = hashed_encoder(8)
    >>> encoder.name, encoder.encode(["the cat", "cat"]).shape
    ('hashed-8', (2, 8))
    """
    d = as_integer("d", d, 1)

    def encode(texts: Sequence[str]) -> Array:
        words = [_words(text) for text in texts]
        flat = [word for text in words for word in text]
        indptr, buckets = subword_ids(flat, n_min=3, n_max=5, n_buckets=2 * d)
        owners = np.repeat(np.arange(len(texts)), [len(text) for text in words])
        owners = np.repeat(owners, np.diff(indptr))
        sums = np.zeros((len(texts), d), np.float32)
        # The lower half of the buckets adds, the upper half subtracts.
        np.add.at(sums, (owners, buckets % d), np.where(buckets < d, 1, -1).astype(np.float32))
        return unit_rows(sums)

    return Encoder(f"hashed-{d}", d, encode, encode)


def minilm_encoder() -> Encoder:
    """Return all-MiniLM-L6-v2 from its published weights.

    Raises:
        ValueError: If the weights are not installed or damaged; the message says how to get them.
        ModuleNotFoundError: If what reads them is not installed.
    """
    from embedlab import pretrained

    model = pretrained.minilm()

    def encode(texts: Sequence[str]) -> Array:
        return pretrained.sentence_vectors(model, texts)

    def encode_documents(texts: Sequence[str]) -> Array:
        return pretrained.sentence_vectors(model, texts, truncate=True)

    d = int(encode(["a"]).shape[1])
    return Encoder("all-MiniLM-L6-v2", d, encode, encode_documents)


def _words(text: str) -> list[str]:
    """Return what the hashed encoder reads of a text: at least one word."""
    require(text.strip() != "", "text", "hold more than spaces", text)
    words = tokenize(text)
    telling = [word for word in words if word not in STOPWORDS]
    # A text of marks only, such as "?!", stands for itself.
    return telling or words or ["".join(text.split())]

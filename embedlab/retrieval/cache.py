"""Vectors of texts that were asked for before: a bounded cache in front of an encoder."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from embedlab.numerics import Array, as_integer, as_matrix, require


class CacheCounts(NamedTuple):
    """How a cache has done so far.

    Attributes:
        n_hits: Texts whose vector was there, or came with the same call.
        n_misses: Texts that had to be encoded.
        size: Vectors kept now.
        max_size: Vectors kept at most.
    """

    n_hits: int
    n_misses: int
    size: int
    max_size: int


class VectorCache:
    """An encoder that remembers the vectors of the texts it was asked for last.

    It is called as the encoder is: texts in, vectors (n, d) out. What is missing goes to the
    encoder in one batch. When the cache is full, the text that was not asked for longest goes
    first. Several threads may call it; while one waits for the encoder, the others are served.

    A cache belongs to one model: make a new one with a new model.

    >>> def lengths(texts):
    ...     return np.array([[len(text)] for text in texts])
    >>> vectors = VectorCache(lengths, max_size=100)
    >>> vectors(["a", "bb", "a"]).ravel().tolist(), vectors(["bb", "ccc"]).ravel().tolist()
    ([1.0, 2.0, 1.0], [2.0, 3.0])
    >>> vectors.counts()
    CacheCounts(n_hits=2, n_misses=3, size=3, max_size=100)
    """

    def __init__(self, encode: Callable[[Sequence[str]], npt.ArrayLike], *, max_size: int) -> None:
        self._encode = encode
        self._kept: LRUCache[str, Array] = LRUCache(as_integer("max_size", max_size, 1))
        self._lock = Lock()
        self._n_hits = self._n_misses = 0

    def __call__(self, texts: Sequence[str]) -> Array:
        """Return the vectors (n, d) of n texts, at least one.

        Raises:
            ValueError: If there is no text, one is no string, or the encoder returns anything but
                one finite vector for each text. Nothing of that call is kept then.
        """
        require(not isinstance(texts, str), "texts", "be a sequence of strings", texts)
        require(len(texts) > 0, "texts", "hold at least one text", "none")
        for text in texts:
            require(isinstance(text, str), "texts", "hold strings", text)
        vectors: dict[str, Array] = {}
        with self._lock:
            for text in dict.fromkeys(texts):
                if text in self._kept:
                    vectors[text] = self._kept[text]
            missing = [text for text in dict.fromkeys(texts) if text not in vectors]
            self._n_misses += len(missing)
            self._n_hits += len(texts) - len(missing)
        if missing:
            vectors |= self._encoded(missing)
        return np.stack([vectors[text] for text in texts])

    def counts(self) -> CacheCounts:
        """Return hits and misses so far, and how full the cache is."""
        with self._lock:
            return CacheCounts(
                self._n_hits, self._n_misses, len(self._kept), int(self._kept.maxsize)
            )

    def clear(self) -> None:
        """Forget all vectors; the counts go on."""
        with self._lock:
            self._kept.clear()

    def _encoded(self, texts: list[str]) -> dict[str, Array]:
        """Return the vectors of texts, fresh from the encoder, and keep them."""
        matrix = as_matrix("the encoder's answer", self._encode(texts))
        rule = f"have a row for each of {len(texts)} texts"
        require(len(matrix) == len(texts), "the encoder's answer", rule, len(matrix))
        # A copy of each row: a view would keep the whole batch alive.
        fresh = {text: row.copy() for text, row in zip(texts, matrix, strict=True)}
        with self._lock:
            self._kept.update(fresh)
        return fresh

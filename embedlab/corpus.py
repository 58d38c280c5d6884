"""A whole corpus as numbers: the ids of its tokens in one row, and which sentence each is in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, IntArray, as_vector, require, require_tokens

_LARGEST = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, eq=False)
class Corpus:
    """The tokens of all sentences in a row; a window never reaches into another sentence.

    Attributes:
        ids: (n,) int32, the word id of each token.
        sentence_of: (n,) int32, the number of each token's sentence, never decreasing. A
            sentence that lost all its tokens leaves a gap in the numbers.

    Raises:
        ValueError: If the two are not integers of the same length, an id is negative, or the
            sentence numbers decrease.
    """

    ids: IntArray
    sentence_of: IntArray

    def __post_init__(self) -> None:
        for name in ("ids", "sentence_of"):
            values = np.asarray(getattr(self, name))
            is_integer = np.issubdtype(values.dtype, np.integer) and values.ndim == 1
            require(is_integer, name, "be a row of integers", f"{values.dtype} {values.shape}")
            largest = int(values.max(initial=0))
            require(largest <= _LARGEST, name, f"be at most {_LARGEST}", largest)
            # A frozen dataclass can be filled in only this way.
            object.__setattr__(self, name, values.astype(np.int32, copy=False))
        lengths = len(self.ids), len(self.sentence_of)
        require(lengths[0] == lengths[1], "ids and sentence_of", "have the same length", lengths)
        lowest = int(self.ids.min(initial=0))
        require(lowest >= 0, "ids", "be at least 0", lowest, "leave unknown words out")
        in_order = bool((self.sentence_of[1:] >= self.sentence_of[:-1]).all())
        require(in_order, "sentence_of", "never decrease", "sentences out of order")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def longest(self) -> int:
        """How many tokens the longest sentence has; 0 if there is none."""
        # Not by counting numbers up to the largest: they may have wide gaps, or be negative.
        is_first = np.append(True, self.sentence_of[1:] != self.sentence_of[:-1])
        return int(np.diff(np.flatnonzero(is_first), append=len(self)).max())

    def where(self, mask: npt.NDArray[np.bool_]) -> "Corpus":
        """Return the corpus of the tokens for which a mask (n,) is true."""
        kept = np.flatnonzero(mask)  # taking positions twice is faster than a mask twice
        return Corpus(self.ids.take(kept), self.sentence_of.take(kept))


def encode_sentences(sentences: Iterable[Sequence[str]], index: Mapping[str, int]) -> Corpus:
    """Return the ids of all known tokens of tokenized sentences; unknown ones are left out.

    Leaving a token out brings its neighbors closer together, as word2vec does.

    Args:
        sentences: Lists of tokens.
        index: The id of each known word, such as ``Vocabulary.index``.

    Raises:
        ValueError: If sentences, or one of them, is a string.

    >>> corpus = encode_sentences([["the", "cat"], ["a", "cat", "sat"]], {"cat": 0, "sat": 1})
    >>> corpus.ids.tolist(), corpus.sentence_of.tolist()
    ([0, 0, 1], [0, 1, 1])
    """
    is_text = isinstance(sentences, str | bytes)
    require(not is_text, "sentences", "be lists of tokens", sentences, "call tokenize first")
    rows = list(sentences)
    for row in rows:
        require_tokens("each sentence", row)
    lengths = np.fromiter(map(len, rows), np.intp, len(rows))
    # map and chain keep the loop over millions of tokens out of the interpreter.
    found = map(index.get, chain.from_iterable(rows), repeat(-1))
    ids = np.fromiter(found, np.int32, int(lengths.sum()))
    sentence_of = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
    known = ids >= 0
    return Corpus(ids[known], sentence_of[known])


def keep_tokens(
    corpus: Corpus, probabilities: npt.ArrayLike, *, rng: np.random.Generator
) -> Corpus:
    """Return the tokens that survive subsampling, each drawn on its own.

    Args:
        corpus: All tokens.
        probabilities: (V,) how likely each word is kept; see ``text.keep_probabilities``.
        rng: Draws.

    Raises:
        ValueError: If an id has no probability, or one lies outside [0, 1].
    """
    keep: Array = as_vector("probabilities", probabilities)
    in_range = bool(((keep >= 0) & (keep <= 1)).all())
    require(in_range, "probabilities", "lie between 0 and 1", keep)
    highest = int(corpus.ids.max(initial=-1))
    require(highest < len(keep), "corpus", f"have ids below {len(keep)}", highest)
    draws = rng.random(len(corpus), dtype=np.float32)
    return corpus.where(draws < keep.astype(np.float32).take(corpus.ids))

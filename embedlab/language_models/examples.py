"""What a model in the manner of BERT is asked: hidden words, and pairs of sentences."""

from collections.abc import Sequence, Sized
from dataclasses import dataclass

import numpy as np

from embedlab.layers import as_id_rows, check_ids
from embedlab.numerics import IntArray, as_integer, require
from embedlab.sequences import MARKS, MASK, PAD, token_ids


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows [CLS] first sentence [SEP] second sentence [SEP], filled up with [PAD].

    Attributes:
        ids: (B, n).
        lengths: (B,).
        segments: (B, n), 0 up to the first [SEP], 1 after it.
        is_next: (B,), 1 where the second sentence follows the first in its document, else 0.
    """

    ids: IntArray
    lengths: IntArray
    segments: IntArray
    is_next: IntArray


def masked_batch(
    ids: IntArray, n_words: int, *, rng: np.random.Generator, share: float = 0.15
) -> tuple[IntArray, IntArray]:
    """Return ids with some tokens hidden, and which token is to be predicted where.

    In each row a share of the tokens is chosen, rounded, but at least one. Of them 80 % become
    [MASK], 10 % a random word, and 10 % stay: the encoder cannot know which words it will be
    asked about, and so must have a good vector for all. Marks are never chosen.

    Args:
        ids: (B, n) from ``sequences.token_ids`` or ``next_sentence_pairs``; not changed.
        n_words: V, marks included.
        rng: Chooses.
        share: Between 0 and 1.

    Returns:
        Inputs (B, n); targets (B, n), the original id where a token was chosen, else -1.

    Raises:
        ValueError: If a row has nothing but marks, or an argument is out of range.

    Source: Devlin et al. 2019, section 3.1, task 1.
    """
    n_marks = len(MARKS)
    as_integer("n_words", n_words, n_marks + 1)
    require(0 < share < 1, "share", "lie between 0 and 1", share)
    ids = as_id_rows("ids", ids)
    check_ids("ids", ids, n_words)
    is_word = ids >= n_marks
    n_per_row = is_word.sum(axis=1, keepdims=True)
    rule = "have a word besides the marks in every row"
    require(bool(n_per_row.all()), "ids", rule, f"none in row {n_per_row[:, 0].argmin()}")
    # The words of a row in random order, marks last; the first ones are chosen.
    keys = np.where(is_word, rng.random(ids.shape), 2.0)
    rank = keys.argsort(axis=1).argsort(axis=1)
    is_chosen = rank < np.maximum(1, np.rint(share * n_per_row))
    kind = rng.random(ids.shape)
    random_words = rng.integers(n_marks, n_words, ids.shape)
    hidden = np.where(kind < 0.8, MASK, np.where(kind < 0.9, random_words, ids))
    return np.where(is_chosen, hidden, ids), np.where(is_chosen, ids, -1)


def next_sentence_pairs(
    documents: Sequence[Sequence[Sequence[str]]], words: Sequence[str], *, rng: np.random.Generator
) -> Pairs:
    """Return each sentence with its successor or, half of the time, one of another document.

    Args:
        documents: Lists of tokenized sentences, in order.
        words: From ``sequences.word_table``.
        rng: Draws the coin for each pair, and the strangers.

    Returns:
        One row for each sentence that has a successor.

    Raises:
        ValueError: If fewer than two documents have sentences, no sentence has a successor, or a
            sentence is no list of tokens.

    Source: Devlin et al. 2019, section 3.1, task 2.

    >>> pairs = next_sentence_pairs(
    ...     [[["a"], ["b"]], [["c"]]], (*MARKS, "a", "b", "c"), rng=np.random.default_rng(1)
    ... )
    >>> pairs.ids.tolist(), pairs.segments.tolist(), pairs.is_next.tolist()
    ([[2, 5, 3, 7, 3]], [[0, 0, 0, 1, 1]], [0])
    """
    _check_documents(documents)
    n_filled = sum(len(document) > 0 for document in documents)
    rule, remedy = "hold two documents or more with sentences", "a stranger must come from one"
    require(n_filled > 1, "documents", rule, n_filled, remedy)
    ids, lengths = token_ids([s for document in documents for s in document], words)
    sizes = np.array([len(document) for document in documents])
    document_of = np.repeat(np.arange(len(documents)), sizes)
    first = np.flatnonzero(document_of[:-1] == document_of[1:])
    rule = "have a document of two sentences or more"
    require(len(first) > 0, "documents", rule, sizes.tolist())
    is_next = rng.integers(2, size=len(first))
    # A random step to a sentence beyond the own document, round the end if need be.
    own = document_of[first]
    ends, others = np.cumsum(sizes)[own], len(ids) - sizes[own]
    second = np.where(is_next == 1, first + 1, (ends + rng.integers(others)) % len(ids))
    # The second sentence comes without its [CLS].
    n_first, n_second = lengths[first], lengths[second] - 1
    total = n_first + n_second
    column = np.arange(total.max())
    from_second = np.clip(column - n_first[:, None] + 1, 0, ids.shape[1] - 1)
    left = ids[first[:, None], np.minimum(column, ids.shape[1] - 1)]
    is_first, is_inside = column < n_first[:, None], column < total[:, None]
    joined = np.where(is_first, left, ids[second[:, None], from_second])
    segments = (is_inside & ~is_first).astype(np.intp)
    return Pairs(np.where(is_inside, joined, PAD), total, segments, is_next)


def known_sentences(
    documents: Sequence[Sequence[Sequence[str]]], words: Sequence[str]
) -> list[list[Sequence[str]]]:
    """Return documents without the sentences that have no word of a table besides its marks.

    >>> known_sentences([[["a", "x"], ["x"]], [[]]], (*MARKS, "a"))
    [[['a', 'x']], []]
    """
    _check_documents(documents)
    known = set(words[len(MARKS) :])
    return [[s for s in document if not known.isdisjoint(s)] for document in documents]


def _check_documents(documents: Sequence[Sequence[Sequence[str]]]) -> None:
    """Raise ``ValueError`` unless documents are lists of lists of tokens."""
    for i, document in enumerate(documents):
        is_list = isinstance(document, Sized) and not isinstance(document, str)
        require(is_list, f"documents[{i}]", "be a list of sentences", document)
        for sentence in document:
            is_list = isinstance(sentence, Sized) and not isinstance(sentence, str)
            require(is_list, f"each sentence of documents[{i}]", "be a list of tokens", sentence)

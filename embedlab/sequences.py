"""Sentences as rows of word numbers, and batches of rows of different lengths.

What all language models here share: the table of words with its marks, rows filled up to one
length, the lengths that say where each row ends, rows read backward, and batches of like lengths.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from embedlab.numerics import IntArray, as_integer, require, require_tokens
from embedlab.text import build_vocabulary

T = TypeVar("T", bound=np.generic)

# The first rows of every table of words, under the names of BERT: what fills up a short row, a
# word that is not in the table, begin and end of a text, and a word that is to be guessed.
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(len(MARKS))


def word_table(sentences: Sequence[Sequence[str]], *, min_count: int = 1) -> tuple[str, ...]:
    """Return ``MARKS``, then the words of tokenized sentences, most frequent first.

    A token that is spelled like a mark is that mark, and not listed again.

    Raises:
        ValueError: As ``text.build_vocabulary``.

    >>> word_table([["the", "cat"], ["the", "mat"]])[len(MARKS):]
    ('the', 'cat', 'mat')
    """
    words = build_vocabulary(sentences, min_count=min_count).words
    return MARKS + tuple(word for word in words if word not in MARKS)


def token_ids(
    sentences: Sequence[Sequence[str]], words: Sequence[str]
) -> tuple[IntArray, IntArray]:
    """Return the ids of [CLS] sentence [SEP] in rows filled up with [PAD], and their lengths.

    So the token at position p of a sentence stands in column p + 1.

    Args:
        sentences: B lists of tokens; a token that words does not have becomes [UNK].
        words: From ``word_table``.

    Returns:
        Ids (B, n), n being the longest sentence and 2; lengths (B,), the two marks included.

    Raises:
        ValueError: If there is no sentence, one is a string, or words does not begin with
            ``MARKS``.

    >>> ids, lengths = token_ids([["a", "cat"], ["cat"]], (*MARKS, "cat"))
    >>> ids.tolist(), lengths.tolist()
    ([[2, 1, 5, 3], [2, 5, 3, 0]], [4, 3])
    """
    rule, first = f"begin with the marks {MARKS}", tuple(words[: len(MARKS)])
    require(first == MARKS, "words", rule, first, "word_table makes such a table")
    require(not isinstance(sentences, str), "sentences", "be lists of tokens", sentences)
    require(len(sentences) > 0, "sentences", "hold at least one sentence", "none")
    for sentence in sentences:
        require_tokens("each of sentences", sentence)
    index = {word: i for i, word in enumerate(words)}
    lengths = np.array([len(sentence) + 2 for sentence in sentences])
    ids = np.full((len(sentences), int(lengths.max())), PAD)
    for row, sentence in zip(ids, sentences, strict=True):
        numbers = [index.get(token, UNK) for token in sentence]
        row[: len(sentence) + 2] = [CLS, *numbers, SEP]
    return ids, lengths


def as_lengths(lengths: npt.ArrayLike | None, n_sequences: int, n_steps: int) -> IntArray:
    """Return the lengths (B,) of the sequences of a batch, all n_steps if left out.

    Raises:
        ValueError: If the batch is empty, or they are not B integers from 1 to n_steps.
    """
    shape = (n_sequences, n_steps)
    remedy = "a batch needs a sequence, and a sequence a step"
    require(min(shape) > 0, "the batch", "hold at least one step of one sequence", shape, remedy)
    if lengths is None:
        return np.full(n_sequences, n_steps)
    ends = np.asarray(lengths)
    is_integer = np.issubdtype(ends.dtype, np.integer) and ends.shape == (n_sequences,)
    rule = f"be {n_sequences} integers, one for each sequence"
    require(is_integer, "lengths", rule, f"{ends.dtype} of shape {ends.shape}")
    in_range = bool(((ends >= 1) & (ends <= n_steps)).all())
    require(in_range, "lengths", f"lie between 1 and {n_steps}", ends.tolist())
    # Signed: rows are reversed by the difference of two lengths.
    return ends.astype(np.intp, copy=False)


def reverse_sequences(x: npt.NDArray[T], lengths: npt.ArrayLike) -> npt.NDArray[T]:
    """Return each sequence backward, with what stands after its end left there.

    Done twice, nothing has changed.

    Args:
        x: (B, n, ...) sequences, or (B, n) ids.
        lengths: (B,) steps of each, from 1 to n.

    Raises:
        ValueError: If lengths do not fit.

    >>> reverse_sequences(np.array([[1, 2, 3, 0]]), [3]).tolist()
    [[3, 2, 1, 0]]
    """
    ends = as_lengths(lengths, *x.shape[:2])[:, None]
    t = np.arange(x.shape[1])
    reversed_rows: npt.NDArray[T] = x[
        np.arange(len(x))[:, None], np.where(t < ends, ends - 1 - t, t)
    ]
    return reversed_rows


def length_batches(
    lengths: IntArray, batch_size: int, *, rng: np.random.Generator
) -> list[IntArray]:
    """Return all row numbers in batches of rows of about the same length, in random order.

    Rows of one length need no filling up. Which of them meet is drawn anew in every call.

    Raises:
        ValueError: If batch_size is below 1.

    >>> batches = length_batches(np.array([9, 3, 9, 3]), 2, rng=np.random.default_rng(0))
    >>> sorted(sorted(batch.tolist()) for batch in batches)
    [[0, 2], [1, 3]]
    """
    size = as_integer("batch_size", batch_size, 1)
    order = rng.permutation(len(lengths))
    order = order[np.argsort(lengths[order], kind="stable")]
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    return [batches[i] for i in rng.permutation(len(batches))]

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.sequences import (
    CLS,
    MARKS,
    PAD,
    SEP,
    UNK,
    as_lengths,
    length_batches,
    reverse_sequences,
    token_ids,
    word_table,
)

seeds = st.integers(0, 2**32 - 1)

RNG = np.random.default_rng(0)


def test_rows_by_hand():
    words = word_table([["b", "a"], ["a"]])
    assert words == (*MARKS, "a", "b")
    ids, lengths = token_ids([["b"], ["a", "x", "b"], []], words)
    assert ids.tolist() == [
        [CLS, 6, SEP, PAD, PAD],
        [CLS, 5, UNK, 6, SEP],
        [CLS, SEP, PAD, PAD, PAD],
    ]
    assert lengths.tolist() == [3, 5, 2]


def test_a_token_that_is_spelled_like_a_mark_is_the_mark():
    words = word_table([["a", "[UNK]"], ["[UNK]", "b"]])
    assert words == (*MARKS, "a", "b")
    assert token_ids([["[UNK]", "b"]], words)[0].tolist() == [[CLS, UNK, 6, SEP]]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 7), seeds)
def test_batches_hold_every_row_once_and_like_lengths_together(lengths, size, seed):
    lengths = np.array(lengths)
    batches = length_batches(lengths, size, rng=np.random.default_rng(seed))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    assert all(len(batch) <= size for batch in batches)
    # Sorted by length and cut: no batch reaches over another one's range.
    ranges = sorted((lengths[b].min(), lengths[b].max()) for b in batches)
    assert all(a[1] <= b[0] for a, b in pairwise(ranges))


@given(st.integers(1, 4), st.integers(1, 6), st.data(), seeds)
def test_reversed_twice_is_unchanged(B, n, data, seed):
    lengths = data.draw(st.lists(st.integers(1, n), min_size=B, max_size=B))
    x = np.random.default_rng(seed).standard_normal((B, n, 2))
    once = reverse_sequences(x, lengths)
    for row, back, length in zip(x, once, lengths, strict=True):
        assert (back[:length] == row[:length][::-1]).all()
        assert (back[length:] == row[length:]).all()
    assert (reverse_sequences(once, lengths) == x).all()
    unsigned = np.array(lengths, dtype=np.uint64)
    assert (reverse_sequences(x, unsigned) == once).all()


@pytest.mark.parametrize("lengths", [[2, 4, 1], np.array([2, 4, 1], np.uint8)])
def test_lengths_are_kept_or_all_full(lengths):
    assert as_lengths(lengths, 3, 4).tolist() == [2, 4, 1]
    assert as_lengths(None, 3, 4).tolist() == [4, 4, 4]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: token_ids([["a"]], ["a", "b"]), r"words must begin with the marks \("),
        (lambda: token_ids([], MARKS), "sentences must hold at least one sentence, got 'none'"),
        (lambda: word_table([]), "sentences must hold at least one token"),
        (
            lambda: length_batches(np.array([5, 3]), 0, rng=RNG),
            "batch_size must be at least 1, got 0",
        ),
        (lambda: as_lengths([2], 0, 0), "the batch must hold at least one step of one sequence"),
        (lambda: as_lengths([5], 1, 4), r"lengths must lie between 1 and 4, got \[5\]"),
        (lambda: as_lengths([1.0], 1, 4), "lengths must be 1 integers, one for each sequence"),
        (lambda: reverse_sequences(np.zeros((2, 3)), [1]), "lengths must be 2 integers"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_text_is_no_list_of_tokens():
    words = (*MARKS, "a", "b")
    with pytest.raises(ValueError, match="each of sentences must be a list of tokens"):
        token_ids(["a b"], words)
    with pytest.raises(ValueError, match="sentences must be lists of tokens"):
        token_ids("a b", words)

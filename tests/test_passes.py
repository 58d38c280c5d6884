from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.blocks import expected_weights, within_reach
from embedlab.passes import (
    overlap,
    prepare,
    shuffled_blocks,
    starting_vectors,
    steady_batch_size,
)
from embedlab.text import Vocabulary, keep_probabilities, noise_distribution

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat", "down"], ["the"]]


def prepared(sentences=SENTENCES, **options):
    defaults = {"vocabulary": None, "min_count": 1, "window": 2, "sample": None, "exponent": 0.75}
    return prepare(sentences, **(defaults | options))


def numbered(lengths):
    """Return sentences in which every token is a word of its own, so that a block names them."""
    ends = np.cumsum([0, *lengths]).tolist()
    words = [f"w{i}" for i in range(ends[-1])]
    return [words[first:last] for first, last in pairwise(ends)]


# Preparation


def test_prepare_by_hand():
    source = prepared(sample=0.5)
    assert source.vocabulary.words == ("the", "sat", "cat", "dog", "down")
    assert source.corpus.ids.tolist() == [0, 2, 1, 0, 3, 1, 4, 0]
    assert source.corpus.sentence_of.tolist() == [0, 0, 0, 1, 1, 1, 1, 2]
    counts = [3, 2, 1, 1, 1]
    assert source.keep.tolist() == keep_probabilities(counts, sample=0.5).tolist()
    assert source.noise.tolist() == noise_distribution(counts).tolist()
    assert (source.window, source.reach) == (2, 2)
    assert prepared().keep.tolist() == [1.0] * 5
    assert prepared(exponent=0).noise.tolist() == pytest.approx([0.2] * 5, rel=1e-15)


def test_words_below_min_count_are_no_gap():
    source = prepared(min_count=2)
    assert source.vocabulary.words == ("the", "sat")
    assert source.corpus.ids.tolist() == [0, 1, 0, 1, 0]
    assert source.reach == 1, "the longest sentence that is left has two words"


def test_a_vocabulary_decides_what_is_learned():
    vocabulary = Vocabulary(("dog", "the", "bird"), np.array([7, 9, 1]))
    source = prepared(vocabulary=vocabulary, min_count=99)
    assert source.vocabulary is vocabulary
    assert source.corpus.ids.tolist() == [1, 1, 0, 1]
    assert source.noise.tolist() == noise_distribution([7, 9, 1]).tolist()


def test_sentences_may_be_read_only_once():
    source = prepared(tuple(sentence) for sentence in SENTENCES)
    assert source.corpus.ids.tolist() == prepared().corpus.ids.tolist()


WORDS = Vocabulary(("the", "cat"), np.array([2, 1]))


@pytest.mark.parametrize(
    ("sentences", "options", "message"),
    [
        ([], {}, "sentences must hold at least one token, got 'none'"),
        ([[], []], {}, "sentences must hold at least one token"),
        ([], {"vocabulary": WORDS}, "two known words in at least one of them, got '0 at most'"),
        (
            [["a", "a", "a"]],
            {"min_count": 3},
            r"vocabulary must hold at least 2 words, got 1; lower min_count \(3\) or add text",
        ),
        (SENTENCES, {"vocabulary": Vocabulary(("the",), np.array([3]))}, "at least 2 words, got 1"),
        (SENTENCES, {"min_count": 4}, r"min_count must be at most 3, .*\(of 'the'\), got 4"),
        (SENTENCES, {"min_count": 0}, "min_count must be at least 1, got 0"),
        ("the cat sat", {}, "sentences must be lists of tokens, got 'the cat sat'; call tokenize"),
        ("the cat", {"vocabulary": WORDS}, "sentences must be lists of tokens, got 'the cat'"),
        (["the cat"], {}, "each sentence must be a list of tokens, got 'the cat'"),
        (["the cat"], {"vocabulary": WORDS}, "each sentence must be a list of tokens"),
        ([SENTENCES], {}, "each sentence must be a list of tokens, got 'a list of lists'"),
        (
            [["the"], ["cat"], []],
            {},
            "sentences must have two known words in at least one of them, got '1 at most'; join",
        ),
        ([["dog"], ["sat"]], {"vocabulary": WORDS}, "two known words .* got '0 at most'"),
        ([["the", "sat"], ["cat"]], {"vocabulary": WORDS}, "two known words .* got '1 at most'"),
        (SENTENCES, {"window": 0}, "window must be at least 1, got 0"),
        (SENTENCES, {"window": 2.5}, r"window must be an integer, got 2\.5"),
        (numbered([52]), {"window": 51}, "window must be at most 50, got 51; word2vec's windows"),
        (SENTENCES, {"sample": 0.0}, "sample must be above 0 and at most 1, got 0"),
        (SENTENCES, {"sample": -0.1}, "sample must be above 0"),
        (SENTENCES, {"sample": 1.5}, "sample must be above 0 and at most 1, got 1"),
        (SENTENCES, {"sample": float("nan")}, "sample must be above 0"),
        (SENTENCES, {"exponent": float("inf")}, "exponent must be finite, got inf"),
    ],
)
def test_prepare_errors(sentences, options, message):
    with pytest.raises(ValueError, match=message):
        prepared(sentences, **options)


def test_a_long_window_is_only_wrong_where_a_sentence_is_as_long():
    assert prepared(numbered([51, 3]), window=1000).reach == 50
    assert prepared(numbered([60]), window=50).reach == 50
    assert prepared(window=10**9).reach == 3


# Step sizes


@pytest.mark.parametrize(
    ("learning_rate", "pairs", "in_common", "size"),
    [
        (0.025, 6, 0.02, 433),  # 1.3 / 0.003
        (0.05, 1, 0.11, 236),
        (0.05, 1, 0.45, 57),
        (0.025, 6, 0.001, 1536),  # never more
        (1000.0, 6, 1.0, 1),  # never less
    ],
)
def test_steady_batch_size_by_hand(learning_rate, pairs, in_common, size):
    assert steady_batch_size(learning_rate, pairs, in_common) == size


def test_threads_share_the_batch():
    assert steady_batch_size(0.05, 1, 0.11, 2) == 118


def test_overlap_by_hand():
    # Counts 3, 2, 1, 1, 1; with exponent 1 the noise has the same shares, with 0 equal ones.
    squares = (9 + 4 + 1 + 1 + 1) / 64
    assert overlap(prepared(exponent=1.0), 5) == pytest.approx(6 * squares, rel=1e-14)
    flat = np.sqrt(squares / 5)
    assert overlap(prepared(exponent=0.0), 5) == pytest.approx(6 * flat, rel=1e-14)
    # All pairs of a softmax meet the same outputs.
    assert overlap(prepared(), None) == pytest.approx(np.sqrt(squares), rel=1e-14)
    # What subsampling drops is no center.
    source = prepared(sample=0.01)
    kept = source.keep * [3, 2, 1, 1, 1]
    expected = np.sqrt((kept**2).sum()) / kept.sum()
    assert overlap(source, None) == pytest.approx(expected, rel=1e-14)
    assert expected < np.sqrt(squares), "negative control"


# Blocks


def blocks_of(source, *, size=4, blocks_per_batch=3, random_window=False, seed=0):
    return shuffled_blocks(
        source,
        size=size,
        blocks_per_batch=blocks_per_batch,
        random_window=random_window,
        rng=np.random.default_rng(seed),
    )


def centers_of(source, batches, size):
    """Return the words of all centers and their reach (left, right), without the padding."""
    w, centers = source.reach, []
    for pieces, rows in batches:
        words = pieces.places[rows, w : w + size].ravel()
        left, right = np.divmod(pieces.cases[rows].ravel() % (w + 1) ** 2, w + 1)
        assert (pieces.cases[rows] // (w + 1) ** 2 == np.arange(size)).all()
        real = left + right > 0
        centers += zip(words[real].tolist(), left[real].tolist(), right[real].tolist(), strict=True)
    return centers


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=8).filter(lambda lengths: max(lengths) > 1),
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 99),
)
def test_all_blocks_come_once(lengths, window, size, blocks_per_batch, seed):
    source = prepared(numbered(lengths), window=window)
    batches = blocks_of(source, size=size, blocks_per_batch=blocks_per_batch, seed=seed)
    pieces = batches[0][0]
    assert all(blocks is pieces for blocks, _ in batches)
    rows = np.concatenate([rows for _, rows in batches]).tolist()
    assert sorted(rows) == list(range(len(pieces)))
    assert {len(rows) for _, rows in batches[:-1]} <= {blocks_per_batch}
    assert 1 <= len(batches[-1][1]) <= blocks_per_batch
    # Every token with a neighbor is the center once, and looks as far as window and sentence go.
    expected = [
        (first + i, min(i, window), min(n - 1 - i, window))
        for first, n in zip(np.cumsum([0, *lengths]).tolist(), lengths, strict=False)
        for i in range(n)
        if n > 1
    ]
    assert sorted(centers_of(source, batches, size)) == expected


def test_a_window_longer_than_every_sentence_is_the_whole_sentence():
    source, expected = prepared(numbered([4, 2, 5]), window=30), prepared(numbered([4, 2, 5]))
    centers = sorted(centers_of(source, blocks_of(source), 4))
    assert [(left, right) for _, left, right in centers] == [
        *[(0, 3), (1, 2), (2, 1), (3, 0)],
        *[(0, 1), (1, 0)],
        *[(0, 4), (1, 3), (2, 2), (3, 1), (4, 0)],
    ]
    # Negative control: the window of 2 cuts it short.
    assert sorted(centers_of(expected, blocks_of(expected), 4)) != centers


def test_the_order_is_random_and_depends_on_the_seed_alone():
    source = prepared(numbered([9] * 40))
    rows = [
        np.concatenate([rows for _, rows in blocks_of(source, seed=seed)]).tolist()
        for seed in (1, 1, 2)
    ]
    assert rows[0] == rows[1]
    assert rows[0] != rows[2]
    assert rows[0] != sorted(rows[0])


def test_every_epoch_draws_anew():
    source = prepared(numbered([9] * 40), sample=1e-3)
    rng = np.random.default_rng(0)
    epochs = [
        shuffled_blocks(source, size=4, blocks_per_batch=3, random_window=True, rng=rng)
        for _ in range(2)
    ]
    assert sorted(centers_of(source, epochs[0], 4)) != sorted(centers_of(source, epochs[1], 4))


def test_tokens_alone_in_their_sentence_are_no_centers():
    # A batch of nothing but such tokens would have no pair, and its mean loss would be nan.
    lengths = [1, 3, 1, 1, 1, 1, 2, 1, 1]
    source = prepared(numbered(lengths))
    for random_window in (False, True):
        batches = blocks_of(source, size=2, random_window=random_window)
        assert len(batches[0][0]) == 3, "five tokens, two a block"
        assert sorted(word for word, _, _ in centers_of(source, batches, 2)) == [1, 2, 3, 8, 9]
    # Negative control: with all tokens there is a block of two that have no neighbor.
    alone = np.repeat(np.array(lengths) == 1, lengths)
    assert alone[: len(alone) // 2 * 2].reshape(-1, 2).all(axis=1).any()


def fits(counts, shares):
    """Return whether counts are those of independent draws, up to five standard deviations."""
    n, p = counts.sum(), np.array(shares)
    return bool((abs(counts - n * p) <= 5 * np.sqrt(n * p * (1 - p))).all())


@pytest.mark.parametrize(
    ("window", "longest", "shares"),
    [
        (4, 4, [0.25, 0.25, 0.25, 0.25]),
        # Sentences of three: one window of five reaches 1 place, the others all of the sentence.
        (5, 2, [0.2, 0.8]),
    ],
)
def test_random_windows_are_drawn_evenly(window, longest, shares):
    n = 12_000
    source = prepared(numbered([n] if longest == window else [3] * (n // 3)), window=window)
    assert source.reach == longest

    def drawn(random_window):
        centers = centers_of(source, blocks_of(source, random_window=random_window), 4)
        if longest == window:
            inner = [(left, right) for i, left, right in centers if window <= i < n - window]
            assert all(left == right for left, right in inner), "one draw for both sides"
            return np.array([left for left, _ in inner])
        return np.array([right for i, _, right in centers if i % 3 == 0])

    counts = np.bincount(drawn(True), minlength=longest + 1)
    assert counts[0] == 0, "a window is at least 1"
    assert fits(counts[1:], shares)
    # Negative controls: the whole window each time, and a somewhat uneven draw.
    assert set(drawn(False).tolist()) == {longest}
    assert not fits(counts[1:], np.roll(shares, 1) * np.linspace(0.9, 1.1, longest))


def test_random_windows_have_the_expected_weights_on_average():
    window, n = 5, 30_000
    source = prepared(numbered([n]), window=window)
    total = np.zeros(2 * window + 1)
    for pieces, rows in blocks_of(source, random_window=True):
        total += within_reach(window)[pieces.cases[rows].ravel() % (window + 1) ** 2].sum(axis=0)
    # atol: five standard deviations of a share of 30,000.
    np.testing.assert_allclose(total / n, expected_weights(window, window)[-1], rtol=0, atol=0.015)


def test_subsampling_that_leaves_nothing():
    # Of these twenty tokens each is kept with a probability of 0.0045.
    sentences = [[f"w{i}", f"w{i + 1}"] for i in range(0, 20, 2)]
    source = prepared(sentences, sample=1e-6)
    message = (
        r"sample must leave neighbors in the corpus, got '\d tokens without any'; "
        "raise it, or keep every token with None"
    )
    with pytest.raises(ValueError, match=message):
        blocks_of(source)
    assert len(blocks_of(prepared(sentences, sample=1.0))) > 0


def test_subsampling_thins_the_corpus_before_the_windows():
    # What is left of a sentence moves together, so more tokens have two neighbors on each side.
    words = [f"w{i}" for i in range(10)]
    sentences = [["the", word] for word in words * 50]
    joined = prepared([[token for sentence in sentences for token in sentence]], sample=1e-2)
    centers = centers_of(joined, blocks_of(joined, size=8), 8)
    n_the = sum(word == joined.vocabulary.index["the"] for word, _, _ in centers)
    # 500 times √0.02 + 0.02; five standard deviations.
    assert abs(n_the - 500 * 0.1614) <= 5 * np.sqrt(500 * 0.1614 * 0.8386)
    assert sum(left == right == 2 for _, left, right in centers) == len(centers) - 4


# Starting vectors


@pytest.mark.parametrize("d", [1, 4, 50])
def test_starting_vectors_are_uniform(d):
    n = 40_000 // d
    vectors = starting_vectors(n, d, rng=np.random.default_rng(0))
    assert vectors.shape == (n, d)
    assert vectors.dtype == np.float32
    scaled = vectors * (2 * d)
    assert abs(scaled).max() <= 1
    # atol: five standard deviations of a mean of 40,000 numbers with variance 1/3, and of their
    # squares with variance 4/45.
    assert abs(scaled.mean()) <= 5 * np.sqrt(1 / 3 / 40_000)
    assert abs((scaled**2).mean() - 1 / 3) <= 5 * np.sqrt(4 / 45 / 40_000)
    assert fits(np.histogram(scaled, bins=8, range=(-1, 1))[0], [1 / 8] * 8)
    # Negative control: ± 1 / d, and a normal distribution of the same width.
    assert abs(2 * scaled).max() > 1
    normal = np.random.default_rng(0).normal(0, np.sqrt(1 / 3), 40_000)
    assert not fits(np.histogram(normal, bins=8, range=(-1, 1))[0], [1 / 8] * 8)


def test_starting_vectors_depend_on_the_seed_alone():
    vectors = [starting_vectors(5, 3, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert vectors[0].tolist() == vectors[1].tolist()
    assert vectors[0].tolist() != vectors[2].tolist()

"""One update on blocks is the sum of the textbook gradients over the same pairs."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedlab.blocks import band, cut, expected_weights, reach, within_reach
from embedlab.huffman import huffman_codes
from embedlab.numerics import log_sigmoid
from embedlab.objectives import (
    Noise,
    _noise_words,
    full_softmax,
    hierarchical_softmax,
    negative_sampling,
    negative_sampling_of_centers,
)
from embedlab.text import noise_distribution
from embedlab.word2vec import skipgram_hierarchical, skipgram_negative, skipgram_softmax

D, SEED = 5, 11
WINDOW, SIZE = 3, 3
COUNTS = np.array([20, 9, 6, 6, 3, 2, 1])
V = len(COUNTS)
LENGTHS = [4, 1, 7, 2, 9, 5, 3, 8, 6, 5]  # 50 tokens: 17 blocks of 3 centers, the last not full
N_BLOCKS, RATE = 17, 1 / 16


def tokens(lengths=LENGTHS):
    rng = np.random.default_rng(1)
    ids = rng.choice(V, sum(lengths), p=COUNTS / COUNTS.sum()).astype(np.int32)
    return ids, np.repeat(np.arange(len(lengths)), lengths)


def pairs_of_skipgram(ids, sentence_of, *, window=WINDOW, same_sentence=True, with_itself=False):
    """Return each center's place, the target's id and its weight, from a loop over all pairs."""
    pairs = []
    for i in range(len(ids)):
        for j in range(len(ids)):
            distance = abs(i - j)
            if distance > window or (same_sentence and sentence_of[i] != sentence_of[j]):
                continue
            if distance > 0 or with_itself:
                pairs.append((i, int(ids[j]), (window + 1 - distance) / window))
    return pairs


def pairs_of_cbow(ids, sentence_of, *, lonely=False):
    """Return each token with a neighbor: it is predicted once."""
    counts = np.bincount(sentence_of)
    return [(i, int(ids[i]), 1.0) for i in range(len(ids)) if lonely or counts[sentence_of[i]] > 1]


@dataclass
class Blocks:
    """What an update receives, with a vector for every center, those of empty places included.

    The table holds the weights to which the cases refer.
    """

    targets: np.ndarray
    cases: np.ndarray
    hidden: np.ndarray
    table: np.ndarray

    def __getitem__(self, numbers):
        return Blocks(self.targets[numbers], self.cases[numbers], self.hidden[numbers], self.table)


def blocks_of(cbow, *, lengths=LENGTHS, window=WINDOW, size=SIZE):
    ids, sentence_of = tokens(lengths)
    longest = min(window, max(lengths) - 1)
    left, right = reach(sentence_of, longest)
    pieces = cut(ids, left, right, window=longest, size=size)
    targets = pieces.places[:, longest : longest + size] if cbow else pieces.places
    if cbow:
        has_context = within_reach(longest).any(axis=1)
        table = np.kron(np.eye(size), has_context[:, np.newaxis])
    else:
        table = band(expected_weights(window, longest), size)
    hidden = np.random.default_rng(0).normal(0, 0.6, (len(pieces), size, D)).astype(np.float32)
    return Blocks(targets, pieces.cases, hidden, table)


def some_outputs(n_rows=V):
    return np.random.default_rng(2).normal(0, 0.6, (n_rows, D)).astype(np.float32)


NOISE = noise_distribution(COUNTS)


def draws(n_shared, *batches):
    """Return the noise words (b, s) that an update with this seed draws for each batch."""
    draw = _noise_words(NOISE, n_shared, np.random.default_rng(SEED))
    drawn = []
    for b in batches:
        drawn.append(np.empty((b, n_shared), np.int32))
        draw(drawn[-1])
    return drawn


# The textbook: loss and gradients of one pair, in double precision


def textbook_negative(k, noise_words, *, per_pair=None):
    """A pair's k negatives are the s words of its block with weight k / s."""
    weight = k / noise_words.shape[1] if per_pair is None else per_pair

    def pair(center, outputs, target, block):
        ids = [target, *noise_words[block]]
        alone = skipgram_negative(center, outputs[[target]])
        together = skipgram_negative(center, outputs[ids])
        if weight == 1:  # no more than the textbook function itself
            loss, d_center, d_rows = together
        else:
            loss = alone[0] + weight * (together[0] - alone[0])
            d_center = alone[1] + weight * (together[1] - alone[1])
            d_rows = together[2] * np.where(np.arange(len(ids)) == 0, 1, weight)[:, np.newaxis]
        d_outputs = np.zeros_like(outputs)
        np.add.at(d_outputs, ids, d_rows)
        return loss, d_center, d_outputs

    return pair


def textbook_hierarchical(tree):
    def pair(center, nodes, target, block):
        n = tree.lengths[target]
        path = tree.paths[target, :n]
        loss, d_center, d_path = skipgram_hierarchical(center, nodes[path], tree.codes[target, :n])
        d_nodes = np.zeros_like(nodes)
        d_nodes[path] = d_path
        return loss, d_center, d_nodes

    return pair


def textbook_softmax(center, outputs, target, block):
    return skipgram_softmax(center, outputs, target)


def textbook_sum(pairs, pair, outputs, blocks, order, n_reported):
    """Return minus the gradients summed over a batch, and the loss and weight it reports.

    Args:
        pairs: (place, target, weight) of every pair in the corpus.
        pair: Loss and gradients of one.
        outputs: Before the update.
        blocks: All blocks.
        order: Numbers of the blocks of the batch.
        n_reported: Of how many blocks the loss is wanted.
    """
    outputs = outputs.astype(np.float64)
    size = blocks.hidden.shape[1]
    d_hidden, d_outputs = np.zeros((len(order), size, D)), np.zeros_like(outputs)
    loss = n_pairs = 0.0
    place_of = {int(number): place for place, number in enumerate(order)}
    for i, target, weight in pairs:
        number, t = divmod(i, size)
        if number not in place_of:
            continue
        block = place_of[number]
        center = blocks.hidden[number, t].astype(np.float64)
        one_loss, d_center, d_one = pair(center, outputs, target, block)
        d_hidden[block, t] -= weight * d_center
        d_outputs -= weight * d_one
        if block < n_reported:
            loss, n_pairs = loss + weight * one_loss, n_pairs + weight
    return d_hidden, d_outputs, loss, n_pairs


def agree(found, expected):
    """Return whether single precision explains the difference between found and expected."""
    # rtol: sums of up to some 400 numbers. atol: numbers near 0 in an array of larger ones.
    return all(
        np.allclose(a, b, rtol=1e-5, atol=1e-5 * np.abs(b).max())
        for a, b in zip(found, expected, strict=True)
    )


def moved(update, outputs, batch):
    """Return d_hidden, how far the outputs moved over the learning rate, loss, and pairs."""
    before = outputs.astype(np.float64)
    d_hidden, loss, n_pairs = update(batch.hidden, batch.targets, batch.cases, RATE)
    assert d_hidden.dtype == outputs.dtype == np.float32
    return d_hidden.copy(), (outputs - before) / RATE, loss, n_pairs


# All blocks in another order, then fewer: a batch leaves nothing behind in the buffers.
BATCHES = (np.random.default_rng(3).permutation(N_BLOCKS), np.array([4, 16, 0]), np.arange(5))
REPORTED = (2, 1, 1)  # of 17 blocks two, of fewer one
TREE = huffman_codes(COUNTS)


def new_negative(outputs, blocks, *, k, s):
    rng, shape = np.random.default_rng(SEED), blocks.hidden.shape[:2]
    return negative_sampling(outputs, blocks.table, Noise(NOISE, k, s), shape=shape, rng=rng)


def new_negative_of_centers(outputs, blocks, *, k, s):
    rng, shape = np.random.default_rng(SEED), blocks.hidden.shape[:2]
    return negative_sampling_of_centers(
        outputs, blocks.table, Noise(NOISE, k, s), shape=shape, rng=rng
    )


@pytest.mark.parametrize(("k", "s"), [(3, 3), (5, 2), (2, 7), (1, 1)])
@pytest.mark.parametrize("cbow", [False, True])
def test_negative_sampling_is_the_sum_of_its_pairs(cbow, k, s):
    blocks, outputs = blocks_of(cbow), some_outputs()
    update = (new_negative_of_centers if cbow else new_negative)(outputs, blocks, k=k, s=s)
    pairs = (pairs_of_cbow if cbow else pairs_of_skipgram)(*tokens())
    noise_words = draws(s, *map(len, BATCHES))
    for order, n_reported, words in zip(BATCHES, REPORTED, noise_words, strict=True):
        pair = textbook_negative(k, words)
        expected = textbook_sum(pairs, pair, outputs, blocks, order, n_reported)
        assert agree(moved(update, outputs, blocks[order]), expected)


@pytest.mark.parametrize("cbow", [False, True])
def test_hierarchical_softmax_is_the_sum_of_its_pairs(cbow):
    blocks, outputs = blocks_of(cbow), some_outputs(V - 1)
    update = hierarchical_softmax(outputs, blocks.table, TREE, shape=(N_BLOCKS, SIZE))
    pairs = (pairs_of_cbow if cbow else pairs_of_skipgram)(*tokens())
    for order, n_reported in zip(BATCHES, REPORTED, strict=True):
        pair = textbook_hierarchical(TREE)
        expected = textbook_sum(pairs, pair, outputs, blocks, order, n_reported)
        assert agree(moved(update, outputs, blocks[order]), expected)


@pytest.mark.parametrize("cbow", [False, True])
def test_full_softmax_is_the_sum_of_its_pairs(cbow):
    blocks, outputs = blocks_of(cbow), some_outputs()
    update = full_softmax(outputs, blocks.table)
    pairs = (pairs_of_cbow if cbow else pairs_of_skipgram)(*tokens())
    for order in BATCHES:
        # It has the loss of every block at hand.
        expected = textbook_sum(pairs, textbook_softmax, outputs, blocks, order, len(order))
        assert agree(moved(update, outputs, blocks[order]), expected)


@settings(max_examples=25)
@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=5).filter(lambda lengths: max(lengths) > 1),
    st.integers(1, 9),
    st.integers(1, 6),
    st.booleans(),
)
def test_any_sentences_windows_and_blocks(lengths, window, size, cbow):
    blocks = blocks_of(cbow, lengths=lengths, window=window, size=size)
    ids, sentence_of = tokens(lengths)
    skipgram = pairs_of_skipgram(ids, sentence_of, window=window)
    pairs = pairs_of_cbow(ids, sentence_of) if cbow else skipgram
    new = new_negative_of_centers if cbow else new_negative
    shape = b, _ = blocks.hidden.shape[:2]
    trials = [
        (V, lambda rows: new(rows, blocks, k=4, s=3), textbook_negative(4, *draws(3, b)), 1),
        (
            V - 1,
            lambda rows: hierarchical_softmax(rows, blocks.table, TREE, shape=shape),
            textbook_hierarchical(TREE),
            1,
        ),
        (V, lambda rows: full_softmax(rows, blocks.table), textbook_softmax, b),
    ]
    for n_rows, new_update, pair, n_reported in trials:
        outputs = some_outputs(n_rows)
        n_reported = max(n_reported, -(-b // 16))
        expected = textbook_sum(pairs, pair, outputs, blocks, np.arange(b), n_reported)
        assert agree(moved(new_update(outputs), outputs, blocks), expected)


def test_negative_controls():
    """Each plausible bug changes what the update should be by more than rounding."""
    blocks, outputs, order = blocks_of(cbow=False), some_outputs(), BATCHES[0]
    (words,) = draws(2, N_BLOCKS)
    start = outputs.copy()
    found = moved(new_negative(outputs, blocks, k=5, s=2), outputs, blocks[order])

    def expected(pairs, pair, of=blocks, n_reported=2):
        return textbook_sum(pairs, pair, start, of, order, n_reported)

    right = textbook_negative(5, words)
    assert agree(found, expected(pairs_of_skipgram(*tokens()), right))
    ids, sentence_of = tokens()
    padded = np.pad(ids, (0, 1)), np.pad(sentence_of, (0, 1), mode="edge")
    flat = [(i, target, 1.0) for i, target, _ in pairs_of_skipgram(*tokens())]
    bugs = {
        "windows reach into other sentences": expected(
            pairs_of_skipgram(*tokens(), same_sentence=False), right
        ),
        "a center predicts itself": expected(pairs_of_skipgram(*tokens(), with_itself=True), right),
        "the empty place is word 0": expected(pairs_of_skipgram(*padded), right),
        "all distances weigh the same": expected(flat, right),
        "k words where s stand for them": expected(
            pairs_of_skipgram(*tokens()), textbook_negative(5, words, per_pair=1.0)
        ),
        "the noise of another block": expected(
            pairs_of_skipgram(*tokens()), textbook_negative(5, np.roll(words, 1, axis=0))
        ),
        "the loss of all blocks": expected(pairs_of_skipgram(*tokens()), right, n_reported=17),
    }
    assert [name for name, wrong in bugs.items() if agree(found, wrong)] == []


def test_negative_control_hierarchical_softmax_with_the_other_sign():
    blocks, outputs, order = blocks_of(cbow=False), some_outputs(V - 1), BATCHES[0]
    start = outputs.copy()
    update = hierarchical_softmax(outputs, blocks.table, TREE, shape=(N_BLOCKS, SIZE))
    found = moved(update, outputs, blocks[order])
    pairs, right = pairs_of_skipgram(*tokens()), textbook_hierarchical(TREE)

    def flipped(center, nodes, target, block):
        loss, d_center, d_nodes = right(center, -nodes, target, block)
        return loss, -d_center, d_nodes

    def padding_on_the_path(center, nodes, target, block):
        loss, d_center, d_path = skipgram_hierarchical(
            center, nodes[TREE.paths[target]], TREE.codes[target]
        )
        d_nodes = np.zeros_like(nodes)
        np.add.at(d_nodes, TREE.paths[target], d_path)
        return loss, d_center, d_nodes

    assert agree(found, textbook_sum(pairs, right, start, blocks, order, 2))
    for bug in (flipped, padding_on_the_path):
        assert not agree(found, textbook_sum(pairs, bug, start, blocks, order, 2))


def test_negative_control_cbow_predicts_no_word_without_a_context():
    blocks, outputs, order = blocks_of(cbow=True), some_outputs(), BATCHES[0]
    start = outputs.copy()
    found = moved(new_negative_of_centers(outputs, blocks, k=3, s=3), outputs, blocks[order])
    (words,) = draws(3, N_BLOCKS)
    pair = textbook_negative(3, words)
    for lonely in (False, True):
        pairs = pairs_of_cbow(*tokens(), lonely=lonely)
        assert agree(found, textbook_sum(pairs, pair, start, blocks, order, 2)) == (not lonely)


def test_negative_control_one_pair_after_the_other_is_another_update():
    """All pairs of a batch start from the same vectors."""
    blocks, outputs = blocks_of(cbow=False), some_outputs()
    pairs = pairs_of_skipgram(*tokens())
    start = outputs.copy()
    update = full_softmax(outputs, blocks.table)
    _, d_outputs, _, _ = moved(update, outputs, blocks[np.arange(N_BLOCKS)])
    one_by_one = start.astype(np.float64)
    for i, target, weight in pairs:
        center = blocks.hidden[divmod(i, SIZE)].astype(np.float64)
        one_by_one -= RATE * weight * skipgram_softmax(center, one_by_one, target)[2]
    assert not agree([d_outputs], [(one_by_one - start) / RATE])


def test_a_pair_by_hand():
    """Two words side by side, all scores 0: every probability is a half."""
    left, right = reach(np.array([0, 0]), 1)
    pieces = cut(np.array([0, 1], np.int32), left, right, window=1, size=2)
    hidden = np.array([[[1, 0], [0, 2]]], np.float32)
    outputs = np.zeros((3, 2), np.float32)
    noise, rng = Noise(np.array([0.0, 0.0, 1.0]), 4, 2), np.random.default_rng(0)
    table = band(expected_weights(1, 1), 2)
    update = negative_sampling(outputs, table, noise, shape=(1, 2), rng=rng)
    d_hidden, loss, n_pairs = update(hidden, pieces.places, pieces.cases, 0.5)
    # Each center takes part in one pair and its four negatives, all of them word 2.
    assert d_hidden.tolist() == [[[0, 0], [0, 0]]]
    assert outputs.tolist() == [[0, 0.5], [0.25, 0], [-1.0, -2.0]]
    assert (loss, n_pairs) == (pytest.approx(2 * 5 * np.log(2), rel=1e-6), 2)


@pytest.mark.parametrize("score", [-50.0, -9.0, 0.0, 9.0, 50.0])
def test_large_scores_are_no_trouble(score):
    left, right = reach(np.array([0, 0]), 1)
    pieces = cut(np.array([0, 1], np.int32), left, right, window=1, size=2)
    outputs = np.array([[score], [score], [-score]], np.float32)
    noise = Noise(np.array([0.0, 0.0, 1.0]), 1, 1)
    rng = np.random.default_rng(0)
    table = band(expected_weights(1, 1), 2)
    update = negative_sampling(outputs, table, noise, shape=(1, 2), rng=rng)
    hidden = np.ones((1, 2, 1), np.float32)
    d_hidden, loss, n_pairs = update(hidden, pieces.places, pieces.cases, 1.0)
    sigmoid = 1 / (1 + np.exp(-score))
    # Two pairs, each with two equal margins. A probability is never below half of 1e-7.
    expected = 4 * min(float(-log_sigmoid(score)), -np.log(0.5e-7))
    # atol: 1 - σ by subtraction in single precision.
    np.testing.assert_allclose(loss, expected, rtol=1e-4, atol=4e-6)
    assert n_pairs == 2
    np.testing.assert_allclose(d_hidden.ravel(), 2 * (1 - sigmoid) * score, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", ["negative", "centers"])
def test_the_same_seed_draws_the_same_noise(kind):
    new = new_negative if kind == "negative" else new_negative_of_centers
    results = []
    for _ in range(2):
        outputs = some_outputs()
        blocks = blocks_of(kind == "centers")
        moved(new(outputs, blocks, k=5, s=4), outputs, blocks)
        results.append(outputs)
    assert results[0].tolist() == results[1].tolist()


# Noise words


class EveryPlace:
    """In place of a generator: draws each place of the list exactly once, in order."""

    def __init__(self, rng):
        self._rng = rng

    def random(self, n):
        return self._rng.random(n)

    def integers(self, low, high, shape, dtype):
        assert (low, shape[0]) == (0, high), "as many rows as there are places"
        return np.repeat(np.arange(high, dtype=dtype)[:, np.newaxis], shape[1], axis=1)


def whole_list(distribution, n_slices, *, bits=16, seed=0):
    """Return all places of the list of noise words, (2 ** bits, n_slices)."""
    words = np.empty((1 << bits, n_slices), np.int32)
    _noise_words(distribution, n_slices, EveryPlace(np.random.default_rng(seed)))(words)
    return words


@pytest.mark.parametrize("n_slices", [1, 5, 12])
def test_the_list_holds_every_word_as_often_as_the_distribution_says(n_slices):
    counts = np.arange(300, 0, -1) ** 2
    words = whole_list(noise_distribution(counts), n_slices)

    def fits(exponent):
        n_places = noise_distribution(counts, exponent=exponent) * words.size
        # One place at each end of a word's stretch is decided by chance.
        return bool((abs(np.bincount(words.ravel(), minlength=300) - n_places) <= 2).all())

    assert fits(0.75)
    assert not fits(0.74), "negative control"


def test_drawn_words_follow_the_distribution():
    n, n_slices = 40_000, 3
    draw = _noise_words(NOISE, n_slices, np.random.default_rng(4))
    words = np.empty((n, n_slices), np.int32)
    draw(words)
    counts = np.bincount(words.ravel(), minlength=V)

    def fits(p):
        # Five standard deviations of independent draws, which vary more than these.
        return bool((abs(counts - 3 * n * p) <= 5 * np.sqrt(3 * n * p * (1 - p))).all())

    assert fits(NOISE)
    for exponent in (0.5, 1.0):
        assert not fits(noise_distribution(COUNTS, exponent=exponent)), "negative control"


@pytest.mark.parametrize("scale", [1.0, 7.0, 0.01])
def test_probabilities_need_not_sum_to_one_exactly(scale):
    words = whole_list(scale * np.array([0.25, 0.5, 0.25]), 4)
    assert np.bincount(words.ravel()).tolist() == pytest.approx([1 << 16, 2 << 16, 1 << 16], abs=1)


def test_a_word_too_rare_for_the_list_has_its_chance_to_be_in_it():
    n_lists, share = 200, 0.3
    tiny = share / (1 << 16)
    counts = [
        (whole_list(np.array([1 - tiny, tiny]), 1, seed=seed) == 1).sum() for seed in range(n_lists)
    ]
    assert set(counts) == {0, 1}
    # Five standard deviations of the mean.
    assert abs(np.mean(counts) - share) <= 5 * np.sqrt(share * (1 - share) / n_lists)
    # Negative control: the middle of each place, instead of a random point in it, would leave
    # the word out of every list.
    middle = (np.arange(1 << 16) + 0.5) / (1 << 16)
    assert not (middle > 1 - tiny).any()


def test_long_vocabularies_get_longer_lists():
    n_words = 40_000  # 64 places for each word: more than 2 ** 16 a slice
    words = whole_list(np.full(n_words, 1 / n_words), 2, bits=21)
    counts = np.bincount(words.ravel(), minlength=n_words)
    assert abs(counts - (1 << 22) / n_words).max() <= 2


def test_one_word_comes_from_each_slice():
    quarters = np.full(4, 0.25)
    draw = _noise_words(quarters, 4, np.random.default_rng(0))
    words = np.empty((500, 4), np.int32)
    draw(words)
    # A random point can fall on neither side of an edge but by rounding.
    assert (words == np.arange(4)).mean() > 0.999
    independent = np.random.default_rng(0).choice(4, (500, 4), p=quarters)
    assert (independent == np.arange(4)).mean() < 0.5, "negative control"


def test_words_of_a_row_vary_less_than_independent_ones():
    # Four slices of a word with 0.3: one is full of it, one has it with 0.2, so the variance of
    # its number in a row is 0.2 · 0.8; that of four independent words is 4 · 0.3 · 0.7.
    p, n = np.array([0.3, 0.7]), 20_000
    words = np.empty((n, 4), np.int32)
    _noise_words(p, 4, np.random.default_rng(2))(words)
    independent = np.random.default_rng(2).choice(2, (n, 4), p=p)
    n_sliced, n_independent = ((rows == 0).sum(axis=1) for rows in (words, independent))
    # rtol: five standard deviations of a variance from 20,000 draws.
    np.testing.assert_allclose(n_sliced.mean(), 1.2, rtol=0.012)
    np.testing.assert_allclose(n_sliced.var(), 0.16, rtol=0.06)
    np.testing.assert_allclose(n_independent.var(), 0.84, rtol=0.06)


def test_drawing_into_a_part_of_a_row_leaves_the_rest():
    ids = np.full((6, 5), -1, np.int32)
    _noise_words(NOISE, 2, np.random.default_rng(0))(ids[:4, 3:])
    assert (ids[:4, :3] == -1).all()
    assert (ids[4:] == -1).all()
    assert (ids[:4, 3:] >= 0).all()

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from embedlab.attention import (
    Projections,
    causal_mask,
    multi_head_attention,
    padding_mask,
    sinusoidal_positions,
)
from embedlab.contextual import (
    Block,
    Encoder,
    attention_maps,
    between_share,
    context_variance,
    encode,
    encode_block,
    encode_block_gradients,
    encode_gradients,
    parameters,
    start_encoder,
    with_parameters,
)
from embedlab.contextual import encoding as encoding_module
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.layers import cross_entropy
from embedlab.numerics import softmax
from embedlab.optimizers import adam, adam_start

# Double precision after two layers.
RTOL = 1e-10
ORACLE = np.load(Path(__file__).with_name("oracles") / "contextual.npz")

seeds = st.integers(0, 2**32 - 1)


def example_encoder(seed=0, dtype=np.float64, **options):
    """Return a small encoder whose every array differs from zeros and ones."""
    rng = np.random.default_rng(seed)
    sizes = {"n_words": 11, "d": 8, "n_layers": 2, "n_heads": 2, "n_positions": 7, "n_segments": 2}
    encoder = start_encoder(**(sizes | options), rng=rng, dtype=dtype)
    arrays = {
        name: (array + rng.normal(0, 0.3, array.shape)).astype(dtype)
        for name, array in parameters(encoder).items()
    }
    return with_parameters(encoder, arrays)


ENCODER = example_encoder()
IDS = np.random.default_rng(1).integers(11, size=(3, 5))
SEGMENTS = np.random.default_rng(2).integers(2, size=(3, 5))
D_LAST = np.random.default_rng(3).standard_normal((3, 5, 8))
LENGTHS = np.array([5, 2, 4])
MASK = padding_mask(LENGTHS, 5) & causal_mask(5)


# Against PyTorch


def oracle_encoder():
    sizes = [*ORACLE["words"].shape, 2, int(ORACLE["n_heads"]), *ORACLE["positions"].shape[:1], 2]
    start = start_encoder(*sizes, rng=np.random.default_rng(0), dtype=np.float64)
    arrays = {name: ORACLE[name] for name in parameters(start)}
    return replace(with_parameters(start, arrays), epsilon=float(ORACLE["epsilon"]))


def test_the_encoder_is_pytorchs():
    encoder, ids, segments = oracle_encoder(), ORACLE["ids"], ORACLE["segment_ids"]
    mask = padding_mask(ORACLE["lengths"], ids.shape[1])
    hidden = encode(encoder, ids, mask, segments)
    # atol, here and below: differences of numbers near 1.
    np.testing.assert_allclose(hidden, ORACLE["hidden"], rtol=RTOL, atol=1e-13)
    gradients = encode_gradients(encoder, ORACLE["d_last"], ids, mask, segments)
    for name, gradient in parameters(gradients).items():
        expected = ORACLE[f"d_{name}"]
        np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12, err_msg=name)


def test_negative_control_the_oracle_sees_a_different_epsilon_and_a_missing_mask():
    encoder, ids, segments = oracle_encoder(), ORACLE["ids"], ORACLE["segment_ids"]
    mask = padding_mask(ORACLE["lengths"], ids.shape[1])
    other = encode(replace(encoder, epsilon=1e-3), ids, mask, segments)
    assert not np.allclose(other, ORACLE["hidden"], rtol=1e-6)
    assert not np.allclose(encode(encoder, ids, None, segments), ORACLE["hidden"], rtol=1e-3)


# By hand, and against slow loops


def test_an_encoder_by_hand():
    # Attention and the feed-forward half add nothing: each layer norm finds rows of mean 0 and
    # variance 1, and leaves them. What remains is the first, of words plus positions.
    encoder = start_encoder(3, 2, 2, 1, 4, rng=np.random.default_rng(0), dtype=np.float64)
    zeros = {
        name: np.zeros_like(array)
        for name, array in parameters(encoder).items()
        if name.startswith("blocks") and "gain" not in name
    }
    tables = {"words": np.array([[1.0, 2.0], [5.0, 0.0], [0.0, 0.0]])}
    tables |= {"positions": np.array([[0.0, 0.0], [0.0, 9.0], [0.0, 0.0], [0.0, 0.0]])}
    encoder = with_parameters(encoder, zeros | tables | {"segments": np.zeros((1, 2))})
    hidden = encode(encoder, np.array([[0, 1, 1]]))
    assert hidden.shape == (3, 1, 3, 2)
    # (1, 2); (5, 9); (5, 0).
    for layer in hidden:
        np.testing.assert_allclose(layer[0], [[-1, 1], [-1, 1], [1, -1]], rtol=1e-9)  # ε
    # All scores are 0: each of three tokens gets a third.
    np.testing.assert_allclose(attention_maps(encoder, np.array([[0, 1, 1]])), 1 / 3, rtol=RTOL)


def slow_norm(x, gain, bias):
    return gain * (x - x.mean()) / np.sqrt(((x - x.mean()) ** 2).mean() + 1e-12) + bias


def slow_encode(encoder, ids, mask, segments):
    """Return the last layer for one sequence, token by token and head by head."""
    e, width = encoder, encoder.words.shape[1] // encoder.n_heads
    x = [
        slow_norm(e.words[w] + e.positions[p] + e.segments[s], e.gain, e.bias)
        for p, (w, s) in enumerate(zip(ids, segments, strict=True))
    ]
    for b in e.blocks:
        a, y = b.attention, []
        for t in range(len(x)):
            allowed, mixed = np.flatnonzero(mask[t]), []
            for h in range(e.n_heads):
                c = slice(h * width, (h + 1) * width)
                query = x[t] @ a.query[:, c] + a.query_bias[c]
                keys = [x[j] @ a.key[:, c] + a.key_bias[c] for j in allowed]
                values = [x[j] @ a.value[:, c] + a.value_bias[c] for j in allowed]
                weights = softmax([query @ key / np.sqrt(width) for key in keys])
                mixed.append(sum(w * v for w, v in zip(weights, values, strict=True)))
            attended = np.concatenate(mixed) @ a.output + a.output_bias
            z = slow_norm(x[t] + attended, b.attention_gain, b.attention_bias)
            wide = z @ b.expand + b.expand_bias
            fed = (wide * norm.cdf(wide)) @ b.contract + b.contract_bias
            y.append(slow_norm(z + fed, b.feed_forward_gain, b.feed_forward_bias))
        x = y
    return np.array(x)


def test_encode_against_slow_loops():
    hidden = encode(ENCODER, IDS, MASK, SEGMENTS)
    for i in range(3):
        expected = slow_encode(ENCODER, IDS[i], MASK[i], SEGMENTS[i])
        np.testing.assert_allclose(hidden[-1, i], expected, rtol=RTOL, atol=1e-12)  # cancellation


@pytest.mark.parametrize("mask", [None, causal_mask(5), MASK, MASK[:, :1], np.ones(5, dtype=bool)])
def test_encode_is_block_after_block_also_in_groups(mask, monkeypatch):
    x = encode(replace(ENCODER, blocks=()), IDS, None, SEGMENTS)[0]
    expected = [x]
    for block in ENCODER.blocks:
        expected.append(encode_block(expected[-1], block, 2, mask, ENCODER.epsilon))
    # All at once, two sequences at once, and one although it is longer than a group.
    for n_tokens in (512, 10, 1):
        monkeypatch.setattr(encoding_module, "_TOKENS", n_tokens)
        hidden = encode(ENCODER, IDS, mask, SEGMENTS)
        np.testing.assert_allclose(hidden, expected, rtol=RTOL, atol=1e-13)  # cancellation


def test_attention_maps_are_those_of_the_layers():
    hidden = encode(ENCODER, IDS, MASK, SEGMENTS)
    maps = attention_maps(ENCODER, IDS, MASK, SEGMENTS)
    assert maps.shape == (2, 3, 2, 5, 5)
    for x, block, weights in zip(hidden[:-1], ENCODER.blocks, maps, strict=True):
        np.testing.assert_array_equal(multi_head_attention(x, block.attention, 2, MASK)[1], weights)
    np.testing.assert_allclose(maps.sum(axis=-1), 1.0, rtol=RTOL)
    assert not maps[:, 1, :, :, 2:].any()
    assert attention_maps(replace(ENCODER, blocks=()), IDS).shape == (0, 3, 2, 5, 5)


# Gradients


def check_block(change):
    rng = np.random.default_rng(5)
    x, block = rng.standard_normal((3, 5, 8)), ENCODER.blocks[0]
    wrapped = replace(ENCODER, blocks=(block,))
    names = [n for n in parameters(wrapped) if n.startswith("blocks.0") and "key_bias" not in n]

    def block_of(arrays):
        return with_parameters(wrapped, dict(zip(names, arrays, strict=True))).blocks[0]

    def gradients(x, *arrays):
        d_x, d_block = change(*encode_block_gradients(D_LAST, x, block_of(arrays), 2, MASK))
        found = parameters(replace(wrapped, blocks=(d_block,)))
        return d_x, *(found[name] for name in names)

    check_gradient(
        lambda x, *arrays: (D_LAST * encode_block(x, block_of(arrays), 2, MASK)).sum(),
        gradients,
        (x, *(parameters(wrapped)[name] for name in names)),
        rng=rng,
    )


def test_block_gradients():
    check_block(lambda d_x, d_block: (d_x, d_block))


def test_negative_controls_of_block_gradients():
    x = np.random.default_rng(5).standard_normal((3, 5, 8))
    unmasked = encode_block_gradients(D_LAST, x, ENCODER.blocks[0], 2)
    with pytest.raises(GradientError, match="array 0"):
        check_block(lambda *_: unmasked)
    mixed = {"attention_gain": "feed_forward_gain", "feed_forward_gain": "attention_gain"}
    with pytest.raises(GradientError):
        check_block(
            lambda d_x, b: (d_x, replace(b, **{k: getattr(b, v) for k, v in mixed.items()}))
        )


def check_encoder(change=lambda gradients: gradients, **options):
    # The bias of the keys has no effect on any loss.
    arrays = {k: v for k, v in parameters(ENCODER).items() if "key_bias" not in k}

    def encoder(values):
        return with_parameters(ENCODER, dict(zip(arrays, values, strict=True)))

    def gradients(*values):
        found = change(encode_gradients(encoder(values), D_LAST, IDS, MASK, SEGMENTS, **options))
        return tuple(parameters(found)[name] for name in arrays)

    check_gradient(
        lambda *values: (D_LAST * encode(encoder(values), IDS, MASK, SEGMENTS)[-1]).sum(),
        gradients,
        tuple(arrays.values()),
        rng=np.random.default_rng(0),
    )


def test_gradients_of_every_array():
    check_encoder()
    check_encoder(hidden=encode(ENCODER, IDS, MASK, SEGMENTS))
    gradients = encode_gradients(ENCODER, D_LAST, IDS, MASK, SEGMENTS)
    for block in gradients.blocks:
        # A zero, after sums of numbers near 1.
        np.testing.assert_allclose(block.attention.key_bias, 0.0, atol=1e-12)
    # Rows that were not looked up: words that do not occur, places after the end.
    absent = np.setdiff1d(np.arange(11), IDS)
    assert len(absent) > 0
    assert not gradients.words[absent].any()
    assert not gradients.positions[5:].any()


@pytest.mark.parametrize(
    "wrong",
    [
        # A word that occurs twice gets the gradient of one place.
        lambda g: replace(
            g, words=g.words / np.maximum(np.bincount(IDS.flat, minlength=11), 1)[:, None]
        ),
        # Positions: the mean over the batch for the sum.
        lambda g: replace(g, positions=g.positions / 3),
        lambda g: replace(g, segments=g.segments[::-1]),
        lambda g: replace(g, blocks=g.blocks[::-1]),
    ],
    ids=["words", "positions", "segments", "blocks"],
)
def test_negative_controls_of_encoder_gradients(wrong):
    with pytest.raises(GradientError):
        check_encoder(wrong)


def test_negative_control_other_hidden_vectors_give_other_gradients():
    with pytest.raises(GradientError):
        check_encoder(hidden=encode(ENCODER, IDS, None, SEGMENTS))


# Laws


@given(seeds)
def test_without_positions_the_encoder_follows_the_order_of_words(seed):
    rng = np.random.default_rng(seed)
    bag = with_parameters(ENCODER, {"positions": np.zeros_like(ENCODER.positions)})
    order = rng.permutation(5)
    ids = rng.integers(11, size=(2, 5))
    expected = encode(bag, ids)[:, :, order]
    np.testing.assert_allclose(encode(bag, ids[:, order]), expected, rtol=1e-8, atol=1e-11)


def test_negative_control_with_positions_the_order_matters():
    hidden = encode(ENCODER, IDS)[-1]
    assert not np.allclose(encode(ENCODER, IDS[:, ::-1])[-1, :, ::-1], hidden, rtol=1e-2)


def test_under_a_causal_mask_no_token_depends_on_later_ones():
    hidden = encode(ENCODER, IDS, causal_mask(5))
    changed = IDS.copy()
    changed[:, 3:] = (changed[:, 3:] + 1) % 11
    again = encode(ENCODER, changed, causal_mask(5))
    np.testing.assert_array_equal(again[:, :, :3], hidden[:, :, :3])
    # A shorter text is the beginning of a longer one. rtol: products of other shapes.
    prefix = encode(ENCODER, IDS[:, :3], causal_mask(3))
    np.testing.assert_allclose(prefix, hidden[:, :, :3], rtol=RTOL, atol=1e-13)
    # Negative control: without the mask every vector changes.
    assert (encode(ENCODER, changed)[-1] != encode(ENCODER, IDS)[-1]).any(axis=-1).all()


def test_padding_changes_no_other_row_or_token():
    hidden = encode(ENCODER, IDS, padding_mask(LENGTHS, 5))
    for i, n in enumerate(LENGTHS):
        alone = encode(ENCODER, IDS[i : i + 1, :n])[:, 0]
        np.testing.assert_allclose(hidden[:, i, :n], alone, rtol=RTOL, atol=1e-13)
    padded = IDS.copy()
    padded[1, 2:] = 0
    again = encode(ENCODER, padded, padding_mask(LENGTHS, 5))
    np.testing.assert_array_equal(again[:, 1, :2], hidden[:, 1, :2])


@pytest.mark.parametrize("is_causal", [False, True])
@pytest.mark.parametrize("n", [320, 600])
def test_masks_hold_in_long_rows_too(n, is_causal):
    # Both longer than half of the tokens that go through the layers together; one than all of them.
    encoder = example_encoder(n_positions=n)
    rng, lengths = np.random.default_rng(0), np.array([n, n - 290, 17])
    ids = rng.integers(11, size=(3, n))
    d_last = rng.standard_normal((3, n, 8)) * (np.arange(n) < lengths[:, np.newaxis])[..., None]
    mask = padding_mask(lengths, n) & (causal_mask(n) if is_causal else True)
    hidden = encode(encoder, ids, mask)
    maps = attention_maps(encoder, ids, mask)
    gradients = parameters(encode_gradients(encoder, d_last, ids, mask))
    expected = {name: np.zeros_like(array) for name, array in gradients.items()}
    for i, m in enumerate(lengths):
        own, own_mask = ids[i : i + 1, :m], causal_mask(m) if is_causal else None
        alone = encode(encoder, own, own_mask)[:, 0]
        np.testing.assert_allclose(hidden[:, i, :m], alone, rtol=RTOL, atol=1e-12)  # cancellation
        assert not maps[:, i, :, :m, m:].any()
        assert np.triu(maps[:, i], 1).any() != is_causal
        d_alone = encode_gradients(encoder, d_last[i : i + 1, :m], own, own_mask)
        for name, array in parameters(d_alone).items():
            expected[name] += array
    for name, array in gradients.items():
        scale = max(np.abs(array).max(), 1.0)  # sums of hundreds of terms that cancel
        np.testing.assert_allclose(array, expected[name], rtol=0, atol=1e-12 * scale, err_msg=name)
    # Negative control: without the mask the first words of a short row see its padding.
    assert np.abs(encode(encoder, ids) - hidden)[-1, 2, :17].max() > 0.01


def test_a_mask_with_a_row_for_each_sequence_is_not_taken_for_one_of_all():
    # As many sequences as tokens: (B, n) is (n, n).
    ids, lengths = np.arange(9).reshape(3, 3), np.array([2, 1, 3])
    rows = np.arange(3) < lengths[:, None]
    with pytest.raises(ValueError, match=r"hides token 1 from itself'; write mask\[:, np.newaxis"):
        encode(ENCODER, ids, rows)
    expected = encode(ENCODER, ids, padding_mask(lengths, 3))
    np.testing.assert_array_equal(encode(ENCODER, ids, rows[:, np.newaxis]), expected)
    # Written out, a mask of all sequences may hide a token from itself.
    hidden = encode(ENCODER, ids, rows[np.newaxis])
    assert np.abs(hidden - expected).max() > 0.01
    allowed = np.broadcast_to(rows, (3, 3, 3))
    np.testing.assert_array_equal(hidden, encode(ENCODER, ids, allowed))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint64])
def test_unsigned_ids_are_ids(dtype):
    expected = encode(ENCODER, IDS, None, SEGMENTS)
    unsigned = encode(ENCODER, IDS.astype(dtype), None, SEGMENTS.astype(dtype))
    np.testing.assert_array_equal(unsigned, expected)


def test_a_word_has_one_vector_before_the_first_layer_and_many_after():
    # The same word at the same place, in two contexts.
    hidden = encode(ENCODER, np.array([[4, 9, 5], [7, 9, 2]]))
    np.testing.assert_array_equal(hidden[0, 0, 1], hidden[0, 1, 1])
    assert np.linalg.norm(hidden[1, 0, 1] - hidden[1, 1, 1]) > 0.1


def test_each_layer_ends_in_a_norm():
    encoder = start_encoder(11, 8, 3, 2, 7, rng=np.random.default_rng(0), dtype=np.float64)
    hidden = encode(encoder, IDS)
    np.testing.assert_allclose(hidden.mean(axis=-1), 0.0, atol=1e-13)  # a zero
    np.testing.assert_allclose((hidden**2).mean(axis=-1), 1.0, rtol=1e-6)  # ε beside small tables


def test_single_precision_stays_and_is_near_double():
    single = example_encoder(dtype=np.float32)
    for array in (*parameters(single).values(), IDS, MASK):
        array.setflags(write=False)
    hidden = encode(single, IDS, MASK, SEGMENTS)
    gradients = encode_gradients(single, D_LAST.astype(np.float32), IDS, MASK, SEGMENTS)
    kinds = {hidden.dtype, attention_maps(single, IDS).dtype}
    assert kinds | {a.dtype for a in parameters(gradients).values()} == {np.dtype(np.float32)}
    # Numbers near 1 with the rounding errors (6e-8) of two layers.
    expected = encode(ENCODER, IDS, MASK, SEGMENTS)
    np.testing.assert_allclose(hidden, expected, rtol=1e-4, atol=2e-5)


# A start, and the arrays by name


def test_start_encoder():
    rng = np.random.default_rng(0)
    encoder = start_encoder(500, 64, 2, 4, 32, 2, rng=rng)
    assert {array.dtype for array in parameters(encoder).values()} == {np.dtype(np.float32)}
    block = encoder.blocks[1]
    # Thousands of draws each: the standard error of a deviation is below 2 %.
    assert encoder.words.std() == pytest.approx(0.02, rel=0.1)
    assert encoder.positions.std() == pytest.approx(0.02, rel=0.1)
    assert block.attention.query.std() == pytest.approx(np.sqrt(1 / 64), rel=0.1)
    assert block.expand.std() == pytest.approx(np.sqrt(2 / 320), rel=0.1)
    assert block.expand.shape == (64, 256)
    assert not block.expand_bias.any()
    assert (block.attention_gain == 1).all()
    waves = start_encoder(5, 6, 1, 2, 9, rng=rng, sinusoidal=True, dtype=np.float64)
    np.testing.assert_array_equal(waves.positions, sinusoidal_positions(9, 6))
    # Words as far from 0 as sines and cosines are, or the positions would drown them.
    waves = start_encoder(500, 64, 1, 2, 200, rng=rng, sinusoidal=True)
    assert waves.words.std() == pytest.approx(np.sqrt(0.5), rel=0.02)
    assert np.sqrt((waves.positions**2).mean()) == pytest.approx(np.sqrt(0.5), rel=1e-6)
    twins = [start_encoder(5, 4, 1, 2, 3, rng=np.random.default_rng(7)) for _ in range(2)]
    for first, second in zip(*(parameters(twin).values() for twin in twins), strict=True):
        np.testing.assert_array_equal(first, second)


def test_parameters_there_and_back():
    arrays = parameters(ENCODER)
    assert len(arrays) == 5 + 2 * 16
    assert len({id(array) for array in arrays.values()}) == len(arrays)
    assert isinstance(ENCODER.blocks[0], Block)
    assert isinstance(ENCODER.blocks[0].attention, Projections)
    doubled = with_parameters(ENCODER, {name: 2 * array for name, array in arrays.items()})
    assert isinstance(doubled, Encoder)
    assert (doubled.n_heads, doubled.epsilon) == (ENCODER.n_heads, ENCODER.epsilon)
    for name, array in parameters(doubled).items():
        np.testing.assert_array_equal(array, 2 * arrays[name])
    # One name changes one array.
    for name in arrays:
        changed = parameters(with_parameters(ENCODER, {name: arrays[name] + 1}))
        assert [k for k in arrays if changed[k] is not arrays[k]] == [name]
    # The names are where the arrays are.
    np.testing.assert_array_equal(arrays["blocks.1.expand"], ENCODER.blocks[1].expand)
    np.testing.assert_array_equal(
        arrays["blocks.0.attention.key_bias"], ENCODER.blocks[0].attention.key_bias
    )


def test_an_encoder_learns_what_needs_context():
    # Word 0 means what the word after it says: tell for 0 1 … and 0 2 … which of both it was,
    # from the vector of word 0 alone. Its own word and place are the same in both.
    rng = np.random.default_rng(0)
    encoder = start_encoder(8, 16, 1, 2, 4, rng=rng)
    ids = np.column_stack([np.zeros(64, int), rng.integers(1, 3, 64), rng.integers(3, 8, (64, 2))])
    targets = ids[:, 1] - 1
    arrays = parameters(encoder)
    states = {name: adam_start(array) for name, array in arrays.items()}
    losses = []
    for _ in range(60):
        encoder = with_parameters(encoder, arrays)
        hidden = encode(encoder, ids)
        loss, d_scores = cross_entropy(hidden[-1, :, 0, :2], targets)
        losses.append(loss)
        d_last = np.zeros_like(hidden[-1])
        d_last[:, 0, :2] = d_scores
        gradients = parameters(encode_gradients(encoder, d_last, ids, hidden=hidden))
        for name, gradient in gradients.items():
            arrays[name], states[name] = adam(
                arrays[name], gradient, states[name], learning_rate=0.01
            )
    first = encode(encoder, ids)[:, :, 0]
    # Over the seeds 0 to 11: from 0.65 or more to 0.0034 or less, shares of 0.998 or more.
    assert losses[0] > 0.5
    assert losses[-1] < 0.02
    assert between_share(first[-1], targets) > 0.95
    # Before the first layer it has one vector: nothing to share.
    assert context_variance(first[0]) < 1e-10
    # Negative control: where nobody may look at another word, nothing is learned.
    alone = np.eye(4, dtype=bool)
    assert context_variance(encode(encoder, ids, alone)[-1, :, 0]) < 1e-10


# Variance over contexts


def test_context_variance_by_hand():
    # Mean (1, 1); squared distances 2, 2, 0, 8 → 3.
    vectors = np.array([[0.0, 0.0], [2.0, 2.0], [1.0, 1.0], [1.0 + 2.0, 1.0 - 2.0]])
    vectors[:, 0] -= 0.5
    mean = vectors.mean(axis=0)
    expected = sum(((v - mean) ** 2).sum() for v in vectors) / 4
    assert context_variance(vectors) == pytest.approx(expected, rel=RTOL)
    assert context_variance(np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 4.0], [0.0, -4.0]])) == 12.5
    assert context_variance(np.ones((5, 3))) == 0.0


@given(seeds, st.integers(2, 8), st.integers(1, 4))
def test_variance_laws(seed, m, d):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((m, d))
    variance = context_variance(vectors)
    # Half the mean squared distance of two of them, and the sum of the columns' variances.
    pairs = [((u - v) ** 2).sum() for u in vectors for v in vectors]
    assert variance == pytest.approx(np.mean(pairs) / 2, rel=1e-10)
    assert variance == pytest.approx(vectors.var(axis=0).sum(), rel=1e-12)
    assert context_variance(3 * vectors + 7) == pytest.approx(9 * variance, rel=1e-10)
    labels = rng.integers(3, size=m)
    within = sum(
        (labels == k).mean() * context_variance(vectors[labels == k]) for k in set(labels.tolist())
    )
    share = between_share(vectors, labels)
    # atol: with one label the difference is 0.
    assert share * variance == pytest.approx(variance - within, rel=1e-9, abs=1e-12)
    assert between_share(5 - 2 * vectors, labels) == pytest.approx(share, rel=1e-9, abs=1e-12)


def test_between_share_by_hand():
    # Means 0 and 4 around 3 (three of four are 4): between (9 + 3 · 1) / 4 = 3; within ¾ · 2/3 · 1.
    vectors, labels = np.array([[0.0], [3.0], [4.0], [5.0]]), ["a", "b", "b", "b"]
    assert between_share(vectors, labels) == pytest.approx(3 / 3.5, rel=RTOL)
    assert between_share(np.array([[1.0], [1.0], [2.0]]), [0, 0, 1]) == pytest.approx(1.0, rel=RTOL)
    assert between_share(np.array([[1.0], [3.0], [1.0], [3.0]]), [0, 0, 1, 1]) == 0.0


def test_between_share_by_chance():
    vectors = np.random.default_rng(0).standard_normal((6, 3))
    shares = [between_share(vectors, deal) for deal in itertools.permutations([0, 0, 0, 1, 1, 2])]
    assert np.mean(shares) == pytest.approx((3 - 1) / (6 - 1), rel=1e-10)


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: encode(ENCODER, np.zeros((2, 8), int)),
            "ids must be no longer than the model's 7 positions, got 8; cut the text into shorter",
        ),
        (lambda: encode(ENCODER, np.zeros((0, 5), int)), r"ids must hold at least one token, got"),
        (lambda: encode(ENCODER, np.zeros((2, 0), int)), "ids must hold at least one token"),
        # An empty list has no integers either, but that is not what is wrong with it.
        (lambda: encode(ENCODER, []), "ids must hold at least one token"),
        (lambda: encode(ENCODER, [[]]), "ids must hold at least one token"),
        (lambda: encode(ENCODER, np.array([[3, 11]])), "ids must lie between 0 and 10, got 11"),
        (lambda: encode(ENCODER, np.array([[3, -1]])), "ids must lie between 0 and 10, got -1"),
        (
            lambda: encode(ENCODER, np.array([3, 1])),
            r"ids must be integers \(B, n\), got 'int64 of",
        ),
        (lambda: encode(ENCODER, np.array([[0.5]])), r"ids must be integers \(B, n\)"),
        (
            lambda: encode(ENCODER, IDS, None, SEGMENTS + 1),
            "segments must lie between 0 and 1, got 2; the model has 2 segments",
        ),
        (lambda: encode(ENCODER, IDS, None, SEGMENTS[:2]), r"segments must be \(3, 5\)"),
        (lambda: encode(ENCODER, IDS, None, 1.0 * SEGMENTS), "segments must be integers"),
        (lambda: encode(ENCODER, IDS, None, SEGMENTS > 0), "segments must be integers"),
        (lambda: encode(ENCODER, [[1, 2], [3]]), "ids must be integers .* got rows of different"),
        (
            lambda: encode(ENCODER, IDS, np.zeros((3, 1, 5), dtype=bool)),
            r"mask must allow every query at least one key, got none in row \(0, 0\)",
        ),
        (lambda: encode(ENCODER, IDS, causal_mask(4)), r"mask must fit the shape \(3, 5, 5\)"),
        (lambda: encode(ENCODER, IDS, np.tri(5)), "mask must be boolean, got 'dtype float64'"),
        (lambda: encode_gradients(ENCODER, D_LAST[:2], IDS), r"d_hidden_last must be \(3, 5, 8\)"),
        (
            lambda: encode_gradients(ENCODER, D_LAST, IDS, hidden=D_LAST),
            r"hidden must be \(3, 3, 5, 8\) as from encode",
        ),
        (
            lambda: start_encoder(5, 8, 1, 3, 4, rng=np.random.default_rng(0)),
            "n_heads must divide d = 8, got 3; every head has d / n_heads dimensions",
        ),
        (
            lambda: start_encoder(5, 3, 1, 1, 4, rng=np.random.default_rng(0), sinusoidal=True),
            "d must be even",
        ),
        (
            lambda: start_encoder(5, 4, 1, 1, 4, rng=np.random.default_rng(0), dtype=int),
            "dtype must be a floating type, got <class 'int'>",
        ),
        (
            lambda: with_parameters(ENCODER, {"gain": [1.0] * 8}),
            r"arrays\['gain'\] must be an array of floating numbers, got 'list'",
        ),
        (
            lambda: with_parameters(ENCODER, {"gain": np.arange(8)}),
            r"arrays\['gain'\] must be an array of floating numbers, got dtype\('int64'\)",
        ),
        (lambda: start_encoder(0, 8, 1, 2, 4, rng=np.random.default_rng(0)), "n_words must be"),
        (lambda: start_encoder(5, 8, -1, 2, 4, rng=np.random.default_rng(0)), "n_layers must be"),
        (
            lambda: with_parameters(ENCODER, {"blocks.2.expand": np.zeros((8, 32))}),
            r"arrays must have names from parameters\(encoder\), got 'blocks.2.expand'",
        ),
        (
            lambda: with_parameters(ENCODER, {"gain": np.zeros(7)}),
            r"arrays\['gain'\] must be \(8,\), got \(7,\)",
        ),
        (lambda: context_variance(np.zeros((0, 3))), "vectors must have at least one row"),
        (lambda: context_variance(np.array([[np.nan]])), "vectors must be finite"),
        (lambda: between_share(np.eye(3), [0, 1]), r"labels must be one for each of 3 vectors"),
        (lambda: between_share(np.full((3, 2), 0.1), [0, 1, 1]), "vectors must differ, got 'equal"),
        (
            lambda: between_share(np.array([[0.0], [1e-200]]), [0, 1]),
            "the variance must be positive and finite, got 0.0; scale vectors",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

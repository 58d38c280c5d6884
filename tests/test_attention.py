import math
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.attention import (
    Projections,
    attention,
    attention_gradients,
    causal_mask,
    multi_head_attention,
    multi_head_attention_gradients,
    padding_mask,
    position_shift,
    sinusoidal_positions,
)
from embedlab.gradcheck import GradientError, check_gradient

# Double precision after sums of a few dozen numbers.
RTOL = 1e-12
ORACLE = np.load(Path(__file__).with_name("oracles") / "attention.npz")
NAMES = [field.name for field in fields(Projections)]

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 5)


def example(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def example_projections(d, rng):
    arrays = [rng.standard_normal((d, d)) for _ in range(4)]
    return Projections(*arrays, *(rng.standard_normal(d) for _ in range(4)))


def some_mask(shape, rng):
    """Return a random mask that leaves each query a key."""
    mask = rng.random(shape) < 0.5
    mask[..., 0] |= ~mask.any(axis=-1)
    return mask


def oracle_projections():
    return Projections(**{name: ORACLE[name] for name in NAMES})


# Scaled dot-product attention


def test_attention_by_hand():
    # d_k = 4, so scores are halved: (2 ln 3) / 2 against 0 gives weights 3/4 and 1/4.
    queries = np.array([[2 * math.log(3), 0.0, 0.0, 0.0]])
    keys = np.array([[1.0, 9.0, 9.0, 9.0], [0.0, 5.0, 5.0, 5.0]])
    output, weights = attention(queries, keys, np.array([[4.0, 0.0], [8.0, 1.0]]))
    np.testing.assert_allclose(weights, [[0.75, 0.25]], rtol=RTOL)
    np.testing.assert_allclose(output, [[5.0, 0.25]], rtol=RTOL)


def slow_attention(queries, keys, values, mask):
    """Return the output for one sequence, one query and one key at a time."""
    output = []
    for query, allowed in zip(queries, mask, strict=True):
        scores = [math.fsum(query * key) / math.sqrt(len(query)) for key in keys]
        top = max(s for s, yes in zip(scores, allowed, strict=True) if yes)
        raw = [math.exp(s - top) * bool(yes) for s, yes in zip(scores, allowed, strict=True)]
        output.append(sum(w / math.fsum(raw) * v for w, v in zip(raw, values, strict=True)))
    return np.array(output)


@given(sizes, sizes, sizes, sizes, seeds)
def test_attention_against_slow_loops(n, m, d_k, d_v, seed):
    rng = np.random.default_rng(seed)
    queries, keys, values = (rng.standard_normal((2, *s)) for s in ((n, d_k), (m, d_k), (m, d_v)))
    mask = some_mask((2, n, m), rng)
    output, weights = attention(queries, keys, values, mask)
    for i in range(2):
        expected = slow_attention(queries[i], keys[i], values[i], mask[i])
        np.testing.assert_allclose(output[i], expected, rtol=1e-11, atol=1e-13)  # sums that cancel
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0, rtol=RTOL)
    assert (weights[~mask] == 0).all()


@pytest.mark.parametrize("mask", [None, "mask"])
def test_attention_is_pytorchs(mask):
    arrays = [ORACLE[name] for name in ("queries", "keys", "values")]
    allowed = None if mask is None else ORACLE[mask]
    output, _ = attention(*arrays, allowed)
    np.testing.assert_allclose(output, ORACLE[f"output_{mask}"], rtol=RTOL)
    gradients = attention_gradients(ORACLE["d_attended"], *arrays, allowed)
    for name, gradient in zip(("queries", "keys", "values"), gradients, strict=True):
        # atol: zeros, and differences of numbers near 1.
        expected = ORACLE[f"output_{mask}_d_{name}"]
        np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-14)


@given(seeds)
def test_the_order_of_keys_with_their_values_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    queries, keys, values, order = example(3, 4), example(5, 4), example(5, 2), rng.permutation(5)
    mask = some_mask((3, 5), rng)
    output, weights = attention(queries, keys, values, mask)
    again, shuffled = attention(queries, keys[order], values[order], mask[:, order])
    np.testing.assert_allclose(again, output, rtol=RTOL)
    np.testing.assert_allclose(shuffled, weights[:, order], rtol=RTOL)
    # Negative control: that of the values alone does.
    moved = np.roll(values, 1, axis=0)
    assert not np.allclose(attention(queries, keys, moved)[0], attention(queries, keys, values)[0])


def test_scores_that_overflow_are_no_error_but_lost():
    # A run that diverges is named by what trains, which sees the NaN in the loss.
    queries, keys = np.full((2, 4), 1e30, np.float32), np.full((2, 4), -1e30, np.float32)
    for mask in (None, causal_mask(2)):
        with np.errstate(over="ignore", invalid="ignore"):
            output, _ = attention(queries, keys, keys, mask)
        assert np.isnan(output).all()


def test_attention_laws():
    queries, keys, values = example(3, 4), example(5, 4, seed=1), example(5, 2, seed=2)
    output, weights = attention(queries, keys, values)
    # The same vector added to all keys adds the same to all scores of a query.
    np.testing.assert_allclose(attention(queries, keys + 3.0, values)[1], weights, rtol=1e-11)
    # Queries of 0 give the plain mean, huge ones the value of the best key.
    mean, _ = attention(0 * queries, keys, values)
    np.testing.assert_allclose(mean, np.broadcast_to(values.mean(axis=0), (3, 2)), rtol=RTOL)
    best, _ = attention(1e6 * queries, keys, values)
    assert best.tolist() == values[(queries @ keys.T).argmax(axis=1)].tolist()
    # Within the range of the values.
    assert (output <= values.max(axis=0)).all()
    assert (output >= values.min(axis=0)).all()


def test_one_key_gets_all_weight_whatever_it_is():
    queries, keys, values = example(3, 4), example(5, 4, seed=1), example(5, 2, seed=2)
    mask = np.eye(3, 5, 2, dtype=bool)
    output, weights = attention(queries, keys, values, mask)
    assert output.tolist() == values[2:5].tolist()
    assert weights.tolist() == mask.astype(float).tolist()


@pytest.mark.parametrize("d_k", [4, 64, 512])
def test_the_variance_of_a_product_is_the_number_of_dimensions(d_k):
    rng = np.random.default_rng(d_k)
    products = np.einsum("ij,ij->i", *rng.standard_normal((2, 20_000, d_k)))
    # Kurtosis 3 + 6 / d_k, so a relative standard error of at most √(3.5 / 20000) = 1.3 %: five.
    assert products.var() == pytest.approx(d_k, rel=0.066)
    assert (products / math.sqrt(d_k)).var() == pytest.approx(1.0, rel=0.066)


def test_without_the_root_the_softmax_saturates_and_its_gradient_vanishes():
    queries, keys, values = example(50, 512), example(20, 512, seed=1), example(20, 8, seed=2)
    d_output = example(50, 8, seed=3)

    def largest_weight_and_slope(queries):
        weights = attention(queries, keys, values)[1]
        # The gradient for the scores: what the softmax lets through.
        d_weights = d_output @ values.T
        d_scores = weights * (d_weights - (weights * d_weights).sum(axis=1, keepdims=True))
        return np.median(weights.max(axis=1)), np.median(np.abs(d_scores).max(axis=1))

    scaled = largest_weight_and_slope(queries)
    unscaled = largest_weight_and_slope(queries * math.sqrt(512))
    # Over ten seeds: largest weights of 0.18 to 0.23 against 0.995 or more, slopes of 0.37 or more
    # against 0.009 or less.
    assert scaled[0] < 0.4 < 0.99 < unscaled[0]
    assert unscaled[1] < 0.05 * scaled[1]


# Gradients


Q, K, V, D_OUTPUT = (
    example(2, 3, 4),
    example(2, 5, 4, seed=1),
    example(2, 5, 3, seed=2),
    example(2, 3, 3, seed=3),
)
MASK = some_mask((2, 3, 5), np.random.default_rng(4))


def check_attention(gradients):
    check_gradient(
        lambda q, k, v: (D_OUTPUT * attention(q, k, v, MASK)[0]).sum(),
        gradients,
        (Q, K, V),
        rng=np.random.default_rng(0),
    )


def test_attention_gradients():
    check_attention(lambda q, k, v: attention_gradients(D_OUTPUT, q, k, v, MASK))


def test_negative_controls_of_attention_gradients():
    with pytest.raises(GradientError):  # the mask forgotten on the way back
        check_attention(lambda q, k, v: attention_gradients(D_OUTPUT, q, k, v))

    def without_root(q, k, v):
        d_q, d_k, d_v = attention_gradients(D_OUTPUT, q, k, v, MASK)
        return d_q * math.sqrt(4), d_k * math.sqrt(4), d_v

    with pytest.raises(GradientError):
        check_attention(without_root)

    def as_if_weights_were_independent(q, k, v):
        _, weights = attention(q, k, v, MASK)
        d_scores = weights * (D_OUTPUT @ v.swapaxes(-1, -2)) / math.sqrt(4)
        d_v = attention_gradients(D_OUTPUT, q, k, v, MASK)[2]
        return d_scores @ k, d_scores.swapaxes(-1, -2) @ q, d_v

    with pytest.raises(GradientError):
        check_attention(as_if_weights_were_independent)


# Masks


def test_masks_by_hand():
    assert causal_mask(2).tolist() == [[True, False], [True, True]]
    assert padding_mask(np.array([2, 1]), 2).tolist() == [[[True, True]], [[True, False]]]
    assert padding_mask(np.array([2, 1]), 2).shape == (2, 1, 2)


def test_under_a_causal_mask_nothing_depends_on_later_tokens():
    x, p = example(2, 6, 4), example_projections(4, np.random.default_rng(0))
    y, weights = multi_head_attention(x, p, 2, causal_mask(6))
    changed = x.copy()
    changed[:, 4:] += 10.0
    again, _ = multi_head_attention(changed, p, 2, causal_mask(6))
    np.testing.assert_array_equal(again[:, :4], y[:, :4])
    assert not np.triu(weights, 1).any()
    # A shorter sequence is the beginning of a longer one. rtol: products of other shapes.
    prefix, _ = multi_head_attention(x[:, :3], p, 2, causal_mask(3))
    np.testing.assert_allclose(prefix, y[:, :3], rtol=1e-10)
    # Negative control: without the mask it does depend.
    plain, _ = multi_head_attention(x, p, 2)
    assert (np.abs(multi_head_attention(changed, p, 2)[0] - plain)[:, :4] > 1e-3).any()


def test_no_sequences_have_no_results():
    x, p = np.zeros((0, 3, 6)), example_projections(6, np.random.default_rng(0))
    y, weights = multi_head_attention(x, p, 2)
    d_x, d_p = multi_head_attention_gradients(x, x, p, 2)
    assert (y.shape, weights.shape, d_x.shape) == ((0, 3, 6), (0, 2, 3, 3), (0, 3, 6))
    assert not any(getattr(d_p, name).any() for name in NAMES)


def test_padding_changes_no_other_token():
    x, p = example(3, 5, 4), example_projections(4, np.random.default_rng(0))
    lengths = np.array([5, 2, 3])
    y, _ = multi_head_attention(x, p, 2, padding_mask(lengths, 5))
    for i, length in enumerate(lengths):
        alone, _ = multi_head_attention(x[i, :length], p, 2)
        np.testing.assert_allclose(y[i, :length], alone, rtol=1e-10)


# Multi-head attention


def slow_heads(x, p, n_heads, mask):
    """Return the output for one sequence, with one head after the other."""
    width = x.shape[1] // n_heads
    heads = []
    for h in range(n_heads):
        of_head = slice(h * width, (h + 1) * width)
        queries, keys, values = (
            x @ weight[:, of_head] + bias[of_head]
            for weight, bias in (
                (p.query, p.query_bias),
                (p.key, p.key_bias),
                (p.value, p.value_bias),
            )
        )
        heads.append(slow_attention(queries, keys, values, mask))
    return np.concatenate(heads, axis=1) @ p.output + p.output_bias


@pytest.mark.parametrize("n_heads", [1, 2, 3, 6])
def test_multi_head_attention_against_slow_loops(n_heads):
    rng = np.random.default_rng(n_heads)
    x, p = rng.standard_normal((2, 4, 6)), example_projections(6, rng)
    mask = some_mask((2, 4, 4), rng)
    y, weights = multi_head_attention(x, p, n_heads, mask)
    assert weights.shape == (2, n_heads, 4, 4)
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0, rtol=RTOL)
    for i in range(2):
        np.testing.assert_allclose(y[i], slow_heads(x[i], p, n_heads, mask[i]), rtol=1e-10)


def test_multi_head_attention_is_pytorchs():
    x, p, mask = ORACLE["x"], oracle_projections(), ORACLE["square_mask"]
    y, weights = multi_head_attention(x, p, 3, mask)
    np.testing.assert_allclose(y, ORACLE["y"], rtol=1e-11)
    np.testing.assert_allclose(weights, ORACLE["weights"], rtol=1e-11)
    d_x, d_p = multi_head_attention_gradients(ORACLE["d_y"], x, p, 3, mask)
    np.testing.assert_allclose(d_x, ORACLE["d_x"], rtol=1e-10, atol=1e-13)
    for name in NAMES:
        # atol: differences of numbers near 10; the gradient of the keys' bias is 0.
        np.testing.assert_allclose(
            getattr(d_p, name), ORACLE[f"d_{name}"], rtol=1e-10, atol=1e-12, err_msg=name
        )


def test_any_leading_axes():
    rng = np.random.default_rng(0)
    x, p, mask = rng.standard_normal((2, 3, 4, 6)), example_projections(6, rng), causal_mask(4)
    y, weights = multi_head_attention(x, p, 2, mask)
    one, one_weights = multi_head_attention(x[1, 2], p, 2, mask)
    assert weights.shape == (2, 3, 2, 4, 4)
    np.testing.assert_allclose(y[1, 2], one, rtol=1e-11)
    np.testing.assert_allclose(weights[1, 2], one_weights, rtol=1e-11)
    d_x, _ = multi_head_attention_gradients(x, x, p, 2, mask)
    d_one, _ = multi_head_attention_gradients(x[1, 2], x[1, 2], p, 2, mask)
    np.testing.assert_allclose(d_x[1, 2], d_one, rtol=1e-9)
    # A mask with one row of keys serves all queries, with or without the axis of queries.
    keys = np.array([True, True, False, False])
    by_row = multi_head_attention(x, p, 2, keys)[0]
    np.testing.assert_array_equal(by_row, multi_head_attention(x, p, 2, keys[np.newaxis])[0])


def heads_to_check():
    """Return d_y, x, the projections by name without the bias of no effect, and a mask."""
    rng = np.random.default_rng(7)
    x, d_y = rng.standard_normal((2, 2, 4, 6))
    x, d_y = np.stack([x, -2 * d_y]), np.stack([d_y, x])
    p, mask = example_projections(6, rng), some_mask((4, 4), rng)
    return d_y, x, p, mask


def check_heads(change):
    d_y, x, p, mask = heads_to_check()
    names = [name for name in NAMES if name != "key_bias"]

    def loss(x, *arrays):
        changed = replace(p, **dict(zip(names, arrays, strict=True)))
        return (d_y * multi_head_attention(x, changed, 3, mask)[0]).sum()

    def gradients(x, *arrays):
        changed = replace(p, **dict(zip(names, arrays, strict=True)))
        d_x, d_p = change(*multi_head_attention_gradients(d_y, x, changed, 3, mask))
        return d_x, *(getattr(d_p, name) for name in names)

    at = (x, *(getattr(p, name) for name in names))
    check_gradient(loss, gradients, at, rng=np.random.default_rng(0))


def test_multi_head_attention_gradients():
    check_heads(lambda d_x, d_p: (d_x, d_p))


def test_negative_controls_of_multi_head_attention_gradients():
    with pytest.raises(GradientError):  # queries and keys mixed up
        check_heads(lambda d_x, d_p: (d_x, replace(d_p, query=d_p.key, key=d_p.query)))
    with pytest.raises(GradientError):  # the transposed matrix, as PyTorch keeps it
        check_heads(lambda d_x, d_p: (d_x, replace(d_p, output=d_p.output.T)))
    d_y, x, p, _ = heads_to_check()
    for other in (None, causal_mask(4)):
        wrong = multi_head_attention_gradients(d_y, x, p, 3, other)
        with pytest.raises(GradientError):  # another mask than on the way forward
            check_heads(lambda *_, wrong=wrong: wrong)


def test_the_bias_of_the_keys_has_no_effect():
    d_y, x, p, mask = heads_to_check()
    y, _ = multi_head_attention(x, p, 3, mask)
    other = replace(p, key_bias=p.key_bias + example(6))
    np.testing.assert_allclose(multi_head_attention(x, other, 3, mask)[0], y, rtol=1e-9)
    _, d_p = multi_head_attention_gradients(d_y, x, p, 3, mask)
    np.testing.assert_allclose(d_p.key_bias, 0.0, atol=1e-12)  # sums that cancel


def test_single_precision_stays_and_nothing_is_changed_in_place():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 4, 6)).astype(np.float32)
    exact = example_projections(6, rng)
    p = Projections(*(getattr(exact, name).astype(np.float32) for name in NAMES))
    mask = some_mask((2, 4, 4), rng)
    for array in (x, mask, *(getattr(p, name) for name in NAMES)):
        array.setflags(write=False)
    y, weights = multi_head_attention(x, p, 2, mask)
    d_x, d_p = multi_head_attention_gradients(x, x, p, 2, mask)
    arrays = [y, weights, d_x, *(getattr(d_p, name) for name in NAMES)]
    arrays += [*attention(x, x, x, mask), *attention_gradients(x, x, x, x, mask)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    expected, _ = multi_head_attention(x.astype(np.float64), exact, 2, mask)
    np.testing.assert_allclose(y, expected, rtol=1e-4, atol=1e-5)  # numbers near 10 that cancel


# Positions


def test_positions_by_hand():
    positions = sinusoidal_positions(3, 4)
    # ω = 1 and 1/100.
    expected = [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)]
    np.testing.assert_allclose(positions[2], expected, rtol=RTOL)
    for p in range(3):
        for j in range(4):
            wave = math.cos if j % 2 else math.sin
            assert positions[p, j] == pytest.approx(wave(p / 10000 ** (j // 2 * 2 / 4)), rel=RTOL)


def test_positions_are_unique_and_of_one_length():
    positions = sinusoidal_positions(2000, 32)
    np.testing.assert_allclose((positions**2).sum(axis=1), 16.0, rtol=RTOL)
    squares = 2 * (16.0 - positions @ positions.T)
    np.fill_diagonal(squares, np.inf)
    # Neighbors are nearest of all, and far from equal.
    neighbors = squares[0, 1]
    assert squares.min() == pytest.approx(neighbors, rel=1e-10)
    assert neighbors > 1.0


@given(st.integers(0, 300), st.integers(-300, 300), st.sampled_from([2, 6, 64]))
def test_a_shift_is_one_matrix_for_all_places(p, offset, d):
    positions = sinusoidal_positions(601, d)
    start = p if offset >= 0 else p + 300
    moved = positions[start] @ position_shift(offset, d)
    # atol: angles up to 600 carry a rounding error of 600 · 2⁻⁵³.
    np.testing.assert_allclose(moved, positions[start + offset], atol=1e-12)


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_shifts_are_rotations_that_add_up(first, second):
    one, two = position_shift(first, 8), position_shift(second, 8)
    np.testing.assert_allclose(one @ two, position_shift(first + second, 8), atol=1e-13)
    np.testing.assert_allclose(one @ one.T, np.eye(8), atol=1e-14)  # zeros
    np.testing.assert_allclose(one.T, position_shift(-first, 8), atol=1e-15)  # zeros


def test_negative_control_of_the_shift():
    positions = sinusoidal_positions(40, 8)
    moved = positions[:-5] @ position_shift(5, 8).T
    assert not np.allclose(moved, positions[5:], atol=1e-3), "the other direction"
    halves = np.hstack([positions[:, 0::2], positions[:, 1::2]])
    moved = halves[:-5] @ position_shift(5, 8)
    assert not np.allclose(moved, halves[5:], atol=1e-3), "sines first, cosines after"


def test_the_product_of_two_positions_depends_on_their_distance_only():
    positions = sinusoidal_positions(200, 16)
    products = positions @ positions.T
    frequencies = 10000.0 ** (-np.arange(0, 16, 2) / 16)
    for distance in (0, 1, 17, 150):
        expected = np.cos(distance * frequencies).sum()
        along = np.diagonal(products, distance)
        np.testing.assert_allclose(along, expected, rtol=1e-11, atol=1e-12)  # sums that cancel


# Bad input


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: attention(Q, K, V, np.arange(5) < np.array([[[5], [0], [3]]])),
            r"mask must allow every query at least one key, got none in row \(0, 1\); let padding",
        ),
        (lambda: attention(Q, K, V, np.ones((3, 5))), "mask must be boolean, got 'dtype float64'"),
        (
            lambda: attention(Q, K, V, np.ones((5, 3), dtype=bool)),
            r"mask must fit the shape \(2, 3, 5\)",
        ),
        (lambda: attention(Q, K, V, np.ones((7, 2, 3, 5), dtype=bool)), "mask must fit the shape"),
        (
            lambda: attention(Q, K, V, np.ones((2, 5), dtype=bool)),
            "one row for a sequence: .B",
        ),
        (lambda: attention(Q, K[..., :3], V), "keys must have the leading axes and d_k of queries"),
        (lambda: attention(Q, K[:1], V), "keys must have the leading axes"),
        (lambda: attention(Q, K, V[:, :4]), "values must have one row for each key"),
        (lambda: attention(Q[0, 0], K, V), r"queries must be \(..., n, d\), got 'shape \(4,\)'"),
        (lambda: attention(Q, K[:, :0], V[:, :0]), "keys must not be empty"),
        (lambda: attention_gradients(Q, Q, K, V), r"d_output must have the shape \(2, 3, 3\)"),
        (
            lambda: multi_head_attention(example(2, 6), oracle_projections(), 4),
            "n_heads must divide d = 6, got 4; every head has d / n_heads dimensions",
        ),
        (
            lambda: multi_head_attention(example(2, 5), oracle_projections(), 1),
            r"projections.query must be \(5, 5\), got \(6, 6\)",
        ),
        (lambda: multi_head_attention(example(6), oracle_projections(), 3), "x must be"),
        (lambda: multi_head_attention(np.array(1.0), oracle_projections(), 3), "x must be"),
        (lambda: causal_mask(0), "n must be at least 1"),
        (
            lambda: padding_mask(np.array([1, 4]), 3),
            r"lengths must lie between 1 and n = 3, got \[1, 4\]",
        ),
        (lambda: padding_mask(np.array([0, 2]), 3), "lengths must lie between 1 and n = 3"),
        (lambda: padding_mask(np.array([1.0]), 3), "lengths must be integers"),
        (lambda: sinusoidal_positions(3, 5), "d must be even, got 5; each frequency has a sine"),
        (lambda: sinusoidal_positions(0, 4), "n must be at least 1"),
        (lambda: position_shift(1, 3), "d must be even"),
        (lambda: position_shift(0.5, 4), "offset must be an integer"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()

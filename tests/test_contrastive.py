import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.spatial.distance import pdist

from embedlab.contrastive import (
    alignment,
    clip_loss,
    info_nce,
    matryoshka_loss,
    on_directions,
    siglip_loss,
    sphere,
    triplet_loss,
    uniformity,
    unit_rows_gradient,
)
from embedlab.directions import unit_rows
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.numerics import log_sigmoid

ORACLE = np.load(Path(__file__).parent / "oracles" / "contrastive.npz")

numbers = st.floats(-3, 3).map(lambda x: round(x, 3))
matrices = hnp.arrays(np.float64, (4, 3), elements=numbers)


def draw(*shapes, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


def units(*shapes, seed=0):
    return [unit_rows(x) for x in draw(*shapes, seed=seed)]


# Hand-computed values


def test_info_nce_by_hand():
    # Scores at τ = 0.5: query 0 has 2 with its own key, 0 with the other; query 1 has 4 and 2.
    queries, keys = np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    loss, d_queries, _ = info_nce(queries, keys, temperature=0.5)
    # -log of 1 / (1 + e⁻²), and of e⁴ / (e² + e⁴), which is the same.
    np.testing.assert_allclose(loss, math.log(1 + math.exp(-2)), rtol=1e-14)
    # Of either query the share p = 1 / (1 + e²) goes to the wrong key; d = p (k' - k) / (B τ).
    p = 1 / (1 + math.exp(2))
    np.testing.assert_allclose(d_queries, [[-p, p], [p, -p]], rtol=1e-13)


def test_info_nce_with_a_hard_negative_by_hand():
    # The third key is the query itself, the second is at a right angle.
    keys = np.array([[0.0, 1.0], [1.0, 0.0]])
    loss, _, d_keys = info_nce(np.array([[1.0, 0.0]]), keys, temperature=1.0)
    np.testing.assert_allclose(loss, math.log(1 + math.e), rtol=1e-14)
    wrong = math.e / (1 + math.e)
    np.testing.assert_allclose(d_keys, [[-wrong, 0.0], [wrong, 0.0]], rtol=1e-14)


def test_clip_by_hand():
    # Rows of the scores: (0, 0) and (log 3, 0): from images 1/2 and 1/4, from texts 1/4 and 1/2.
    images, texts = np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])
    loss, _, _, d_log_scale = clip_loss(images, texts, math.log(math.log(3.0)))
    np.testing.assert_allclose(loss, (math.log(2) + math.log(4)) / 2, rtol=1e-14)
    # Only the score log 3 grows with the scale; its gradient is 3/4 / B either way.
    np.testing.assert_allclose(d_log_scale, 0.75 / 2 * math.log(3), rtol=1e-14)


def test_siglip_by_hand():
    # All scores are log 3: σ = 3/4 for two pairs that match, 1 - σ = 1/4 for two that do not.
    images, texts = np.array([[1.0], [1.0]]), np.array([[1.0], [1.0]])
    loss, *_, d_bias = siglip_loss(images, texts, 0.0, math.log(3.0) - 1)
    np.testing.assert_allclose(loss, math.log(4 / 3) + math.log(4), rtol=1e-14)
    np.testing.assert_allclose(d_bias, (2 * -0.25 + 2 * 0.75) / 2, rtol=1e-14)


def test_triplet_by_hand():
    anchors, positives = np.zeros((2, 1)), np.array([[1.0], [1.0]])
    negatives = np.array([[1.1], [2.0]])  # 1 - 1.21 + 0.5 = 0.29, and 1 - 4 + 0.5 < 0
    loss, d_anchors, d_positives, d_negatives = triplet_loss(
        anchors, positives, negatives, margin=0.5
    )
    np.testing.assert_allclose(loss, 0.29 / 2, rtol=1e-13)
    np.testing.assert_allclose(d_anchors, [[0.1], [0.0]], rtol=1e-13)
    np.testing.assert_allclose(d_positives, [[1.0], [0.0]], rtol=1e-13)
    np.testing.assert_allclose(d_negatives, [[-1.1], [0.0]], rtol=1e-13)


def test_alignment_and_uniformity_by_hand():
    square = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    assert alignment(square, -square)[0] == 4.0
    # Four sides of squared length 2, two diagonals of 4.
    expected = math.log((4 * math.exp(-4) + 2 * math.exp(-8)) / 6)
    np.testing.assert_allclose(uniformity(square)[0], expected, rtol=1e-14)
    assert uniformity(np.ones((3, 2)))[0] == 0.0


def test_matryoshka_by_hand():
    # First numbers alone: the signs agree, agree, disagree: squared distances 0, 0, 4.
    first = np.array([[3.0, 4.0], [1.0, 0.0], [2.0, 0.0]])
    second = np.array([[1.0, 0.0], [5.0, 0.0], [-1.0, 0.0]])
    # Whole: 2 - 2 · 0.6 = 0.8, then 0 and 4.
    total, *_ = matryoshka_loss(alignment, first, second, [1, 2], [0.3, 1.0])
    np.testing.assert_allclose(total, 0.3 * 4 / 3 + 4.8 / 3, rtol=1e-14)


# Slow oracles: one pair after the other, in plain Python


def slow_info_nce(queries, keys, temperature):
    total = 0.0
    for i, query in enumerate(queries):
        terms = [math.exp(math.fsum(query * key) / temperature) for key in keys]
        total -= math.log(terms[i] / math.fsum(terms))
    return total / len(queries)


def slow_siglip(images, texts, log_scale, bias):
    total = 0.0
    for i, image in enumerate(images):
        for j, text in enumerate(texts):
            score = math.exp(log_scale) * math.fsum(image * text) + bias
            probability = 1 / (1 + math.exp(-score))
            total -= math.log(probability if i == j else 1 - probability)
    return total / len(images)


def slow_triplet(anchors, positives, negatives, margin):
    rows = zip(anchors, positives, negatives, strict=True)
    gaps = [math.dist(a, p) ** 2 - math.dist(a, n) ** 2 + margin for a, p, n in rows]
    return math.fsum(max(0.0, gap) for gap in gaps) / len(gaps)


# atol: losses near 0, in which a slow sum 1 - p has lost as many digits.
@given(matrices, matrices, st.floats(0.5, 3))
def test_against_slow_loops(x, y, temperature):
    expected = slow_info_nce(x, y, temperature)
    np.testing.assert_allclose(info_nce(x, y, temperature)[0], expected, rtol=1e-9, atol=1e-12)
    both = (expected + slow_info_nce(y, x, temperature)) / 2
    loss = clip_loss(x, y, -math.log(temperature))[0]
    np.testing.assert_allclose(loss, both, rtol=1e-9, atol=1e-12)
    x, y = x / 2, y / 2  # 1 - probability must not round to 0
    expected = slow_siglip(x, y, -math.log(temperature), 0.3)
    loss = siglip_loss(x, y, -math.log(temperature), 0.3)[0]
    np.testing.assert_allclose(loss, expected, rtol=1e-9, atol=1e-12)
    expected = slow_triplet(x, y, y[::-1], 0.4)
    np.testing.assert_allclose(triplet_loss(x, y, y[::-1], 0.4)[0], expected, atol=1e-12)
    # The rounding of squared distances, relative to exponents.
    expected = np.log(np.exp(-1.5 * pdist(x, "sqeuclidean")).mean())
    np.testing.assert_allclose(uniformity(x, t=1.5)[0], expected, rtol=1e-9, atol=1e-12)


# Gradients

CASES = {
    "InfoNCE": (lambda q, k: info_nce(q, k, 0.3), units((4, 5), (4, 5))),
    "InfoNCE, hard negatives": (lambda q, k: info_nce(q, k, 0.3), units((4, 5), (7, 5))),
    "CLIP": (clip_loss, [*units((4, 5), (4, 5)), np.float64(1.2)]),
    "SigLIP": (siglip_loss, [*units((4, 5), (4, 5)), np.float64(1.2), np.float64(-2.0)]),
    "triplet": (lambda a, p, n: triplet_loss(a, p, n, 0.5), draw((4, 5), (4, 5), (4, 5))),
    "alignment": (alignment, draw((4, 5), (4, 5))),
    "uniformity": (uniformity, units((6, 5))),
    "cosines": (
        lambda x, y: on_directions(lambda q, k: info_nce(q, k, 0.3), x, y),
        draw((4, 5), (7, 5)),
    ),
    "nested": (
        lambda x, y, *s: matryoshka_loss(
            lambda u, v: siglip_loss(u, v, *s), x, y, [1, 3, 5], [0.5, 1, 2]
        ),
        [*draw((4, 5), (4, 5)), np.float64(1.2), np.float64(-2.0)],
    ),
    "nested, prefixes only": (
        lambda x, y: matryoshka_loss(alignment, x, y, [2, 4]),
        draw((4, 5), (4, 5)),
    ),
}


def check(name, wrong=lambda gradients: gradients, seed=0):
    loss, at = CASES[name]

    def gradient(*arrays):
        returned = wrong(loss(*arrays)[1:])
        return tuple(np.float64(g) if np.ndim(g) == 0 else g for g in returned)

    rng = np.random.default_rng(seed)
    check_gradient(lambda *a: loss(*a)[0], gradient, tuple(at), rng=rng, rtol=1e-6)


@pytest.mark.parametrize("name", CASES)
def test_gradients(name):
    check(name)


def test_gradient_through_unit_rows():
    (vectors, weights) = draw((4, 3), (4, 3))
    check_gradient(
        lambda v: (weights * unit_rows(v)).sum(),
        lambda v: unit_rows_gradient(weights, v),
        vectors,
        rng=np.random.default_rng(0),
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("InfoNCE", lambda g: (0.3 * g[0], 0.3 * g[1])),  # 1 / τ forgotten
        ("InfoNCE", lambda g: (g[0], g[1] * 0)),  # keys held fixed, as with a stopped gradient
        ("InfoNCE", lambda g: g[::-1]),  # the wrong side of the product
        ("CLIP", lambda g: (*g[:2], g[2] / math.exp(1.2))),  # derivative for the scale, not its log
        ("SigLIP", lambda g: (*g[:3], -g[3])),  # sign of the bias as eq. 1 of the paper prints it
        ("SigLIP", lambda g: (4 * g[0], 4 * g[1], *g[2:])),  # not divided by the rows
        ("uniformity", lambda g: (g[0] / 2,)),  # each pair from one end only
        ("nested", lambda g: (g[0], g[1], g[2] / 3.5, g[3])),  # settings without the weights
    ],
)
def test_negative_controls_wrong_gradients(name, wrong, seed):
    with pytest.raises(GradientError, match="is wrong along direction"):
        check(name, wrong, seed)


def test_negative_control_normalization_taken_for_a_constant():
    (vectors, weights) = draw((4, 3), (4, 3))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    with pytest.raises(GradientError, match="is wrong along direction"):
        check_gradient(
            lambda v: (weights * unit_rows(v)).sum(),
            lambda v: weights / lengths,
            vectors,
            rng=np.random.default_rng(0),
        )


# Parity with PyTorch

PARITY = {
    "info_nce": lambda q, k: info_nce(q, k, 0.3),
    "clip": clip_loss,
    "siglip": siglip_loss,
    "triplet": lambda a, p, n: triplet_loss(a, p, n, 0.5),
    "uniformity": uniformity,
    "nested": lambda x, y, s: matryoshka_loss(
        lambda u, v: clip_loss(u, v, s), x, y, [2, 4, 6], [0.5, 1.0, 2.0]
    ),
}


@pytest.mark.peer
@pytest.mark.parametrize("name", PARITY)
def test_values_and_gradients_equal_pytorch(name):
    inputs = [ORACLE[key] for key in ORACLE.files if key.startswith(f"{name} input")]
    loss, *gradients = PARITY[name](*inputs)
    np.testing.assert_allclose(loss, ORACLE[f"{name} loss"], rtol=1e-12)
    assert len(gradients) == len(inputs)
    for i, gradient in enumerate(gradients):
        # atol: sums of terms of size 1 that nearly cancel.
        expected = ORACLE[f"{name} gradient {i}"]
        np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-14)


# Laws of InfoNCE


@given(matrices, matrices, st.floats(0.05, 5))
def test_info_nce_is_a_choice_among_keys(x, y, temperature):
    loss, d_queries, d_keys = info_nce(x, y, temperature)
    assert loss >= 0
    equal = np.ones((4, 3))
    np.testing.assert_allclose(info_nce(equal, equal, temperature)[0], math.log(4), rtol=1e-12)
    # Shifting all keys by one vector adds the same to all scores of a query.
    # rtol of 1e-7 relative to shifted scores of up to 600.
    np.testing.assert_allclose(info_nce(x, y + 1.0, temperature)[0], loss, rtol=1e-7, atol=1e-10)
    # So no key can gain without another's loss.
    np.testing.assert_allclose(d_keys.sum(axis=0), 0, atol=1e-12 / temperature)
    # Only the order of rows changes when both are permuted alike.
    order = [2, 0, 3, 1]
    permuted = info_nce(x[order], y[order], temperature)
    np.testing.assert_allclose(permuted[0], loss, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(permuted[1], d_queries[order], rtol=1e-9, atol=1e-12 / temperature)


@given(matrices, matrices, hnp.arrays(np.float64, (2, 3), elements=numbers))
def test_a_hard_negative_can_only_raise_the_loss(x, y, negatives):
    assert info_nce(x, np.concatenate([y, negatives]), 1.0)[0] >= info_nce(x, y, 1.0)[0]


def test_limits_of_the_temperature():
    queries, keys = units((6, 4), (6, 4))
    scores = queries @ keys.T
    # Hot: all keys alike. The rest is of the order of a score divided by τ.
    np.testing.assert_allclose(info_nce(queries, keys, 1e9)[0], math.log(6), rtol=1e-8)
    # Cold: τ times the loss is how far the own key falls short of the best.
    short = (scores.max(axis=1) - np.diag(scores)).mean()
    assert short > 0.1
    np.testing.assert_allclose(1e-6 * info_nce(queries, keys, 1e-6)[0], short, rtol=1e-5)


def test_a_low_temperature_looks_at_the_nearest_negative():
    # Two negatives, at 60° and at 90° from the query; its own key is the query.
    keys = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)], [0.0, 1.0]])
    shares = []
    for temperature in (1.0, 0.1):
        _, _, d_keys = info_nce(np.array([[1.0, 0.0]]), keys, temperature)
        shares.append(d_keys[1, 0] / (d_keys[1, 0] + d_keys[2, 0]))
    # e^(0.5 / τ) to 1.
    np.testing.assert_allclose(shares, [1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(-5))], rtol=1e-12)


def gaussian_estimate(correlation, B, rng):
    """Return log B - loss for pairs of correlated normal numbers and the best possible scores."""
    x = rng.standard_normal(B)
    y = correlation * x + np.sqrt(1 - correlation**2) * rng.standard_normal(B)
    # log p(y | x) - log p(y) is a dot product of these, up to a term of x alone.
    r = correlation / (1 - correlation**2)
    queries = np.column_stack([r * x, np.ones(B)])
    keys = np.column_stack([y, -0.5 * r * correlation * y**2])
    return math.log(B) - info_nce(queries, keys, 1.0)[0]


@pytest.mark.parametrize("correlation", [0.5, 0.9, 0.9999])
def test_log_b_minus_loss_bounds_the_mutual_information(correlation):
    information = -0.5 * math.log(1 - correlation**2)
    for seed in range(5):
        rng = np.random.default_rng(seed)
        small, large = (
            np.mean([gaussian_estimate(correlation, B, rng) for _ in range(repeats)])
            for B, repeats in ((4, 2000), (512, 8))
        )
        # Over eight seeds a mean of these estimates lay at most 0.012 above the information.
        assert small < large < information + 0.03
        assert small <= math.log(4)
    # 4.26 nats cannot be seen in batches of four, and nearly in batches of 512.
    if correlation == 0.9999:
        assert information > 4.2
        assert small < math.log(4)
        assert large > 4


def test_negative_control_a_denominator_without_the_own_key_falls_below_zero():
    # One of the ways to read a printed sum over h_j: all other sentences, but not the positive.
    queries, keys = np.eye(3), np.eye(3)
    scores = queries @ keys.T / 0.05
    others = np.where(np.eye(3, dtype=bool), -np.inf, scores)
    without = -np.mean(np.diag(scores) - np.log(np.exp(others).sum(axis=1)))
    np.testing.assert_allclose(without, math.log(2) - 20, rtol=1e-12)
    assert info_nce(queries, keys, 0.05)[0] >= 0


# Laws of the others


@given(matrices, matrices)
def test_clip_is_symmetric_and_siglip_too(x, y):
    for loss in (lambda u, v: clip_loss(u, v, 0.3), lambda u, v: siglip_loss(u, v, 0.3, -1.0)):
        there, back = loss(x, y), loss(y, x)
        for a, b in zip(there, [back[0], back[2], back[1], *back[3:]], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_siglip_judges_each_pair_without_the_others():
    images, texts = units((6, 4), (6, 4))
    loss = siglip_loss(images, texts, 1.0, -2.0)[0]
    # Cut into four blocks: two with their own pairs, two with nothing but negatives.
    blocks = [
        siglip_loss(images[part], texts[part], 1.0, -2.0)[0] for part in (slice(3), slice(3, 6))
    ]
    apart = [images[:3] @ texts[3:].T, images[3:] @ texts[:3].T]
    strangers = sum(-log_sigmoid(2 - math.e * scores).sum() for scores in apart)
    np.testing.assert_allclose(loss, (3 * blocks[0] + 3 * blocks[1] + strangers) / 6, rtol=1e-13)
    # What another text says adds a term of its own to an image's gradient and changes no other.
    other = texts.copy()
    other[5] = -other[5]
    rest = [
        siglip_loss(images, t, 1.0, -2.0)[1][0] - push(images[0], t[5]) / 6 for t in (texts, other)
    ]
    np.testing.assert_allclose(rest[0], rest[1], rtol=1e-12)
    # Negative control: in CLIP the pairs of a row and of a column share a denominator, so even
    # without what text 5 adds by itself the gradient of image 0 differs.
    scores = [math.e * images @ t.T for t in (texts, other)]
    own = [np.exp(s[0, 0]) / np.exp(s[0]).sum() for s in scores]
    assert abs(own[0] - own[1]) > 0.01


def push(image, text):
    """Return the gradient for an image of the loss of one pair that does not match."""
    return math.e * text / (1 + math.exp(2 - math.e * float(image @ text)))


@given(matrices, st.floats(0.1, 10))
def test_gradient_of_a_direction_is_across_the_vector(vectors, scale):
    (d_units,) = draw((4, 3))
    gradient = unit_rows_gradient(d_units, vectors)
    # atol: products of size 10 that cancel, divided by lengths of at least 0.001.
    np.testing.assert_allclose((gradient * vectors).sum(axis=1), 0, atol=1e-11)
    # A vector twice as long turns half as far.
    again = unit_rows_gradient(d_units, scale * vectors)
    np.testing.assert_allclose(scale * again, gradient, rtol=1e-9, atol=1e-9)
    assert (gradient[~vectors.any(axis=1)] == 0).all()


@pytest.mark.parametrize(("dtype", "powers"), [(np.float32, (-120, 120)), (float, (-1000, 1000))])
def test_gradient_of_a_direction_at_any_scale(dtype, powers):
    # Squares of such numbers vanish or overflow; the direction is that of the vector itself.
    d_units, vectors = (x.astype(dtype) for x in draw((4, 3), (4, 3)))
    gradient = unit_rows_gradient(d_units, vectors)
    for power in powers:
        scaled = unit_rows_gradient(d_units, np.ldexp(vectors, power))
        assert scaled.dtype == dtype
        # A power of two rounds nothing.
        np.testing.assert_array_equal(np.ldexp(scaled, power), gradient)


def test_lengths_of_vectors_are_no_matter_on_directions():
    x, y = draw((4, 3), (4, 3))
    loss = on_directions(lambda q, k: info_nce(q, k, 0.1), x, y)[0]
    longer = on_directions(lambda q, k: info_nce(q, k, 0.1), 7 * x, y / 3)[0]
    np.testing.assert_allclose(longer, loss, rtol=1e-12)


def test_matryoshka_is_the_sum_of_its_prefixes():
    x, y = draw((5, 8), (5, 8))

    def loss(u, v):
        return clip_loss(u, v, 1.0)

    parts = [on_directions(loss, x[:, :m], y[:, :m]) for m in (2, 4, 8)]
    total, d_x, _, d_log_scale = matryoshka_loss(loss, x, y, [2, 4, 8], [1.0, 0.5, 0.25])
    weights = (1.0, 0.5, 0.25)
    expected = sum(w * part[0] for w, part in zip(weights, parts, strict=True))
    np.testing.assert_allclose(total, expected, rtol=1e-14)
    expected = sum(w * part[3] for w, part in zip(weights, parts, strict=True))
    np.testing.assert_allclose(d_log_scale, expected, rtol=1e-14)
    # The last columns belong to the whole only; a weight of 0 leaves them alone.
    np.testing.assert_allclose(d_x[:, 4:], 0.25 * parts[2][1][:, 4:], rtol=1e-14)
    _, d_x, *_ = matryoshka_loss(loss, x, y, [2, 4, 8], [1.0, 1.0, 0.0])
    assert (d_x[:, 4:] == 0).all()


def test_uniformity_is_lowest_for_a_spread_and_blind_to_rotation(monkeypatch):
    (spread,) = units((200, 64))
    narrow = unit_rows(spread + 3 * spread[0])
    value, gradient = uniformity(spread)
    # Squared distances of random directions are 2 ± 2 / √d: -4, and a little above.
    assert -4 < value < -3.8
    assert uniformity(narrow)[0] > -2.2
    rotation = np.linalg.qr(draw((64, 64))[0])[0]
    np.testing.assert_allclose(uniformity(spread @ rotation)[0], value, rtol=1e-12)
    # In blocks of seven rows it is the same.
    monkeypatch.setattr(sphere, "_MAX_DISTANCES", 7 * 200)
    value_of_blocks, gradient_of_blocks = uniformity(spread)
    np.testing.assert_allclose(value_of_blocks, value, rtol=1e-12)
    np.testing.assert_allclose(gradient_of_blocks, gradient, rtol=1e-9, atol=1e-15)


# Precision, and what is left alone


@pytest.mark.parametrize("name", CASES)
def test_single_precision_stays_and_nothing_changes_in_place(name):
    loss, at = CASES[name]
    single = [np.asarray(x, dtype=np.float32) if np.ndim(x) else float(x) for x in at]
    for array in single:
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    value, *gradients = loss(*single)
    assert isinstance(value, float)
    for array, gradient in zip(single, gradients, strict=True):
        assert isinstance(gradient, float) or gradient.dtype == array.dtype == np.float32
    np.testing.assert_allclose(value, loss(*at)[0], rtol=1e-5)


def test_extreme_scores_stay_finite():
    x = np.array([[1.0, 0.0], [0.0, 1.0]])
    for loss in (info_nce(x, -x, 1e-9), clip_loss(x, -x, 30.0), siglip_loss(x, -x, 30.0, 0.0)):
        assert all(np.isfinite(part).all() for part in loss)


# Bad input

GOOD = np.eye(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: info_nce(GOOD[:0], GOOD), r"queries must have a row and a column, got \(0, 3\)"),
        (lambda: info_nce(GOOD, GOOD[:2]), "keys must have a row for each of the 3 queries, got 2"),
        (lambda: info_nce(GOOD, GOOD[:, :2]), "keys must have 3 columns as queries, got 2"),
        (lambda: info_nce(GOOD, GOOD, 0.0), "temperature must be positive and finite, got 0.0"),
        (lambda: info_nce(GOOD, GOOD * np.nan), r"keys must be finite, got nan at index \(0, 0\)"),
        (lambda: clip_loss(GOOD, GOOD[:2], 0.0), "texts must have one row for each of the 3"),
        (lambda: clip_loss(GOOD, GOOD, 100.0), "log_scale must lie between -80 and 80, got 100.0"),
        (lambda: clip_loss(GOOD, GOOD, math.nan), "log_scale must lie between"),
        (lambda: siglip_loss(GOOD, GOOD, 0.0, math.inf), "bias must be finite, got inf"),
        (lambda: triplet_loss(GOOD, GOOD, GOOD, 0.0), "margin must be positive and finite"),
        (lambda: triplet_loss(GOOD, GOOD, GOOD[:1]), "negatives must have one row for each"),
        (lambda: alignment(GOOD, GOOD[0]), "second must be a matrix"),
        (lambda: uniformity(GOOD[:1]), "vectors must have two rows or more, got 1"),
        (lambda: uniformity(GOOD, t=-1.0), "t must be positive and finite, got -1.0"),
        (lambda: uniformity(1e3 * GOOD), "vectors must lie close enough to compare.*unit_rows"),
        (lambda: unit_rows_gradient(GOOD, GOOD[:2]), "vectors must have one row for each"),
        (
            lambda: matryoshka_loss(alignment, GOOD, GOOD, [2, 4]),
            r"lengths must rise, and end at 3 numbers or before, got \[2, 4\]",
        ),
        (lambda: matryoshka_loss(alignment, GOOD, GOOD, [2, 1]), "lengths must rise"),
        (lambda: matryoshka_loss(alignment, GOOD, GOOD, []), "lengths must rise"),
        (lambda: matryoshka_loss(alignment, GOOD, GOOD, [0]), "each of lengths must be at least 1"),
        (
            lambda: matryoshka_loss(alignment, GOOD, GOOD, [1, 2], [1.0]),
            "weights must be 2, one per length, got 1",
        ),
        (
            lambda: matryoshka_loss(alignment, GOOD, GOOD, [1, 2], [1.0, -1.0]),
            "weights must be at least 0",
        ),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_scores_beyond_all_numbers_are_refused():
    far = 1e200 * np.eye(2)
    for call in (
        lambda: info_nce(np.eye(2), np.eye(2), 1e-310),
        lambda: siglip_loss(far, far, 0.0, 0.0),
        lambda: siglip_loss(-far, far, 0.0, 0.0),
        # Each score is a number, but not their sum.
        lambda: siglip_loss(np.eye(2), np.eye(2), 0.0, 1e308),
        lambda: triplet_loss(far, -far, far),
        lambda: triplet_loss(far, -far, -far),
    ):
        with pytest.raises(ValueError, match="be finite, got 'infinity'; scale the rows"):
            call()

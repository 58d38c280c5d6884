"""Word2Vec: gradients, whole steps against slow loops, Levy and Goldberg's theorem, the world."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab import objectives, passes
from embedlab.evaluation import analogy_accuracy, word_similarity
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.huffman import huffman_codes
from embedlab.numerics import sigmoid
from embedlab.runs import DivergenceError, InterruptedWarning
from embedlab.text import (
    Vocabulary,
    build_vocabulary,
    context,
    keep_probabilities,
    training_pairs,
)
from embedlab.word2vec import (
    cbow_hierarchical,
    cbow_negative,
    cbow_softmax,
    skipgram_hierarchical,
    skipgram_negative,
    skipgram_softmax,
    train,
    training,
)
from embedlab.world import world

SKIPGRAM = [skipgram_softmax, skipgram_hierarchical, skipgram_negative]
CBOW = [cbow_softmax, cbow_hierarchical, cbow_negative]
TEXTBOOK = {
    ("skip-gram", "softmax"): skipgram_softmax,
    ("skip-gram", "hierarchical"): skipgram_hierarchical,
    ("skip-gram", "negative"): skipgram_negative,
    ("CBOW", "softmax"): cbow_softmax,
    ("CBOW", "hierarchical"): cbow_hierarchical,
    ("CBOW", "negative"): cbow_negative,
}
each_model = pytest.mark.parametrize(("architecture", "objective"), list(TEXTBOOK))
N_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# The textbook face: values by hand

# The deck's example: the input vector of "king", and output vectors of three words.
KING = np.array([1.0, 0.0])
OUTPUTS = np.array([[0.5, 0.1], [0.4, 0.2], [0.1, 0.0]])
# e^0.5, e^0.4 and e^0.1 are 1.648721, 1.491825 and 1.105171; their sum is 4.245717.
P = np.array([0.388326, 0.351372, 0.260302])
# Scores 2, -1 and 0.5 with a center of one dimension.
SCORES = np.array([[2.0], [-1.0], [0.5]])
# Scores log 3 and log 4: left with probability 3/4, then right with probability 1/5.
NODES, CODE = np.log([[3.0], [4.0]]), np.array([0, 1])
# A hidden vector is the mean of two context words that have nothing else in common.
AROUND_KING = np.array([[1.5, -2.0], [0.5, 2.0]])
AROUND_ONE = np.array([[4.0], [-2.0]])


def assert_close(found, expected, rtol=1e-5, atol=1e-6):
    # atol: the numbers worked out by hand have six digits.
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=atol)


def test_softmax_by_hand():
    # -log p of word 0; the center moves by the expected output vector less the observed one:
    # 0.388326 · 0.5 + 0.351372 · 0.4 + 0.260302 · 0.1 - 0.5, and 0.0388326 + 0.0702744 - 0.1.
    d_king = [-0.139258, 0.009107]
    d_outputs = [[P[0] - 1, 0.0], [P[1], 0.0], [P[2], 0.0]]
    assert_close(skipgram_softmax(KING, OUTPUTS, 0), (0.945910, d_king, d_outputs))
    half = np.array(d_king) / 2
    assert_close(cbow_softmax(AROUND_KING, OUTPUTS, 0), (0.945910, [half, half], d_outputs))


def test_hierarchical_softmax_by_hand():
    # P = 3/4 · 1/5. The slope of a score is the probability of left, less 1 where left is right.
    d_center = [-np.log(3) / 4 + np.log(4) * 4 / 5]
    d_nodes = [[-1 / 4], [4 / 5]]
    expected = np.log(20 / 3), d_center, d_nodes
    assert_close(skipgram_hierarchical(np.ones(1), NODES, CODE), expected, 1e-14, 0.0)
    half = np.array(d_center) / 2
    expected = np.log(20 / 3), [half, half], d_nodes
    assert_close(cbow_hierarchical(AROUND_ONE, NODES, CODE), expected, 1e-14, 0.0)


def test_negative_sampling_by_hand():
    # -log σ(2) - log σ(1) - log σ(-0.5) = 0.126928 + 0.313262 + 0.974077; the slopes of the scores
    # are σ(2) - 1, σ(-1) and σ(0.5).
    slopes = np.array([[-0.119203], [0.268941], [0.622459]])
    d_center = [-0.238406 - 0.268941 + 0.311230]
    assert_close(skipgram_negative(np.ones(1), SCORES), (1.414267, d_center, slopes))
    half = np.array(d_center) / 2
    assert_close(cbow_negative(AROUND_ONE, SCORES), (1.414267, [half, half], slopes))


# Gradients

V, D, M = 7, 5, 3
LAST = {
    "softmax": lambda: (2,),
    "hierarchical": lambda: (np.array([0, 1, 1, 0, 1, 0, 0]),),
    "negative": lambda: (),
}


def at_random(architecture, seed=0):
    draw = rng(seed).standard_normal
    return draw(D if architecture == "skip-gram" else (M, D)), draw((V, D))


def check(function, at, last, bug=lambda hidden, outputs, gradients: gradients):
    check_gradient(
        lambda hidden, outputs: function(hidden, outputs, *last)[0],
        lambda hidden, outputs: bug(hidden, outputs, function(hidden, outputs, *last)[1:]),
        at,
        rng=rng(1),
    )


@each_model
def test_gradients(architecture, objective):
    function = TEXTBOOK[architecture, objective]
    for seed in range(3):
        check(function, at_random(architecture, seed), LAST[objective]())


def row_0_only(array):
    return np.where(np.arange(len(array))[:, np.newaxis] == 0, array, 0.0)


@pytest.mark.parametrize(
    ("architecture", "objective", "array", "bug"),
    [
        # The target's -1 forgotten.
        ("skip-gram", "softmax", 0, lambda h, U, g: (g[0] + U[2], g[1])),
        ("skip-gram", "softmax", 1, lambda h, U, g: (g[0], g[1] + np.outer(np.eye(V)[2], h))),
        # Only the target's row moves.
        ("skip-gram", "softmax", 1, lambda h, U, g: (g[0], g[1] * np.eye(V)[2][:, np.newaxis])),
        # Left and right exchanged.
        (
            "skip-gram",
            "hierarchical",
            0,
            lambda h, U, g: skipgram_hierarchical(h, U, 1 - LAST["hierarchical"]()[0])[1:],
        ),
        # The released code's "1 - code - σ" without its code.
        ("skip-gram", "hierarchical", 1, lambda h, U, g: (g[0], np.outer(sigmoid(U @ h), h))),
        # Every node is pulled towards the center, or every word: no negatives.
        ("skip-gram", "hierarchical", 1, lambda h, U, g: (g[0], -np.outer(sigmoid(-U @ h), h))),
        ("skip-gram", "negative", 1, lambda h, U, g: (g[0], -np.outer(sigmoid(-U @ h), h))),
        ("skip-gram", "negative", 0, lambda h, U, g: (-sigmoid(-U @ h) @ U, g[1])),
        # The noise words do not move.
        ("skip-gram", "negative", 1, lambda h, U, g: (g[0], row_0_only(g[1]))),
        # The sign of a step in place of that of a gradient.
        ("skip-gram", "negative", 0, lambda h, U, g: (-g[0], g[1])),
        # 1/m forgotten: right for training as it is done, but not the gradient.
        ("CBOW", "softmax", 0, lambda h, U, g: (M * g[0], g[1])),
        ("CBOW", "hierarchical", 0, lambda h, U, g: (M * g[0], g[1])),
        ("CBOW", "negative", 0, lambda h, U, g: (M * g[0], g[1])),
        # The first context word in place of the mean.
        ("CBOW", "negative", 1, lambda h, U, g: (g[0], skipgram_negative(h[0], U)[2])),
        ("CBOW", "hierarchical", 1, lambda h, U, g: (g[0], M * g[1])),
        ("CBOW", "softmax", 1, lambda h, U, g: (g[0], skipgram_softmax(h.sum(axis=0), U, 2)[2])),
    ],
)
def test_negative_controls_of_the_gradients(architecture, objective, array, bug):
    with pytest.raises(GradientError, match=f"gradient of array {array} is wrong"):
        check(TEXTBOOK[architecture, objective], at_random(architecture), LAST[objective](), bug)


# Laws


def total_probability(tree, codes, center, nodes):
    """Return the sum of all words' probabilities under hierarchical softmax."""
    ways = zip(tree.paths, codes, tree.lengths, strict=True)
    return sum(
        np.exp(-skipgram_hierarchical(center, nodes[path[:n]], code[:n])[0])
        for path, code, n in ways
    )


@given(
    st.lists(st.integers(1, 1000), min_size=2, max_size=12),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.01, 1.0, 10.0]),
)
def test_hierarchical_probabilities_of_all_words_sum_to_1(counts, seed, scale):
    tree, draw = huffman_codes(counts), rng(seed)
    center, nodes = scale * draw.standard_normal(4), draw.standard_normal((len(counts) - 1, 4))
    assert total_probability(tree, tree.codes, center, nodes) == pytest.approx(1.0, rel=1e-12)


def test_negative_control_a_wrong_turn_breaks_the_sum():
    # The first word takes the other turn at its last node, where its sibling is.
    tree, center = huffman_codes([5, 3, 2, 1]), np.array([1.0])
    nodes, wrong = np.array([[0.5], [-1.0], [2.0]]), tree.codes.copy()
    wrong[0, tree.lengths[0] - 1] ^= 1
    assert total_probability(tree, tree.codes, center, nodes) == pytest.approx(1.0, rel=1e-12)
    assert abs(total_probability(tree, wrong, center, nodes) - 1.0) > 0.1


def test_losses_at_zero():
    for k in (0, 1, 7):
        assert skipgram_negative(np.zeros(3), np.ones((1 + k, 3)))[0] == pytest.approx(
            (1 + k) * np.log(2), rel=1e-15
        )
    assert skipgram_softmax(np.zeros(3), np.ones((11, 3)), 4)[0] == pytest.approx(np.log(11))
    code = np.array([0, 1, 1, 0])
    for nodes in (np.ones((4, 3)), np.zeros((4, 3))):
        loss = skipgram_hierarchical(np.zeros(3), nodes, code)[0]
        assert loss == pytest.approx(4 * np.log(2), rel=1e-15)


def test_of_two_words_all_objectives_are_the_same():
    # One decision: the softmax depends on the difference of the two output vectors only, which is
    # the one node of the tree, and a pair without negatives asks the same of it.
    center, outputs = at_random("skip-gram")
    node = outputs[:1] - outputs[1:2]
    loss, d_center, _ = skipgram_softmax(center, outputs[:2], 0)
    by_tree = skipgram_hierarchical(center, node, np.array([0]))
    by_pair = skipgram_negative(center, node)
    assert_close(by_tree[:2], (loss, d_center), rtol=1e-12, atol=0.0)
    assert_close(by_pair[:2], (loss, d_center), rtol=1e-12, atol=0.0)
    other = skipgram_softmax(center, outputs[:2], 1)[0]
    assert skipgram_hierarchical(center, node, np.array([1]))[0] == pytest.approx(other, rel=1e-12)


def test_each_negative_adds_its_own_part():
    center, outputs = at_random("skip-gram")
    alone = skipgram_negative(center, outputs[:1])[0]
    parts = [skipgram_negative(center, outputs[[0, i]])[0] - alone for i in range(1, V)]
    whole = skipgram_negative(center, outputs)[0]
    assert alone + sum(parts) == pytest.approx(whole, rel=1e-13)


def test_the_softmax_does_not_see_a_shift_of_all_outputs():
    center, outputs = at_random("skip-gram")
    loss, d_center, d_outputs = skipgram_softmax(center, outputs, 3)
    shifted = skipgram_softmax(center, outputs + rng(5).standard_normal(D), 3)
    assert_close(shifted, (loss, d_center, d_outputs), rtol=1e-12, atol=1e-14)
    # atol: a sum of probabilities less one.
    np.testing.assert_allclose(d_outputs.sum(axis=0), 0.0, atol=1e-14)


@pytest.mark.parametrize(("skipgram", "cbow"), list(zip(SKIPGRAM, CBOW, strict=True)))
def test_cbow_with_one_context_word_is_skipgram(skipgram, cbow):
    center, outputs = at_random("skip-gram")
    last = LAST[skipgram.__name__.split("_")[1]]()
    loss, d_center, d_outputs = skipgram(center, outputs, *last)
    one = cbow(center[np.newaxis], outputs, *last)
    assert_close(one, (loss, d_center[np.newaxis], d_outputs), rtol=1e-14, atol=0.0)
    # The same word m times moves as much in all as once.
    m_times = cbow(np.tile(center, (4, 1)), outputs, *last)
    assert_close(m_times, (loss, np.tile(d_center / 4, (4, 1)), d_outputs), 1e-13, 1e-15)


@pytest.mark.parametrize("function", SKIPGRAM)
def test_large_scores_stay_finite(function):
    last = LAST[function.__name__.split("_")[1]]()
    outputs = np.linspace(-1e4, 1e4, V)[:, np.newaxis]
    loss, d_center, d_outputs = function(np.ones(1), outputs, *last)
    assert np.isfinite(loss)
    assert np.isfinite(d_center).all()
    assert np.isfinite(d_outputs).all()


# The fast face: whole steps against slow loops with the textbook gradients

WORDS = tuple("abcdefghij")
TINY = [
    rng(seed).choice([*WORDS, "unknown"], size, p=[0.25, 0.15] + [0.06] * 7 + [0.08, 0.1]).tolist()
    for seed, size in enumerate([7, 2, 5, 1, 8, 3, 6, 4] * 10)
]
VOCABULARY = Vocabulary(WORDS, np.array([50, 40, 35, 30, 25, 20, 15, 10, 5, 2]))


@pytest.fixture
def drawn(monkeypatch):
    """What a run draws: the blocks of each batch and, if it has any, their noise words."""
    batches, noise = [], []
    draw_blocks, noise_words = passes.shuffled_blocks, objectives._noise_words

    def shuffled_blocks(*args, **options):
        found = draw_blocks(*args, **options)
        batches.extend(found)
        return found

    def recorded(*args):
        draw = noise_words(*args)

        def draw_and_keep(out):
            draw(out)
            noise.append(out.copy())

        return draw_and_keep

    monkeypatch.setattr(training, "shuffled_blocks", shuffled_blocks)
    monkeypatch.setattr(objectives, "_noise_words", recorded)
    return batches, noise


def examples(architecture, row, i, case, window, reach):
    """Yield the (input words, target, weight) of one center: its pairs, or its one prediction."""
    if architecture == "skip-gram":
        for j, word in enumerate(row):
            if 0 < abs(i - j) <= window:
                yield [row[i]], word, (window + 1 - abs(i - j)) / window
        return
    left, right = divmod(case % (reach + 1) ** 2, reach + 1)
    widths = range(1, window + 1)
    assert (left, right) in [(min(i, w), min(len(row) - 1 - i, w)) for w in widths]
    yield row[i - left : i] + row[i + 1 : i + right + 1], row[i], 1.0


def gradients_of_one(objective, function, vectors, outputs, target, noise, ratio):
    """Return the loss, the gradient of the vectors, and rows of outputs with theirs."""
    if objective == "softmax":
        loss, d_vectors, d_outputs = function(vectors, outputs, target)
        return loss, d_vectors, range(len(outputs)), d_outputs
    if objective == "hierarchical":
        tree = huffman_codes(VOCABULARY.counts)
        n = tree.lengths[target]
        rows = tree.paths[target, :n]
        loss, d_vectors, d_nodes = function(vectors, outputs[rows], tree.codes[target, :n])
        return loss, d_vectors, rows, d_nodes
    rows = [target, *noise]
    with_noise = function(vectors, outputs[rows])
    alone = function(vectors, outputs[[target]])
    loss, d_vectors = (a + ratio * (b - a) for a, b in zip(alone[:2], with_noise[:2], strict=True))
    return loss, d_vectors, rows, np.vstack([alone[2], ratio * with_noise[2][1:]])


def rates(model):
    """Return the rates at the start of the three epochs, on a straight line from 4 to 1."""
    unit = 0.003 if model[0] == "skip-gram" else 0.006
    return [4 * unit, 3 * unit, 2 * unit]


def slow_training(
    model, start, drawn, window, ratio, part=1.0, rates=rates, weigh=lambda weight: weight
):
    """Return the inputs, outputs and losses after batches that are one epoch each.

    Args:
        model: Architecture and objective.
        start: Input vectors.
        drawn: Batches and noise words.
        window: Its largest width.
        ratio: What a shared noise word weighs.
        part: The part of the whole error that each context word takes.
        rates: The learning rate of each batch.
        weigh: What becomes of a pair's weight.
    """
    architecture, objective = model
    known = [[WORDS.index(word) for word in row if word in WORDS] for row in TINY]
    places = [(row, i) for row in known if len(row) > 1 for i in range(len(row))]
    reach = min(window, max(map(len, known)) - 1)
    inputs = start.astype(np.float64)
    outputs = np.zeros((len(inputs) - (objective == "hierarchical"), inputs.shape[1]))
    losses = []
    for epoch, ((blocks, order), rate) in enumerate(zip(drawn[0], rates(model), strict=True)):
        size = blocks.cases.shape[1]
        assert sorted(order) == list(range(-(-len(places) // size)))
        n_measured = len(order) if objective == "softmax" else -(-len(order) // 16)
        d_inputs, d_outputs, total, weights = np.zeros_like(inputs), np.zeros_like(outputs), 0, 0
        for rank, block in enumerate(order):
            noise = drawn[1][epoch][rank] if objective == "negative" else []
            cases = blocks.cases[block]
            inside = places[block * size : (block + 1) * size]
            for (row, i), case in zip(inside, cases[: len(inside)], strict=True):
                for words, target, weight in examples(architecture, row, i, case, window, reach):
                    weight = weigh(weight)
                    vectors = inputs[words[0]] if architecture == "skip-gram" else inputs[words]
                    function = TEXTBOOK[model]
                    loss, d_vectors, rows, d_rows = gradients_of_one(
                        objective, function, vectors, outputs, target, noise, ratio
                    )
                    # np.add.at, because a word can stand in the rows twice.
                    whole = part * len(words)
                    np.add.at(d_inputs, words, whole * weight * d_vectors)
                    np.add.at(d_outputs, list(rows), weight * d_rows)
                    if rank < n_measured:
                        total, weights = total + weight * loss, weights + weight
        inputs, outputs = inputs - rate * d_inputs, outputs - rate * d_outputs
        losses.append(total / weights)
    return inputs, outputs, losses


def fast_training(model, window, k=5, n_shared=3):
    """Return the model and its starting vectors, after three batches that are one epoch each."""
    start = []
    trained = train(
        TINY,
        rng=rng(7),
        architecture=model[0],
        objective=model[1],
        vocabulary=VOCABULARY,
        n_dimensions=4,
        window=window,
        n_negatives=k,
        n_shared=n_shared,
        sample=None,
        epochs=3,
        learning_rate=rates(model)[0],
        final_learning_rate=rates(model)[0] / 4,
        batch_size=480,
        n_reports=3,
        callback=lambda snapshot: start.append(snapshot.vectors()),
    )
    return trained, start[0]


def is_same(model, slow, factor=1.0):
    """Whether all numbers agree up to what single precision adds up to."""
    inputs, outputs, losses = slow
    return (
        np.allclose(model.embeddings.matrix, inputs, rtol=0, atol=factor * 1e-6)
        and np.allclose(model.outputs, outputs, rtol=0, atol=factor * 1e-6)
        and np.allclose(model.history.loss, losses, rtol=factor * 1e-5, atol=0)
    )


@pytest.mark.parametrize(
    ("architecture", "objective", "window", "k", "n_shared"),
    [
        ("skip-gram", "negative", 3, 5, 3),
        ("skip-gram", "negative", 1, 4, 4),
        ("skip-gram", "negative", 12, 2, 5),  # longer than every sentence
        ("skip-gram", "hierarchical", 3, 5, 3),
        ("skip-gram", "softmax", 3, 5, 3),
        ("CBOW", "negative", 3, 5, 3),
        ("CBOW", "negative", 12, 2, 5),
        ("CBOW", "hierarchical", 3, 5, 3),
        ("CBOW", "softmax", 3, 5, 3),
    ],
)
def test_steps_are_the_sums_of_the_textbook_gradients(
    drawn, architecture, objective, window, k, n_shared
):
    model = architecture, objective
    fast, start = fast_training(model, window, k, n_shared)
    assert np.abs(fast.embeddings.matrix - start).max() > 0.02
    slow = slow_training(model, start, drawn, window, k / n_shared)
    assert is_same(fast, slow)


@pytest.mark.parametrize(
    ("model", "bug"),
    [
        (("skip-gram", "negative"), {"ratio": 1.0}),  # a shared noise word counts once
        (("skip-gram", "negative"), {"weigh": lambda weight: 1.0}),  # a flat window
        (("skip-gram", "hierarchical"), {"weigh": lambda weight: 1.0}),
        (
            ("skip-gram", "softmax"),
            {"rates": lambda model: [0.012] * 3},
        ),  # a learning rate that does not fall
        (("CBOW", "negative"), {"ratio": 1.0}),
        (("CBOW", "negative"), {"part": 0.25}),  # a share of the error, not all of it
        (("CBOW", "hierarchical"), {"part": 0.25}),
        (
            ("CBOW", "softmax"),
            {"rates": lambda model: [0.018, 0.012, 0.006]},
        ),  # that of the end of each epoch
    ],
)
def test_negative_controls_of_the_steps(drawn, model, bug):
    fast, start = fast_training(model, 3)
    options = {"window": 3, "ratio": 5 / 3}
    assert is_same(fast, slow_training(model, start, drawn, **options))
    assert not is_same(fast, slow_training(model, start, drawn, **(options | bug)), factor=100)


@pytest.mark.parametrize(("architecture", "widths"), [("skip-gram", [3]), ("CBOW", [1, 2, 3])])
def test_only_cbow_draws_its_windows(drawn, architecture, widths):
    train(
        [["a", "b", "c"] * 300],
        rng=rng(),
        architecture=architecture,
        window=3,
        min_count=1,
        sample=None,
        n_dimensions=2,
        epochs=1,
        learning_rate=0.001,
    )
    blocks = drawn[0][0][0]
    left, right = np.divmod(blocks.cases.ravel()[3:897] % 16, 4)
    assert np.array_equal(left, right)
    found, counts = np.unique(left, return_counts=True)
    assert found.tolist() == widths
    # Each as often as the others, up to 4 standard deviations of 14.
    assert np.abs(counts - 894 / len(widths)).max() < 57


# What a trained model is


def small(**options):
    """Train on the tiny corpus for a moment."""
    defaults = {
        "rng": rng(),
        "n_dimensions": 6,
        "window": 2,
        "min_count": 1,
        "sample": None,
        "epochs": 2,
    }
    return train(TINY, **(defaults | options))


@each_model
def test_shape_type_and_words(architecture, objective):
    model = small(architecture=architecture, objective=objective, vocabulary=VOCABULARY)
    n_outputs = len(WORDS) - (objective == "hierarchical")
    assert model.vocabulary is VOCABULARY
    assert model.embeddings.words == WORDS
    assert model.embeddings.matrix.shape == (len(WORDS), 6)
    assert model.outputs.shape == (n_outputs, 6)
    assert model.embeddings.matrix.dtype == model.outputs.dtype == np.float32
    assert np.isfinite(model.outputs).all()


@each_model
def test_the_generator_decides_everything(architecture, objective):
    options = {"architecture": architecture, "objective": objective, "sample": 0.05}
    one, same = (small(rng=rng(3), **options) for _ in range(2))
    assert one.embeddings.matrix.tobytes() == same.embeddings.matrix.tobytes()
    assert one.outputs.tobytes() == same.outputs.tobytes()
    assert one.history.loss.tobytes() == same.history.loss.tobytes()
    other = small(rng=rng(4), **options)
    assert not np.array_equal(one.embeddings.matrix, other.embeddings.matrix)


def test_the_start_is_random():
    starts = []
    for seed in (3, 4):
        small(rng=rng(seed), callback=lambda snapshot: starts.append(snapshot.vectors()) or True)
    # Uniform in ± 1 / 2d, so the standard deviation is 1 / d√12.
    assert all(np.abs(start).max() <= 1 / 12 for start in starts)
    np.testing.assert_allclose([start.std() for start in starts], 1 / 6 / 12**0.5, rtol=0.3)
    assert not np.array_equal(*starts)


def test_arguments_are_not_changed_and_can_be_read_once():
    sentences = [tuple(sentence) for sentence in TINY]
    once = train((list(row) for row in sentences), rng=rng(), n_dimensions=6, min_count=1)
    again = train(sentences, rng=rng(), n_dimensions=6, min_count=1)
    assert once.embeddings.matrix.tobytes() == again.embeddings.matrix.tobytes()
    lists = [list(row) for row in sentences]
    train(lists, rng=rng(), n_dimensions=6, min_count=1)
    assert lists == [list(row) for row in sentences]


def test_min_count_leaves_words_out():
    model = small(min_count=20)
    assert model.vocabulary.words == build_vocabulary(TINY, min_count=20).words
    assert 2 < len(model.embeddings) < 11


def test_an_unseen_word_is_a_clear_error():
    rule = "word must be in the vocabulary of 11 words, got 'unknwon'; did you mean 'unknown'"
    with pytest.raises(ValueError, match=rule):
        small().embeddings["unknwon"]
    with pytest.raises(ValueError, match="only a FastText model composes vectors"):
        small().embeddings["zebra"]


def test_history_and_snapshots():
    seen = []
    model = small(epochs=4, n_reports=8, batch_size=24, learning_rate=0.1, callback=seen.append)
    history = model.history
    assert [snapshot.progress for snapshot in seen] == [0.0, *history.progress]
    assert [snapshot.loss for snapshot in seen[1:]] == history.loss.tolist()
    assert seen[0].loss == pytest.approx(6 * np.log(2))
    np.testing.assert_allclose(history.progress, np.arange(1, 9) / 8, atol=0.03)
    # A straight line from 0.1 to 0.0001.
    np.testing.assert_allclose(history.learning_rate, 0.1 - 0.0999 * history.progress, rtol=1e-12)
    assert history.stopped == ""


@pytest.mark.parametrize(
    ("architecture", "objective", "loss"),
    [
        ("skip-gram", "softmax", np.log(10)),
        ("CBOW", "negative", 4 * np.log(2)),
        # With the counts of the vocabulary, the nodes of the tree count 7, 17, 32, 45, 62, 75, 95,
        # 137 and 232.
        ("skip-gram", "hierarchical", 702 / 232 * np.log(2)),
    ],
)
def test_the_loss_of_a_model_that_knows_nothing(architecture, objective, loss):
    seen = []
    small(
        architecture=architecture,
        objective=objective,
        vocabulary=VOCABULARY,
        n_negatives=3,
        callback=seen.append,
    )
    assert seen[0].loss == pytest.approx(loss, rel=1e-12)


def test_subsampling_makes_codes_longer_on_average():
    seen = []
    options = {"objective": "hierarchical", "vocabulary": VOCABULARY, "callback": seen.append}
    small(sample=0.05, **options)
    kept = VOCABULARY.counts * keep_probabilities(VOCABULARY.counts, sample=0.05)
    mean_length = kept @ huffman_codes(VOCABULARY.counts).lengths / kept.sum()
    assert seen[0].loss == pytest.approx(mean_length * np.log(2), rel=1e-12)
    assert seen[0].loss > 1.02 * 702 / 232 * np.log(2)


def test_learning_rates_of_the_released_program():
    first = []
    for architecture in ("skip-gram", "CBOW"):
        small(architecture=architecture, callback=lambda snapshot: first.append(snapshot) or True)
    assert [snapshot.learning_rate for snapshot in first] == [0.025, 0.05]


# Levy and Goldberg 2014: negative sampling factorizes the shifted PMI


def markov_corpus(n_words=30, n_sentences=200, length=200):
    """Sentences in which the last word alone decides what may follow."""
    draw = rng()
    latent = draw.standard_normal((n_words, 4))
    table = np.exp(0.35 * latent @ latent.T) / np.arange(1, n_words + 1) ** 0.6
    cumulative = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)
    sentences = []
    for _ in range(n_sentences):
        row = [int(draw.integers(n_words))]
        for u in draw.random(length - 1):
            row.append(min(int(np.searchsorted(cumulative[row[-1]], u)), n_words - 1))
        sentences.append([f"w{i}" for i in row])
    return sentences


def weighted_counts(sentences, words, window):
    """Count pairs, each with the probability that a random window reaches it."""
    index = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(words), len(words)))
    for sentence in sentences:
        ids = [index[word] for word in sentence]
        for i, center in enumerate(ids):
            for distance in range(1, window + 1):
                weight = (window + 1 - distance) / window
                if i >= distance:
                    counts[center, ids[i - distance]] += weight
                if i + distance < len(ids):
                    counts[center, ids[i + distance]] += weight
    return counts


@pytest.fixture(scope="module")
def markov():
    return markov_corpus()


@pytest.mark.parametrize("k", [2, 5])
def test_products_of_the_two_vectors_approach_shifted_pmi(markov, k):
    model = train(
        markov,
        rng=rng(),
        n_dimensions=40,  # more than words, so that every matrix of products can be reached
        window=2,
        n_negatives=k,
        sample=None,
        exponent=1.0,
        epochs=20,
        batch_size=48,
    )
    products = model.embeddings.matrix @ model.outputs.T
    counts = weighted_counts(markov, model.vocabulary.words, 2)
    assert counts.min() >= 5  # every pair was observed
    shares = counts.sum(axis=1) / counts.sum()
    pmi = np.log(counts / counts.sum() / np.outer(shares, shares))

    def error(expected):
        return np.average(np.abs(products - expected), weights=counts)

    # PMI has a standard deviation of 0.52.
    assert np.corrcoef(products.ravel(), (pmi - np.log(k)).ravel())[0, 1] > 0.98
    assert error(pmi - np.log(k)) < 0.05
    # Negative controls: without the shift; of other words; nothing but the shift.
    assert error(pmi) > 0.9 * np.log(k)
    mixed = rng(1).permutation(len(pmi))
    assert error(pmi[mixed] - np.log(k)) > 0.3
    assert error(np.full_like(pmi, -np.log(k))) > 0.3


# The artificial world


def shuffled(sentences):
    """Return sentences of the same lengths with all tokens in random order."""
    tokens = iter(rng(1).permutation([token for row in sentences for token in row]).tolist())
    return [[next(tokens) for _ in row] for row in sentences]


@pytest.fixture(scope="module")
def the_world():
    return world(rng(), 20_000)


@pytest.fixture(scope="module")
def control(the_world):
    return shuffled(the_world.sentences)


def quality(model, the_world):
    analogies = analogy_accuracy(model.embeddings, the_world.analogies)
    return analogies.accuracy, word_similarity(model.embeddings, the_world.similarities).correlation


# Measured with four corpora and seeds, lowest: accuracies .983 .929 1. .986 .934 .999,
# correlations .885 .846 .912 .769 .760 .794; of the control up to .004 and .09.
@pytest.mark.parametrize(
    ("architecture", "objective", "epochs", "learning_rate", "accuracy", "correlation"),
    [
        ("skip-gram", "negative", 6, 0.05, 0.95, 0.85),
        ("skip-gram", "hierarchical", 3, 0.05, 0.85, 0.78),
        ("skip-gram", "softmax", 2, 0.05, 0.97, 0.87),
        ("CBOW", "negative", 10, 0.1, 0.95, 0.7),
        ("CBOW", "hierarchical", 5, 0.1, 0.88, 0.7),
        ("CBOW", "softmax", 3, 0.1, 0.97, 0.74),
    ],
)
def test_every_model_finds_the_structure_of_the_world(
    the_world, control, architecture, objective, epochs, learning_rate, accuracy, correlation
):
    options = {
        "architecture": architecture,
        "objective": objective,
        "n_dimensions": 30,
        "epochs": epochs,
        "learning_rate": learning_rate,
    }
    found = quality(train(the_world.sentences, rng=rng(), **options), the_world)
    assert found[0] > accuracy
    assert found[1] > correlation
    # Negative control of the two measures: the same words as often, in no order.
    if objective == "negative":
        found = quality(train(control, rng=rng(), **options), the_world)
        assert found[0] < 0.02
        assert abs(found[1]) < 0.2


def test_two_threads_learn_the_same(the_world):
    options = {"n_dimensions": 30, "epochs": 6, "learning_rate": 0.05}
    model = train(the_world.sentences, rng=rng(), n_threads=min(2, N_CORES), **options)
    accuracy, correlation = quality(model, the_world)
    assert accuracy > 0.95
    assert correlation > 0.85


def test_the_default_batch_is_steady_and_a_large_one_is_not(the_world):
    model = train(the_world.sentences, rng=rng(), n_dimensions=30, epochs=3, learning_rate=0.1)
    assert quality(model, the_world)[0] > 0.95
    # Negative control: 1536 centers start from the same vectors.
    with pytest.raises(DivergenceError, match=r"diverged after .* lower the learning_rate"):
        train(
            the_world.sentences,
            rng=rng(),
            n_dimensions=50,
            epochs=10,
            learning_rate=0.05,
            batch_size=1536,
        )


@pytest.mark.parametrize("architecture", ["skip-gram", "CBOW"])
def test_the_default_batch_is_steady_without_subsampling(the_world, architecture):
    sentences = the_world.sentences[:5000]
    model = train(sentences, rng=rng(), architecture=architecture, sample=None, epochs=2)
    assert model.history.loss[-1] < 3


def skewed(share):
    """Return 2,000 sentences of ten tokens; so many of these are one word, the rest 50 others."""
    draws = rng().random((2000, 10)) < share
    others = rng().integers(1, 51, draws.shape)
    return [[f"w{i}" for i in row] for row in np.where(draws, 0, others).tolist()]


@pytest.mark.parametrize("architecture", ["skip-gram", "CBOW"])
def test_one_word_can_be_nearly_all_of_the_text(architecture):
    options = {"architecture": architecture, "min_count": 1, "sample": None, "epochs": 2}
    model = train(skewed(0.9), rng=rng(), n_dimensions=10, **options)
    assert np.isfinite(model.embeddings.matrix).all()
    assert model.history.loss[-1] < model.history.loss[0] + 0.5


# Ways to stop


def test_a_callback_ends_training():
    model = small(
        epochs=4, n_reports=20, batch_size=12, callback=lambda snapshot: snapshot.progress >= 0.5
    )
    assert model.history.stopped == "callback"
    assert 0.5 <= model.history.progress[-1] < 0.6
    assert np.isfinite(model.embeddings.matrix).all()


@pytest.mark.parametrize("n_threads", [1, min(2, N_CORES)])
@each_model
def test_an_interrupted_run_returns_what_it_learned(architecture, objective, n_threads):
    learned = []

    def interrupt(snapshot):
        learned.append(snapshot.vectors())
        if snapshot.progress >= 0.3:
            raise KeyboardInterrupt

    with pytest.warns(InterruptedWarning, match="interrupted after 3[0-9]% of the run") as caught:
        model = small(
            architecture=architecture,
            objective=objective,
            epochs=10,
            n_threads=n_threads,
            callback=interrupt,
        )
    assert caught[0].filename == __file__  # that of the caller
    assert model.history.stopped == "interrupted"
    assert model.embeddings.matrix.tobytes() == learned[-1].tobytes()
    assert not np.array_equal(learned[0], learned[-1])
    assert np.isfinite(model.embeddings.matrix).all()


@each_model
def test_divergence_is_an_error_that_says_so(architecture, objective):
    with pytest.raises(DivergenceError, match=r"lower the learning_rate \(it was 1000\)") as caught:
        small(
            architecture=architecture,
            objective=objective,
            epochs=20,
            learning_rate=1000.0,
            batch_size=1536,
        )
    assert caught.value.history.stopped == "diverged"


# Bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"architecture": "skipgram"}, "architecture must be 'skip-gram' or 'CBOW', got 'skipgram"),
        ({"architecture": "cbow"}, "architecture must be 'skip-gram' or 'CBOW', got 'cbow'"),
        ({"objective": "ns"}, "objective must be 'negative', 'hierarchical' or 'softmax', got"),
        ({"n_dimensions": 0}, "n_dimensions must be at least 1, got 0"),
        ({"n_dimensions": 2.5}, "n_dimensions must be an integer, got 2.5"),
        ({"window": 0}, "window must be at least 1, got 0"),
        ({"window": 2.0}, "window must be an integer, got 2.0"),
        ({"n_negatives": 0}, "n_negatives must be at least 1, got 0"),
        ({"n_shared": 0}, "n_shared must be at least 1, got 0"),
        ({"min_count": 1000}, "min_count must be at most .*, the largest count"),
        ({"min_count": 80}, r"vocabulary must hold at least 2 words, got 1; lower min_count"),
        ({"min_count": 0}, "min_count must be at least 1, got 0"),
        ({"sample": 0}, "sample must be above 0 and at most 1, got 0"),
        ({"sample": 2.0}, "sample must be above 0 and at most 1, got 2.0"),
        ({"sample": 1e-12}, "sample must leave neighbors in the corpus, got .*; raise it, or"),
        ({"exponent": np.nan}, "exponent must be finite, got nan"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"learning_rate": 0.0}, "learning_rate must be positive and finite, got 0.0"),
        ({"learning_rate": -0.1}, "learning_rate must be positive and finite, got -0.1"),
        ({"learning_rate": np.nan}, "learning_rate must be positive and finite, got nan"),
        ({"learning_rate": np.inf}, "learning_rate must be positive and finite, got inf"),
        (
            {"learning_rate": 0.01, "final_learning_rate": 0.02},
            "final_learning_rate must be at least 0 and at most the learning_rate 0.01, got 0.02",
        ),
        ({"final_learning_rate": np.nan}, "final_learning_rate must be at least 0 .* got nan"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"n_threads": 0}, "n_threads must be at least 1, got 0"),
        ({"n_threads": N_CORES + 1}, f"n_threads must be at most {N_CORES}, .* got {N_CORES + 1}"),
        ({"n_reports": 0}, "n_reports must be at least 1, got 0"),
        ({"vocabulary": Vocabulary(("a",), [3])}, "vocabulary must hold at least 2 words, got 1"),
        (
            {"vocabulary": Vocabulary(("x", "y"), [3, 3])},
            "sentences must have two known words in at least one of them, got '0 at most'",
        ),
    ],
)
@pytest.mark.parametrize("architecture", ["skip-gram", "CBOW"])
def test_options_that_are_refused(architecture, options, message):
    with pytest.raises(ValueError, match=message):
        small(**({"architecture": architecture} | options))


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([], "sentences must hold at least one token, got 'none'"),
        ([[], []], "sentences must hold at least one token, got 'none'"),
        ([["a", "a", "a"]], "vocabulary must hold at least 2 words, got 1"),
        ([["a"], ["b"], ["a"]], "sentences must have two known words in at least one of them"),
        ("a cat sat", "sentences must be lists of tokens, got 'a cat sat'; call tokenize first"),
        (["a cat", "a dog"], "each sentence must be a list of tokens, got 'a cat'; call tokenize"),
        ([[["a", "cat"]]], "each sentence must be a list of tokens, got 'a list of lists'"),
    ],
)
def test_sentences_that_are_refused(sentences, message):
    with pytest.raises(ValueError, match=message):
        train(sentences, rng=rng(), min_count=1)


@each_model
def test_a_window_longer_than_every_sentence(architecture, objective):
    model = small(architecture=architecture, objective=objective, window=1000)
    assert np.isfinite(model.embeddings.matrix).all()


def test_sentences_of_one_word_between_others_do_not_matter():
    sentences = [["a", "b"], ["c"], ["b", "a", "c"], ["a"]] * 20
    lonely = train(sentences, rng=rng(), min_count=1, sample=None, n_dimensions=4)
    assert np.isfinite(lonely.history.loss).all()


# gensim

FEW = world(np.random.default_rng(0), 300).sentences


@pytest.fixture(scope="module")
def gensim():
    return pytest.importorskip("gensim.models")


def peer(gensim, *, sg, hs, window=3, negative=3, **options):
    """Return gensim's model with weights of our choice, and ours in double precision."""
    model = gensim.Word2Vec(
        vector_size=20,
        sg=sg,
        hs=hs,
        window=window,
        negative=0 if hs else negative,
        min_count=1,
        sample=0,
        seed=1,
        workers=1,
        **options,
    )
    model.build_vocab(FEW)
    outputs = model.syn1 if hs else model.syn1neg
    for weights, seed in ((model.wv.vectors, 1), (outputs, 2)):
        weights[:] = rng(seed).normal(0, 0.45, weights.shape)
    assert np.abs(model.wv.vectors @ outputs.T).max() < 6  # where gensim stops to compute
    return model, model.wv.vectors.astype(np.float64), outputs.astype(np.float64)


def counts_of(model):
    return [model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key]


def ids_of(model, sentences):
    return [[model.wv.key_to_index[word] for word in sentence] for sentence in sentences]


def in_table(margins):
    """Return margins as gensim reads them: of a thousand steps from -6 to 6, 83 for each unit."""
    return (np.floor((margins + 6) * 83) / 1000 * 2 - 1) * 6


def from_table(function, hidden, outputs, *code):
    """Return a loss of the textbook face whose every score is first rounded as gensim's."""
    signs = 1 - 2 * code[0] if code else np.where(np.arange(len(outputs)) == 0, 1, -1)
    scores = signs * in_table(signs * (outputs @ hidden))
    return function(np.ones(1), scores[:, np.newaxis], *code)[0]


@pytest.mark.peer
@pytest.mark.parametrize("sg", [1, 0])
def test_gensim_scores_sentences_as_hierarchical_softmax_does(gensim, sg):
    model, inputs, nodes = peer(gensim, sg=sg, hs=1)
    tree = huffman_codes(counts_of(model))
    theirs = model.score(FEW[:40], total_sentences=40)
    exact, rounded, reversed_codes = np.zeros(40), np.zeros(40), np.zeros(40)
    for s, ids in enumerate(ids_of(model, FEW[:40])):
        for i, word in enumerate(ids):
            path, code = tree.paths[word], tree.codes[word]
            way = nodes[path[: tree.lengths[word]]], code[: tree.lengths[word]]
            around = inputs[context(ids, i, 3)]
            if sg:
                exact[s] -= sum(skipgram_hierarchical(vector, *way)[0] for vector in around)
            else:
                exact[s] -= cbow_hierarchical(around, *way)[0]
            for hidden in around if sg else [around.mean(axis=0)]:
                rounded[s] -= from_table(skipgram_hierarchical, hidden, *way)
                reversed_codes[s] -= skipgram_hierarchical(hidden, way[0], 1 - way[1])[0]
    np.testing.assert_allclose(theirs, rounded, rtol=1e-5)
    np.testing.assert_allclose(theirs, exact, rtol=0.03)  # by its table it is off by 2%
    # Negative control.
    assert np.abs(reversed_codes / theirs - 1).mean() > 0.02


@pytest.mark.peer
@pytest.mark.parametrize("sg", [1, 0])
def test_gensim_has_the_same_loss_of_negative_sampling(gensim, sg):
    # With such an exponent the noise is always the most frequent word. gensim leaves a noise
    # word out where it is the target.
    model, inputs, outputs = peer(gensim, sg=sg, hs=0, window=1, ns_exponent=60)
    rates = {"start_alpha": 1e-12, "end_alpha": 1e-12}
    model.train(FEW, total_examples=len(FEW), epochs=1, compute_loss=True, **rates)
    exact = rounded = without_noise = 0.0
    for ids in ids_of(model, FEW):
        hidden_of = [(inputs[center], word) for center, word in training_pairs(ids, 1)]
        if not sg:
            means = [inputs[context(ids, i, 1)].mean(axis=0) for i in range(len(ids))]
            hidden_of = list(zip(means, ids, strict=True))
        for hidden, word in hidden_of:
            rows = outputs[[word, 0, 0, 0] if word != 0 else [word]]
            exact += skipgram_negative(hidden, rows)[0]
            rounded += from_table(skipgram_negative, hidden, rows)
            without_noise += skipgram_negative(hidden, rows[:1])[0]
    loss = model.get_latest_training_loss()
    assert loss == pytest.approx(rounded, rel=2e-4)  # summed in single precision
    assert loss == pytest.approx(exact, rel=0.03)
    assert without_noise < 0.5 * loss


@pytest.mark.peer
def test_gensim_draws_windows_whose_expectation_is_ours(gensim):
    model = peer(gensim, sg=1, hs=1, window=4)[0]
    model.syn1[:] = 0
    tree = huffman_codes(counts_of(model))
    options = {"epochs": 1, "start_alpha": 1e-12, "end_alpha": 1e-12, "compute_loss": True}
    losses = []
    for _ in range(60):
        model.train(FEW[:50], total_examples=50, **options)
        losses.append(model.get_latest_training_loss())
    weighted = flat = 0.0
    for ids in ids_of(model, FEW[:50]):
        for i, word in enumerate(ids):
            for j in range(len(ids)):
                if 0 < abs(i - j) <= 4:
                    # All scores are zero: what is left is the length of the target's code.
                    loss = from_table(
                        skipgram_hierarchical, np.zeros(1), np.zeros((1, 1)), CODE[:1]
                    )
                    weighted += (5 - abs(i - j)) / 4 * tree.lengths[word] * loss
                    flat += tree.lengths[word] * loss
    spread = np.std(losses) / np.sqrt(len(losses))
    assert np.mean(losses) == pytest.approx(weighted, abs=4 * spread)
    assert spread < 0.005 * weighted
    assert np.mean(losses) < 0.8 * flat


@pytest.mark.peer
@pytest.mark.parametrize("sample", [1e-2, 1e-3])
def test_gensim_keeps_tokens_with_the_same_probability(gensim, sample):
    model = gensim.Word2Vec(FEW, vector_size=2, min_count=1, sample=sample, epochs=1)
    out_of = [model.wv.get_vecattr(word, "sample_int") for word in model.wv.index_to_key]
    ours = keep_probabilities(counts_of(model), sample=sample)
    # Whole numbers below 2**32.
    np.testing.assert_allclose(np.array(out_of) / (2**32 - 1), ours, rtol=0, atol=2.0**-31)
    assert (ours < 1).any()

"""GloVe: gradients, the fast step against the sum of the textbook's, ways to stop, the world."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.sparse import csr_array

from embedlab import glove, runs
from embedlab.corpus import encode_sentences
from embedlab.counts import cooccurrences
from embedlab.glove import cell_loss, train, weight
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.optimizers import adagrad
from embedlab.runs import DivergenceError, InterruptedWarning
from embedlab.text import build_vocabulary
from embedlab.vectors import analogy, cosine
from embedlab.world import world


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def some_counts(V: int = 40, seed: int = 0) -> csr_array:
    """Counts of very different size, not symmetric, three quarters of them 0."""
    counts = np.exp(rng(seed).normal(1, 2, (V, V))) * (rng(seed + 1).random((V, V)) < 0.25)
    return csr_array(counts)


def names(V: int) -> list[str]:
    return [f"word{i}" for i in range(V)]


# The textbook face


def test_weight_by_hand():
    # 16^0.75 = 8 and 10000^0.75 = 1000.
    np.testing.assert_allclose(weight([16, 10_000], x_max=10_000), [0.008, 1.0], rtol=1e-14)
    assert weight(25, x_max=100, alpha=0.5) == 0.5
    assert weight([0.0, 100.0, 101.0]).tolist() == [0.0, 1.0, 1.0]
    assert weight([1, 7], alpha=0).tolist() == [1.0, 1.0]


@given(
    st.lists(st.floats(1e-3, 1e6), min_size=2, max_size=9, unique=True),
    st.floats(1, 1e4),
    st.floats(0.1, 2),
)
def test_weight_grows_up_to_1(counts, x_max, alpha):
    f = weight(sorted(counts), x_max=x_max, alpha=alpha)
    assert (np.diff(f) >= 0).all()
    assert (f <= 1).all()
    np.testing.assert_allclose(f, [min(1.0, (x / x_max) ** alpha) for x in sorted(counts)])


def test_one_cell_by_hand():
    # w·w̃ = 3 - 2 = 1, with biases 1.75; log e = 1; so the residual is 0.75. f = (e/100)^0.75.
    word, context = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    loss, d_word, d_context, d_bias, d_other = cell_loss(word, context, 0.5, 0.25, np.e)
    f = (np.e / 100) ** 0.75
    assert f == pytest.approx(0.0669448, rel=1e-5)
    assert loss == pytest.approx(f * 0.5625, rel=1e-14)
    np.testing.assert_allclose(d_word, f * 1.5 * context, rtol=1e-14)
    np.testing.assert_allclose(d_context, f * 1.5 * word, rtol=1e-14)
    assert d_bias == d_other == pytest.approx(f * 1.5, rel=1e-14)


def test_a_cell_that_fits_has_no_loss_and_no_gradient():
    loss, *gradients = cell_loss(np.array([2.0]), np.array([1.0]), 0.5, -0.5, np.exp(2.0))
    # atol: exp and log back.
    assert loss == pytest.approx(0.0, abs=1e-30)
    assert all(np.allclose(gradient, 0.0, atol=1e-15) for gradient in gradients)


OPTIONS = {"x_max": 10.0, "alpha": 0.6}


def as_loss(word, context, word_bias, context_bias, count):
    return cell_loss(word, context, word_bias[0], context_bias[0], count, **OPTIONS)[0]


def as_gradients(word, context, word_bias, context_bias, count):
    _, d_word, d_context, d_bias, d_other = cell_loss(
        word, context, word_bias[0], context_bias[0], count, **OPTIONS
    )
    return d_word, d_context, np.array([d_bias]), np.array([d_other])


def random_cell(seed):
    draws = rng(seed).standard_normal
    return draws(5), draws(5), draws(1), draws(1)


@pytest.mark.parametrize("count", [0.1, 3.0, 50.0])
def test_gradients(count):
    check_gradient(
        lambda *at: as_loss(*at, count),
        lambda *at: as_gradients(*at, count),
        random_cell(0),
        rng=rng(1),
    )


@pytest.mark.parametrize(
    ("which", "bug"),
    [
        (0, lambda w, c, g: (g[0] / 2, g[1], g[2], g[3])),  # the factor 2 of the square forgotten
        (0, lambda w, c, g: (w * g[2], g[1], g[2], g[3])),  # the word's own vector
        (1, lambda w, c, g: (g[0], c * g[2], g[2], g[3])),  # the context's own vector
        (2, lambda w, c, g: (g[0], g[1], -g[2], g[3])),  # the wrong sign
        (3, lambda w, c, g: (g[0], g[1], g[2], 0 * g[3])),  # one bias for both roles
        (2, lambda w, c, g: (g[0], g[1], g[2] / 0.4855, g[3])),  # f (3/10)^0.6 left out
    ],
)
def test_negative_controls_of_the_gradients(which, bug):
    with pytest.raises(GradientError, match=f"gradient of array {which} is wrong"):
        check_gradient(
            lambda *at: as_loss(*at, 3.0),
            lambda *at: bug(at[0], at[1], as_gradients(*at, 3.0)),
            random_cell(0),
            rng=rng(1),
        )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: weight(-1), "counts must be at least 0 and finite, got -1"),
        (lambda: weight([1, np.nan]), "counts must be at least 0 and finite"),
        (lambda: weight(1, x_max=0), "x_max must be positive and finite, got 0"),
        (lambda: weight(1, x_max=np.inf), "x_max must be positive and finite, got inf"),
        (lambda: weight(1, alpha=-0.5), "alpha must be at least 0 and finite, got -0.5"),
        (lambda: weight(1, alpha=np.nan), "alpha must be at least 0 and finite, got nan"),
        (
            lambda: cell_loss(np.ones(2), np.ones(2), 0, 0, 0),
            "count must be positive, got 0; leave out the pairs that never met",
        ),
        (lambda: cell_loss(np.ones(2), np.ones(2), 0, 0, 1, x_max=-1), "x_max must be positive"),
    ],
)
def test_errors_of_the_textbook_face(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# The fast face is the same mathematics


def slow_tile(parameters, cells):
    """Return the loss of some cells and the sums of their textbook gradients."""
    total, sums = 0.0, [np.zeros_like(array) for array in parameters]
    w, c, b, other = parameters
    for i, j, count in cells:
        loss, *gradients = cell_loss(w[i], c[j], b[i], other[j], count, **OPTIONS)
        total += loss
        for array, place, gradient in zip(sums, (i, j, i, j), gradients, strict=True):
            array[place] += gradient
    return total, sums


@pytest.mark.parametrize("d", [1, 7])
def test_a_step_is_adagrad_on_the_sum_of_the_textbook_gradients(d, monkeypatch):
    V = 20
    monkeypatch.setattr(glove, "_MIN_BLOCKS", 3)  # blocks of 7, 7 and 6 words
    monkeypatch.setattr(glove, "_CELLS", 5)
    X, order = some_counts(V), rng(3).permutation(V)
    tiles = glove._tiles(X, order, **OPTIONS)
    assert len(tiles) == 9
    assert sum(len(tile.logs) for tile in tiles) == X.nnz

    words, contexts = glove._table(V, d, 0, rng(4)), glove._table(V, d, d + 1, rng(5))
    for table in (words, contexts):
        table.values[:, 1:-1] += rng(6).normal(0, 0.5, (V, d)).astype(np.float32)
    # In the order of the vocabulary: w, w̃, b, b̃.
    place = np.argsort(order)

    def parameters():
        w, c = words.values[place], contexts.values[place]
        return [part.astype(np.float64) for part in (w[:, 1:-1], c[:, 1:-1], w[:, -1], c[:, 0])]

    slow = parameters()
    squares = [np.full_like(part, glove._FIRST_SQUARES) for part in slow]
    step = glove._step(words, contexts)
    cells = X.tocoo()
    for tile in tiles:
        in_tile = np.isin(place[cells.row], np.arange(V)[tile.words])
        in_tile &= np.isin(place[cells.col], np.arange(V)[tile.contexts])
        chosen = [part[in_tile] for part in (cells.row, cells.col, cells.data)]
        expected, gradients = slow_tile(slow, zip(*chosen, strict=True))
        loss, n = step(tile, 0.1)
        assert n == in_tile.sum()
        assert loss == pytest.approx(expected, rel=1e-5)
        for k in range(4):
            # ε only has to be small beside the root of the first squares, 0.01.
            slow[k], squares[k] = adagrad(
                slow[k], gradients[k], squares[k], learning_rate=0.1, epsilon=1e-12
            )
        for ours, exact in zip(parameters(), slow, strict=True):
            # atol: single precision, numbers of size 1.
            np.testing.assert_allclose(ours, exact, rtol=1e-5, atol=2e-6)
    assert (words.values[:, 0] == 1).all()
    assert (contexts.values[:, -1] == 1).all()


@pytest.mark.parametrize("V", [2, 3, 15, 16, 17, 40])
def test_every_cell_is_in_one_tile(V):
    X = csr_array(np.arange(1.0, V * V + 1).reshape(V, V))
    order = rng().permutation(V)
    found = np.zeros((V, V))
    for tile in glove._tiles(X, order, 10.0, 0.75):
        rows = np.repeat(order[tile.words], np.diff(tile.starts))
        found[rows, order[tile.contexts][tile.columns]] += np.exp(tile.logs)
    np.testing.assert_allclose(found, X.toarray(), rtol=1e-6)


def test_tiles_are_bounded_and_a_small_vocabulary_has_many(monkeypatch):
    def longest():
        return max(tile.words.stop - tile.words.start for tile in glove._tiles(X40, ORDER40, 9, 1))

    monkeypatch.setattr(glove, "_TILE", 8)
    assert longest() == 3  # 40 words in 16 blocks at the most
    monkeypatch.setattr(glove, "_MIN_BLOCKS", 2)
    assert longest() == 8


X40, ORDER40 = some_counts(), rng(3).permutation(40)


def test_counts_of_known_vectors_are_fitted():
    # log X = A Bᵀ + biases, in three dimensions and on two thirds of the cells.
    V, d = 60, 3
    A, B = rng(1).standard_normal((2, V, d))
    logs = A @ B.T + rng(2).standard_normal((V, 1)) + rng(3).standard_normal(V)
    seen = rng(4).random((V, V)) < 0.67
    X = csr_array(np.where(seen, np.exp(logs), 0.0))
    # At this rate 50 epochs come to a mean error of 0.001; at the default one 150 come to 0.04.
    options = {"epochs": 50, "learning_rate": 0.3, "x_max": 1.0}
    model = train(X, names(V), rng=rng(), n_dimensions=d, **options)
    fitted = (
        model.word_vectors @ model.context_vectors.T
        + model.word_biases[:, np.newaxis]
        + model.context_biases
    )
    assert np.abs(fitted - logs)[seen].mean() < 0.05
    # The cells that were never shown follow, because the structure is right.
    assert np.abs(fitted - logs)[~seen].mean() < 0.2
    assert np.abs(logs).mean() > 1.5
    # Negative control: one dimension less cannot hold it.
    flat = train(X, names(V), rng=rng(), n_dimensions=d - 1, **options)
    assert flat.history.loss[-1] > 20 * model.history.loss[-1]


def test_what_a_model_holds():
    model = train(X40, names(40), rng=rng(), n_dimensions=6, epochs=20)
    assert model.embeddings.words == tuple(names(40))
    assert model.word_vectors.shape == model.context_vectors.shape == (40, 6)
    assert model.word_biases.shape == model.context_biases.shape == (40,)
    sums = model.word_vectors + model.context_vectors
    assert model.embeddings.matrix.tolist() == sums.tolist()
    assert model.embeddings.matrix.dtype == np.float32
    assert model.history.loss[-1] < 0.2 * model.history.loss[0]
    assert model.history.stopped == ""


def test_the_loss_reported_is_the_mean_over_the_cells():
    # With so small a learning rate nothing moves within an epoch.
    model = train(
        X40, names(40), rng=rng(), n_dimensions=6, epochs=1, learning_rate=1e-9, **OPTIONS
    )
    cells = X40.tocoo()
    parts = model.word_vectors, model.context_vectors, model.word_biases, model.context_biases
    cells = list(zip(cells.row, cells.col, cells.data, strict=True))
    total, _ = slow_tile([part.astype(float) for part in parts], cells)
    assert model.history.loss.tolist() == [pytest.approx(total / len(cells), rel=1e-5)]


def test_the_result_depends_on_the_generator_alone():
    first, again, other = (
        train(X40, names(40), rng=rng(seed), n_dimensions=5, epochs=3) for seed in (1, 1, 2)
    )
    assert (first.embeddings.matrix == again.embeddings.matrix).all()
    assert (first.history.loss == again.history.loss).all()
    assert not np.allclose(first.embeddings.matrix, other.embeddings.matrix)


def test_repeated_cells_and_stored_zeros_are_what_they_mean_and_stay():
    whole = csr_array(np.arange(40)[:, np.newaxis] * np.arange(40))
    # Each cell as one that holds 1 and one that holds the rest, beside zeros in row and column 0.
    rest = np.maximum(whole.toarray() - 1, 0).ravel()
    data = np.column_stack([rest, whole.toarray().ravel() > 0]).ravel().astype(float)
    columns, starts = np.tile(np.repeat(np.arange(40), 2), 40), np.arange(41) * 80
    split = csr_array((data, columns, starts), shape=(40, 40))
    first, second = (
        train(X, names(40), rng=rng(), n_dimensions=5, epochs=2) for X in (whole, split)
    )
    assert (first.embeddings.matrix == second.embeddings.matrix).all()
    assert (split.data.tolist(), split.nnz) == (data.tolist(), 3200)
    assert whole.dtype.kind == "i"


def test_two_threads_learn_as_well(monkeypatch):
    monkeypatch.setattr(runs, "_n_cores", lambda: 2)
    steps, step = [], glove._step
    monkeypatch.setattr(glove, "_step", lambda *tables: steps.append(tables) or step(*tables))
    X = some_counts(200)
    alone, together = (
        train(X, names(200), rng=rng(), n_dimensions=10, epochs=15, n_threads=n) for n in (1, 2)
    )
    assert together.history.loss[-1] == pytest.approx(alone.history.loss[-1], rel=0.25)
    assert len(steps) == 1 + 2
    assert np.isfinite(together.embeddings.matrix).all()


# Ways to stop


def test_reports_and_snapshots():
    seen = []
    X = some_counts(200)  # 10,000 cells
    model = train(
        X,
        names(200),
        rng=rng(),
        n_dimensions=4,
        epochs=2,
        n_reports=16,
        callback=lambda snapshot: seen.append((snapshot.progress, snapshot.vectors())),
    )
    np.testing.assert_allclose(model.history.progress, np.arange(1, 17) / 16, atol=0.01)
    assert [progress for progress, _ in seen] == [0.0, *model.history.progress]
    assert (seen[-1][1] == model.embeddings.matrix).all()
    assert not (seen[0][1] == seen[-1][1]).any()
    assert (model.history.learning_rate == 0.1).all()


def test_a_report_never_rests_on_a_handful_of_cells():
    X = some_counts(50)  # 600 cells, so a report holds nearly two epochs, but at least one it is
    model = train(X, names(50), rng=rng(), n_dimensions=4, epochs=6, n_reports=600)
    assert len(model.history.loss) == 6


def test_a_callback_ends_the_run():
    model = train(
        X40,
        names(40),
        rng=rng(),
        n_dimensions=4,
        epochs=9,
        callback=lambda snapshot: snapshot.progress > 0.3,
    )
    assert model.history.stopped == "callback"
    assert model.history.progress[-1] == pytest.approx(3 / 9)


def test_ctrl_c_returns_what_was_learned():
    def interrupt(snapshot):
        if snapshot.progress > 0.5:
            raise KeyboardInterrupt

    with pytest.warns(InterruptedWarning, match="interrupted after 60% of the run"):
        model = train(X40, names(40), rng=rng(), n_dimensions=4, epochs=5, callback=interrupt)
    assert model.history.stopped == "interrupted"
    whole = train(X40, names(40), rng=rng(), n_dimensions=4, epochs=3)
    assert (model.embeddings.matrix == whole.embeddings.matrix).all()


@pytest.mark.parametrize("learning_rate", [30.0, 1e20, 1e38])
def test_a_diverging_run_says_so(learning_rate):
    with pytest.raises(DivergenceError, match=r"training diverged .* lower the learning_rate"):
        train(X40, names(40), rng=rng(), epochs=3, learning_rate=learning_rate)


@pytest.mark.parametrize("d", [1, 10, 300])
@pytest.mark.parametrize("seed", range(8))
def test_no_small_corpus_seems_to_diverge(seed, d):
    V = int(rng(seed).integers(2, 30))
    spread = [0.0, 0.1, 1.0, 8.0][seed % 4]
    counts = np.exp(rng(seed).normal(0, spread, (V, V))) * rng(seed).integers(0, 3, (V, V))
    counts[0, 1] = 1.0
    model = train(csr_array(counts), names(V), rng=rng(), n_dimensions=d, epochs=5)
    assert np.isfinite(model.embeddings.matrix).all()


@pytest.mark.parametrize("d", [10, 300])
def test_counts_of_1_alone_have_nothing_to_teach(d):
    model = train(csr_array(np.ones((5, 5))), names(5), rng=rng(), n_dimensions=d, epochs=20)
    assert model.history.loss[-1] < 1e-5


def test_the_five_words_of_the_study_page():
    index = {"river": 0, "bank": 1, "water": 2, "money": 3, "loan": 4}
    sentences = [["river", "bank", "water"], ["bank", "money", "loan"], ["river", "water", "bank"]]
    X = cooccurrences(encode_sentences(sentences, index), 5, window=1)
    model = train(X, list(index), rng=rng(), n_dimensions=2, epochs=500)
    # bank and water met twice, the other pairs once.
    i, j = index["bank"], index["water"]
    score = model.word_vectors[i] @ model.context_vectors[j]
    score += model.word_biases[i] + model.context_biases[j]
    assert score == pytest.approx(np.log(2), abs=0.02)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"words": names(39)}, "counts must have one row and one column for each of the 39 words"),
        ({"counts": X40[:, :39]}, r"each of the 40 words, got 'shape \(40, 39\)'"),
        ({"words": ["one"], "counts": csr_array([[1.0]])}, "words must be two or more, got 1"),
        ({"words": []}, "words must be two or more, got 0"),
        ({"words": ["same"] * 40, "callback": pytest.fail}, "words must be distinct"),
        ({"words": "abc"}, "words must be a list of tokens, got 'abc'"),
        ({"counts": -X40}, "counts must be at least 0, got -"),
        ({"counts": X40 * np.inf}, "counts must be finite, got inf"),
        ({"counts": X40 * np.nan}, "counts must be finite, got nan"),
        ({"counts": csr_array((40, 40))}, "counts must hold a count above 0, got 'none'"),
        ({"n_dimensions": 0}, "n_dimensions must be at least 1, got 0"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"epochs": 1.5}, "epochs must be an integer, got 1.5"),
        ({"learning_rate": np.nan}, "learning_rate must be positive and finite, got nan"),
        ({"learning_rate": np.inf}, "learning_rate must be positive and finite, got inf"),
        ({"learning_rate": 0.0}, "learning_rate must be positive and finite, got 0.0"),
        ({"x_max": 0.0}, "x_max must be positive and finite, got 0.0"),
        ({"alpha": -1.0}, "alpha must be at least 0 and finite, got -1.0"),
        ({"n_threads": 0}, "n_threads must be at least 1, got 0"),
        ({"n_threads": 10_000}, "n_threads must be at most .* the cores of this machine"),
        ({"n_reports": 0}, "n_reports must be at least 1, got 0"),
    ],
)
def test_errors_of_training(options, message):
    arguments = {"counts": X40, "words": names(40), "rng": rng(), "epochs": 1} | options
    with pytest.raises(ValueError, match=message):
        train(**arguments)


# The world


@pytest.fixture(scope="module")
def truth():
    return world(rng(0), 10_000)


def shuffled(sentences):
    tokens = [token for sentence in sentences for token in sentence]
    rng(2).shuffle(tokens)
    ends = np.cumsum([0, *map(len, sentences)])
    return [tokens[start:end] for start, end in pairwise(ends)]


def counted(sentences):
    vocabulary = build_vocabulary(sentences, min_count=5)
    corpus = encode_sentences(sentences, vocabulary.index)
    return cooccurrences(corpus, len(vocabulary), window=5), vocabulary.words


def scores(E, truth):
    questions = [question for section in truth.analogies.values() for question in section]
    known = [question for question in questions if all(word in E for word in question)]
    right = np.mean([analogy(E, b, a, c)[0][0] == d for a, b, c, d in known])
    pairs = [(a, b, score) for a, b, score in truth.similarities if a in E and b in E]
    found = [cosine(E[a], E[b]) for a, b, _ in pairs]
    return right, stats.spearmanr(found, [score for *_, score in pairs]).statistic


def test_the_world_is_recovered_where_absent_pairs_have_a_say(truth):
    X, words = counted(truth.sentences)
    everywhere = csr_array(X.toarray() + 1)
    model = train(everywhere, words, rng=rng(1), n_dimensions=50, x_max=10)
    right, correlation = scores(model.embeddings, truth)
    assert right > 0.95
    assert correlation > 0.8
    # The plain counts say which pairs met, and GloVe looks at those only. In a closed world, where
    # most pairs never meet, that is not enough for analogies.
    model = train(X, words, rng=rng(1), n_dimensions=50)
    right, correlation = scores(model.embeddings, truth)
    assert 0.1 < right < 0.5
    assert correlation > 0.65


def test_negative_control_nothing_is_recovered_from_shuffled_tokens(truth):
    X, words = counted(shuffled(truth.sentences))
    for counts, x_max in ((csr_array(X.toarray() + 1), 10), (X, 100)):
        model = train(counts, words, rng=rng(1), n_dimensions=50, x_max=x_max)
        right, correlation = scores(model.embeddings, truth)
        assert right < 0.03
        assert abs(correlation) < 0.1

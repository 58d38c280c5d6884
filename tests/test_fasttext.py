"""FastText: gradients, pieces, whole steps against a slow loop, unseen words, the world."""

import os
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab import fasttext, objectives, passes, word2vec
from embedlab.evaluation import analogy_accuracy, word_similarity
from embedlab.fasttext import FastText, piece_matrix, subword_negative, train
from embedlab.gradcheck import GradientError, check_gradient
from embedlab.numerics import sigmoid
from embedlab.runs import DivergenceError, InterruptedWarning
from embedlab.subwords import bucket, character_ngrams
from embedlab.text import Vocabulary
from embedlab.vectors import Embeddings, cosine, nearest
from embedlab.word2vec import skipgram_negative
from embedlab.world import world

N_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# The textbook face


def test_one_pair_by_hand():
    # The mean of the pieces is (1, 0), so the scores are 2, -1 and 0.5:
    # -log σ(2) - log σ(1) - log σ(-0.5) = 0.126928 + 0.313262 + 0.974077, with the slopes
    # σ(2) - 1, σ(-1) and σ(0.5).
    pieces = np.array([[2.0, 3.0], [-1.0, 0.0], [2.0, -3.0]])
    outputs = np.array([[2.0, 1.0], [-1.0, 4.0], [0.5, 0.0]])
    loss, d_pieces, d_outputs = subword_negative(pieces, outputs)
    slopes = [-0.119203, 0.268941, 0.622459]
    d_center = [-0.238406 - 0.268941 + 0.311230, -0.119203 + 4 * 0.268941]
    assert loss == pytest.approx(1.414267, rel=1e-6)
    # rtol: the slopes have six digits.
    np.testing.assert_allclose(d_pieces, [np.array(d_center) / 3] * 3, rtol=1e-5)
    np.testing.assert_allclose(d_outputs, [[slope, 0.0] for slope in slopes], rtol=1e-5)


def at_random(seed=0):
    draw = rng(seed).standard_normal
    return draw((4, 5)), draw((3, 5))


def check(at, bug=lambda pieces, outputs, gradients: gradients):
    check_gradient(
        lambda *arrays: subword_negative(*arrays)[0],
        lambda *arrays: bug(*arrays, subword_negative(*arrays)[1:]),
        at,
        rng=rng(1),
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gradients(seed):
    check(at_random(seed))


@pytest.mark.parametrize(
    ("array", "bug"),
    [
        (0, lambda z, U, g: (4 * g[0], g[1])),  # 1/m forgotten: training, but not the gradient
        (0, lambda z, U, g: (-g[0], g[1])),
        (0, lambda z, U, g: (g[0] * np.eye(4)[:, :1] * 4, g[1])),  # only the word's own piece
        (1, lambda z, U, g: (g[0], skipgram_negative(z.sum(axis=0), U)[2])),  # the paper's sum
        (1, lambda z, U, g: (g[0], skipgram_negative(z[0], U)[2])),  # the word's own piece alone
        (1, lambda z, U, g: (g[0], -np.outer(sigmoid(-U @ z.mean(axis=0)), z.mean(axis=0)))),
    ],
)
def test_negative_controls_of_the_gradients(array, bug):
    with pytest.raises(GradientError, match=f"gradient of array {array} is wrong"):
        check(at_random(), bug)


def test_pieces_that_are_all_the_same_are_skipgram():
    center, outputs = at_random()[0][0], at_random()[1]
    loss, d_center, d_outputs = skipgram_negative(center, outputs)
    by_pieces = subword_negative(np.tile(center, (4, 1)), outputs)
    assert by_pieces[0] == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(by_pieces[1].sum(axis=0), d_center, rtol=1e-13)
    np.testing.assert_allclose(by_pieces[2], d_outputs, rtol=1e-13)


# Which pieces a word has


def slow_pieces(words, n_min, n_max, n_buckets):
    """Return the rows of each word's pieces, the word's own first, and the buckets in use."""
    buckets, rows = [], []
    for i, word in enumerate(words):
        own = [i]
        for ngram in character_ngrams(word, n_min, n_max):
            number = bucket(ngram, n_buckets)
            if number not in buckets:
                buckets.append(number)
            own.append(len(words) + buckets.index(number))
        rows.append(own)
    return rows, buckets


def assert_pieces(words, n_min, n_max, n_buckets):
    matrix, buckets = piece_matrix(words, n_min=n_min, n_max=n_max, n_buckets=n_buckets)
    rows, expected = slow_pieces(words, n_min, n_max, n_buckets)
    assert buckets.tolist() == expected
    assert matrix.shape == (len(words), len(words) + len(expected))
    assert matrix.indices.dtype == matrix.indptr.dtype == np.int32
    for i, row in enumerate(rows):
        assert matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]].tolist() == row
    assert (matrix.data == 1).all()
    dense = np.zeros(matrix.shape)
    for i, row in enumerate(rows):
        np.add.at(dense[i], row, 1)
    assert np.array_equal(matrix.toarray(), dense)


WORDS = ("banana", "ban", "a", "aaaaaa", "müsli", "banan", "cat", "cats", "at", "ananas", "ßü😀")


@pytest.mark.parametrize(
    ("n_min", "n_max", "n_buckets"),
    [
        (3, 6, 2_000_000),
        (3, 3, 2_000_000),
        (1, 2, 1000),
        (2, 4, 7),
        (1, 9, 1),
        (5, 6, 50),
        (9, 9, 5),
    ],
)
def test_pieces_against_a_slow_loop(n_min, n_max, n_buckets):
    assert_pieces(WORDS, n_min, n_max, n_buckets)


@given(
    st.lists(st.text("abü", min_size=1, max_size=6), min_size=1, max_size=6, unique=True),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sampled_from([1, 3, 10_000]),
)
def test_pieces_of_any_words(words, n_min, more, n_buckets):
    assert_pieces(words, n_min, n_min + more, n_buckets)


def test_pieces_by_hand():
    # <ana> has "ana" once; with three letters each: <an, ana, na>. Of <anana> "ana" occurs twice.
    matrix, buckets = piece_matrix(["ana", "anana"], n_min=3, n_max=3, n_buckets=10**6)
    names = ["<an", "ana", "na>", "nan"]
    assert buckets.tolist() == [bucket(name, 10**6) for name in names]
    assert matrix.toarray().tolist() == [[1, 0, 1, 1, 1, 0], [0, 1, 1, 2, 1, 1]]


# The fast face: whole steps against a slow loop with the textbook gradients

SENTENCES = [
    rng(seed).choice([*WORDS, "unknown"], size).tolist()
    for seed, size in enumerate([7, 2, 5, 1, 8, 3, 6, 4] * 7)
]
VOCABULARY = Vocabulary(WORDS, np.arange(30, 30 - len(WORDS), -1))
N_GRAMS = {"n_min": 2, "n_max": 4, "n_buckets": 40}  # so few that n-grams share rows


def small(**options):
    """Train on the small corpus for a moment."""
    defaults = {
        "rng": rng(),
        "vocabulary": VOCABULARY,
        "n_dimensions": 6,
        "window": 2,
        "sample": None,
        "epochs": 2,
        "learning_rate": 0.02,
    }
    return train(SENTENCES, **(defaults | N_GRAMS | options))


@pytest.fixture
def drawn(monkeypatch):
    """What a run draws: the blocks of each batch, and their noise words."""
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

    monkeypatch.setattr(fasttext, "shuffled_blocks", shuffled_blocks)
    monkeypatch.setattr(objectives, "_noise_words", recorded)
    return batches, noise


RATES = [0.008, 0.006, 0.004]  # at the start of three epochs, on the way to 0.002


def run_three_batches(window=3):
    """Return the model after three epochs of one batch each, and the pieces before."""
    options = {
        "window": window,
        "n_negatives": 4,
        "n_shared": 4,
        "epochs": 3,
        "learning_rate": RATES[0],
        "final_learning_rate": 0.002,
        "batch_size": 480,
        "n_reports": 3,
    }
    untrained = small(**options, callback=lambda snapshot: True)
    return small(**options), untrained.pieces


def slow_training(start, drawn, *, window=3, whole=True, share=True, weigh=lambda weight: weight):
    """Return pieces, outputs and losses after three batches.

    Args:
        start: The pieces before.
        drawn: Batches and noise words.
        window: Its largest width.
        whole: Whether every piece takes the whole error, or its m-th part.
        share: Whether n-grams take part.
        weigh: What becomes of a pair's weight.
    """
    rows_of, _ = slow_pieces(WORDS, **N_GRAMS)
    known = [[WORDS.index(word) for word in row if word in WORDS] for row in SENTENCES]
    places = [(row, i) for row in known if len(row) > 1 for i in range(len(row))]
    pieces, losses = start.astype(np.float64), []
    outputs = np.zeros((len(WORDS), pieces.shape[1]))
    for epoch, (_, order) in enumerate(drawn[0]):
        assert sorted(order) == list(range(-(-len(places) // 12)))
        d_pieces, d_outputs, total, weights = np.zeros_like(pieces), np.zeros_like(outputs), 0, 0
        for rank, block in enumerate(order):
            noise = drawn[1][epoch][rank]
            for row, i in places[block * 12 : (block + 1) * 12]:
                own = rows_of[row[i]] if share else [row[i]]
                for j, target in enumerate(row):
                    if not 0 < abs(i - j) <= window:
                        continue
                    weight = weigh((window + 1 - abs(i - j)) / window)
                    loss, d_own, d_rows = subword_negative(pieces[own], outputs[[target, *noise]])
                    np.add.at(d_pieces, own, weight * (len(own) if whole else 1) * d_own)
                    np.add.at(d_outputs, [target, *noise], weight * d_rows)
                    if rank < -(-len(order) // 16):
                        total, weights = total + weight * loss, weights + weight
        pieces, outputs = pieces - RATES[epoch] * d_pieces, outputs - RATES[epoch] * d_outputs
        losses.append(total / weights)
    return pieces, outputs, losses


def is_same(model, slow, factor=1.0):
    """Whether all numbers agree up to what single precision adds up to."""
    pieces, outputs, losses = slow
    return (
        np.allclose(model.pieces, pieces, rtol=0, atol=factor * 2e-6)
        and np.allclose(model.outputs, outputs, rtol=0, atol=factor * 2e-6)
        and np.allclose(model.history.loss, losses, rtol=factor * 1e-5, atol=0)
    )


@pytest.mark.parametrize("window", [3, 12])  # the second is longer than every sentence
def test_steps_are_the_sums_of_the_textbook_gradients(drawn, window):
    model, start = run_three_batches(window)
    assert np.abs(model.pieces - start).max() > 0.1
    assert is_same(model, slow_training(start, drawn, window=window))


@pytest.mark.parametrize(
    "bug",
    [{"whole": False}, {"share": False}, {"weigh": lambda weight: 1.0}],
    ids=lambda bug: next(iter(bug)),
)
def test_negative_controls_of_the_steps(drawn, bug):
    model, start = run_three_batches()
    assert not is_same(model, slow_training(start, drawn, **bug), factor=100)


@pytest.mark.parametrize(("exponent", "words"), [(60.0, {0}), (0.0, set(range(len(WORDS))))])
def test_the_exponent_of_the_noise(drawn, exponent, words):
    small(exponent=exponent, vocabulary=Vocabulary(WORDS, 2 ** np.arange(len(WORDS), 0, -1)))
    assert set(np.concatenate([noise.ravel() for noise in drawn[1]]).tolist()) == words


# What a trained model is


def test_shape_type_and_words():
    model = small()
    rows, buckets = slow_pieces(WORDS, **N_GRAMS)
    assert model.vocabulary is VOCABULARY
    assert model.embeddings.words == WORDS
    assert model.buckets.tolist() == buckets
    assert model.pieces.shape == (len(WORDS) + len(buckets), 6)
    assert model.outputs.shape == model.embeddings.matrix.shape == (len(WORDS), 6)
    arrays = model.pieces, model.outputs, model.embeddings.matrix
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert (model.n_min, model.n_max, model.n_buckets) == (2, 4, 40)
    assert model.history.progress[-1] == 1
    # A word is the mean of its pieces, of which one that it has twice counts twice.
    for word, row in zip(WORDS, rows, strict=True):
        # rtol: single precision; atol: sums of different signs.
        expected = model.pieces[row].mean(axis=0)
        np.testing.assert_allclose(model[word], expected, rtol=1e-5, atol=1e-7)
        assert np.array_equal(model[word], model.embeddings[word])
    once = model.pieces[list(dict.fromkeys(rows[WORDS.index("banana")]))].mean(axis=0)
    assert not np.allclose(model["banana"], once, rtol=1e-3)


def test_n_grams_are_never_more_than_buckets():
    model = small(n_min=1, n_max=6, n_buckets=5)
    assert len(model.buckets) == 5
    assert len(model.pieces) == len(WORDS) + 5


def slow_unseen(model, word):
    """Return the mean of those n-grams of a word that a known word has."""
    found = []
    for ngram in character_ngrams(word, model.n_min, model.n_max):
        for i, number in enumerate(model.buckets.tolist()):
            if number == bucket(ngram, model.n_buckets):
                found.append(model.pieces[len(model.vocabulary) + i].astype(np.float64))
    return np.mean(found, axis=0), len(found)


@pytest.mark.parametrize("word", ["bananas", "canan", "mü", "cAtS", "zzzat", "aaaaaaaaaaa", "xßü"])
def test_an_unseen_word_is_the_mean_of_its_known_n_grams(word):
    model = small(n_buckets=100_000)
    expected, n_known = slow_unseen(model, word)
    n_all = len(character_ngrams(word, 2, 4))
    assert 0 < n_known <= n_all
    np.testing.assert_allclose(model[word], expected, rtol=1e-5, atol=1e-7)
    # Negative control: unknown n-grams do not count as zeros.
    if n_known < n_all:
        assert not np.allclose(model[word], expected * n_known / n_all, rtol=1e-3)


def test_a_repeated_n_gram_counts_twice():
    model = small(n_min=3, n_max=3, n_buckets=100_000)
    # Of <xanana> known are ana twice, nan, and na>.
    row = {name: i for i, name in enumerate(model.buckets.tolist(), len(WORDS))}
    ana, nan, na = (model.pieces[row[bucket(name, 100_000)]] for name in ("ana", "nan", "na>"))
    np.testing.assert_allclose(model["xanana"], (2 * ana + nan + na) / 4, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("word", ["xyz", "q", ""])
def test_a_word_without_known_n_grams_is_a_clear_error(word):
    rule = f"word must be known or have an n-gram of 3 to 6 characters that is, got {word!r}"
    with pytest.raises(ValueError, match=f"{rule}; train on more text, or lower n_min"):
        small(n_min=3, n_max=6, n_buckets=2_000_000)[word]


def test_a_known_word_without_n_grams_is_its_own_piece():
    model = small(n_min=9, n_max=9)
    assert model.pieces.shape == (len(WORDS), 6)
    np.testing.assert_array_equal(model["cat"], model.pieces[WORDS.index("cat")])
    with pytest.raises(ValueError, match="word must be known or have an n-gram of 9 to 9"):
        model["bananas"]


def test_a_word_that_is_no_string():
    with pytest.raises(ValueError, match="must be a string, got 3"):
        small()[3]


def test_embed_makes_embeddings_of_any_words():
    model = small()
    words = ["cat", "bananas", "aaaa"]
    chosen = model.embed(word for word in words)
    assert isinstance(chosen, Embeddings)
    assert chosen.words == tuple(words)
    assert chosen.matrix.dtype == np.float32
    for word in words:
        assert np.array_equal(chosen[word], model[word])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "words must hold at least one word, got 'none'"),
        (["cat", "cat"], "words must be distinct, got 'cat' at positions 0 and 1"),
        ("cat", "words must be a list of words, got 'cat'"),
        (["cat", "漢字"], "word must be known or have an n-gram .* got '漢字'"),
    ],
)
def test_words_that_cannot_be_embedded(words, message):
    with pytest.raises(ValueError, match=message):
        small(n_buckets=2_000_000).embed(words)


def test_the_generator_decides_everything():
    one, same, other = (small(rng=rng(seed), sample=0.05) for seed in (3, 3, 4))
    assert one.pieces.tobytes() == same.pieces.tobytes()
    assert one.outputs.tobytes() == same.outputs.tobytes()
    assert one.history.loss.tobytes() == same.history.loss.tobytes()
    assert not np.array_equal(one.pieces, other.pieces)


def test_the_start_is_random():
    starts = [small(rng=rng(seed), callback=lambda snapshot: True).pieces for seed in (3, 4)]
    assert not np.array_equal(*starts)
    # Uniform in ± 1 / d, so the standard deviation is 1 / d√3.
    assert all(np.abs(start).max() <= 1 / 6 for start in starts)
    np.testing.assert_allclose([start.std() for start in starts], 1 / 6 / 3**0.5, rtol=0.2)


def test_snapshots_hold_the_vectors_of_words():
    seen = []
    model = small(
        epochs=3,
        n_reports=6,
        batch_size=24,
        callback=lambda snapshot: seen.append((snapshot.progress, snapshot.vectors())),
    )
    assert [progress for progress, _ in seen] == [0.0, *model.history.progress]
    assert {vectors.shape for _, vectors in seen} == {(len(WORDS), 6)}
    assert np.array_equal(seen[-1][1], model.embeddings.matrix)
    assert not np.array_equal(seen[0][1], seen[1][1])


# The artificial world

# What the words of these sections have in common is not spelled: berlin : germany, go : went.
NOT_SPELLED = ("age", "rank", "capital-country", "past-tense-irregular")
OPTIONS = {"n_dimensions": 30, "epochs": 5, "learning_rate": 0.05}


@cache
def the_world():
    return world(rng(), 20_000)


@cache
def trained():
    return train(the_world().sentences, rng=rng(), **OPTIONS)


@cache
def trained_without_misspellings():
    right = the_world().misspellings
    corrected = [[right.get(word, word) for word in row] for row in the_world().sentences]
    return train(corrected, rng=rng(), **OPTIONS)


def shuffled(sentences):
    """Return sentences of the same lengths with all tokens in random order."""
    tokens = iter(rng(1).permutation([token for row in sentences for token in row]).tolist())
    return [[next(tokens) for _ in row] for row in sentences]


def quality(model):
    """Return accuracies where spelling cannot help and where it can, and Spearman's correlation."""
    sections = analogy_accuracy(model.embeddings, the_world().analogies).sections
    hard = [sections[name] for name in NOT_SPELLED]
    easy = [sections[name] for name in ("plural", "past-tense-regular", "present-participle")]
    accuracies = [
        sum(section.n_right for section in part) / sum(section.n_used for section in part)
        for part in (hard, easy)
    ]
    found = word_similarity(model.embeddings, the_world().similarities)
    return *accuracies, found.correlation


def test_the_structure_of_the_world():
    hard, easy, correlation = quality(trained())
    # Measured with five corpora and seeds, lowest: .961 .999 .856; of the control up to .019 .756
    # .252.
    assert hard > 0.92
    assert easy > 0.95
    assert correlation > 0.82
    # Negative control: the same words as often, in no order. Their spelling still tells plurals
    # from singulars, and a little about what is similar.
    hard, easy, correlation = quality(train(shuffled(the_world().sentences), rng=rng(), **OPTIONS))
    assert hard < 0.08
    assert 0.4 < easy < 0.9
    assert correlation < 0.4


def test_misspelled_words_are_next_to_the_right_ones():
    model, right = trained_without_misspellings(), the_world().misspellings
    assert not any(word in model.embeddings for word in right)
    found = [nearest(model.embeddings, model[form], 3) for form in right]
    first = [answers[0][0] == word for answers, word in zip(found, right.values(), strict=True)]
    near = [word in dict(answers) for answers, word in zip(found, right.values(), strict=True)]
    assert np.mean(first) >= 0.8  # "potatos" is nearer to "potato" than to "potatoes"
    assert all(near)
    # Negative control: the same letters in another order.
    n_found = 0
    for form, word in right.items():
        mixed = "".join(rng(len(form)).permutation(list(form)))
        try:
            n_found += nearest(model.embeddings, model[mixed], 1)[0][0] == word
        except ValueError:
            continue  # no n-gram of it is known
    assert n_found <= 2


def test_skipgram_has_no_vector_for_a_misspelled_word():
    form, right = next(iter(the_world().misspellings.items()))
    sentences = [row for row in the_world().sentences if right in row][:200]
    sentences = [[word for word in row if word != form] for row in sentences]
    model = word2vec.train(sentences, rng=rng(), n_dimensions=4, epochs=1)
    with pytest.raises(ValueError, match=f"got '{form}'; did you mean '{right}'"):
        model.embeddings[form]


def test_spelling_helps_rare_words():
    # A "rowboat" occurs five times, wherever a boat could. Skip-gram has to learn it from these.
    options = OPTIONS | {"min_count": 1}
    with_pieces = train(the_world().sentences, rng=rng(), **options).embeddings
    without = word2vec.train(the_world().sentences, rng=rng(), **options).embeddings
    related = {word: twin for word, twin in the_world().rare.items() if word.endswith(twin)}
    assert len(related) == 5
    cosines = np.array(
        [
            [cosine(model[word], model[twin]) for word, twin in related.items()]
            for model in (with_pieces, without)
        ]
    ).mean(axis=1)
    # Measured five times: .90 to .92 and .85 to .87.
    assert cosines[0] > cosines[1] + 0.02
    n_nearest = [
        sum(nearest(model, word, 1)[0][0] == twin for word, twin in related.items())
        for model in (with_pieces, without)
    ]
    assert n_nearest[0] >= n_nearest[1] + 2  # 4 or 5 of them, and 0 or 1


def test_two_threads_learn_the_same():
    model = train(the_world().sentences, rng=rng(), n_threads=min(2, N_CORES), **OPTIONS)
    hard, easy, correlation = quality(model)
    assert hard > 0.92
    assert easy > 0.95
    assert correlation > 0.82


# Ways to stop


@pytest.mark.parametrize("n_threads", [1, min(2, N_CORES)])
def test_an_interrupted_run_returns_what_it_learned(n_threads):
    learned = []

    def interrupt(snapshot):
        learned.append(snapshot.vectors())
        if snapshot.progress >= 0.3:
            raise KeyboardInterrupt

    with pytest.warns(InterruptedWarning, match="interrupted after 3[0-9]% of the run") as caught:
        model = small(epochs=10, n_threads=n_threads, callback=interrupt)
    assert caught[0].filename == __file__  # that of the caller
    assert model.history.stopped == "interrupted"
    assert np.array_equal(model.embeddings.matrix, learned[-1])
    assert not np.array_equal(learned[0], learned[-1])
    assert np.isfinite(model["bananas"]).all()


def test_a_callback_ends_training():
    model = small(
        epochs=4, n_reports=20, batch_size=12, callback=lambda snapshot: snapshot.progress >= 0.5
    )
    assert model.history.stopped == "callback"
    assert 0.5 <= model.history.progress[-1] < 0.6


def test_divergence_is_an_error_that_says_so():
    message = r"diverged after .* lower the learning_rate \(it was 1000\)"
    with pytest.raises(DivergenceError, match=message) as caught:
        small(epochs=20, learning_rate=1000.0, batch_size=1536)
    assert caught.value.history.stopped == "diverged"


# Bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_min": 4, "n_max": 3}, "n_max must be at least n_min, which is 4, got 3"),
        ({"n_min": 0}, "n_min must be at least 1, got 0"),
        ({"n_max": 2.5}, "n_max must be an integer, got 2.5"),
        ({"n_buckets": 0}, "n_buckets must be at least 1, got 0"),
        ({"n_buckets": 2**31}, r"n_buckets must be below 2\*\*31, got 2147483648"),
        ({"n_dimensions": 0}, "n_dimensions must be at least 1, got 0"),
        ({"window": 0}, "window must be at least 1, got 0"),
        ({"n_negatives": 0}, "n_negatives must be at least 1, got 0"),
        ({"n_shared": 0}, "n_shared must be at least 1, got 0"),
        ({"vocabulary": None, "min_count": 1000}, "min_count must be at most .*, the largest"),
        ({"vocabulary": None, "min_count": 27}, "vocabulary must hold at least 2 words, got 1"),
        ({"vocabulary": Vocabulary(("cat",), [3])}, "vocabulary must hold at least 2 words, got 1"),
        ({"vocabulary": Vocabulary(("x", "y"), [3, 3])}, "sentences must have two known words"),
        ({"sample": 0}, "sample must be above 0 and at most 1, got 0"),
        ({"sample": 2.0}, "sample must be above 0 and at most 1, got 2.0"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"learning_rate": 0.0}, "learning_rate must be positive and finite, got 0.0"),
        ({"learning_rate": np.nan}, "learning_rate must be positive and finite, got nan"),
        ({"learning_rate": np.inf}, "learning_rate must be positive and finite, got inf"),
        ({"final_learning_rate": 0.5}, "final_learning_rate must be .* at most the learning_rate"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"n_threads": N_CORES + 1}, f"n_threads must be at most {N_CORES}, .* got {N_CORES + 1}"),
        ({"n_reports": 0}, "n_reports must be at least 1, got 0"),
    ],
)
def test_options_that_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        small(**options)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([], "sentences must hold at least one token, got 'none'"),
        ([["cat", "cat"]], "vocabulary must hold at least 2 words, got 1"),
        ("a cat sat", "sentences must be lists of tokens, got 'a cat sat'; call tokenize first"),
        (["a cat"], "each sentence must be a list of tokens, got 'a cat'; call tokenize on it"),
    ],
)
def test_sentences_that_are_refused(sentences, message):
    with pytest.raises(ValueError, match=message):
        train(sentences, rng=rng(), min_count=1)


def test_a_window_longer_than_every_sentence():
    assert np.isfinite(small(window=1000).pieces).all()


# gensim


@pytest.fixture(scope="module")
def gensim():
    return pytest.importorskip("gensim.models")


def peer(gensim, *, n_min, n_max, n_buckets):
    """Return gensim's model of the small corpus, and ours put together from its pieces."""
    theirs = gensim.FastText(
        vector_size=8, min_n=n_min, max_n=n_max, bucket=n_buckets, min_count=1, seed=1
    )
    theirs.build_vocab(SENTENCES)
    theirs.wv.vectors_ngrams[:] = rng(1).standard_normal(theirs.wv.vectors_ngrams.shape)
    theirs.wv.vectors_vocab[:] = rng(2).standard_normal(theirs.wv.vectors_vocab.shape)
    theirs.wv.adjust_vectors()
    words = tuple(theirs.wv.index_to_key)
    lengths = {"n_min": n_min, "n_max": n_max, "n_buckets": n_buckets}
    membership, buckets = piece_matrix(words, **lengths)
    pieces = np.vstack([theirs.wv.vectors_vocab, theirs.wv.vectors_ngrams[buckets]])
    model = small()
    counts = np.array([theirs.wv.get_vecattr(word, "count") for word in words])
    ours = FastText(
        embeddings=Embeddings(
            words, membership @ pieces / np.diff(membership.indptr)[:, np.newaxis]
        ),
        pieces=pieces,
        buckets=buckets,
        outputs=model.outputs,
        vocabulary=Vocabulary(words, counts),
        history=model.history,
        **lengths,
    )
    return theirs, ours


# With so few buckets every one is in use by a known word; gensim gives all others, too, a vector.
@pytest.mark.peer
@pytest.mark.parametrize(
    ("n_min", "n_max", "n_buckets"), [(3, 6, 20), (2, 4, 30), (2, 2, 12), (3, 3, 1)]
)
def test_gensim_puts_words_together_in_the_same_way(gensim, n_min, n_max, n_buckets):
    theirs, ours = peer(gensim, n_min=n_min, n_max=n_max, n_buckets=n_buckets)
    assert sorted(ours.buckets.tolist()) == list(range(n_buckets))
    unseen = ["bananas", "kätzchen", "catcat", "😀ß", "aaaaaaa", "unknowns", "at", "漢字"]
    for word in [*ours.embeddings.words, *unseen]:
        # rtol: sums of up to thirty numbers in single precision; atol: where they cancel.
        np.testing.assert_allclose(ours[word], theirs.wv[word], rtol=1e-5, atol=1e-6)
    # Negative control: each n-gram once.
    rows = sorted({bucket(unit, n_buckets) for unit in character_ngrams("aaaaaaa", n_min, n_max)})
    once = theirs.wv.vectors_ngrams[rows].mean(axis=0)
    if n_buckets > 1:
        assert not np.allclose(theirs.wv["aaaaaaa"], once, rtol=1e-3)


@pytest.mark.peer
def test_gensim_answers_with_our_trained_pieces(gensim):
    ours = small(vocabulary=None, min_count=1, n_buckets=30)
    theirs = gensim.FastText(vector_size=6, min_n=2, max_n=4, bucket=30, min_count=1)
    theirs.build_vocab(SENTENCES)
    words = list(ours.vocabulary.words)
    assert len(ours.buckets) == 30
    for word, vector in zip(words, ours.pieces[: len(words)], strict=True):
        theirs.wv.vectors_vocab[theirs.wv.key_to_index[word]] = vector
    theirs.wv.vectors_ngrams[ours.buckets] = ours.pieces[len(words) :]
    theirs.wv.adjust_vectors()
    for word in [*words, "bananas", "cart"]:
        np.testing.assert_allclose(theirs.wv[word], ours[word], rtol=1e-4, atol=1e-7)
    for word in ("cat", "bananas"):
        expected = [other for other, _ in theirs.wv.most_similar(word, topn=5)]
        query = word if word in ours.embeddings else ours[word]
        assert [other for other, _ in nearest(ours.embeddings, query, 5)] == expected

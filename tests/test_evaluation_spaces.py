"""Clusters, held-out loss, alignment and hubs: the rest of embedlab.evaluation."""

import dataclasses
import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import scipy.stats

from embedlab.corpus import Corpus, encode_sentences
from embedlab.evaluation import (
    align,
    cluster_purity,
    clusters,
    held_out_loss,
    hubness,
    mean_interval,
    spaces,
    wilson_interval,
)
from embedlab.geometry import k_occurrences, skewness
from embedlab.numerics import log_sigmoid
from embedlab.vectors import Embeddings
from embedlab.world import world

# Sums of a few dozen terms in double precision.
RTOL = 1e-12


def rng_of(seed):
    return np.random.default_rng(seed)


def numbered(matrix):
    return Embeddings(tuple(f"w{i}" for i in range(len(matrix))), matrix)


def orthogonal(d, rng):
    matrix, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return matrix


# Cluster purity

fruits = Embeddings(
    ("apple", "pear", "plum", "run", "walk", "fly"),
    [[1, 0], [5, 0.1], [1, 0.3], [0, 1], [0.1, 7], [1, 0.2]],
)
kinds = {"fruit": ["apple", "pear", "plum"], "action": ["run", "walk", "fly"]}


def test_purity_by_hand():
    # "fly" lies among the three fruits: 3 of 4 and 2 of 2 are in their group's cluster.
    result = cluster_purity(fruits, kinds, rng=rng_of(0))
    assert result.purity == pytest.approx(5 / 6, rel=RTOL)
    assert result.interval == wilson_interval(5, 6)
    assert result.clusters == (("apple", "pear", "plum", "fly"), ("run", "walk"))
    assert (result.n_used, result.unknown) == (6, ())


def exact_chance(sizes, group_sizes):
    """The mean purity of random assignments, by counting.

    The number of ways to fill a cluster of s with at most m of each group is the coefficient
    of x^s in the product over the groups g of Σ_j≤m C(n_g, j) x^j.
    """
    n, total = sum(group_sizes), Fraction(0)
    for size in sizes:
        for m in range(size):  # E max = Σ P(max > m)
            ways = [1]
            for group in group_sizes:
                factor = [math.comb(group, j) for j in range(m + 1)]
                ways = np.convolve(np.array(ways, object), np.array(factor, object)).tolist()
            at_most = ways[size] if size < len(ways) else 0
            total += 1 - Fraction(at_most, math.comb(n, size))
    return float(total / n)


@pytest.mark.parametrize("n_clusters", [1, 2, 5, 12, 29])
def test_chance_is_the_expectation(n_clusters):
    E = numbered(rng_of(1).standard_normal((30, 4)))
    groups = {"a": E.words[:14], "b": E.words[14:21], "c": E.words[21:]}
    result = cluster_purity(E, groups, n_clusters=n_clusters, rng=rng_of(2))
    expected = exact_chance([len(cluster) for cluster in result.clusters], [14, 7, 9])
    # Each of 1000 shuffles is off by about 0.05, their mean by 0.05 / √1000.
    assert result.chance == pytest.approx(expected, abs=4 * 0.05 / math.sqrt(1000))
    if n_clusters == 1:
        assert result.purity == result.chance == pytest.approx(14 / 30, rel=RTOL)


def test_purity_is_the_count_over_its_clusters():
    E = numbered(rng_of(3).standard_normal((60, 3)))
    groups = {name: E.words[i::4] for i, name in enumerate("abcd")}
    group_of = {word: name for name, words in groups.items() for word in words}
    result = cluster_purity(E, groups, n_clusters=9, rng=rng_of(4))
    majorities = [max(Counter(map(group_of.get, c)).values()) for c in result.clusters]
    assert result.purity == pytest.approx(sum(majorities) / 60, rel=RTOL)
    assert sorted(itertools.chain(*result.clusters)) == sorted(E.words)
    assert len(result.clusters) == 9
    sizes = [len(cluster) for cluster in result.clusters]
    assert sizes == sorted(sizes, reverse=True)


def test_a_cluster_for_each_word_is_pure_and_says_nothing():
    result = cluster_purity(fruits, kinds, n_clusters=6, rng=rng_of(5))
    assert result.purity == result.chance == 1.0


def test_the_kinds_of_the_world_are_found_and_random_vectors_find_none():
    known = world(rng_of(6), 3_000)
    groups = {name: words for name, words in known.groups.items() if len(words) >= 8}
    words = tuple(itertools.chain(*groups.values()))
    kind_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups.values()])
    noise = 0.15 * rng_of(7).standard_normal((len(words), len(groups)))
    lengths = rng_of(8).uniform(0.01, 100, size=(len(words), 1))
    found = cluster_purity(
        Embeddings(words, lengths * (np.eye(len(groups))[kind_of] + noise)), groups, rng=rng_of(9)
    )
    assert found.purity > 0.95
    assert found.interval[0] > 2 * found.chance
    random = Embeddings(words, rng_of(10).standard_normal((len(words), 20)))
    for n_clusters in (len(groups), 4 * len(groups)):
        nothing = cluster_purity(random, groups, n_clusters=n_clusters, rng=rng_of(11))
        assert nothing.interval[0] < nothing.chance < nothing.interval[1]
    # The reason for the baseline: small clusters look pure.
    assert nothing.purity > 0.4


def test_only_directions_count():
    lengths = rng_of(12).uniform(1e-3, 1e3, size=(6, 1))
    scaled = Embeddings(fruits.words, fruits.matrix * lengths)
    result = cluster_purity(scaled, kinds, rng=rng_of(0))
    assert result.clusters == cluster_purity(fruits, kinds, rng=rng_of(0)).clusters


def test_purity_repeats_with_its_rng():
    E = numbered(rng_of(13).standard_normal((40, 5)))
    groups = {"a": E.words[:20], "b": E.words[20:]}
    first, second = (cluster_purity(E, groups, n_clusters=7, rng=rng_of(14)) for _ in range(2))
    assert first == second


@pytest.mark.peer
def test_clusters_are_as_tight_as_scikit_learns():
    models = pytest.importorskip("sklearn.cluster")
    units = rng_of(15).standard_normal((120, 6))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    labels = clusters._k_means(units, 8, rng_of(16))
    loss = sum(
        ((units[labels == i] - units[labels == i].mean(axis=0)) ** 2).sum() for i in range(8)
    )
    peer = models.KMeans(8, n_init=20, random_state=0).fit(units)
    assert loss < 1.01 * peer.inertia_


def test_unknown_words_of_groups():
    groups = {**kinds, "fruit": [*kinds["fruit"], "fig"], "tool": ["saw"]}
    result = cluster_purity(fruits, groups, n_clusters=2, rng=rng_of(0))
    assert (result.n_used, result.unknown) == (6, ("fig", "saw"))
    with pytest.raises(ValueError, match="groups must have a vector for each word, got 'fig'; 2"):
        cluster_purity(fruits, groups, unknown="error", rng=rng_of(0))


@pytest.mark.parametrize(
    ("groups", "options", "message"),
    [
        ({}, {}, "groups must be at least 2 with known words, got 0"),
        ({"fruit": ["apple", "pear"]}, {}, "groups must be at least 2 with known words, got 1"),
        ({"a": ["apple"], "b": ["fig"]}, {}, "groups must be at least 2 with known words, got 1"),
        ({"a": "apple", "b": ["run"]}, {}, "group 'a' must be a list of words, got 'apple'"),
        ([["apple"]], {}, "groups must be a dict of lists of words"),
        (
            {"a": ["apple"], "b": ["run", "apple"]},
            {},
            "each word must be in one group, 'a' or 'b', got 'apple'",
        ),
        (kinds, {"n_clusters": 0}, "n_clusters must be at least 1, got 0"),
        (kinds, {"n_clusters": 7}, "n_clusters must be at most 6, the number of words with"),
        (kinds, {"unknown": "zero"}, r"unknown must be one of \('skip', 'error'\), got 'zero'"),
        (kinds, {"confidence": 2}, "confidence must lie between 0 and 1, got 2"),
    ],
)
def test_purity_needs_groups(groups, options, message):
    with pytest.raises(ValueError, match=message):
        cluster_purity(fruits, groups, **options, rng=rng_of(0))


def test_parallel_vectors_are_one_direction():
    E = Embeddings(("a", "b", "c", "d"), [[1, 1], [2, 2], [0.5, 0.5], [0, 1]])
    groups = {"x": ["a", "b"], "y": ["c", "d"]}
    with pytest.raises(ValueError, match=r"n_clusters must be at most 2, .* got 3"):
        cluster_purity(E, groups, n_clusters=3, rng=rng_of(0))
    assert cluster_purity(E, groups, rng=rng_of(0)).clusters == (("a", "b", "c"), ("d",))


def test_clusters_that_stay_empty_are_an_error(monkeypatch):
    def lose_a_cluster(*_arguments, **_options):
        raise clusters.ClusterError

    monkeypatch.setattr(clusters, "kmeans2", lose_a_cluster)
    with pytest.raises(ValueError, match="got 2; 20 starts of k-means left a cluster empty"):
        cluster_purity(fruits, kinds, rng=rng_of(0))


# Held-out loss

sentences = [["a", "b", "c", "a"], ["d"], ["b", "d"], ["d", "a", "b", "c", "e", "e"]]
letters = {letter: i for i, letter in enumerate("abcde")}
letters_text = encode_sentences(sentences, letters)
noise = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
vectors_in, vectors_out = 1.5 * rng_of(17).standard_normal((2, 5, 3))


def letters_loss(**options):
    return held_out_loss(vectors_in, vectors_out, letters_text, noise, **options)


def exact_loss(inputs, outputs, texts, noise, window, n_negatives, weight=None):
    """The mean over all pairs of all sentences, weighted, and over all noise words."""
    total = sum_of_weights = 0.0
    for text in texts:
        ids = [letters[word] for word in text]
        for i, j in itertools.permutations(range(len(ids)), 2):
            k = abs(i - j)
            if k <= window:
                share = (window + 1 - k) / window if weight is None else weight(k)
                v = inputs[ids[i]]
                negative = sum(
                    p * -log_sigmoid(-v @ u) for p, u in zip(noise, outputs, strict=True)
                )
                loss = -log_sigmoid(v @ outputs[ids[j]]) + n_negatives * negative
                total += share * loss
                sum_of_weights += share
    return total / sum_of_weights


def test_zero_vectors_lose_one_bit_per_word():
    nothing = np.zeros((5, 3))
    result = held_out_loss(
        nothing, vectors_out, letters_text, noise, window=2, n_negatives=5, rng=rng_of(0)
    )
    assert result.loss == pytest.approx(6 * math.log(2), rel=RTOL)
    assert result.interval == pytest.approx((result.loss, result.loss), rel=RTOL)
    assert result.n_pairs == 100_000


@pytest.mark.parametrize(("window", "n_negatives"), [(1, 1), (2, 5), (3, 2), (50, 3)])
def test_the_loss_is_the_expectation(window, n_negatives):
    expected = exact_loss(vectors_in, vectors_out, sentences, noise, window, n_negatives)
    result = letters_loss(window=window, n_negatives=n_negatives, confidence=0.9999, rng=rng_of(18))
    low, high = result.interval
    assert low < expected < high
    assert high - low < 0.04 * expected


def test_negative_controls_of_the_expectation():
    arguments = (vectors_in, vectors_out, sentences, noise, 3, 2)
    low, high = letters_loss(
        window=3, n_negatives=2, n_pairs=400_000, confidence=0.9999, rng=rng_of(19)
    ).interval
    assert low < exact_loss(*arguments) < high
    one_text = [list(itertools.chain(*sentences))]
    mistakes = {
        "every distance weighs the same": exact_loss(*arguments, weight=lambda k: 1.0),
        "weight 1 / distance": exact_loss(*arguments, weight=lambda k: 1 / k),
        "windows reach into the next sentence": exact_loss(
            vectors_in, vectors_out, one_text, noise, 3, 2
        ),
        "uniform noise": exact_loss(vectors_in, vectors_out, sentences, np.full(5, 0.2), 3, 2),
        "inputs and outputs exchanged": exact_loss(vectors_out, vectors_in, sentences, noise, 3, 2),
        "one negative too many": exact_loss(vectors_in, vectors_out, sentences, noise, 3, 3),
    }
    assert [name for name, loss in mistakes.items() if low < loss < high] == []


def test_the_interval_covers_the_expectation_as_often_as_it_says():
    expected = exact_loss(vectors_in, vectors_out, sentences, noise, 2, 2)
    rng, n_covering = rng_of(20), 0
    for _ in range(400):
        low, high = letters_loss(window=2, n_negatives=2, n_pairs=200, rng=rng).interval
        n_covering += low < expected < high
    # 380 of 400 are expected, give or take 4.4.
    assert 364 < n_covering < 395


def test_vectors_that_know_the_text_lose_less_than_shuffled_ones():
    known = world(rng_of(21), 2_000)
    words = sorted({word for sentence in known.sentences for word in sentence})
    corpus = encode_sentences(known.sentences, {word: i for i, word in enumerate(words)})
    noise = np.bincount(corpus.ids) / len(corpus)
    # Shifted PMI of neighbors, the optimum of this loss, as an exact product of vectors.
    counts = np.full((len(words), len(words)), 0.01)
    same = corpus.sentence_of[1:] == corpus.sentence_of[:-1]
    pairs = corpus.ids[:-1][same], corpus.ids[1:][same]
    np.add.at(counts, pairs, 1.0)
    np.add.at(counts, pairs[::-1], 1.0)
    scores = np.log(counts / counts.sum(axis=1, keepdims=True) / noise / 2)
    options = {"window": 1, "n_negatives": 2, "n_pairs": 20_000}
    knowing = held_out_loss(scores, np.eye(len(words)), corpus, noise, **options, rng=rng_of(22))
    nothing = 3 * math.log(2)
    assert knowing.interval[1] < 0.8 * nothing
    shuffled = rng_of(23).permutation(scores)
    confused = held_out_loss(shuffled, np.eye(len(words)), corpus, noise, **options, rng=rng_of(22))
    assert confused.interval[0] > nothing


def test_more_pairs_narrow_the_interval_by_the_root():
    widths = []
    for n_pairs in (1_000, 100_000):
        low, high = letters_loss(window=2, n_negatives=5, n_pairs=n_pairs, rng=rng_of(24)).interval
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(10, rel=0.1)  # the spread is estimated too


def test_single_precision_and_repetition():
    options = {"window": 2, "n_negatives": 5, "n_pairs": 5_000}
    double = letters_loss(**options, rng=rng_of(25))
    again = letters_loss(**options, rng=rng_of(25))
    assert again == double
    single = held_out_loss(
        *(vectors_in.astype(np.float32), vectors_out.astype(np.float32)),
        *(letters_text, noise.astype(np.float32)),
        **options,
        rng=rng_of(25),
    )
    assert single.loss == pytest.approx(double.loss, rel=1e-3)  # a draw at an edge may differ
    large = np.full((5, 3), 1e30, np.float32)
    assert held_out_loss(
        large, large, letters_text, noise, **options, rng=rng_of(26)
    ).loss == pytest.approx(5 * 3e60, rel=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"inputs": np.ones((5, 2))},
            r"inputs and outputs must have the same shape, got \(\(5, 2\)",
        ),
        ({"inputs": np.full((5, 3), math.nan)}, "inputs must be finite"),
        ({"outputs": np.full((5, 3), math.inf)}, "outputs must be finite"),
        (
            {"corpus": Corpus(np.array([0, 5]), np.array([0, 0]))},
            "corpus must have ids below 5, got 5",
        ),
        (
            {"corpus": Corpus(np.array([0, 1]), np.array([0, 1]))},
            "corpus must hold a pair of words",
        ),
        ({"corpus": Corpus(np.array([0]), np.array([0]))}, "corpus must hold a pair of words"),
        (
            {"corpus": Corpus(np.zeros(0, int), np.zeros(0, int))},
            "corpus must hold a pair of words, got 'none'; a pair needs two words in one sentence",
        ),
        ({"noise": noise[:4]}, "noise must have one number for each of 5 words, got 4"),
        ({"noise": 2 * noise}, "noise must be probabilities that sum to 1, got 'a sum of 2'"),
        ({"noise": [1.5, -0.5, 0, 0, 0]}, "noise must be probabilities"),
        ({"noise": [math.nan] * 5}, "noise must be finite"),
        ({"window": 0}, "window must be at least 1, got 0"),
        ({"n_negatives": 0}, "n_negatives must be at least 1, got 0"),
        ({"n_pairs": 1}, "n_pairs must be at least 2, got 1"),
        ({"confidence": 1}, "confidence must lie between 0 and 1, got 1"),
    ],
)
def test_held_out_loss_needs_arrays_that_fit(changes, message):
    arrays = {"inputs": vectors_in, "outputs": vectors_out}
    arguments = {**arrays, "corpus": letters_text, "noise": noise, "window": 2, "n_negatives": 5}
    with pytest.raises(ValueError, match=message):
        held_out_loss(**{**arguments, "n_pairs": 10, **changes}, rng=rng_of(0))


# Alignment


def planted(V=60, d=5, seed=27):
    """Two spaces that differ by an orthogonal matrix, words in another order."""
    rng = rng_of(seed)
    source = numbered(rng.uniform(0.1, 10, size=(V, 1)) * rng.standard_normal((V, d)))
    rotation, order = orthogonal(d, rng), rng.permutation(V)
    words = tuple(source.words[i] for i in order)
    return source, Embeddings(words, (source.matrix @ rotation)[order]), rotation


def test_a_planted_rotation_is_undone():
    source, target, rotation = planted()
    result = align(source, target)
    np.testing.assert_allclose(result.rotation, rotation, atol=1e-12)  # entries near zero
    for word in source:
        np.testing.assert_allclose(result.embeddings[word], target[word], rtol=1e-9)
    assert result.words == result.embeddings.words == source.words
    assert (result.after, result.held_out) == pytest.approx((1, 1), rel=RTOL)
    assert abs(result.before) < 0.5
    # Negative control: turned the other way the words do not match.
    wrong = source.matrix @ rotation.T
    assert not np.allclose(wrong[0], target[source.words[0]], rtol=0.1)


def test_a_mirror_image_is_undone():
    source, _, _ = planted()
    mirrored = Embeddings(source.words, source.matrix * [1, 1, 1, 1, -1])
    assert align(source, mirrored).held_out == pytest.approx(1.0, rel=RTOL)


def test_the_rotation_is_scipys():
    rng = rng_of(28)
    first, second = rng.standard_normal((2, 40, 6))
    expected, _ = scipy.linalg.orthogonal_procrustes(first, second)
    result = align(numbered(first), numbered(second), normalize=False)
    np.testing.assert_allclose(result.rotation, expected, rtol=1e-9)
    units = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (first, second)]
    expected, _ = scipy.linalg.orthogonal_procrustes(*units)
    result = align(numbered(first), numbered(second))
    np.testing.assert_allclose(result.rotation, expected, rtol=1e-9)
    np.testing.assert_allclose(result.embeddings.matrix, first @ expected, rtol=1e-9)
    assert result.before == pytest.approx((units[0] * units[1]).sum(axis=1).mean(), rel=1e-9)
    turned = (units[0] @ expected * units[1]).sum(axis=1)
    assert result.after == pytest.approx(turned.mean(), rel=1e-9)


def test_held_out_words_take_no_part_in_their_own_fit():
    first, second = rng_of(29).standard_normal((2, 43, 6))
    first, second = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (first, second))
    cosines = np.empty(43)
    for i in range(43):
        others = [j for j in range(43) if j % 5 != i % 5]
        rotation, _ = scipy.linalg.orthogonal_procrustes(first[others], second[others])
        cosines[i] = first[i] @ rotation @ second[i]
    result = align(numbered(first), numbered(second))
    assert result.held_out == pytest.approx(cosines.mean(), rel=1e-9)
    assert result.interval == pytest.approx(mean_interval(cosines), rel=1e-9)


def test_unrelated_spaces_fit_each_other_only_in_sample():
    n_covering = 0
    for seed in range(100):
        first, second = rng_of(seed).standard_normal((2, 60, 10))
        result = align(numbered(first), numbered(second))
        assert result.after > 0.25
        n_covering += result.interval[0] < 0 < result.interval[1]
    # 95 are expected, give or take 2.2; that the folds share words costs a little.
    assert n_covering >= 87


def test_only_the_words_named_fit_the_rotation():
    source, target, rotation = planted()
    rows = target.matrix.copy()
    spoiled = [target.index[f"w{i}"] for i in range(30, 60)]
    rows[spoiled] = rng_of(30).standard_normal((30, 5))
    other = Embeddings(target.words, rows)
    result = align(source, other, words=[f"w{i}" for i in range(30)])
    np.testing.assert_allclose(result.rotation, rotation, atol=1e-12)  # entries near zero
    assert len(result.words) == 30
    assert len(result.embeddings) == 60
    assert align(source, other).after < 0.9


def test_words_of_one_space_only_are_turned_too():
    source, target, _ = planted()
    extra = Embeddings((*source.words, "new"), np.vstack([source.matrix, np.ones(5)]))
    fewer = Embeddings(target.words[:-1], target.matrix[:-1])
    result = align(extra, fewer)
    assert len(result.words) == 59
    assert "new" in result.embeddings
    np.testing.assert_allclose(
        np.linalg.norm(result.embeddings.matrix, axis=1),
        np.linalg.norm(extra.matrix, axis=1),
        rtol=RTOL,
    )


def test_centering_finds_a_planted_shift():
    source, target, rotation = planted()
    shifted = Embeddings(target.words, target.matrix + np.array([9.0, -9.0, 9.0, 0.0, 0.0]))
    moved = Embeddings(source.words, source.matrix - 4.0)
    result = align(moved, shifted, center=True)
    np.testing.assert_allclose(result.rotation, rotation, atol=1e-9)  # entries near zero
    np.testing.assert_allclose(
        [result.embeddings[w] for w in source.words], [shifted[w] for w in source.words], rtol=1e-6
    )
    assert result.held_out == pytest.approx(1.0, rel=1e-9)
    # Negative control: without centering the shift is in the way.
    assert align(moved, shifted).after < 0.99


def test_normalizing_keeps_one_long_vector_from_ruling():
    source, target, rotation = planted()
    rows = target.matrix.copy()
    rows[0] = [1e6, 0, 0, 0, 0]
    spoiled = Embeddings(target.words, rows)
    error = {
        normalize: np.abs(align(source, spoiled, normalize=normalize).rotation - rotation).max()
        for normalize in (True, False)
    }
    assert error[True] < 0.1 < error[False]


def test_precision_is_kept():
    source, target, _ = planted()
    single = Embeddings(source.words, source.matrix.astype(np.float32))
    result = align(single, target, center=True)
    assert result.embeddings.matrix.dtype == np.float32
    assert result.held_out == pytest.approx(1.0, rel=1e-5)


pentagon = numbered(rng_of(31).standard_normal((5, 2)))


@pytest.mark.parametrize(
    ("source", "target", "options", "message"),
    [
        (numbered(np.eye(3)), pentagon, {}, r"must have the same dimensions, got \(3, 2\)"),
        (
            *(numbered(np.eye(5, 2)[:4]), pentagon, {}),
            "words must be at least 5 in both spaces of 2 dimensions, got 4; so few would fit",
        ),
        (
            *(numbered(np.eye(7)), numbered(np.eye(7)), {}),
            "words must be at least 14 in both spaces of 7 dimensions, got 7",
        ),
        (pentagon, Embeddings(("x",), [[1, 2]]), {}, "words must be at least 5 .* got 0"),
        (pentagon, pentagon, {"words": ["w0", "x"]}, "words must be in both spaces, got 'x'"),
        (pentagon, pentagon, {"words": ["w0"] * 5}, "words must be distinct, got '4 repeats'"),
        (pentagon, pentagon, {"words": "w0"}, "words must be a sequence of words, got 'w0'"),
        (pentagon, pentagon, {"confidence": 0}, "confidence must lie between 0 and 1"),
    ],
)
def test_alignment_needs_enough_shared_words(source, target, options, message):
    with pytest.raises(ValueError, match=message):
        align(source, target, **options)


# Hubness


def test_hubness_by_hand():
    # Three points around one: each names the middle one, which names the first.
    E = numbered([[1.0, 0, 0], [1, 0.3, 0], [1, 0, 0.31], [1, -0.3, -0.32]])
    result = hubness(E, 1, rng=rng_of(0))
    assert result.occurrences.tolist() == [3, 1, 0, 0]
    # Deviations 2, 0, -1, -1: mean square 1.5, mean cube 1.5.
    assert result.skewness == pytest.approx(1.5 / 1.5**1.5, rel=RTOL)


def test_hubness_counts_what_geometry_counts():
    E = numbered(rng_of(32).standard_normal((100, 8)))
    result = hubness(E, rng=rng_of(33))
    assert result.occurrences.tolist() == k_occurrences(E.matrix, 10).tolist()
    assert result.skewness == skewness(result.occurrences)
    low, high = result.interval
    assert low < result.skewness < high
    narrow = hubness(E, confidence=0.5, rng=rng_of(33)).interval
    assert low < narrow[0] < narrow[1] < high
    assert dataclasses.astuple(hubness(E, rng=rng_of(33)))[:2] == (result.skewness, result.interval)


def test_the_interval_is_the_bootstrap_of_scipy():
    result = hubness(numbered(rng_of(34).standard_normal((300, 30)) + 0.3), rng=rng_of(35))
    expected = scipy.stats.bootstrap(
        (result.occurrences,),
        scipy.stats.skew,
        n_resamples=2000,
        method="percentile",
        random_state=rng_of(36),
    ).confidence_interval
    # Two bootstraps of 2000 draws differ by a few percent of their width.
    width = expected.high - expected.low
    assert result.interval == pytest.approx(tuple(expected), abs=0.1 * width)


def test_the_interval_covers_most_of_the_time(monkeypatch):
    monkeypatch.setattr(spaces, "_N_RESAMPLES", 300)
    rng = rng_of(37)
    results = [hubness(numbered(rng.standard_normal((200, 50))), rng=rng) for _ in range(120)]
    truth = np.mean([result.skewness for result in results])
    n_covering = sum(low <= truth <= high for low, high in (r.interval for r in results))
    # Nominal are 114; counts that share neighbors are not quite independent.
    assert 100 <= n_covering < 120


def test_many_dimensions_have_hubs_and_two_have_none():
    rng = rng_of(38)
    flat = hubness(numbered(rng.standard_normal((400, 2)) + 0.3), rng=rng)
    deep = hubness(numbered(rng.standard_normal((400, 100)) + 0.3), rng=rng)
    assert deep.interval[0] > flat.interval[1]
    assert deep.skewness > 0.8


def test_a_ring_has_no_hubs():
    angles = 2 * math.pi * np.arange(12) / 12
    ring = numbered(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    result = hubness(ring, 11, rng=rng_of(39))
    assert (result.skewness, result.interval) == (0.0, (0.0, 0.0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 5}, "k must be below the number of rows, 5, got 5"),
        ({"k": 0}, "k must be at least 1, got 0"),
        ({}, "k must be below the number of rows, 5, got 10"),
        ({"k": 2, "confidence": 95}, "confidence must lie between 0 and 1, got 95; 0.95 is"),
    ],
)
def test_hubness_needs_words_to_choose_from(options, message):
    with pytest.raises(ValueError, match=message):
        hubness(pentagon, **options, rng=rng_of(0))

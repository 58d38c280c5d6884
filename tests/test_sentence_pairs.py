import numpy as np
import pytest
from scipy.stats import spearmanr

from embedlab import learned
from embedlab.evaluation import wilson_interval
from embedlab.sentence_groups import GROUPS
from embedlab.sentence_pairs import (
    compare,
    pair_correlation,
    shuffled,
    word_ways,
    world_pairs,
)
from embedlab.sentences import STOPWORDS, tf_idf_matrix
from embedlab.text import tokenize
from embedlab.vectors import Embeddings, cosine
from embedlab.world import world

SEEDS = range(5)


def content(text):
    return set(tokenize(text)) - STOPWORDS


def overlap(s1, s2):
    return len(content(s1) & content(s2)) / len(content(s1) | content(s2))


def bag_of_words(texts):
    return tf_idf_matrix([tokenize(text) for text in texts])[1]


def told(texts):
    """Give sentence, paraphrase and distractor of each group the vectors that are wanted."""
    near = {group[k]: (i, k) for i, group in enumerate(GROUPS) for k in range(3)}
    rows = np.zeros((len(texts), len(GROUPS) + 1))
    for row, text in zip(rows, texts, strict=True):
        i, k = near[text]
        row[i] = 1
        row[-1] = (0.0, 0.1, 3.0)[k]
    return rows


# The sentences


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_a_paraphrase_has_few_words_of_its_sentence_and_a_distractor_many(group):
    sentence, paraphrase, distractor = group
    assert overlap(sentence, paraphrase) <= 0.15 < overlap(sentence, distractor)
    assert all(4 <= len(tokenize(text)) <= 14 for text in group)


def test_no_sentence_occurs_twice():
    assert len(GROUPS) == 60
    assert len({text for group in GROUPS for text in group}) == 180


# The comparison


def test_a_way_that_knows_passes_every_group():
    scores = compare({"told": told}, rng=np.random.default_rng(0))["told"]
    assert scores.share == 1.0
    assert 0.9 < scores.share_interval[0] < scores.share_interval[1] == 1.0
    assert scores.correlation > 0.95
    low, high = scores.correlation_interval
    assert low <= scores.correlation <= high


def test_a_way_that_counts_words_passes_none():
    scores = compare({"words": bag_of_words}, rng=np.random.default_rng(0))["words"]
    assert scores.share < 0.05


def test_scores_against_a_slow_loop():
    rng = np.random.default_rng(1)
    table = {text: rng.standard_normal(5) for group in GROUPS for text in group}
    way = {"drawn": lambda texts: np.stack([table[text] for text in texts])}
    scores = compare(way, rng=rng)["drawn"]
    passed, grades, cosines = 0, [], []
    for i, (sentence, paraphrase, distractor) in enumerate(GROUPS):
        near, far = (cosine(table[sentence], table[text]) for text in (paraphrase, distractor))
        passed += near > far
        other = GROUPS[(i + 1) % len(GROUPS)][1]
        grades += [2, 1, 0]
        cosines += [near, far, cosine(table[sentence], table[other])]
    assert scores.share == passed / len(GROUPS)
    assert scores.correlation == pytest.approx(spearmanr(grades, cosines).statistic, rel=1e-12)


def test_negative_control_labels_that_were_drawn_give_one_half():
    # 60 draws of 1/2 have the standard deviation 0.065, their mean over 200 seeds 0.0046.
    shares = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        groups = shuffled(GROUPS, rng=rng)
        assert [set(group) for group in groups] == [set(group) for group in GROUPS]
        shares.append(compare({"w": told}, groups, rng=rng, n_resamples=1)["w"].share)
    assert np.mean(shares) == pytest.approx(0.5, abs=0.02)


def test_the_bootstrap_covers_the_truth():
    # Vectors without meaning have no correlation with the grades; 95 of 100 intervals hold 0.
    # Measured for four times 60 seeds: 54 to 57.
    hits = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        way = {"noise": lambda texts, rng=rng: rng.standard_normal((len(texts), 20))}
        low, high = compare(way, rng=rng, n_resamples=300)["noise"].correlation_interval
        hits += low <= 0 <= high
    assert hits >= 50


def test_ties_count_half():
    scores = compare({"same": lambda texts: np.ones((len(texts), 2))}, rng=np.random.default_rng(0))
    assert scores["same"].share == 0.5
    assert scores["same"].correlation == 0.0


@pytest.mark.parametrize(("n", "limits"), [(3, (1, 2)), (4, (2, 2))])
def test_half_a_group_is_not_cut_off(n, limits):
    ways = {"same": lambda texts: np.ones((len(texts), 2))}
    scores = compare(ways, GROUPS[:n], rng=np.random.default_rng(0))["same"]
    low, high = scores.share_interval
    assert (low, high) == (wilson_interval(limits[0], n)[0], wilson_interval(limits[1], n)[1])
    assert low + high == pytest.approx(1, rel=1e-12)  # around one half, as the share is


def test_the_ways_of_word_vectors():
    vectors = {"cat": [1.0, 0.0], "dog": [0.0, 1.0], "the": [5.0, 5.0]}
    ways = word_ways(vectors, {"the": 98, "cat": 1, "dog": 1})
    texts = ["The cat.", "The dog!", "the the dog"]
    found = {name: way(texts) for name, way in ways.items()}
    assert list(found) == ["mean", "without stopwords", "tf-idf", "SIF"]
    np.testing.assert_allclose(found["mean"], [[3, 2.5], [2.5, 3], [10 / 3, 11 / 3]], rtol=1e-14)
    np.testing.assert_allclose(found["without stopwords"], [[1, 0], [0, 1], [0, 1]], rtol=1e-14)
    # Less of "the" is in tf-idf, and least in SIF.
    assert cosine(*found["mean"][:2]) > cosine(*found["tf-idf"][:2]) > cosine(*found["SIF"][:2])


# The artificial world


def test_no_texts_have_no_vectors():
    for way in word_ways({"cat": [1.0, 2.0], "dog": [2.0, 1.0]}, {"cat": 1}).values():
        assert way([]).shape == (0, 2)
        assert way([""]).tolist() == [[0.0, 0.0]]


def test_truth_of_world_pairs_against_a_slow_loop():
    pairs = world_pairs(60, rng=np.random.default_rng(3))
    assert len(pairs) == 60
    attributes = world(np.random.default_rng(0), 10_000).attributes
    for first, second, similarity in pairs[:30]:
        ours, theirs = (
            {(n, v) for w in text.split() for n, v in attributes.get(w, {}).items()}
            for text in (first, second)
        )
        assert first != second
        assert similarity == len(ours & theirs) / len(ours | theirs)
    assert sum(similarity > 0 for *_, similarity in pairs) == 30


@pytest.mark.parametrize("seed", SEEDS)
def test_vectors_learned_in_the_world_know_which_sentences_are_alike(seed):
    # Measured for seeds 0 to 9: 0.84 to 0.91 for each of the four ways.
    rng = np.random.default_rng(seed)
    pairs = world_pairs(200, rng=rng)
    vectors = learned.skip_gram()
    counts = dict.fromkeys(vectors, 1)
    ways = word_ways(vectors, counts)
    for name in ways:
        assert pair_correlation(ways[name], pairs) > 0.75
    # Negative controls: vectors dealt anew among the words leave the words that two sentences have
    # in common (0.19 to 0.54); similarities of other pairs leave nothing (-0.15 to 0.11).
    dealt = Embeddings(vectors.words, vectors.matrix[rng.permutation(len(vectors))])
    assert pair_correlation(word_ways(dealt, counts)["SIF"], pairs) < 0.65
    order = rng.permutation(len(pairs))
    wrong = [(*pairs[i][:2], pairs[j][2]) for i, j in enumerate(order)]
    assert abs(pair_correlation(ways["SIF"], wrong)) < 0.3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: compare({}, GROUPS[:2], rng=rng), "groups must be at least 3, got 2"),
        (
            lambda rng: compare({"w": lambda texts: np.ones((1, 2))}, rng=rng),
            r"ways\['w'\] must return a vector for each of 180 texts, got 1",
        ),
        (lambda rng: compare({}, rng=rng, n_resamples=0), "n_resamples must be at least 1"),
        (lambda rng: compare({}, rng=rng, confidence=95), "confidence must lie between 0 and 1"),
        (lambda rng: world_pairs(0, rng=rng), "n_pairs must be at least 1, got 0"),
        (lambda rng: pair_correlation(bag_of_words, [("a", "b", 1)]), "pairs must be at least 3"),
        (
            lambda rng: pair_correlation(bag_of_words, [("a", "b", 1)] * 3),
            "the similarities of pairs must differ, got '1 every time'",
        ),
        (
            lambda rng: pair_correlation(bag_of_words, [("a", "b", float("nan"))] * 3),
            "the similarities of pairs must be finite, got nan at index 0",
        ),
        # Four texts a group would be cut into other groups of three without a word.
        (
            lambda rng: compare({"w": bag_of_words}, [("a", "b", "c", "d")] * 3, rng=rng),
            r"groups\[0\] must be \(sentence, paraphrase, distractor\), got \('a', 'b', 'c', 'd'\)",
        ),
        (lambda rng: compare({}, ["abc", "def", "ghi"], rng=rng), r"groups\[0\] must be .*'abc'"),
        *(
            (
                lambda rng, name=name: word_ways({"a": [1.0]}, {"a": 1})[name]("a text"),
                r"texts must be a list of strings, got 'a text'; write \[text\]",
            )
            for name in ("mean", "without stopwords", "tf-idf", "SIF")
        ),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))

import functools
import itertools
import math

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from embedlab.evaluation import (
    analogies,
    analogy_accuracy,
    correlation_interval,
    mean_interval,
    three_cos_add,
    three_cos_mul,
    wilson_interval,
    word_similarity,
)
from embedlab.vectors import Embeddings, analogy, cosine
from embedlab.world import world

# Sums of a few dozen terms in double precision.
RTOL = 1e-12

seeds = st.integers(0, 2**32 - 1)


def numbered(matrix):
    return Embeddings(tuple(f"w{i}" for i in range(len(matrix))), matrix)


def keyed_vectors(embeddings):
    """gensim's table of the same words and vectors."""
    gensim = pytest.importorskip("gensim.models")
    table = gensim.KeyedVectors(embeddings.n_dimensions)
    table.add_vectors(list(embeddings.words), embeddings.matrix)
    return table


@pytest.fixture(scope="module")
def known_world():
    return world(np.random.default_rng(0), 10_000)


@pytest.fixture(scope="module")
def attribute_vectors(known_world):
    """A perfect model: each word the sum of one axis per attribute."""
    items = sorted({item for values in known_world.attributes.values() for item in values.items()})
    rows = [
        [float(item in values.items()) for item in items]
        for values in known_world.attributes.values()
    ]
    return Embeddings(tuple(known_world.attributes), np.array(rows))


@pytest.fixture(scope="module")
def noisy_vectors(attribute_vectors):
    """The same with so much noise that about half of all questions go wrong."""
    noise = np.random.default_rng(1).standard_normal(attribute_vectors.matrix.shape)
    matrix = (attribute_vectors.matrix + 0.18 * noise).astype(np.float32)
    return Embeddings(attribute_vectors.words, matrix)


@pytest.fixture(scope="module")
def random_vectors(attribute_vectors):
    rng = np.random.default_rng(2)
    return Embeddings(attribute_vectors.words, rng.standard_normal((len(attribute_vectors), 30)))


# Intervals


def test_wilsons_interval_by_hand():
    # With all n right the lower limit is n / (n + z²).
    z = scipy.stats.norm.ppf(0.975)
    assert wilson_interval(10, 10) == (pytest.approx(10 / (10 + z * z), rel=RTOL), 1.0)
    assert wilson_interval(0, 10) == (0.0, pytest.approx(z * z / (10 + z * z), rel=RTOL))
    assert wilson_interval(0, 0) == (0.0, 1.0)
    low, high = wilson_interval(3, 4, confidence=0.5)
    assert wilson_interval(3, 4)[0] < low < 0.75 < high < wilson_interval(3, 4)[1]


def test_wilsons_interval_covers_the_share_as_often_as_it_says():
    n = 30
    shares = np.linspace(0.02, 0.98, 49)
    wilson = np.array([wilson_interval(k, n) for k in range(n + 1)])
    p = np.arange(n + 1) / n
    error = 1.96 * np.sqrt(p * (1 - p) / n)
    naive = np.stack([p - error, p + error], axis=1)

    def coverage(limits):
        covers = (limits[:, 0] <= shares[:, None]) & (shares[:, None] <= limits[:, 1])
        return (covers * scipy.stats.binom.pmf(np.arange(n + 1), n, shares[:, None])).sum(axis=1)

    assert 0.94 < coverage(wilson).mean() < 0.97
    assert coverage(wilson).min() > 0.83
    # Negative control: share ± 1.96 standard errors.
    assert coverage(naive).mean() < 0.90
    assert coverage(naive).min() < 0.5


def test_the_interval_of_a_mean_is_students():
    values = np.random.default_rng(3).exponential(size=12)
    expected = scipy.stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    assert mean_interval(values, confidence=0.9) == pytest.approx(tuple(expected), rel=RTOL)
    # Negative control: the normal quantile makes it too narrow.
    error = 1.645 * values.std(ddof=1) / math.sqrt(12)
    assert mean_interval(values, confidence=0.9)[1] > values.mean() + 1.05 * error


def test_the_interval_of_a_rank_correlation_as_published():
    # The example of Bonett's own R package statpsych, ci.spear.
    y = [21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
    x = [67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
    correlation = float(scipy.stats.spearmanr(x, y).statistic)
    assert correlation == pytest.approx(0.8699639, abs=5e-8)  # as many digits as are printed
    low, high = correlation_interval(correlation, 15)
    assert (low, high) == pytest.approx((0.5840951, 0.9638297), abs=5e-8)


def correlation_coverage(x, y, true, interval):
    rows = zip(x, y, strict=True)
    correlations = [float(scipy.stats.spearmanr(u, v).statistic) for u, v in rows]
    limits = np.array([interval(r, x.shape[1]) for r in correlations])
    return float(((limits[:, 0] <= true) & (true <= limits[:, 1])).mean())


def fishers_interval(r, n):
    """Negative control: the variance for Pearson's coefficient."""
    z, reach = math.atanh(min(max(r, -0.9999), 0.9999)), 1.96 / math.sqrt(n - 3)
    return math.tanh(z - reach), math.tanh(z + reach)


def test_the_interval_covers_the_correlation_as_often_as_it_says():
    rng = np.random.default_rng(4)
    n_trials = 1500
    for n, rho in ((12, 0.0), (30, 0.5), (100, 0.9)):
        x = rng.standard_normal((n_trials, n))
        y = rho * x + math.sqrt(1 - rho * rho) * rng.standard_normal((n_trials, n))
        # Spearman's correlation of two normal numbers, by Pearson 1907.
        true = 6 / math.pi * math.asin(rho / 2)
        # Three standard errors of a simulated 95 percent are 1.7 points.
        assert 0.933 < correlation_coverage(x, y, true, correlation_interval) < 0.98
        if rho == 0.9:
            assert correlation_coverage(x, y, true, fishers_interval) < 0.92


def test_the_interval_holds_for_scores_with_ties():
    rng = np.random.default_rng(5)

    def sample(shape):
        x = rng.standard_normal(shape)
        return x, np.round(1.2 * x + rng.standard_normal(shape)).clip(-1, 1)

    x, y = sample((1, 200_000))
    true = float(scipy.stats.spearmanr(x[0], y[0]).statistic)
    assert 0.933 < correlation_coverage(*sample((1500, 40)), true, correlation_interval) < 0.98


def test_a_perfect_correlation_is_not_certain():
    # Half a swap of neighbors of four ranks: 1 - 6 / 60.
    low = math.tanh(math.atanh(0.9) - scipy.stats.norm.ppf(0.975) * math.sqrt(1.5))
    assert correlation_interval(1.0, 4) == (pytest.approx(low, rel=RTOL), 1.0)
    assert correlation_interval(-1.0, 4) == (-1.0, pytest.approx(-low, rel=RTOL))
    assert correlation_interval(0.5, 3) == (-1.0, 1.0)
    lows = [correlation_interval(1.0, n)[0] for n in (4, 10, 50, 1000)]
    assert lows == sorted(lows)
    assert lows[-1] < 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson_interval(3, 2), "n_right must be at most n_tried, 2, got 3"),
        (lambda: wilson_interval(-1, 2), "n_right must be at least 0"),
        (lambda: wilson_interval(1, 2, confidence=1.0), "confidence must lie between 0 and 1"),
        (lambda: wilson_interval(1, 2, confidence=95), "got 95; 0.95 is 95 percent"),
        (lambda: mean_interval([1.0]), "values must hold at least two numbers, got 1"),
        (lambda: mean_interval([1.0, math.nan]), "values must be finite"),
        (lambda: mean_interval([1.0, 2.0], confidence=0), "confidence must lie between"),
        (lambda: correlation_interval(1.1, 9), "correlation must lie between -1 and 1, got 1.1"),
        (lambda: correlation_interval(math.nan, 9), "correlation must lie between -1 and 1"),
        (lambda: correlation_interval(0.5, 2), "n must be at least 3, got 2"),
        (lambda: correlation_interval(0.5, 9, confidence=-1), "confidence must lie between"),
    ],
)
def test_intervals_need_a_sample(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Word similarity

compass = Embeddings(("N", "NE", "E", "S"), np.array([[0, 1], [1, 1], [1, 0], [0, -1]]))


def test_word_similarity_by_hand():
    # Cosines .707, 0, -1, -.707 rank 4, 3, 1, 2 and the scores 3, 4, 1, 2: 1 - 6 · 2 / 60.
    pairs = [("N", "NE", 7), ("N", "E", 8), ("N", "S", 1), ("NE", "S", 2)]
    result = word_similarity(compass, pairs)
    assert result.correlation == pytest.approx(0.8, rel=RTOL)
    assert result.interval == correlation_interval(result.correlation, 4)
    assert (result.n_used, result.n_skipped, result.unknown) == (4, 0, ())
    # Negative control: Pearson's coefficient is another number.
    cosines = [cosine(compass[u], compass[v]) for u, v, _ in pairs]
    assert abs(scipy.stats.pearsonr(cosines, [7, 8, 1, 2]).statistic - 0.8) > 0.01


def test_only_the_order_of_the_scores_counts(noisy_vectors, known_world):
    pairs = known_world.similarities
    result = word_similarity(noisy_vectors, pairs)
    assert 0.5 < result.correlation < 0.99
    stretched = [(u, v, math.exp(7 * score)) for u, v, score in pairs]
    assert word_similarity(noisy_vectors, stretched) == result
    turned = [(v, u, -score) for u, v, score in pairs]
    assert word_similarity(noisy_vectors, turned).correlation == pytest.approx(
        -result.correlation, rel=RTOL
    )
    longer = numbered(noisy_vectors.matrix * np.float32(64))
    longer = Embeddings(noisy_vectors.words, longer.matrix)
    assert word_similarity(longer, pairs) == result


def test_the_world_is_ranked_as_it_is(attribute_vectors, known_world):
    result = word_similarity(attribute_vectors, known_world.similarities)
    # Jaccard index and cosine order pairs alike but where the numbers of attributes differ.
    assert result.correlation > 0.98
    assert result.n_used == len(known_world.similarities)


def test_negative_controls_of_word_similarity(attribute_vectors, random_vectors, known_world):
    pairs = known_world.similarities
    low, high = word_similarity(random_vectors, pairs).interval
    assert low < 0 < high
    rng, n_covering = np.random.default_rng(6), 0
    for _ in range(100):
        shuffled = rng.permutation([score for _, _, score in pairs[::8]])
        mixed = [(u, v, score) for (u, v, _), score in zip(pairs[::8], shuffled, strict=True)]
        low, high = word_similarity(attribute_vectors, mixed).interval
        n_covering += low < 0 < high
    # 95 of 100 are expected; fewer than 88 or all 100 come up once in 100 runs.
    assert 88 <= n_covering < 100


def test_what_happens_to_unknown_words():
    pairs = [("N", "NE", 3), ("N", "E", 2), ("N", "S", 1), ("N", "up", 9), ("no", "way", 8)]
    skipped = word_similarity(compass, pairs)
    assert (skipped.correlation, skipped.n_used, skipped.n_skipped) == (1.0, 3, 2)
    assert skipped.unknown == (("N", "up"), ("no", "way"))
    # Cosines .707, 0, -1, 0, 0 against 3, 2, 1, 9, 8: ranks 5, 3, 1, 3, 3 and 3, 2, 1, 5, 4.
    zero = word_similarity(compass, pairs, unknown="zero")
    expected = scipy.stats.pearsonr([5, 3, 1, 3, 3], [3, 2, 1, 5, 4]).statistic
    assert zero.correlation == pytest.approx(expected, rel=RTOL)
    assert (zero.n_used, zero.n_skipped, zero.unknown) == (5, 0, skipped.unknown)
    message = (
        r"pairs must have a vector for each word, got \('N', 'up'\); 2 lack one; "
        "unknown='skip' leaves them out"
    )
    with pytest.raises(ValueError, match=message):
        word_similarity(compass, pairs, unknown="error")
    known = word_similarity(compass, pairs[:3], unknown="error")
    assert known == word_similarity(compass, pairs[:3])


def test_case_is_ignored_unless_it_counts():
    both = Embeddings(("us", "US", "we", "Oslo"), [[1, 0], [0, 1], [1, 0.1], [0.3, 1]])
    pairs = [("US", "We", 3), ("us", "oslo", 2), ("we", "OSLO", 1), ("we", "Oslo", 1)]
    assert word_similarity(both, pairs).correlation == pytest.approx(
        scipy.stats.spearmanr([0.995, 0.287, 0.383, 0.383], [3, 2, 1, 1]).statistic
    )
    strict = word_similarity(both, [*pairs, ("US", "us", 1), ("we", "us", 2)], fold_case=False)
    assert strict.unknown == (("US", "We"), ("us", "oslo"), ("we", "OSLO"))
    assert strict.n_used == 3


@pytest.mark.peer
@pytest.mark.parametrize(("policy", "dummy"), [("skip", False), ("zero", True)])
@pytest.mark.parametrize("fold_case", [True, False])
def test_word_similarity_is_gensims(tmp_path, policy, dummy, fold_case):
    rng = np.random.default_rng(7)
    # a0, A0, a1, A1, ...: every word in two spellings with different vectors.
    words = tuple(f"{letter}{i}" for i in range(20) for letter in "aA")
    embeddings = Embeddings(words, rng.standard_normal((40, 8)).astype(np.float32))
    # A word with itself is left out: in single precision gensim's cosine may miss 1.
    drawn = [(i, j) for i, j in rng.integers(25, size=(80, 2)) if i != j]
    pairs = [(f"a{i}", f"A{j}", float(rng.normal())) for i, j in drawn]
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{u}\t{v}\t{score!r}\n" for u, v, score in pairs))
    _, spearman, percent = keyed_vectors(embeddings).evaluate_word_pairs(
        str(path), case_insensitive=fold_case, dummy4unknown=dummy
    )
    result = word_similarity(embeddings, pairs, unknown=policy, fold_case=fold_case)
    assert result.correlation == pytest.approx(spearman.statistic, rel=RTOL)
    assert len(result.unknown) / len(pairs) * 100 == pytest.approx(percent, rel=RTOL)
    assert 0 < len(result.unknown) < len(pairs)


good = [("N", "NE", 3), ("N", "E", 2), ("N", "S", 1)]


@pytest.mark.parametrize(
    ("pairs", "options", "message"),
    [
        ([], {}, "pairs must leave at least 3 to compare, got 0$"),
        (good[:2], {}, "pairs must leave at least 3 to compare, got 2$"),
        ([("x", "y", 1)] * 9, {}, "at least 3 to compare, got 0; 9 have a word without a vector"),
        (
            [("N", "E", 1), ("N", "S", 1), ("N", "NE", 1)],
            {},
            "the scores of pairs must differ, got '1",
        ),
        (
            [("N", "E", 1), ("E", "N", 2), ("n", "e", 3)],
            {},
            "their cosines must differ, got '0 every",
        ),
        ([("x", "y", i) for i in range(5)], {"unknown": "zero"}, "their cosines must differ"),
        (
            [*good, ("N", "E", math.nan)],
            {},
            "the scores of pairs must be finite, got nan at index 3",
        ),
        ([*good, ("N", "E", "high")], {}, "the scores of pairs must hold real numbers"),
        ([*good, ("N", "E")], {}, r"each pair must be \(word, word, score\), got \('N', 'E'\)"),
        (["N E 3"], {}, r"each pair must be \(word, word, score\), got 'N E 3'"),
        ([*good, (1, "E", 2)], {}, "each word must be a string, got 1"),
        (
            good,
            {"unknown": "drop"},
            r"unknown must be one of \('skip', 'zero', 'error'\), got 'drop'",
        ),
        (good, {"confidence": 1.5}, "confidence must lie between 0 and 1, got 1.5"),
    ],
)
def test_word_similarity_needs_pairs(pairs, options, message):
    with pytest.raises(ValueError, match=message):
        word_similarity(compass, pairs, **options)


# Analogies

royal = Embeddings(
    ("king", "man", "woman", "queen", "boy"),
    np.array([[5.0, 1.0], [1.0, 1.0], [1.0, 3.0], [5.0, 3.0], [1.0, 1.2]]),
)


def test_analogies_by_hand():
    sections = {
        "royal": [("man", "king", "woman", "queen"), ("woman", "queen", "man", "king")],
        "wrong": [("man", "king", "woman", "boy"), ("man", "king", "woman", "prince")],
    }
    result = analogy_accuracy(royal, sections)
    assert (result.n_right, result.n_used, result.n_skipped) == (2, 3, 1)
    assert result.accuracy == pytest.approx(2 / 3, rel=RTOL)
    assert result.interval == wilson_interval(2, 3)
    assert result.answers == ("queen", "king", "queen", None)
    assert list(result.sections) == ["royal", "wrong"]
    right, wrong = result.sections.values()
    assert (right.accuracy, right.n_used, right.n_skipped) == (1.0, 2, 0)
    assert (wrong.accuracy, wrong.n_used, wrong.n_skipped) == (0.0, 1, 1)
    assert wrong.interval == wilson_interval(0, 1)
    assert wrong.answers == ("queen", None)
    assert wrong.sections == {}


def test_scores_by_hand():
    # cos b - cos a + cos c = .8 - .5 + .1; with shifts, .9 · .55 / (.75 + .001).
    a, b, c = np.array([0.5]), np.array([0.8]), np.array([0.1])
    assert three_cos_add(a, b, c) == pytest.approx(0.4, rel=RTOL)
    assert three_cos_mul(a, b, c) == pytest.approx(0.495 / 0.751, rel=RTOL)
    assert three_cos_mul(a, b, c, epsilon=1.0) == pytest.approx(0.495 / 1.75, rel=RTOL)


def all_questions(words):
    return [(a, b, c, words[0]) for a, b, c in itertools.permutations(words, 3)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("exclude_inputs", [True, False])
@pytest.mark.parametrize("normalize", [True, False])
def test_answers_are_those_of_the_slow_loop(dtype, exclude_inputs, normalize):
    rng = np.random.default_rng(8)
    lengths = rng.uniform(0.2, 5.0, size=(30, 1))
    E = numbered((lengths * rng.standard_normal((30, 4))).astype(dtype))
    questions = all_questions(E.words[:10])
    result = analogy_accuracy(
        E, {"": questions}, normalize=normalize, exclude_inputs=exclude_inputs
    )
    expected = [
        analogy(E, b, a, c, normalize=normalize, exclude_inputs=exclude_inputs)[0][0]
        for a, b, c, _ in questions
    ]
    assert list(result.answers) == expected
    assert result.n_right == expected.count(E.words[0])


@pytest.mark.parametrize("exclude_inputs", [True, False])
def test_products_are_those_of_the_slow_loop(exclude_inputs):
    E = numbered(np.random.default_rng(9).standard_normal((30, 3)))
    questions = all_questions(E.words[:6])
    answers = []
    for a, b, c, _ in questions:
        scores = {}
        for word in E:
            shifted = [(cosine(E[word], E[other]) + 1) / 2 for other in (a, b, c)]
            scores[word] = shifted[1] * shifted[2] / (shifted[0] + 0.001)
        chosen = [w for w in E if not exclude_inputs or w not in (a, b, c)]
        answers.append(max(chosen, key=scores.get))
    options = {"exclude_inputs": exclude_inputs}
    result = analogy_accuracy(E, {"": questions}, score=three_cos_mul, **options)
    assert list(result.answers) == answers
    # Negative control: the sum gives other answers.
    assert list(analogy_accuracy(E, {"": questions}, **options).answers) != answers


@pytest.mark.parametrize("score", [three_cos_add, three_cos_mul])
@pytest.mark.parametrize(("n_words", "n_questions"), [(1, 50), (7, 5), (1000, 1)])
def test_blocks_change_nothing(
    monkeypatch, noisy_vectors, known_world, score, n_words, n_questions
):
    sections = {name: questions[:20] for name, questions in known_world.analogies.items()}
    whole = analogy_accuracy(noisy_vectors, sections, score=score)
    monkeypatch.setattr(analogies, "_N_WORDS", n_words)
    monkeypatch.setattr(analogies, "_N_QUESTIONS", n_questions)
    assert analogy_accuracy(noisy_vectors, sections, score=score) == whole


@given(st.integers(4, 12), st.integers(1, 3), seeds)
def test_equal_words_answer_in_their_order(V, d, seed):
    # Small integers: many words have the same direction, and many scores are equal.
    rng = np.random.default_rng(seed)
    E = numbered(rng.integers(-1, 2, size=(V, d)).astype(float))
    questions = all_questions(E.words[:4])
    answers = []
    for a, b, c, _ in questions:
        scores = [cosine(E[w], E[b]) - cosine(E[w], E[a]) + cosine(E[w], E[c]) for w in E]
        open_words = [i for i, w in enumerate(E) if w not in (a, b, c)]
        best = max(scores[i] for i in open_words)
        answers.append(next(E.words[i] for i in open_words if scores[i] > best - 1e-9))
    assert list(analogy_accuracy(E, {"": questions}).answers) == answers


def test_ties_between_blocks_go_to_the_first(monkeypatch):
    monkeypatch.setattr(analogies, "_N_WORDS", 4)
    matrix = np.random.default_rng(10).standard_normal((4, 50))
    E = numbered(np.tile(matrix, (5, 1)) * np.repeat([1.0, 0.3, 7.0, 1e-5, 1e5], 4)[:, None])
    result = analogy_accuracy(E, {"": [("w0", "w1", "w2", "w5")]}, exclude_inputs=False)
    assert result.answers[0] in E.words[:4]


@pytest.mark.parametrize("score", [three_cos_add, three_cos_mul])
@pytest.mark.parametrize("exclude_inputs", [True, False])
def test_the_world_is_solved(attribute_vectors, known_world, score, exclude_inputs):
    result = analogy_accuracy(
        attribute_vectors, known_world.analogies, score=score, exclude_inputs=exclude_inputs
    )
    assert result.accuracy == 1.0
    assert {name: part.n_used for name, part in result.sections.items()} == {
        name: len(questions) for name, questions in known_world.analogies.items()
    }


def test_negative_controls_of_analogies(attribute_vectors, random_vectors, known_world):
    sections, V = known_world.analogies, len(attribute_vectors)
    by_chance = analogy_accuracy(random_vectors, sections)
    assert by_chance.accuracy < 10 / V
    # Which words stand for which vectors is shuffled.
    words = tuple(np.random.default_rng(11).permutation(attribute_vectors.words).tolist())
    shuffled = analogy_accuracy(Embeddings(words, attribute_vectors.matrix), sections)
    assert shuffled.accuracy < 10 / V
    # Exchanging the roles of a and b asks for B's opposite.
    turned = {name: [(b, a, c, d) for a, b, c, d in qs] for name, qs in sections.items()}
    assert analogy_accuracy(attribute_vectors, turned).accuracy < 0.1


def test_a_baseline_that_looks_at_one_word_only(noisy_vectors, known_world):
    nearest_to_c = analogy_accuracy(noisy_vectors, known_world.analogies, score=lambda a, b, c: c)
    full = analogy_accuracy(noisy_vectors, known_world.analogies)
    assert nearest_to_c.interval[1] < full.interval[0]
    kept = analogy_accuracy(
        noisy_vectors, known_world.analogies, score=lambda a, b, c: c, exclude_inputs=False
    )
    assert kept.answers == tuple(q[2] for qs in known_world.analogies.values() for q in qs)


def test_what_happens_to_questions_with_unknown_words():
    known, strange = ("man", "king", "woman", "queen"), ("man", "king", "woman", "prince")
    sections = {"both": [known, strange, ("duke", "king", "woman", "queen")], "none": [strange]}
    skipped = analogy_accuracy(royal, sections)
    assert (skipped.n_right, skipped.n_used, skipped.n_skipped) == (1, 1, 3)
    assert math.isnan(skipped.sections["none"].accuracy)
    assert skipped.sections["none"].interval == (0.0, 1.0)
    wrong = analogy_accuracy(royal, sections, unknown="wrong")
    assert (wrong.n_right, wrong.n_used, wrong.n_skipped) == (1, 4, 0)
    assert wrong.sections["none"].accuracy == 0.0
    assert wrong.answers == ("queen", None, None, None)
    with pytest.raises(ValueError, match=r"sections must have a vector .* 'prince'\); 3 lack one"):
        analogy_accuracy(royal, sections, unknown="error")
    assert analogy_accuracy(royal, {"": [known]}, unknown="error").accuracy == 1.0


def test_restriction_holds_for_questions_and_answers():
    E = Embeddings(("a", "b", "c", "far", "d"), [[1, 0], [1, 1], [0, 1], [-1, 0], [-0.1, 2]])
    question, other = ("a", "b", "c", "far"), ("a", "b", "c", "d")
    free = analogy_accuracy(E, {"": [question, other]})
    assert free.answers == ("d", "d")
    held = analogy_accuracy(E, {"": [question, other]}, restrict=4)
    assert held.answers == ("far", None)
    assert (held.n_right, held.n_used, held.n_skipped) == (1, 1, 1)
    assert analogy_accuracy(E, {"": [question, other]}, restrict=99) == free


def test_all_spellings_of_an_input_are_left_out():
    words = ("A", "b", "C", "D", "c", "B", "a", "e", "d")
    matrix = np.random.default_rng(12).standard_normal((9, 4))
    # Each lower-case word points where its capital does; "e" is near to nothing.
    for i, word in enumerate(words):
        matrix[i] = matrix[[w.lower() for w in words].index(word.lower())]
    matrix[words.index("D")] = matrix[words.index("d")] = matrix[1] - matrix[0] + matrix[2]
    E = Embeddings(words, matrix)
    folded = analogy_accuracy(E, {"": [("a", "B", "c", "d")]})
    assert (folded.answers, folded.n_right) == (("D",), 1)
    strict = analogy_accuracy(E, {"": [("a", "B", "c", "d")]}, fold_case=False)
    assert (strict.answers, strict.n_right) == (("D",), 0)
    only_inputs = Embeddings(words[:3] + words[4:7], matrix[[0, 1, 2, 4, 5, 6]])
    none_left = analogy_accuracy(only_inputs, {"": [("a", "b", "c", "a")]})
    assert (none_left.answers, none_left.n_right, none_left.n_used) == ((None,), 0, 1)


def test_an_answer_among_the_inputs_is_never_found():
    question = {"": [("man", "man", "queen", "queen")]}
    assert analogy_accuracy(royal, question).accuracy == 0.0
    assert analogy_accuracy(royal, question, exclude_inputs=False).accuracy == 1.0


def test_the_raw_analogy_and_3cosadd_can_name_different_words():
    # B - A + C is (b - 1, 1) for a vector B of length b to the right.
    words = ("a", "b", "c", "right", "left", "up")
    matrix = np.array([[1, 0], [1, 0], [0, 1], [1, 0.1], [-1, 1], [0.05, 1]])
    for length, answer in ((9.0, "right"), (1e-3, "left"), (1.0, "up")):
        scaled = matrix * np.array([[1.0], [length], [1.0], [1.0], [1.0], [1.0]])
        for scale in (1.0, 1e290, 1e-290):
            E = Embeddings(words, scale * scaled)
            question = {"": [("a", "b", "c", answer)]}
            assert analogy_accuracy(E, question, normalize=False).answers == (answer,)
            assert analogy_accuracy(E, question).answers == ("up",)
            # A question about giants does not make small vectors equal.
            giant = Embeddings((*words, "giant"), np.vstack([E.matrix, [0.0, -scale * 1e16]]))
            question["giants"] = [("giant", "giant", "giant", "b")]
            assert analogy_accuracy(giant, question, normalize=False).answers[0] == answer


def questions_file(path, sections):
    lines = [
        f": {name}\n" + "".join(" ".join(q) + "\n" for q in qs) for name, qs in sections.items()
    ]
    path.write_text("".join(lines))
    return str(path)


def mixed_case(embeddings):
    """The same vectors in a vocabulary with capitals, and some words in two spellings."""
    words = [word.upper() if i % 3 == 0 else word for i, word in enumerate(embeddings.words)]
    rng = np.random.default_rng(13)
    doubles = [word.swapcase() for word in words[::7]]
    near = embeddings.matrix[::7] + 0.1 * rng.standard_normal(embeddings.matrix[::7].shape)
    matrix = np.concatenate([embeddings.matrix, near.astype(np.float32)])
    order = rng.permutation(len(matrix))
    return Embeddings(tuple(np.array(words + doubles)[order].tolist()), matrix[order])


@pytest.mark.peer
@pytest.mark.parametrize("fold_case", [True, False])
@pytest.mark.parametrize("restrict", [150, 300_000])
@pytest.mark.parametrize(("policy", "dummy"), [("skip", False), ("wrong", True)])
def test_accuracy_is_gensims(
    tmp_path, noisy_vectors, known_world, fold_case, restrict, policy, dummy
):
    embeddings = mixed_case(noisy_vectors)
    sections = {name: questions[:60] for name, questions in known_world.analogies.items()}
    path = questions_file(tmp_path / "questions.txt", sections)
    accuracy, parts = keyed_vectors(embeddings).evaluate_word_analogies(
        path, restrict_vocab=restrict, case_insensitive=fold_case, dummy4unknown=dummy
    )
    result = analogy_accuracy(
        embeddings, sections, restrict=restrict, fold_case=fold_case, unknown=policy
    )
    assert result.accuracy == pytest.approx(accuracy, rel=RTOL)
    assert 0 < result.n_right < result.n_used
    for part in parts[:-1]:
        ours = result.sections[part["section"]]
        assert ours.n_right == len(part["correct"])
        assert ours.n_used == len(part["correct"]) + len(part["incorrect"])


@pytest.mark.peer
def test_products_are_gensims(noisy_vectors, known_world):
    table = keyed_vectors(noisy_vectors)
    sections = {name: questions[:25] for name, questions in known_world.analogies.items()}
    score = functools.partial(three_cos_mul, epsilon=1e-6)
    result = analogy_accuracy(noisy_vectors, sections, score=score)
    questions = [q for qs in sections.values() for q in qs]
    with pytest.warns(DeprecationWarning, match="init_sims"):  # gensim's own, in every call
        best = [table.most_similar_cosmul([b, c], [a], topn=1)[0] for a, b, c, _ in questions]
    expected = [word for word, _ in best]
    assert list(result.answers) == expected


one = {"s": [("man", "king", "woman", "queen")]}


@pytest.mark.parametrize(
    ("sections", "options", "message"),
    [
        ({}, {}, "sections must hold at least one section, got 'none'"),
        ({"s": []}, {}, "section 's' must hold at least one question, got 'none'"),
        ({**one, "t": []}, {}, "section 't' must hold at least one question"),
        (one["s"], {}, "sections must be a dict of lists of questions"),
        (
            {"s": [("a", "b", "c")]},
            {},
            r"each question of 's' must be four words, got \('a', 'b', 'c'\)",
        ),
        ({"s": ["abcd"]}, {}, "each question of 's' must be four words, got 'abcd'"),
        ({"s": [("a", "b", "c", 4)]}, {}, "each word must be a string, got 4"),
        ({"s": [("a", "b", "c", "d")]}, {}, "sections must hold a question of known words"),
        (one, {"restrict": 3}, "sections must hold a question of known words"),
        (one, {"restrict": 0}, "restrict must be at least 1, got 0"),
        (
            one,
            {"unknown": "zero"},
            r"unknown must be one of \('skip', 'wrong', 'error'\), got 'zero'",
        ),
        (one, {"confidence": 0}, "confidence must lie between 0 and 1"),
        (one, {"score": lambda a, b, c: b[0]}, r"score must return shape \(1, 5\), got \(5,\)"),
        (one, {"score": lambda a, b, c: b * math.nan}, "score must return numbers, got 'NaN'"),
        (
            one,
            {"score": three_cos_mul, "normalize": False},
            "normalize must be True unless score is three_cos_add, got False; other scores need",
        ),
    ],
)
def test_analogies_need_questions(sections, options, message):
    with pytest.raises(ValueError, match=message):
        analogy_accuracy(royal, sections, **options)

"""Counting: exact against slow loops, PMI by its laws, SVD against peers, the world recovered."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from scipy.sparse import csr_array

from embedlab import counts
from embedlab.corpus import Corpus, encode_sentences
from embedlab.counts import (
    cooccurrences,
    effective_rank,
    entropy,
    mutual_information,
    pmi,
    power_law,
    ppmi,
    probability_ratios,
    svd_embeddings,
    truncated_svd,
)
from embedlab.text import build_vocabulary, n_training_pairs
from embedlab.vectors import analogy, cosine
from embedlab.world import world

SENTENCES = [
    ["river", "bank", "water"],
    ["bank", "money", "loan"],
    ["river", "water", "bank"],
]
WORDS = ("river", "bank", "water", "money", "loan")
FIVE = encode_sentences(SENTENCES, {word: i for i, word in enumerate(WORDS)})


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def encoded(sentences: list[list[int]]) -> Corpus:
    lengths = [len(sentence) for sentence in sentences]
    ids = np.array([i for sentence in sentences for i in sentence], dtype=int)
    return Corpus(ids, np.repeat(np.arange(len(sentences)), lengths))


# Co-occurrence


def test_the_five_words_of_the_study_page_by_hand():
    # Neighbors: river-bank, bank-water | bank-money, money-loan | river-water, water-bank.
    # (The page says 2 for river and water; that is the count of window 2.)
    by_hand = [
        # river bank water money loan
        [0, 1, 1, 0, 0],
        [1, 0, 2, 1, 0],
        [1, 2, 0, 0, 0],
        [0, 1, 0, 0, 1],
        [0, 0, 0, 1, 0],
    ]
    X = cooccurrences(FIVE, 5, window=1)
    assert X.toarray().tolist() == by_hand
    assert X.sum(axis=1).tolist() == [2, 4, 3, 2, 1]
    assert cooccurrences(FIVE, 5, window=2)[0, 2] == 2
    # Distance 2 weighs a half: river .. water in the first, river .. bank in the last sentence.
    halves = cooccurrences(FIVE, 5, window=2, weighting="inverse")
    assert halves[[0]].toarray().tolist() == [[0, 1.5, 1.5, 0, 0]]


def test_sides_by_hand():
    # "a b b": right of a stands b at distances 1 and 2, right of b stands b.
    corpus = encoded([[0, 1, 1]])
    right = cooccurrences(corpus, 2, window=2, side="right")
    assert right.toarray().tolist() == [[0, 2], [0, 1]]
    assert cooccurrences(corpus, 2, window=2, side="left").toarray().tolist() == [[0, 0], [2, 1]]
    # Each of the two b is near the other.
    assert cooccurrences(corpus, 2, window=2).toarray().tolist() == [[0, 2], [2, 2]]


def slow(sentences, V, window, weighting, side):
    X = np.zeros((V, V))
    for sentence in sentences:
        for i, word in enumerate(sentence):
            for j, other in enumerate(sentence):
                is_wanted = {"both": i != j, "left": j < i, "right": j > i}[side]
                if is_wanted and abs(i - j) <= window:
                    X[word, other] += 1 / abs(i - j) if weighting == "inverse" else 1
    return X


some_sentences = st.lists(st.lists(st.integers(0, 5), max_size=9), min_size=1, max_size=6).filter(
    lambda sentences: max(map(len, sentences)) > 1
)


@given(
    some_sentences,
    st.integers(1, 12),
    st.sampled_from(["flat", "inverse"]),
    st.sampled_from(["both", "left", "right"]),
)
def test_against_a_slow_loop(sentences, window, weighting, side):
    X = cooccurrences(encoded(sentences), 7, window=window, weighting=weighting, side=side)
    expected = slow(sentences, 7, window, weighting, side)
    if weighting == "flat":
        assert X.toarray().tolist() == expected.tolist()
    np.testing.assert_allclose(X.toarray(), expected, rtol=1e-14)
    assert X.has_canonical_format
    assert (X.data > 0).all()


@given(some_sentences, st.integers(1, 12), st.sampled_from(["flat", "inverse"]))
def test_left_is_right_transposed_and_both_is_their_sum(sentences, window, weighting):
    both, left, right = (
        cooccurrences(encoded(sentences), 6, window=window, weighting=weighting, side=side)
        for side in ("both", "left", "right")
    )
    assert (right != left.T).nnz == 0
    assert (both != left + right).nnz == 0
    assert (both != both.T).nnz == 0


@given(some_sentences, st.integers(1, 12), st.randoms())
def test_flat_counts_sum_to_the_training_pairs_in_any_order_of_sentences(sentences, window, random):
    X = cooccurrences(encoded(sentences), 6, window=window)
    assert X.sum() == sum(n_training_pairs(len(sentence), window) for sentence in sentences)
    random.shuffle(sentences)
    assert (cooccurrences(encoded(sentences), 6, window=window) != X).nnz == 0


def test_a_window_ends_with_the_sentence():
    apart = cooccurrences(encoded([[0, 1], [2, 3]]), 4, window=3)
    assert apart.nnz == 4
    # Negative control: as one sentence there are more pairs.
    assert cooccurrences(encoded([[0, 1, 2, 3]]), 4, window=3).nnz == 12
    # A sentence that lost its tokens leaves a gap, and joins nothing.
    gap = Corpus(np.array([0, 1, 2, 3]), np.array([-7, -7, 2_000_000_000, 2_000_000_000]))
    assert (cooccurrences(gap, 4, window=3) != apart).nnz == 0


def test_a_window_longer_than_every_sentence_holds_the_whole_sentence():
    whole = cooccurrences(FIVE, 5, window=2, weighting="inverse")
    assert (cooccurrences(FIVE, 5, window=10**9, weighting="inverse") != whole).nnz == 0


def test_a_long_window_takes_no_longer_than_the_longest_sentence(monkeypatch):
    distances = []
    pairs_at = counts._pairs_at
    monkeypatch.setattr(counts, "_pairs_at", lambda *at: distances.append(at[1]) or pairs_at(*at))
    cooccurrences(encoded([[0, 1], [2, 3, 4]] * 50), 5, window=10**9)
    assert distances == [1, 2, 3]


def test_one_word_is_counted_near_itself():
    assert cooccurrences(encoded([[0, 0, 0]]), 1, window=1).toarray().tolist() == [[4]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cooccurrences(FIVE, 5, window=0), "window must be at least 1, got 0"),
        (lambda: cooccurrences(FIVE, 5, window=2.5), "window must be an integer, got 2.5"),
        (lambda: cooccurrences(FIVE, 0, window=1), "n_words must be at least 1, got 0"),
        (lambda: cooccurrences(FIVE, 4, window=1), "corpus must have ids below n_words = 4, got 4"),
        (
            lambda: cooccurrences(FIVE, 5, window=1, weighting="harmonic"),
            "weighting must be 'flat' or 'inverse', got 'harmonic'",
        ),
        (lambda: cooccurrences(FIVE, 5, window=1, side="up"), "side must be 'both', 'left' or"),
        (
            lambda: cooccurrences(encoded([[0], [1], [2]]), 3, window=2),
            "corpus must have a sentence with two known words, got '3 tokens without a neighbor'",
        ),
        (lambda: cooccurrences(encoded([]), 3, window=2), "got '0 tokens without a neighbor'"),
    ],
)
def test_errors_of_counting(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Information

some_counts = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.integers(0, 9)
).filter(lambda counts: counts.any())


def slow_pmi(counts, smoothing):
    total = counts.sum()
    contexts = [counts[:, j].sum() ** smoothing for j in range(counts.shape[1])]
    scores = np.full(counts.shape, -np.inf)
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count > 0:
                by_chance = row.sum() / total * contexts[j] / sum(contexts)
                scores[i, j] = np.log(count / total / by_chance)
    return scores


def test_pmi_by_hand():
    # 12 pairs, rows 8 and 4, columns 6 and 6: 6·12 / (8·6) = 3/2, and so on.
    expected = [[np.log(3 / 2), np.log(1 / 2)], [-np.inf, np.log(2)]]
    np.testing.assert_allclose(pmi([[6, 2], [0, 4]]), expected, rtol=1e-14)
    # With √ the contexts weigh 3 and 4 of 7: (9/25) / (12/25 · 3/7) = 7/4.
    smoothed = pmi([[9, 3], [0, 13]], smoothing=0.5)
    np.testing.assert_allclose(smoothed[0], np.log([7 / 4, 7 / 16]), rtol=1e-14)


@given(some_counts, st.sampled_from([1.0, 0.75, 0.5]))
def test_pmi_against_a_slow_loop(counts, smoothing):
    expected = slow_pmi(counts, smoothing)
    # atol: where chance and count agree the logarithm of 1 is a rounding error.
    np.testing.assert_allclose(pmi(counts, smoothing=smoothing), expected, rtol=1e-12, atol=1e-12)
    for shift in (0.0, np.log(2)):
        sparse = ppmi(csr_array(counts), shift=shift, smoothing=smoothing)
        clipped = np.maximum(expected - shift, 0)
        np.testing.assert_allclose(sparse.toarray(), clipped, rtol=1e-12, atol=1e-12)
        assert (sparse.data > 0).all()


@given(
    hnp.arrays(np.float64, 3, elements=st.integers(1, 9)),
    hnp.arrays(np.float64, 4, elements=st.integers(1, 9)),
)
def test_pmi_and_mutual_information_are_0_where_contexts_do_not_depend_on_words(
    of_word, of_context
):
    counts = np.outer(of_word, of_context)
    # atol: logarithms of 1, and sums of them.
    np.testing.assert_allclose(pmi(counts), 0.0, atol=1e-14)
    assert mutual_information(counts) == pytest.approx(0.0, abs=1e-14)
    # Negative control: smoothing changes what is expected, unless all contexts are as frequent.
    if len(set(of_context)) > 1:
        assert np.abs(pmi(counts, smoothing=0.5)).max() > 1e-3


@given(some_counts, st.integers(2, 1000))
def test_pmi_does_not_change_with_scale_and_is_symmetric_with_the_counts(counts, factor):
    np.testing.assert_allclose(pmi(factor * counts), pmi(counts), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(pmi(counts.T), pmi(counts).T, rtol=1e-12, atol=1e-12)


def test_smoothing_makes_rare_contexts_likelier_by_chance():
    X = cooccurrences(FIVE, 5, window=1)
    river, bank, _, money, loan = range(5)
    plain, smoothed = pmi(X), pmi(X, smoothing=0.75)
    assert smoothed[money, loan] < plain[money, loan]
    assert smoothed[river, bank] > plain[river, bank]
    # It acts on contexts, not on words: the counts are symmetric, the smoothed PMI is not.
    assert smoothed[bank, money] != pytest.approx(smoothed[money, bank], rel=0.1)


@given(some_counts)
def test_mutual_information_is_mean_pmi_and_a_difference_of_entropies(counts):
    p = counts / counts.sum()
    mean = (p[p > 0] * pmi(counts)[p > 0]).sum()
    information = mutual_information(counts)
    # atol: differences of entropies of size 1.
    assert information == pytest.approx(mean, rel=1e-12, abs=1e-14)
    parts = entropy(p.sum(axis=1)) + entropy(p.sum(axis=0)) - entropy(p.ravel())
    assert information == pytest.approx(parts, rel=1e-10, abs=1e-12)
    assert information >= 0.0


def test_information_by_hand():
    assert mutual_information([[3, 0], [0, 3]]) == pytest.approx(np.log(2), rel=1e-15)
    assert entropy([1, 1, 2]) == pytest.approx(1.5 * np.log(2), rel=1e-15)
    assert entropy([7, 0]) == 0.0
    assert str(entropy([7])) == "0.0"


@given(hnp.arrays(np.float64, st.integers(1, 9), elements=st.integers(0, 99)).filter(np.any))
def test_entropy_agrees_with_scipy_and_is_largest_for_equal_weights(weights):
    assert entropy(weights) == pytest.approx(stats.entropy(weights), rel=1e-12, abs=1e-14)
    assert entropy(weights) <= entropy(np.ones(len(weights))) + 1e-14


@pytest.mark.peer
def test_mutual_information_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    counts = rng().integers(0, 50, (20, 30))
    theirs = metrics.mutual_info_score(None, None, contingency=counts)
    assert mutual_information(counts) == pytest.approx(theirs, rel=1e-12)


def test_ratios_by_hand():
    # After river: bank and water, half each. After money: bank and loan, half each.
    X = cooccurrences(FIVE, 5, window=1)
    ratios = probability_ratios(X, WORDS.index("river"), WORDS.index("money"))
    np.testing.assert_array_equal(ratios, [np.nan, 1.0, np.inf, np.nan, 0.0])


def test_ratios_do_not_depend_on_how_often_a_word_occurs():
    counts = rng().integers(1, 9, (4, 6))
    often = counts * np.array([[1], [10], [1], [1]])
    np.testing.assert_allclose(
        probability_ratios(often, 0, 1), probability_ratios(counts, 0, 1), rtol=1e-14
    )
    # Negative control: the ratio of the counts does.
    assert not np.allclose(often[0] / often[1], counts[0] / counts[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pmi([[1, -2]]), "counts must be at least 0, got -2.0"),
        (lambda: pmi([[1, np.nan]]), "counts must be finite, got nan"),
        (lambda: ppmi([[1, np.inf]]), "counts must be finite, got inf"),
        (lambda: pmi([[0, 0]]), r"counts must hold a count above 0, got 'zeros of shape \(1, 2\)'"),
        (lambda: pmi(np.zeros((0, 3))), "counts must be a matrix with rows and columns"),
        (lambda: pmi([1, 2]), r"counts must be a matrix with rows and columns, got 'shape \(2,\)'"),
        (lambda: pmi([[1]], smoothing=0), "smoothing must be above 0 and at most 1, got 0"),
        (lambda: ppmi([[1]], smoothing=1.5), "smoothing must be above 0 and at most 1, got 1.5"),
        (lambda: ppmi([[1]], shift=-1), "shift must be at least 0 and finite, got -1"),
        (lambda: ppmi([[1]], shift=np.nan), "shift must be at least 0 and finite, got nan"),
        (lambda: mutual_information([[0]]), "counts must hold a count above 0"),
        (lambda: entropy([1, -1]), "weights must be at least 0, got -1.0"),
        (lambda: entropy([0, 0]), "weights must hold a number above 0"),
        (lambda: entropy([]), "weights must hold a number above 0"),
        (lambda: entropy([1, np.inf]), "weights must be finite"),
        (lambda: probability_ratios([[1, 1]], 0, 1), "j must be below the 1 rows of counts, got 1"),
        (lambda: probability_ratios([[1], [0]], 0, 1), "j must be a word with neighbors, got 1"),
    ],
)
def test_errors_of_information(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_repeated_cells_and_stored_zeros_are_what_they_mean_and_stay():
    data, columns, starts = [1.0, 2.0, 0.0, 3.0], [1, 1, 0, 1], [0, 2, 4]
    X = csr_array((data, columns, starts), shape=(2, 2))
    # 1 and 2 stand for the same cell, and the stored 0 is no cell.
    assert pmi(X).tolist() == pmi([[0, 3], [0, 3]]).tolist()
    assert ppmi(X, shift=0.1).nnz == 0
    assert svd_embeddings(("a", "b"), X, 1, rng=rng(), weighting=1).matrix.tolist() == [
        [pytest.approx(3.0)],
        [pytest.approx(3.0)],
    ]
    assert (X.data.tolist(), X.indices.tolist(), X.indptr.tolist()) == (data, columns, starts)


# Singular values


def matrix(seed: int = 0, shape: tuple[int, int] = (60, 45)) -> np.ndarray:
    return rng(seed).standard_normal(shape) * (rng(seed + 1).random(shape) < 0.4)


@pytest.mark.parametrize("k", [1, 5, 22, 23, 44, 45])
def test_svd_agrees_with_numpy(k):
    M = matrix()
    U, sigma, Vt = truncated_svd(csr_array(M), k, rng=rng())
    left, values, right = np.linalg.svd(M, full_matrices=False)
    assert (U.shape, sigma.shape, Vt.shape) == ((60, k), (k,), (k, 45))
    np.testing.assert_allclose(sigma, values[:k], rtol=1e-10)
    # Signs are free, so the parts are compared as a product. atol: entries of size 0.1.
    expected = (left[:, :k] * values[:k]) @ right[:k]
    np.testing.assert_allclose((U * sigma) @ Vt, expected, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(U.T @ U, np.eye(k), atol=1e-10)
    # Eckart and Young: what is left out is the rest of the spectrum.
    error = np.linalg.norm(M - (U * sigma) @ Vt)
    assert error == pytest.approx(np.linalg.norm(values[k:]), rel=1e-8, abs=1e-12)


def test_svd_is_the_same_for_every_generator_signs_included():
    for k in (5, 30):
        first, second = (truncated_svd(matrix(), k, rng=rng(seed)) for seed in (1, 2))
        for a, b in zip(first, second, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-10)
        again = truncated_svd(matrix(), k, rng=rng(1))
        assert all((a == b).all() for a, b in zip(first, again, strict=True))
        U = first[0]
        assert (U.max(axis=0) == np.abs(U).max(axis=0)).all()


def test_svd_in_single_precision_stays_single():
    U, sigma, Vt = truncated_svd(csr_array(matrix().astype(np.float32)), 5, rng=rng())
    assert {U.dtype, sigma.dtype, Vt.dtype} == {np.dtype(np.float32)}
    np.testing.assert_allclose(sigma, np.linalg.svd(matrix())[1][:5], rtol=1e-5)


@pytest.mark.peer
def test_svd_agrees_with_scikit_learn():
    decomposition = pytest.importorskip("sklearn.decomposition")
    M = csr_array(np.abs(matrix()))
    model = decomposition.TruncatedSVD(8, algorithm="arpack", random_state=0)
    theirs = model.fit_transform(M)
    U, sigma, _ = truncated_svd(M, 8, rng=rng())
    np.testing.assert_allclose(sigma, model.singular_values_, rtol=1e-10)
    ours = U * sigma
    signs = np.sign((ours * theirs).sum(axis=0))
    np.testing.assert_allclose(ours * signs, theirs, rtol=1e-6, atol=1e-9)


def test_eigenvalue_weighting():
    M = matrix(shape=(12, 12))
    M = M @ M.T  # Symmetric, with positive eigenvalues: U Σ Uᵀ.
    words = [f"word{i}" for i in range(12)]
    gram = {}
    for weighting in (0, 0.5, 1):
        E = svd_embeddings(words, M, 12, rng=rng(), weighting=weighting).matrix
        gram[weighting] = E @ E.T
    scale = np.abs(M).max()
    np.testing.assert_allclose(gram[0], np.eye(12), atol=1e-8)
    np.testing.assert_allclose(gram[0.5], M, rtol=1e-8, atol=1e-10 * scale)
    np.testing.assert_allclose(gram[1], M @ M, rtol=1e-8, atol=1e-10 * scale**2)


@pytest.mark.parametrize("d", [3, 5])
def test_dimensions_beyond_the_rank_are_zero_whatever_the_weighting(d):
    M = np.outer(np.arange(1.0, 21.0), np.ones(20)) + np.outer(np.ones(20), np.arange(20.0))
    words = [f"word{i}" for i in range(20)]
    for weighting in (0, 0.5, 1):
        E = svd_embeddings(words, M, d, rng=rng(), weighting=weighting)
        assert (E.matrix[:, 2:] == 0).all()
        assert (np.abs(E.matrix[:, :2]).max(axis=0) > 0.1).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: truncated_svd(np.eye(3), 4, rng=rng()), "k must be at most the smaller side of"),
        (lambda: truncated_svd(np.eye(3), 0, rng=rng()), "k must be at least 1, got 0"),
        (lambda: truncated_svd(np.zeros((3, 3)), 1, rng=rng()), "matrix must hold a number other"),
        (lambda: truncated_svd([[1, np.nan]], 1, rng=rng()), "matrix must be finite, got nan"),
        (
            lambda: svd_embeddings(("a", "b"), np.eye(2), 1, rng=rng(), weighting=-1),
            "weighting must be at least 0 and finite, got -1",
        ),
        (
            lambda: svd_embeddings("ab", np.eye(2), 1, rng=rng()),
            "words must be a list of tokens, got 'ab'",
        ),
        (
            lambda: svd_embeddings(("a", "b", "c"), np.eye(2), 1, rng=rng()),
            "words and matrix must have the same length, got 3 and 2",
        ),
    ],
)
def test_errors_of_svd(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# Spectra


@given(st.integers(1, 30), st.integers(0, 5))
def test_effective_rank_of_equal_values_is_their_number(n, n_zeros):
    assert effective_rank([2.5] * n + [0] * n_zeros) == pytest.approx(n, rel=1e-12)


def test_effective_rank_by_hand_and_of_squares():
    # Shares 1/2, 1/4, 1/4: entropy 1.5 log 2.
    assert effective_rank([1, 2, 1]) == pytest.approx(2**1.5, rel=1e-12)
    sigma = np.linalg.svd(matrix())[1]
    assert 1 < effective_rank(sigma**2) < effective_rank(sigma) < 45


@given(st.floats(0.1, 3), st.integers(2, 50), st.floats(1e-3, 1e3), st.randoms())
def test_power_law_finds_the_exponent(exponent, n, scale, random):
    spectrum = [scale * i**-exponent for i in range(1, n + 1)]
    random.shuffle(spectrum)
    assert power_law(spectrum) == (pytest.approx(exponent, rel=1e-9), pytest.approx(1, rel=1e-9))
    # Eigenvalues are squares of singular values, so their exponent is twice as large.
    squared, _ = power_law(np.square(spectrum))
    assert squared == pytest.approx(2 * exponent, rel=1e-9)


def test_power_law_agrees_with_scipy_where_the_fit_is_not_perfect():
    values = np.sort(np.exp(rng().standard_normal(40)))[::-1]
    theirs = stats.linregress(np.log(np.arange(1, 41)), np.log(values))
    exponent, fit = power_law(values)
    assert exponent == pytest.approx(-theirs.slope, rel=1e-12)
    assert fit == pytest.approx(theirs.rvalue**2, rel=1e-12)
    assert 0.5 < fit < 0.99


def test_a_flat_spectrum_has_exponent_0():
    assert power_law([3, 3, 3]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: effective_rank([]), "spectrum must hold a number above 0"),
        (lambda: effective_rank([1, -1]), "spectrum must be at least 0, got -1.0"),
        (lambda: power_law([1.0]), "spectrum must hold at least two values, got 1"),
        (lambda: power_law([1.0, 0.0]), "spectrum must be positive, got 0.0; cut the spectrum off"),
        (lambda: power_law([1.0, np.inf]), "spectrum must be finite"),
    ],
)
def test_errors_of_spectra(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# The world: its known structure is recovered, and not from shuffled tokens


@pytest.fixture(scope="module")
def truth():
    return world(rng(0), 10_000)


def ppmi_of(sentences):
    vocabulary = build_vocabulary(sentences, min_count=5)
    corpus = encode_sentences(sentences, vocabulary.index)
    return vocabulary.words, ppmi(cooccurrences(corpus, len(vocabulary), window=5))


@pytest.fixture(scope="module")
def learned(truth):
    return ppmi_of(truth.sentences)


def shuffled(sentences):
    tokens = [token for sentence in sentences for token in sentence]
    rng(2).shuffle(tokens)
    ends = np.cumsum([0, *map(len, sentences)])
    return [tokens[start:end] for start, end in pairwise(ends)]


def scores(E, truth):
    questions = [question for section in truth.analogies.values() for question in section]
    known = [question for question in questions if all(word in E for word in question)]
    assert len(known) > 0.9 * len(questions)
    right = np.mean([analogy(E, b, a, c)[0][0] == d for a, b, c, d in known])
    pairs = [(a, b, score) for a, b, score in truth.similarities if a in E and b in E]
    found = [cosine(E[a], E[b]) for a, b, _ in pairs]
    return right, stats.spearmanr(found, [score for *_, score in pairs]).statistic


@pytest.mark.parametrize("weighting", [0, 0.5, 1])
def test_the_world_is_recovered(truth, learned, weighting):
    words, M = learned
    E = svd_embeddings(words, M, 150, rng=rng(), weighting=weighting)
    right, correlation = scores(E, truth)
    assert right > 0.97
    assert correlation > {0: 0.75, 0.5: 0.87, 1: 0.91}[weighting]


def test_negative_control_nothing_is_recovered_from_shuffled_tokens(truth):
    E = svd_embeddings(*ppmi_of(shuffled(truth.sentences)), 150, rng=rng())
    right, correlation = scores(E, truth)
    assert right < 0.03
    assert abs(correlation) < 0.1


def test_why_the_world_needs_150_dimensions(truth, learned):
    # Heads meet fillers, and seldom their own kind. The eigenvalues of such a matrix come in pairs
    # ±λ, which are one singular value twice: every attribute takes two dimensions of U.
    words, M = learned
    values, vectors = np.linalg.eigh(M.toarray())
    strongest = values[np.argsort(-np.abs(values))[:150]]
    assert 65 <= (strongest < 0).sum() <= 85
    half = svd_embeddings(words, M, 75, rng=rng())
    positive = type(half)(words, vectors[:, -75:] * np.sqrt(values[-75:]))
    assert scores(half, truth)[0] < 0.85
    assert scores(positive, truth)[0] > 0.97

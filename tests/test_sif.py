import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.sif import (
    common_component,
    remove_component,
    sif_vectors,
    sif_weights,
    weighted_sums,
)
from embedlab.vectors import Embeddings, cosine

VECTORS = {"cat": [1.0, 0.0], "dog": [0.0, 2.0], "mat": [3.0, 4.0], "the": [10.0, 10.0]}
EMBEDDINGS = Embeddings(tuple(VECTORS), np.array(list(VECTORS.values())))
WORDS = [*VECTORS, "unseen"]

sentences = st.lists(st.sampled_from(WORDS), max_size=8)
documents = st.lists(sentences, max_size=6)
factors = st.dictionaries(st.sampled_from(WORDS), st.floats(0.1, 10.0))


def test_sif_weights_by_hand():
    # p = 0.9, 0.099, 0.001, 0: the last but one has the probability a, so it weighs one half.
    weights = sif_weights({"the": 900, "cat": 99, "mat": 1, "dog": 0})
    assert weights == pytest.approx({"the": 1e-3 / 0.901, "cat": 0.01, "mat": 0.5, "dog": 1.0})
    # Negative control: a / (a + count) forgets to divide by all words.
    assert weights["mat"] != pytest.approx(1e-3 / (1e-3 + 1), rel=1e-3)


@given(st.dictionaries(st.sampled_from(WORDS), st.integers(1, 10**9), min_size=1))
def test_laws_of_sif_weights(counts):
    weights = sif_weights(counts)
    ordered = sorted(counts, key=counts.__getitem__)
    assert [weights[w] for w in ordered] == sorted(weights.values(), reverse=True)
    assert all(0 < weight < 1 for weight in weights.values())
    tripled = sif_weights({word: 3 * count for word, count in counts.items()})
    assert tripled == pytest.approx(weights, rel=1e-14)


@given(documents, factors)
def test_weighted_sums_against_a_slow_loop(docs, weights):
    slow = np.zeros((len(docs), 2))
    for i, doc in enumerate(docs):
        known = [token for token in doc if token in VECTORS]
        for token in known:
            slow[i] += weights.get(token, 1.0) * np.array(VECTORS[token]) / len(known)
    for vectors in (VECTORS, EMBEDDINGS):
        np.testing.assert_allclose(weighted_sums(docs, vectors, weights), slow, rtol=1e-13)


def test_blocks_do_not_matter(monkeypatch):
    docs = [["cat", "dog", "mat"], [], ["unseen"], ["the"] * 7, ["dog", "the"]]
    whole = weighted_sums(docs, VECTORS, {"the": 0.25})
    for size in (1, 2, 5):
        monkeypatch.setattr("embedlab.sif._BLOCK", size)
        np.testing.assert_allclose(weighted_sums(docs, VECTORS, {"the": 0.25}), whole, rtol=1e-14)


def test_the_common_component_points_where_the_sum_does():
    assert common_component([[-2.0, 0.1], [-2.0, -0.1]]).round(6).tolist() == [-1.0, 0.0]
    # One long row outweighs three short ones.
    assert common_component([[9.0, 0.0], *[[-1.0, 0.0]] * 3]).tolist() == [1.0, 0.0]


def test_the_common_component_is_the_first_singular_vector():
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((50, 6)) + 2.0
    _, _, directions = np.linalg.svd(rows)
    component = common_component(rows)
    np.testing.assert_allclose(component, directions[0] * np.sign(directions[0].sum()), rtol=1e-10)
    assert (rows @ component).sum() > 0
    for scale in (1e-200, 1e200):
        np.testing.assert_allclose(common_component(rows * scale), component, rtol=1e-10)
    # Negative control: the first principal component, which is centered, is another direction.
    _, _, centered = np.linalg.svd(rows - rows.mean(axis=0))
    assert abs(centered[0] @ component) < 0.9


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_what_is_left_is_orthogonal_to_the_component(d, seed):
    rng = np.random.default_rng(seed)
    rows, component = rng.standard_normal((7, d)), 10 * rng.standard_normal(d)
    left = remove_component(rows, component)
    # Zeros: what rounding leaves of numbers around 1.
    np.testing.assert_allclose(left @ component / np.linalg.norm(component), 0, atol=1e-13)
    np.testing.assert_allclose(remove_component(left, component), left, atol=1e-13)
    parts = rows - left
    assert d == 1 or np.linalg.matrix_rank(parts) == 1


def test_sif_by_hand():
    vectors = {"the": [4.0, 0.0], "cat": [0.0, 1.0], "dog": [0.0, -1.0]}
    docs = [["the", "cat"], ["the", "dog"]]
    # Sums (2, 0.5) and (2, -0.5): the first axis is common, the words' contents are left.
    np.testing.assert_allclose(
        sif_vectors(docs, vectors, {}), [[0.0, 0.5], [0.0, -0.5]], rtol=1e-12, atol=1e-15
    )
    # The weight of "the" changes what is common, here only its length.
    light = sif_vectors(docs, vectors, {"the": 0.9})
    np.testing.assert_allclose(light, [[0.0, 0.5], [0.0, -0.5]], rtol=1e-12, atol=1e-15)
    # Negative control: without the removal both sentences look alike.
    assert cosine(*weighted_sums(docs, vectors, {})) > 0.85
    assert cosine(*sif_vectors(docs, vectors, {})) == pytest.approx(-1.0)


def test_an_iterator_of_sentences_is_not_empty():
    docs, weights = [["the", "cat"], ["dog"]], {"the": 0.25}
    expected = weighted_sums(docs, VECTORS, weights)
    assert expected.any()
    np.testing.assert_array_equal(weighted_sums(iter(docs), VECTORS, weights), expected)


def test_sif_of_nothing():
    assert sif_vectors([], VECTORS, {}).shape == (0, 2)
    assert sif_vectors([["unseen"], []], VECTORS, {}).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.peer
def test_the_component_is_scikit_learns():
    from sklearn.decomposition import TruncatedSVD

    rows = np.random.default_rng(3).standard_normal((40, 5)) + 1.0
    peer = TruncatedSVD(n_components=1, algorithm="arpack").fit(rows).components_[0]
    assert abs(peer @ common_component(rows)) == pytest.approx(1.0, rel=1e-10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sif_weights({"a": 1}, a=0.0), r"a must be a positive number, got 0\.0"),
        (lambda: sif_weights({"a": -1}), r"counts\['a'\] must be finite and at least 0, got -1"),
        (lambda: sif_weights({"a": 0}), "counts must hold at least one occurrence"),
        (lambda: sif_vectors("the cat", VECTORS, {}), "sentences must be lists of tokens"),
        (lambda: sif_vectors(["the cat"], VECTORS, {}), "each of sentences must be a list"),
        (lambda: sif_vectors([["cat"]], {}, {}), "vectors must hold at least one vector"),
        (
            lambda: weighted_sums([["cat"]], VECTORS, {"cat": math.nan}),
            r"weights\['cat'\] must be finite, got nan",
        ),
        (lambda: common_component([[0.0, 0.0]]), "have a row that is not zero"),
        (lambda: remove_component([[1.0, 2.0]], [1.0]), "component must have 2 dimensions, got 1"),
        (lambda: remove_component([[1.0]], [0.0]), "component must have a number that is not 0"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()

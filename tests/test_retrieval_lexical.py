"""BM25 and sparse vectors: by hand, against a slow loop, and the answer to a query of stopwords."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.retrieval import lexical, sparse
from embedlab.sentences import STOPWORDS

seeds = st.integers(0, 2**32 - 1)
# Weights are kept in single precision.
RTOL = 1e-6

documents = st.lists(
    st.lists(st.sampled_from("abcdefg"), max_size=12), min_size=1, max_size=15
).filter(any)


def slow_bm25(docs, query, doc, k1=1.2, b=0.75, one=1.0):
    """The score of one text, a sum over the query's words, from counts alone."""
    mean_length = sum(map(len, docs)) / len(docs)
    score = 0.0
    for word in query:
        n_with = sum(word in other for other in docs)
        f = doc.count(word)
        if f > 0:
            idf = math.log(one + (len(docs) - n_with + 0.5) / (n_with + 0.5))
            score += idf * f * (k1 + 1) / (f + k1 * (1 - b + b * len(doc) / mean_length))
    return score


# BM25


def test_bm25_by_hand():
    docs = [["cat", "cat", "mat"], ["cat"], ["dog", "dog"]]
    # N = 3, mean length 2. "cat" is in 2 of 3: idf ln(1 + 1.5 / 2.5) = ln 1.6.
    # Text 0: f = 2, length 3/2 of the mean: 2 · 2.2 / (2 + 1.2 (0.25 + 0.75 · 1.5)).
    # Text 1: f = 1, length 1/2 of the mean: 1 · 2.2 / (1 + 1.2 (0.25 + 0.75 · 0.5)).
    expected = math.log(1.6) * 4.4 / 3.65, math.log(1.6) * 2.2 / 1.75
    hits = lexical.search(lexical.build(docs), [["cat"]], 3)
    assert hits.positions.tolist() == [[1, 0, -1]]
    np.testing.assert_allclose(hits.scores[0, :2], expected[::-1], rtol=RTOL)
    assert hits.scores[0, 2] == -np.inf


@pytest.mark.parametrize(("idf", "one"), [(lexical.lucene_idf, 1.0), (lexical.robertson_idf, 0.0)])
@given(documents, st.lists(st.sampled_from("abcdefgz"), max_size=6), st.data())
def test_bm25_equals_the_slow_loop(idf, one, docs, query, data):
    k1, b = data.draw(st.sampled_from([(1.2, 0.75), (0.0, 0.0), (2.0, 1.0), (0.9, 0.4)]))
    k = data.draw(st.integers(1, len(docs)))
    hits = lexical.search(lexical.build(docs, k1=k1, b=b, idf=idf), [query], k)
    expected = {
        i: slow_bm25(docs, query, doc, k1, b, one)
        for i, doc in enumerate(docs)
        if set(query) & set(doc)
    }
    found = [int(i) for i in hits.positions[0] if i >= 0]
    assert len(found) == len(set(found)) == min(k, len(expected))
    scores = hits.scores[0, : len(found)]
    assert (np.diff(scores) <= 0).all()
    # Single precision; scores of both signs may cancel, so what counts is their size.
    tolerance = 1e-6 * (
        1 + sum(abs(slow_bm25(docs, [w], d, k1, b, one)) for w in query for d in docs)
    )
    assert np.allclose(scores, [expected[i] for i in found], rtol=0, atol=tolerance)
    best = sorted(expected.values(), reverse=True)[: len(found)]
    assert np.allclose(scores, best, rtol=0, atol=tolerance)


def test_a_query_of_only_stopwords_has_no_hits():
    docs = [["the", "cat"], ["a", "dog"], ["the", "end"]]
    index = lexical.build(docs, stopwords=STOPWORDS)
    hits = lexical.search(index, [["the", "a"], [], ["unicorn"], ["cat"]], 2)
    assert hits.positions.tolist() == [[-1, -1], [-1, -1], [-1, -1], [0, -1]]
    assert np.isinf(hits.scores[:3]).all()
    # Without the list, the words count, if little.
    assert lexical.search(lexical.build(docs), [["the"]], 2).positions.tolist() == [[0, 2]]


def test_repetition_counts_less_and_less_and_never_beyond_its_bound():
    gains = lexical.saturation(np.arange(1, 200), 1.0)
    assert gains[0] == 1.0
    assert (np.diff(gains) > 0).all()
    assert (np.diff(gains, 2) < 0).all()
    assert gains[-1] < 2.2
    assert (lexical.saturation([1, 7], 1.0, k1=0) == 1).all()
    assert lexical.saturation(1, 9.0, b=0) == 1.0  # length ignored
    assert lexical.saturation(2, 2.0, b=1) == lexical.saturation(1, 1.0, b=1)  # words per length


def test_a_frequent_word_counts_against_a_text_by_robertsons_idf_only():
    n_with = np.arange(1, 11)
    assert (lexical.lucene_idf(n_with, 10) > 0).all()
    assert (lexical.robertson_idf(n_with, 10)[n_with > 5] < 0).all()
    for idf in (lexical.lucene_idf, lexical.robertson_idf):
        assert (np.diff(idf(n_with, 10)) < 0).all()
    docs = [["the", "cat"], ["the", "dog"], ["dog", "cat"]]
    scores = lexical.search(lexical.build(docs, idf=lexical.robertson_idf), [["the"]], 3).scores
    assert (scores[0, :2] < 0).all()


def test_negative_control_plain_counts_rank_otherwise():
    # Nine times a common word beats the rare one by counts, and does not by BM25.
    docs = [["the"] * 9 + ["end"], ["the", "cat"], ["the", "dog"], ["the", "sun"]]
    query = ["the", "cat"]
    counts = [sum(doc.count(word) for word in query) for doc in docs]
    assert int(np.argmax(counts)) == 0
    assert lexical.search(lexical.build(docs), [query], 1).positions.tolist() == [[1]]


def test_real_numbers_of_texts_take_little_time_and_agree_with_the_loop():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(2000)]
    shares = 1 / np.arange(1, 2001)
    lengths = rng.integers(5, 40, 3000)
    docs = [rng.choice(words, n, p=shares / shares.sum()).tolist() for n in lengths]
    hits = lexical.search(lexical.build(docs), [docs[7][:4]], 5)
    scores = [slow_bm25(docs, docs[7][:4], docs[i]) for i in hits.positions[0]]
    np.testing.assert_allclose(hits.scores[0], scores, rtol=RTOL)


def test_bytes_of_the_words_count():
    index = lexical.build([["cat", "é"], ["cat"]])
    assert index.n_bytes == 3 * 8 + 3 * 8 + 3 + 2
    assert len(index) == 2


@pytest.mark.parametrize(
    ("docs", "arguments", "message"),
    [
        ([], {}, "docs must hold at least one text, got 'none'"),
        ([[]], {}, "docs must hold at least one token that is no stopword"),
        ([["the"]], {"stopwords": STOPWORDS}, "docs must hold at least one token that is no stop"),
        ("the cat", {}, "docs must be lists of tokens, got 'the cat'; call tokenize first"),
        (["the cat"], {}, "docs\\[0\\] must be a list of tokens, got 'the cat'; call tokenize"),
        ([["a"]], {"k1": -1}, "k1 must be finite and at least 0, got -1"),
        ([["a"]], {"k1": math.nan}, "k1 must be finite"),
        ([["a"]], {"b": 1.5}, "b must be between 0 and 1, got 1.5"),
        ([["a"]], {"stopwords": "the"}, "stopwords must be a collection of words, got 'the'"),
    ],
)
def test_bad_texts(docs, arguments, message):
    with pytest.raises(ValueError, match=message):
        lexical.build(docs, **arguments)


@pytest.mark.parametrize(
    ("queries", "k", "message"),
    [
        ("cat", 1, "queries must be lists of tokens, got 'cat'; call tokenize on each first"),
        (["cat"], 1, "each of queries must be a list of tokens, got 'cat'"),
        ([["cat"]], 3, "k must be at most 2, the number of entries in the index, got 3"),
    ],
)
def test_bad_queries(queries, k, message):
    with pytest.raises(ValueError, match=message):
        lexical.search(lexical.build([["cat"], ["dog"]]), queries, k)


# Sparse vectors


def test_pooling_by_hand():
    scores = [[1.0, -2.0, 0.0, 3.0], [2.0, -1.0, 0.0, 1.0]]
    terms, weights = sparse.pool(scores)
    assert terms.tolist() == [0, 3]
    np.testing.assert_allclose(weights, [math.log(3), math.log(4)], rtol=1e-12)


@given(st.integers(1, 6), st.integers(1, 8), seeds)
def test_pooling_equals_the_slow_loop_in_any_order_of_tokens(n, n_terms, seed):
    scores = np.random.default_rng(seed).normal(-0.5, 2, (n, n_terms))
    dense = np.zeros(n_terms)
    pooled = sparse.pool(scores[::-1])
    dense[pooled.terms] = pooled.weights
    slow = [max(math.log(1 + max(0.0, s)) for s in column) for column in scores.T]
    np.testing.assert_allclose(dense, slow, rtol=1e-12)


def test_negative_control_summing_is_not_pooling():
    # SPLADE's first version summed: a term said twice then weighs more than it does here.
    scores = np.array([[1.0, 0.0], [1.0, 1.5]])
    summed = np.log1p(np.maximum(scores, 0)).sum(axis=0)
    pooled = sparse.pool(scores).weights
    assert summed[0] > summed[1]
    assert pooled[0] < pooled[1]


@given(st.integers(1, 20), st.integers(1, 12), st.integers(1, 4), st.data(), seeds)
def test_sparse_search_equals_the_dense_product(n, n_terms, n_queries, data, seed):
    k = data.draw(st.integers(1, n))
    rng = np.random.default_rng(seed)
    # Small integers, so that single precision is exact and ties are frequent.
    texts = rng.integers(-1, 3, (n, n_terms)) * (rng.random((n, n_terms)) < 0.4)
    queries = rng.integers(-1, 3, (n_queries, n_terms)) * (rng.random((n_queries, n_terms)) < 0.4)
    index = sparse.build([sparse.sparse_vector(text) for text in texts], n_terms)
    hits = sparse.search(index, [sparse.sparse_vector(query) for query in queries], k)
    is_met = (queries != 0).astype(int) @ (texts != 0).T > 0
    scores = np.where(is_met, queries @ texts.T, -np.inf)
    for query in range(n_queries):
        order = sorted(np.flatnonzero(is_met[query]), key=lambda i: (-scores[query, i], i))[:k]
        assert hits.positions[query].tolist() == order + [-1] * (k - len(order))
        assert hits.scores[query, : len(order)].tolist() == scores[query, order].tolist()


def test_bytes_and_sizes_of_an_inverted_index():
    index = sparse.build([sparse.sparse_vector([1.0, 0.0, 2.0])] * 4, 3)
    assert (len(index), index.n_terms) == (4, 3)
    assert index.n_bytes == 8 * 8 + 4 * 8
    assert sparse.search(index, [], 1).positions.shape == (0, 1)


@pytest.mark.parametrize(
    ("terms", "weights", "message"),
    [
        ([0, 3], [1.0, 1.0], "the terms of vectors\\[0\\] must be in 0 … 2, got 3"),
        ([-1, 1], [1.0, 1.0], "the terms of vectors\\[0\\] must be in 0 … 2, got -1"),
        ([1, 1], [1.0, 1.0], "the terms of vectors\\[0\\] must ascend without repeats"),
        ([1], [1.0, 1.0], "the terms of vectors\\[0\\] must be 2 integers"),
        ([0.5], [1.0], "the terms of vectors\\[0\\] must be 1 integers"),
        ([0], [math.nan], "the weights of vectors\\[0\\] must be finite"),
        ([0], [1e300], "the weights of vectors\\[0\\] must hold numbers of size 9.2e\\+18 at most"),
    ],
)
def test_bad_sparse_vectors(terms, weights, message):
    with pytest.raises(ValueError, match=message):
        sparse.build([sparse.Terms(np.array(terms), np.array(weights))], 3)


@pytest.mark.parametrize("nothing", [0.0, 1e-300])
def test_a_weight_of_0_makes_no_hit(nothing):
    some, none = (
        sparse.Terms(np.array([0, 2]), np.array([1.0, weight])) for weight in (2, nothing)
    )
    index = sparse.build([some, none], 3)
    assert sparse.search(index, [sparse.sparse_vector([0, 0, 1.0])], 2).positions.tolist() == [
        [0, -1]
    ]
    assert sparse.search(index, [none], 2).scores.tolist() == [[1.0, 1.0]]
    assert index.n_bytes == 3 * 8 + 4 * 8


def test_no_sparse_vector_and_no_token():
    with pytest.raises(ValueError, match="vectors must hold at least one sparse vector"):
        sparse.build([], 3)
    with pytest.raises(ValueError, match="term_scores must have a row for each token"):
        sparse.pool(np.empty((0, 4)))

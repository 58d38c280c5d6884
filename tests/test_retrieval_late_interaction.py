"""MaxSim: by hand, against a slow loop, and what it does not depend on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.directions import unit_rows
from embedlab.retrieval import exact, late_interaction

seeds = st.integers(0, 2**32 - 1)


def slow_score(query, text):
    total = 0.0
    for word in query:
        total += max(float(sum(a * b for a, b in zip(word, other, strict=True))) for other in text)
    return total


def texts_of(rng, n, d=4, longest=6):
    return [rng.standard_normal((rng.integers(1, longest + 1), d)) for _ in range(n)]


def test_by_hand():
    query, text = [[1.0, 0.0], [0.0, 2.0]], [[0.5, 0.5], [-1.0, 3.0], [0.25, 0.0]]
    assert late_interaction.max_similarity(query, text) == 0.5 + 6.0
    # Not symmetric: 1 + 6 + 0.25 the other way round.
    assert late_interaction.max_similarity(text, query) == 1.0 + 6.0 + 0.25


@given(st.integers(1, 12), st.integers(1, 4), st.data(), seeds)
def test_search_equals_the_slow_loop(n, n_queries, data, seed):
    k = data.draw(st.integers(1, n))
    rng = np.random.default_rng(seed)
    texts, queries = texts_of(rng, n), texts_of(rng, n_queries)
    texts = [texts[i] for i in rng.integers(n, size=n)]  # some twice
    hits = late_interaction.search(late_interaction.build(texts), queries, k)
    for i, query in enumerate(queries):
        scores = [late_interaction.max_similarity(query, text) for text in texts]
        slow = [slow_score(query, text) for text in texts]
        # Sums of up to 24 products of both signs, so the size of the products counts.
        np.testing.assert_allclose(scores, slow, rtol=1e-12, atol=1e-12)
        expected = sorted(range(n), key=lambda j: (-scores[j], j))[:k]
        assert hits.positions[i].tolist() == expected
        assert hits.scores[i].tolist() == [scores[j] for j in expected]


@given(st.integers(1, 6), st.integers(1, 6), seeds)
def test_the_order_of_the_tokens_does_not_matter(n, m, seed):
    rng = np.random.default_rng(seed)
    query, text = rng.standard_normal((n, 3)), rng.standard_normal((m, 3))
    score = late_interaction.max_similarity(query, text)
    mixed = late_interaction.max_similarity(rng.permutation(query), rng.permutation(text))
    np.testing.assert_allclose(mixed, score, rtol=1e-12, atol=1e-12)
    # A further token can only help, and the same one again changes nothing.
    more = np.vstack([text, rng.standard_normal((2, 3))])
    assert late_interaction.max_similarity(query, more) >= score - 1e-12
    assert late_interaction.max_similarity(query, np.vstack([text, text])) == pytest.approx(
        score, rel=1e-12, abs=1e-12
    )


def test_one_token_each_is_exact_search():
    rng = np.random.default_rng(0)
    vectors, queries = rng.standard_normal((300, 8)), rng.standard_normal((5, 8))
    index = late_interaction.build([row[np.newaxis] for row in vectors])
    hits = late_interaction.search(index, [row[np.newaxis] for row in queries], 20)
    expected = exact.search(exact.build(vectors), queries, 20)
    assert hits.positions.tolist() == expected.positions.tolist()
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=1e-12, atol=1e-14)


def test_blocks_make_no_difference():
    rng = np.random.default_rng(1)
    texts = [
        unit_rows(rng.standard_normal((n, 3), dtype=np.float32))
        for n in [*rng.integers(1, 30, 900), 20_000, 1, 9000]
    ]
    query = unit_rows(rng.standard_normal((4, 3), dtype=np.float32))
    hits = late_interaction.search(late_interaction.build(texts), [query], 12)
    scores = np.array([late_interaction.max_similarity(query, text) for text in texts])
    assert hits.positions[0].tolist() == np.argsort(-scores, kind="stable")[:12].tolist()


def test_it_sees_what_a_mean_vector_does_not():
    # Two topics in one text: the mean points at neither, and a text about a mix of both wins.
    east, north, middle = [1.0, 0.0], [0.0, 1.0], [0.7, 0.7]
    texts = [np.array([east, north]), np.array([middle, middle])]
    query = np.array([east])
    assert late_interaction.search(late_interaction.build(texts), [query], 1).positions == [[0]]
    # The control: by mean vectors the second is better.
    means = exact.build([text.mean(axis=0) for text in texts])
    assert exact.search(means, query, 1).positions == [[1]]


def test_a_vector_for_each_token_is_what_it_costs():
    index = late_interaction.build([np.ones((3, 4), np.float32), np.ones((5, 4), np.float32)])
    assert index.n_bytes == 8 * 4 * 4 + 3 * 8
    assert (len(index), index.n_dimensions) == (2, 4)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([], "texts must hold at least one text, got 'none'"),
        ([np.eye(2), np.empty((0, 2))], "texts\\[1\\] must have at least one row and one column"),
        ([np.eye(2), np.eye(3)], "texts\\[1\\] must have 2 dimensions, got 3"),
        ([[[np.nan]]], "texts\\[0\\] must be finite"),
        ([[[1e300]]], "texts must hold numbers of size 6.7e\\+153 at most in float64"),
    ],
)
def test_bad_texts(texts, message):
    with pytest.raises(ValueError, match=message):
        late_interaction.build(texts)


@pytest.mark.parametrize(
    ("queries", "k", "message"),
    [
        ([np.eye(2)], 3, "k must be at most 2, the number of entries in the index, got 3"),
        ([np.eye(3)], 1, "queries must have 2 dimensions, as the index has, got 3"),
        ([np.empty((0, 2))], 1, "queries\\[0\\] must have at least one token, got 'none'"),
        ([[[np.inf, 0.0]]], 1, "queries\\[0\\] must be finite"),
        # For four tokens four products are added up.
        (
            [np.full((4, 2), 2e153)],
            1,
            "queries\\[0\\] must hold numbers of size 1.2e\\+153 at most",
        ),
    ],
)
def test_bad_queries(queries, k, message):
    with pytest.raises(ValueError, match=message):
        late_interaction.search(late_interaction.build([np.eye(2), np.eye(2)]), queries, k)


def test_a_text_without_tokens_has_no_similarity():
    with pytest.raises(ValueError, match="query must have at least one token"):
        late_interaction.max_similarity(np.empty((0, 2)), np.eye(2))
    with pytest.raises(ValueError, match="text must have at least one row"):
        late_interaction.max_similarity(np.eye(2), np.empty((0, 2)))


def test_a_similarity_that_would_overflow():
    for query, text in (([[1e300]], [[1.0]]), ([[1.0]], [[1e300]])):
        with pytest.raises(ValueError, match="must hold numbers of size"):
            late_interaction.max_similarity(query, text)

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from embedlab.vectors import (
    Embeddings,
    analogy,
    cosine,
    nearest,
    nearest_many,
    similarity_matrix,
)

# One relative rounding of double precision per dimension is far more than any sum here makes.
RTOL = 1e-13
RTOL_SINGLE = 1e-5

shapes = st.tuples(st.integers(1, 12), st.integers(1, 20))
# Few different values, so that equal, parallel, opposite and zero rows are frequent.
small_integers = arrays.arrays(np.float64, shapes, elements=st.integers(-2, 2))
numbers = st.floats(-1e300, 1e300)
pairs = st.integers(1, 9).flatmap(
    lambda d: st.tuples(
        st.lists(numbers, min_size=d, max_size=d), st.lists(numbers, min_size=d, max_size=d)
    )
)


def numbered(matrix):
    return Embeddings(tuple(f"w{i}" for i in range(len(matrix))), matrix)


def exact_cosine(u, v):
    """The definition in rational arithmetic, rounded only by the square root at the end."""
    u, v = [Fraction(x) for x in u], [Fraction(x) for x in v]
    dot = sum(a * b for a, b in zip(u, v, strict=True))
    squares = sum(a * a for a in u) * sum(b * b for b in v)
    if squares == 0:
        return 0.0
    return math.sqrt(dot * dot / squares) * (1 if dot > 0 else -1)


# Embeddings


def test_words_and_rows():
    embeddings = Embeddings(("king", "queen"), [[1, 2], [3, 4]])
    assert len(embeddings) == 2
    assert list(embeddings) == ["king", "queen"]
    assert "king" in embeddings
    assert "kin" not in embeddings
    assert embeddings.index == {"king": 0, "queen": 1}
    assert embeddings.n_dimensions == 2
    assert embeddings["queen"].tolist() == [3.0, 4.0]
    assert repr(embeddings) == "Embeddings(2 words, 2 dimensions, float64)"


def test_any_sequence_of_words_becomes_a_tuple():
    assert Embeddings(["a", "b"], np.eye(2)).words == ("a", "b")


def test_nothing_can_be_changed_from_outside():
    original = np.ones((2, 3), np.float32)
    embeddings = Embeddings(("a", "b"), original)
    with pytest.raises(dataclasses.FrozenInstanceError):
        embeddings.words = ("b", "a")
    with pytest.raises(ValueError, match="read-only"):
        embeddings.matrix[0, 0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        embeddings["a"][0] = 2.0
    original[0, 0] = 2.0  # the caller's own array stays writable


def test_single_precision_is_neither_copied_nor_widened():
    original = np.ones((2, 3), np.float32)
    embeddings = Embeddings(("a", "b"), original)
    assert embeddings.matrix.dtype == np.float32
    assert np.shares_memory(embeddings.matrix, original)


@pytest.mark.parametrize(
    ("words", "matrix", "message"),
    [
        (("a", "b", "a"), np.eye(3), "words must be distinct, got 'a' at positions 0 and 2"),
        (("a", ""), np.eye(2), "words must be non-empty strings, got '' at position 1"),
        (("a", 1), np.eye(2), "words must be non-empty strings, got 1 at position 1"),
        ("ab", np.eye(2), "words must be a sequence of strings, got 'ab'"),
        (("a",), np.eye(2), "words and matrix must have the same length, got 1 and 2"),
        (("a", "b"), [1.0, 2.0], r"matrix must be a matrix \(V, d\)"),
        (("a",), [[math.nan]], "matrix must be finite"),
        (("a",), [[math.inf]], "matrix must be finite"),
        ((), np.empty((0, 2)), "matrix must have at least one row and column"),
        (("a",), np.empty((1, 0)), "matrix must have at least one row and column"),
        (("a",), [["1"]], "matrix must hold real numbers"),
    ],
)
def test_embeddings_must_be_consistent(words, matrix, message):
    with pytest.raises(ValueError, match=message):
        Embeddings(words, matrix)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "kingg",
            r"word must be in the vocabulary of 2 words, got 'kingg'; did you mean 'king'\? If "
            "not, only a FastText model composes vectors for unseen words$",
        ),
        ("QUEEN", r"got 'QUEEN'; did you mean 'queen'\? If not, only a FastText model"),
        ("xyz", "got 'xyz'; only a FastText model composes vectors for unseen words$"),
        ("", "got ''; only a FastText model composes vectors for unseen words$"),
        (7, "got 7; give a string$"),
    ],
)
def test_unknown_word(word, message):
    with pytest.raises(ValueError, match=message):
        Embeddings(("king", "queen"), np.eye(2))[word]


# Cosine


@pytest.mark.parametrize(
    ("u", "v", "expected"),
    [
        ([3, 4], [4, 3], 24 / 25),
        ([1, 0], [1, 1], math.sqrt(0.5)),
        ([1, 2, 2], [-2, -1, 2], 0.0),
        ([1, 2, 3], [-2, -4, -6], -1.0),
        ((5,), (0.1,), 1.0),
        ([0, 0], [1, 2], 0.0),
        ([0, 0], [0, 0], 0.0),
        ([1e-300, 1e-300], [1e300, 0], math.sqrt(0.5)),
        ([5e-324, 0], [5e-324, 5e-324], math.sqrt(0.5)),
        ([1.7e308, 1.7e308], [1.7e308, 0], math.sqrt(0.5)),
        (np.array([100, 100], np.int8), np.array([100, 0], np.int8), math.sqrt(0.5)),
        (np.array([-128, 0], np.int8), np.array([-128, 0], np.int8), 1.0),
        (np.array([3e38, 3e38], np.float32), np.array([1e-40, 0], np.float32), math.sqrt(0.5)),
        ([True, False], [True, True], math.sqrt(0.5)),
    ],
)
def test_cosine_by_hand(u, v, expected):
    result = cosine(u, v)
    assert type(result) is float
    assert result == pytest.approx(expected, rel=RTOL, abs=0)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_the_textbook_formula_is_not_safe_at_these_scales(scale):
    # Negative control: what cosine's division by the largest value is there for.
    u = np.array([1.0, 1.0]) * scale
    with np.errstate(all="ignore"):
        assert u @ u / (np.linalg.norm(u) * np.linalg.norm(u)) != pytest.approx(1.0)
    assert cosine(u, u) == 1.0


@given(pairs)
def test_cosine_equals_the_definition(pair):
    u, v = pair
    # atol: where u and v are nearly orthogonal the terms of the sum cancel.
    assert cosine(u, v) == pytest.approx(exact_cosine(u, v), rel=RTOL, abs=RTOL)


@given(pairs)
def test_cosine_is_symmetric_bounded_and_one_with_itself(pair):
    u, v = pair
    assert cosine(u, v) == cosine(v, u)
    assert -1.0 <= cosine(u, v) <= 1.0
    assert cosine(u, u) == (1.0 if any(u) else 0.0)
    assert cosine(u, [-x for x in u]) == (-1.0 if any(u) else 0.0)


def test_rounding_never_lifts_a_cosine_above_one():
    rng = np.random.default_rng(5)
    unclipped = []
    for u in rng.standard_normal((300, 10)):
        v = u * (1 + rng.integers(-2, 3, 10) * np.finfo(float).eps)
        assert cosine(u, v) <= 1.0
        assert cosine(u, -v) >= -1.0
        unclipped.append((u * v).sum() / math.sqrt((u * u).sum() * (v * v).sum()))
    assert max(unclipped) > 1.0  # negative control: without clipping it does


@given(
    st.lists(st.integers(-9, 9), min_size=2, max_size=9),
    st.integers(1, 10**6),
    st.integers(-900, 900),
)
def test_cosine_does_not_change_at_all_when_a_vector_is_scaled(u, factor, exponent):
    v = list(range(1, len(u) + 1))
    assert cosine([math.ldexp(x * factor, exponent) for x in u], v) == cosine(u, v)


@pytest.mark.parametrize(
    ("u", "v", "message"),
    [
        ([1, 2], [1, 2, 3], "u and v must have the same length, got 2 and 3"),
        ([], [], "u and v must have at least one dimension"),
        ([math.nan, 1], [1, 2], "u must be finite"),
        ([1, 2], [math.inf, 1], "v must be finite"),
        ([[1, 2]], [1, 2], r"u must be a vector \(d,\)"),
        ("ab", [1, 2], "u must hold real numbers"),
    ],
)
def test_cosine_refuses(u, v, message):
    with pytest.raises(ValueError, match=message):
        cosine(u, v)


@given(small_integers, st.sampled_from([np.float32, np.float64]))
def test_similarity_matrix_is_every_cosine(rows, dtype):
    result = similarity_matrix(rows.astype(dtype), rows[:2].astype(dtype))
    expected = [[cosine(u, v) for v in rows[:2]] for u in rows]
    assert result.dtype == dtype
    # atol: the terms of an orthogonal pair cancel only up to rounding.
    atol = RTOL_SINGLE if dtype == np.float32 else RTOL
    np.testing.assert_allclose(result, expected, rtol=0, atol=atol)
    square = similarity_matrix(rows)
    np.testing.assert_allclose(square, square.T, rtol=0, atol=RTOL)
    np.testing.assert_allclose(np.diag(square), rows.any(axis=1), rtol=RTOL)
    assert np.abs(square).max() <= 1.0


def test_similarity_matrix_at_extreme_scales():
    rows = [[1e300, 1e300], [1e-300, 0.0], [0.0, 0.0]]
    half = math.sqrt(0.5)
    expected = [[1, half, 0], [half, 1, 0], [0, 0, 0]]
    np.testing.assert_allclose(similarity_matrix(rows), expected, rtol=RTOL)


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([[1, 2]], [[1, 2, 3]], r"have one width above 0, got \(2, 3\)"),
        (np.empty((1, 0)), None, "have one width above 0"),
        ([1, 2], None, r"rows must be a matrix \(V, d\)"),
        ([[1, 2]], [[math.nan, 1]], "columns must be finite"),
    ],
)
def test_similarity_matrix_refuses(rows, columns, message):
    with pytest.raises(ValueError, match=message):
        similarity_matrix(rows, columns)


# Nearest words

POINTS = Embeddings(
    ("east", "north", "west", "northeast", "far_north"),
    [[1, 0], [0, 1], [-1, 0], [1, 1], [0, 50]],
)


def test_nearest_by_hand():
    half = math.sqrt(0.5)
    expected = [("northeast", half), ("north", 0.0), ("far_north", 0.0), ("west", -1.0)]
    assert nearest(POINTS, "east") == [(w, pytest.approx(c, rel=RTOL, abs=0)) for w, c in expected]
    assert [word for word, _ in nearest(POINTS, [0, 3], k=2)] == ["north", "far_north"]


def slow_nearest(embeddings, query, k):
    others = list(embeddings)
    if isinstance(query, str):
        others.remove(query)
        query = embeddings[query]
    scores = [(word, cosine(embeddings[word], query)) for word in others]
    return sorted(scores, key=lambda pair: -pair[1])[:k]


@given(small_integers, st.integers(1, 15), st.booleans(), st.data())
def test_nearest_equals_one_cosine_after_the_other(matrix, k, single, data):
    embeddings = numbered(matrix.astype(np.float32) if single else matrix)
    query = data.draw(st.sampled_from(embeddings.words) | st.sampled_from(list(matrix)))
    # Not approximately: every rounding is the same.
    assert nearest(embeddings, query, k) == slow_nearest(embeddings, query, k)


def in_order_of_the_vocabulary(rank, dtype):
    """Whether a ranking keeps the order of rows of exactly the same direction, in many shapes."""
    rng = np.random.default_rng(0)
    for V in [2, 3, 5, 8, 13, 33, 64, 101]:
        for d in [1, 2, 3, 7, 8, 16, 31, 100, 129, 300]:
            row, query = rng.integers(1, 99, d), rng.standard_normal(d)
            embeddings = numbered((row * rng.integers(1, 99, (V, 1))).astype(dtype))
            if [word for word, _ in rank(embeddings, query)] != list(embeddings):
                return False
    return True


def reversed_ties(embeddings, query):
    scores = np.array([cosine(row, query) for row in embeddings.matrix])
    return [(embeddings.words[i], scores[i]) for i in np.argsort(scores, kind="stable")[::-1]]


def summed_by_position(embeddings, query):
    # What BLAS does: the order in which a row's terms are added depends on where the row stands.
    unit = query / np.linalg.norm(query)
    rows = embeddings.matrix.astype(np.float64)
    terms = rows / np.linalg.norm(rows, axis=1, keepdims=True) * unit
    scores = np.array([math.fsum(t) if i % 2 else np.cumsum(t)[-1] for i, t in enumerate(terms)])
    return [(embeddings.words[i], scores[i]) for i in np.argsort(-scores, kind="stable")]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_of_one_direction_keep_the_order_of_the_vocabulary(dtype):
    assert in_order_of_the_vocabulary(lambda e, q: nearest(e, q, len(e)), dtype)
    # Negative controls: two usual ways to get it wrong.
    assert not in_order_of_the_vocabulary(reversed_ties, dtype)
    assert not in_order_of_the_vocabulary(summed_by_position, dtype)


def test_more_ties_than_fit_into_one_block():
    # Every third row turns away from the query, by less than single precision can tell.
    matrix = np.full((10_000, 7), 0.1, np.float32)
    matrix[::3, 0] = 0.1001
    matrix[77] = -1.0
    expected = [i for i in range(10_000) if i % 3 and i not in (5, 77)] + list(range(0, 10_000, 3))
    result = nearest(numbered(matrix), "w5", 9998)
    assert [word for word, _ in result] == [f"w{i}" for i in expected]


def test_neighbors_closer_than_single_precision_can_tell_are_in_order():
    # Rows that turn away from the query in steps far below the rounding of a float32 product.
    rng = np.random.default_rng(1)
    query = rng.standard_normal(50).astype(np.float32)
    matrix = (query + 1e-4 * rng.standard_normal((400, 50))).astype(np.float32)
    exact = [exact_cosine(row.tolist(), query.tolist()) for row in matrix]
    expected = [f"w{i}" for i in np.argsort(-np.array(exact), kind="stable")[:20]]
    assert [word for word, _ in nearest(numbered(matrix), query, 20)] == expected
    # Negative control: the product in single precision alone ranks them differently.
    scores = matrix @ query / np.linalg.norm(matrix, axis=1)
    assert [f"w{i}" for i in np.argsort(-scores, kind="stable")[:20]] != expected


@pytest.mark.parametrize(
    ("dtype", "scales"),
    [
        (np.float64, [1e-310, 1e-200, 1e200, 1e307]),
        (np.float32, [1e-42, 1e-30, 1e30, 1e37]),
    ],
)
def test_nearest_at_extreme_scales(dtype, scales):
    rng = np.random.default_rng(2)
    directions = rng.integers(-9, 10, (40, 6))
    for chosen in [*([scale, 1.0] for scale in scales), scales]:
        embeddings = numbered((directions * rng.choice(chosen, (40, 1))).astype(dtype))
        for word in embeddings.words[:10]:
            assert nearest(embeddings, word, 5) == slow_nearest(embeddings, word, 5)


def test_any_memory_layout():
    matrix = np.random.default_rng(3).standard_normal((30, 8))
    expected = nearest(numbered(matrix), "w4")
    assert nearest(numbered(np.asfortranarray(matrix)), "w4") == expected
    assert nearest(numbered(np.repeat(matrix, 2, axis=1)[:, ::2]), "w4") == expected


def test_a_zero_query_has_similarity_0_with_everything():
    expected = [("east", 0.0), ("north", 0.0)]
    assert nearest(POINTS, [0, 0], 2) == expected
    embeddings = Embeddings(("nothing", "east", "north"), [[0, 0], [1, 0], [0, 1]])
    assert nearest(embeddings, "nothing") == expected
    assert nearest(embeddings, [-1, 0]) == [("nothing", 0.0), ("north", 0.0), ("east", -1.0)]


def test_words_left_out():
    [(word, _)] = nearest(POINTS, "east", 1, exclude=["northeast", "unheard"])
    assert word == "north"
    assert nearest(POINTS, "east", exclude=POINTS.words) == []
    assert len(nearest(POINTS, "east", k=99)) == len(POINTS) - 1
    assert len(nearest(POINTS, POINTS["east"], k=99)) == len(POINTS)


def test_the_query_is_not_changed():
    query = np.array([2.0, 1.0])
    nearest(POINTS, query)
    assert query.tolist() == [2.0, 1.0]


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [
        ("eas", {}, "got 'eas'; did you mean 'east'"),
        ([1, 2, 3], {}, "query must have the 2 dimensions of the embeddings, got 3"),
        ([1, math.nan], {}, "query must be finite"),
        ("east", {"k": 0}, "k must be at least 1, got 0"),
        ("east", {"k": 1.5}, "k must be an integer, got 1.5"),
        ("east", {"exclude": "west"}, "exclude must be a collection of words, got 'west'"),
    ],
)
def test_nearest_refuses(query, options, message):
    with pytest.raises(ValueError, match=message):
        nearest(POINTS, query, **options)


# Many queries


@given(small_integers, st.integers(1, 15), st.booleans(), st.data())
def test_many_queries_are_answered_as_each_alone(matrix, k, single, data):
    embeddings = numbered(matrix.astype(np.float32) if single else matrix)
    words = data.draw(st.lists(st.sampled_from(embeddings.words), max_size=9))
    exclude = data.draw(st.lists(st.sampled_from(embeddings.words), max_size=3))
    alone = [nearest(embeddings, word, k, exclude=exclude) for word in words]
    # Not approximately: every rounding is the same.
    assert nearest_many(embeddings, words, k, exclude=exclude) == alone
    alone = [nearest(embeddings, row, k, exclude=exclude) for row in matrix]
    assert nearest_many(embeddings, matrix, k, exclude=exclude) == alone


def test_many_queries_by_hand():
    half = math.sqrt(0.5)
    expected = [[("northeast", pytest.approx(half))], [("far_north", 1.0)]]
    assert nearest_many(POINTS, ("east", "north"), 1) == expected
    assert nearest_many(POINTS, [[0, 0]], 1) == [[("east", 0.0)]]
    assert nearest_many(POINTS, ["east"], exclude=POINTS.words) == [[]]
    assert nearest_many(POINTS, []) == []
    assert nearest_many(POINTS, np.empty((0, 2))) == []


@pytest.mark.parametrize(
    ("queries", "options", "message"),
    [
        ("east", {}, r"queries must be a list of words or a matrix \(q, d\), got 'east'; call nea"),
        (["east", "wst"], {}, "got 'wst'; did you mean 'west'"),
        ([[1, 2, 3]], {}, "queries must have the 2 dimensions of the embeddings, got 3"),
        ([1, 2], {}, r"queries must be a matrix"),
        (["east", [1, 2]], {}, "queries must be"),
        ([[1, math.nan]], {}, "queries must be finite"),
        (["east"], {"k": 0}, "k must be at least 1, got 0"),
        (["east"], {"exclude": "west"}, "exclude must be a collection of words, got 'west'"),
    ],
)
def test_nearest_many_refuses(queries, options, message):
    with pytest.raises(ValueError, match=message):
        nearest_many(POINTS, queries, **options)


# Analogies

# For "king - man + woman": raw, the long vector of king decides; normalized, all three do.
ROYALS = Embeddings(
    ("king", "man", "woman", "empress", "queen"),
    [[30, 0, 10], [0, 0, 1], [0, 1, 0], [30, 1, 9], [1, 1, -0.6]],
)


def test_analogy_by_hand():
    # A - B + C = (30, 1, 9), which is the vector of empress.
    assert analogy(ROYALS, "king", "man", "woman") == [("empress", 1.0)]
    # The unit vector of king is (3, 0, 1) / sqrt(10), so A - B + C = (.9487, 1, -.6838).
    [(word, score)] = analogy(ROYALS, "king", "man", "woman", normalize=True)
    total = [3 / math.sqrt(10), 1, 1 / math.sqrt(10) - 1]
    assert word == "queen"
    assert score == pytest.approx(exact_cosine(total, [1, 1, -0.6]), rel=RTOL)


def test_inputs_are_answers_only_on_request():
    best = analogy(ROYALS, "king", "man", "woman", k=9)
    assert {word for word, _ in best} == {"empress", "queen"}
    best = analogy(ROYALS, "king", "man", "woman", k=9, exclude_inputs=False)
    assert {word for word, _ in best} == set(ROYALS)


@given(small_integers, st.booleans(), st.booleans(), st.data())
def test_analogy_equals_its_definition(matrix, normalize, exclude_inputs, data):
    embeddings = numbered(matrix)
    a, b, c = (data.draw(st.sampled_from(embeddings.words)) for _ in range(3))
    rows = [embeddings[word] for word in (a, b, c)]
    if normalize:
        peaks = [row / (np.abs(row).max() or 1.0) for row in rows]
        rows = [row / (math.sqrt(math.fsum(row * row)) or 1.0) for row in peaks]
    target = rows[0] - rows[1] + rows[2]
    result = dict(
        analogy(embeddings, a, b, c, 99, exclude_inputs=exclude_inputs, normalize=normalize)
    )
    assert set(result) == set(embeddings) - ({a, b, c} if exclude_inputs else set())
    if np.abs(target).max() > 1e-9:  # where normalized vectors cancel, only rounding is left
        for word, score in result.items():
            # atol: cosines near 0 are sums that cancel.
            assert score == pytest.approx(cosine(embeddings[word], target), rel=1e-6, abs=1e-6)


def test_analogy_with_itself_and_at_extreme_scales():
    assert analogy(POINTS, "east", "east", "north", k=1)[0] == ("far_north", 1.0)
    for scale in (1e-300, 1e307, 1.7e308):
        huge = Embeddings(("a", "b", "c", "d"), np.array([[1, 0], [-1, 0], [1, 0], [1, 0]]) * scale)
        assert analogy(huge, "a", "b", "c") == [("d", 1.0)]


@pytest.mark.parametrize("position", range(3))
def test_analogy_names_the_unknown_word(position):
    inputs = ["king", "man", "woman"]
    inputs[position] = "womann"
    with pytest.raises(ValueError, match="5 words, got 'womann'; did you mean 'woman'"):
        analogy(ROYALS, *inputs)


# gensim


@pytest.fixture(scope="module", params=[(50, 3), (500, 25), (2000, 100)])
def keyed_vectors(request):
    gensim = pytest.importorskip("gensim.models")
    V, d = request.param
    peer = gensim.KeyedVectors(d)
    matrix = np.random.default_rng(V).standard_normal((V, d)).astype(np.float32)
    peer.add_vectors([f"w{i}" for i in range(V)], matrix)
    return peer


def same_ranking(ours, theirs):
    # gensim computes in single precision: rtol 1e-5, and atol 1e-6 for cosines near 0.
    return [word for word, _ in ours] == [word for word, _ in theirs] and np.allclose(
        [score for _, score in ours], [score for _, score in theirs], rtol=1e-5, atol=1e-6
    )


@pytest.mark.peer
def test_gensim_agrees_on_similarities(keyed_vectors):
    embeddings = Embeddings(tuple(keyed_vectors.index_to_key), keyed_vectors.vectors)
    for u, v in [("w0", "w1"), ("w7", "w30"), ("w9", "w9")]:
        expected = keyed_vectors.similarity(u, v)
        assert cosine(embeddings[u], embeddings[v]) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.peer
def test_gensim_agrees_on_nearest_words(keyed_vectors):
    embeddings = Embeddings(tuple(keyed_vectors.index_to_key), keyed_vectors.vectors)
    for word in embeddings.words[:20]:
        assert same_ranking(nearest(embeddings, word), keyed_vectors.most_similar(word))
    for ours, word in zip(
        nearest_many(embeddings, embeddings.words[:20]), embeddings, strict=False
    ):
        assert same_ranking(ours, keyed_vectors.most_similar(word))
    # Negative control: the dot product without the lengths is another ranking.
    products = keyed_vectors.vectors @ keyed_vectors["w0"]
    best = [(f"w{i}", products[i]) for i in np.argsort(-products) if i != 0][:10]
    assert not same_ranking(best, keyed_vectors.most_similar("w0"))


@pytest.mark.peer
def test_gensim_agrees_on_normalized_analogies(keyed_vectors):
    embeddings = Embeddings(tuple(keyed_vectors.index_to_key), keyed_vectors.vectors)
    raw_agrees = []
    for i in range(20):
        a, b, c = f"w{i}", f"w{i + 1}", f"w{i + 2}"
        theirs = keyed_vectors.most_similar(positive=[a, c], negative=[b], topn=5)
        assert same_ranking(analogy(embeddings, a, b, c, 5, normalize=True), theirs)
        raw_agrees.append(same_ranking(analogy(embeddings, a, b, c, 5), theirs))
    # Negative control: the course's definition is not gensim's.
    assert not all(raw_agrees)

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.sentences import (
    STOPWORDS,
    idf_table,
    mean_vector,
    sentence_similarity,
    sentence_vector,
    tf_idf_matrix,
    vector_table,
)
from embedlab.vectors import Embeddings

VECTORS = {"cat": [1.0, 0.0], "dog": [0.0, 2.0], "mat": [3.0, 4.0], "the": [10.0, 10.0]}
EMBEDDINGS = Embeddings(tuple(VECTORS), np.array(list(VECTORS.values())))
WORDS = [*VECTORS, "unseen"]

sentences = st.lists(st.sampled_from(WORDS), max_size=8)
documents = st.lists(sentences, max_size=6)
idfs = st.dictionaries(st.sampled_from(WORDS), st.floats(0.1, 10.0))


# Stopwords


def test_stopwords_are_lowercase_function_words():
    assert {"the", "and", "of", "is", "they", "with"} <= STOPWORDS
    assert all(word.isalpha() and word.islower() for word in STOPWORDS)
    # What turns a meaning round, and the content words of the practice table, stay.
    assert not STOPWORDS & {"no", "not", "never", "without", "against"}
    assert not STOPWORDS & {"berlin", "germany", "trade", "law", "court", "stream", "current"}


# The plain mean


def test_mean_by_hand():
    # (1 + 0 + 0) / 3 and (0 + 2 + 2) / 3: the repeated dog counts twice.
    mean = mean_vector(["the", "cat", "dog", "dog", "unseen"], VECTORS, STOPWORDS)
    np.testing.assert_allclose(mean, [1 / 3, 4 / 3], rtol=1e-15)


def test_negative_control_counting_words_once_is_wrong():
    once = np.mean([VECTORS["cat"], VECTORS["dog"]], axis=0)
    assert not np.allclose(mean_vector(["cat", "dog", "dog"], VECTORS), once, rtol=1e-3)


@given(sentences, st.sets(st.sampled_from(WORDS)))
def test_mean_against_a_slow_loop(tokens, stopwords):
    kept = [VECTORS[token] for token in tokens if token in VECTORS and token not in stopwords]
    slow = [sum(v[j] for v in kept) / len(kept) for j in (0, 1)] if kept else [0.0, 0.0]
    np.testing.assert_allclose(mean_vector(tokens, VECTORS, stopwords), slow, rtol=1e-14)


# Idf


def test_idf_by_hand():
    table = idf_table([["the", "cat", "the"], ["the", "dog"], ["the", "cat"]])
    assert list(table) == ["the", "cat", "dog"]
    assert table["the"] == 1.0
    assert table["cat"] == pytest.approx(math.log(4 / 3) + 1, rel=1e-15)
    assert table["dog"] == pytest.approx(math.log(4 / 2) + 1, rel=1e-15)


def test_idf_of_nothing_is_empty():
    assert idf_table([]) == {}
    assert idf_table([[], []]) == {}


def test_negative_controls_idf():
    docs = [["the", "cat", "the"], ["the", "dog"], ["the", "cat"]]
    table = idf_table(docs)
    n_occurrences = {"the": 4, "cat": 2, "dog": 1}
    by_occurrence = {w: math.log(4 / (1 + n)) + 1 for w, n in n_occurrences.items()}
    unsmoothed = {w: math.log(3 / n) + 1 for w, n in {"the": 3, "cat": 2, "dog": 1}.items()}
    assert table["the"] != pytest.approx(by_occurrence["the"], rel=1e-3)
    assert table["dog"] != pytest.approx(unsmoothed["dog"], rel=1e-3)
    assert table["dog"] != pytest.approx(math.log10(2) + 1, rel=1e-3)


@given(documents)
def test_idf_against_a_slow_loop(docs):
    slow = {}
    for word in {word for doc in docs for word in doc}:
        df = sum(word in doc for doc in docs)
        slow[word] = math.log((1 + len(docs)) / (1 + df)) + 1
    assert idf_table(docs) == pytest.approx(slow, rel=1e-15)
    assert all(weight >= 1.0 for weight in slow.values())


# Tf-idf matrix


def test_tf_idf_by_hand():
    words, weights = tf_idf_matrix([["b", "a", "b"], ["a"]], normalize=False)
    rare = math.log(3 / 2) + 1
    assert words == ("a", "b")
    np.testing.assert_allclose(weights, [[1.0, 2 * rare], [1.0, 0.0]], rtol=1e-15)


def test_rows_have_length_one_except_those_of_empty_documents():
    _, weights = tf_idf_matrix([["b", "a", "b"], [], ["a"]])
    np.testing.assert_allclose(np.linalg.norm(weights, axis=1), [1.0, 0.0, 1.0], rtol=1e-15)


def test_no_documents_make_an_empty_matrix():
    words, weights = tf_idf_matrix([])
    assert words == ()
    assert weights.shape == (0, 0)


@pytest.mark.peer
@given(documents.filter(any))
def test_tf_idf_is_scikit_learns(docs):
    from sklearn.feature_extraction.text import TfidfVectorizer

    for norm in (None, "l2"):
        peer = TfidfVectorizer(analyzer=lambda doc: doc, norm=norm, smooth_idf=True)
        expected = peer.fit_transform(docs).toarray()
        words, weights = tf_idf_matrix(docs, normalize=norm == "l2")
        assert list(words) == peer.get_feature_names_out().tolist()
        table = idf_table(docs)
        np.testing.assert_allclose([table[word] for word in words], peer.idf_, rtol=1e-14)
        np.testing.assert_allclose(weights, expected, rtol=1e-14)


@pytest.mark.peer
def test_negative_control_scikit_learn_without_smoothing_differs():
    from sklearn.feature_extraction.text import TfidfVectorizer

    docs = [["a", "b"], ["a"]]
    peer = TfidfVectorizer(analyzer=lambda doc: doc, norm=None, smooth_idf=False)
    expected = peer.fit_transform(docs).toarray()
    assert not np.allclose(tf_idf_matrix(docs, normalize=False)[1], expected, rtol=1e-3)


# The weighted mean


def test_weighted_mean_by_hand():
    # Weights: cat 1 · 3, dog 2 · 0.5, mat 1 · 1 (missing); their sum is 5.
    vector = sentence_vector(
        ["cat", "dog", "mat", "dog", "unseen"], VECTORS, {"cat": 3, "dog": 0.5}
    )
    np.testing.assert_allclose(vector, [(3 + 0 + 3) / 5, (0 + 2 + 4) / 5], rtol=1e-15)


@given(sentences, idfs, st.sets(st.sampled_from(WORDS)))
def test_weighted_mean_against_a_slow_loop(tokens, idf, stopwords):
    total, sums = 0.0, [0.0, 0.0]
    for token in tokens:
        if token in VECTORS and token not in stopwords:
            weight = idf.get(token, 1.0)
            total += weight
            sums = [s + weight * x for s, x in zip(sums, VECTORS[token], strict=True)]
    slow = [s / total for s in sums] if total else [0.0, 0.0]
    vector = sentence_vector(tokens, VECTORS, idf, stopwords)
    np.testing.assert_allclose(vector, slow, rtol=1e-13)


@given(sentences, idfs)
def test_laws_of_the_weighted_mean(tokens, idf):
    vector = sentence_vector(tokens, VECTORS, idf)
    same = dict.fromkeys(WORDS, 2.5)
    # Equal weights: the plain mean. All weights times a constant: no change. Order: no change.
    np.testing.assert_allclose(
        sentence_vector(tokens, VECTORS, same), mean_vector(tokens, VECTORS), rtol=1e-13
    )
    tripled = {word: 3 * idf.get(word, 1.0) for word in WORDS}
    np.testing.assert_allclose(sentence_vector(tokens, VECTORS, tripled), vector, rtol=1e-13)
    np.testing.assert_allclose(sentence_vector(tokens[::-1], VECTORS, idf), vector, rtol=1e-13)
    np.testing.assert_allclose(sentence_vector(tokens * 2, VECTORS, idf), vector, rtol=1e-13)


def test_negative_control_dividing_by_the_number_of_tokens_is_wrong():
    idf = {"cat": 3.0, "dog": 0.5}
    by_count = (3 * np.array(VECTORS["cat"]) + 0.5 * np.array(VECTORS["dog"])) / 2
    assert not np.allclose(sentence_vector(["cat", "dog"], VECTORS, idf), by_count, rtol=1e-3)


def test_idf_zero_leaves_a_word_out():
    assert sentence_vector(["cat", "dog"], VECTORS, {"cat": 0}).tolist() == VECTORS["dog"]
    assert sentence_vector(["cat"], VECTORS, {"cat": 0}).tolist() == [0.0, 0.0]


# Similarity


def test_similarity_by_hand():
    # (3 · (1, 0) + 1 · (3, 4)) / 4 = (1.5, 1) against (3, 4): 8.5 / (√3.25 · 5).
    similarity = sentence_similarity(["cat", "mat"], ["mat"], VECTORS, {"cat": 3.0})
    assert similarity == pytest.approx(8.5 / (math.sqrt(3.25) * 5), rel=1e-14)


@given(sentences, sentences, idfs)
def test_similarity_laws(s1, s2, idf):
    similarity = sentence_similarity(s1, s2, VECTORS, idf)
    assert type(similarity) is float
    assert -1.0 <= similarity <= 1.0
    assert similarity == pytest.approx(sentence_similarity(s2, s1, VECTORS, idf), rel=1e-14)
    known = any(token in VECTORS for token in s1)
    # rtol: two roundings in the cosine of a vector with itself.
    assert sentence_similarity(s1, s1, VECTORS, idf) == pytest.approx(float(known), rel=1e-15)


def test_word_order_is_not_seen():
    s1, s2 = ["dog", "cat", "mat"], ["mat", "cat", "dog"]
    assert sentence_similarity(s1, s2, VECTORS, {}) == pytest.approx(1.0, rel=1e-15)


# What every function has in common


@pytest.mark.parametrize("tokens", [[], ["the", "the"], ["unseen", "never"]])
@pytest.mark.parametrize("vectors", [VECTORS, EMBEDDINGS])
def test_nothing_left_gives_zeros(tokens, vectors):
    assert mean_vector(tokens, vectors, STOPWORDS).tolist() == [0.0, 0.0]
    assert sentence_vector(tokens, vectors, {}, STOPWORDS).tolist() == [0.0, 0.0]
    assert sentence_similarity(tokens, ["cat"], vectors, {}, STOPWORDS) == 0.0
    assert sentence_similarity(["cat"], tokens, vectors, {}, STOPWORDS) == 0.0
    assert sentence_similarity(["cat"], ["cat"], vectors, {}, STOPWORDS) == 1.0


def test_a_table_has_the_order_of_the_words_and_double_precision():
    single = Embeddings(tuple(VECTORS), EMBEDDINGS.matrix.astype(np.float32))
    for vectors in (VECTORS, EMBEDDINGS, single):
        table = vector_table(["mat", "cat", "mat"], vectors)
        assert table.tolist() == [[3.0, 4.0], [1.0, 0.0], [3.0, 4.0]]
        assert table.dtype == np.float64
        assert vector_table([], vectors).shape == (0, 2)


@given(sentences, idfs)
def test_embeddings_and_mappings_agree(tokens, idf):
    for vectors in (EMBEDDINGS, {word: tuple(v) for word, v in VECTORS.items()}):
        assert mean_vector(tokens, vectors).tolist() == mean_vector(tokens, VECTORS).tolist()
        expected = sentence_vector(tokens, VECTORS, idf).tolist()
        assert sentence_vector(tokens, vectors, idf).tolist() == expected


def test_inputs_are_not_changed():
    tokens, idf = ["cat", "dog", "dog"], {"cat": 2.0}
    vectors = {word: np.array(v) for word, v in VECTORS.items()}
    mean = mean_vector(["cat"], vectors)
    mean += 100
    sentence_similarity(tokens, tokens, vectors, idf, {"the"})
    tf_idf_matrix([tokens])
    assert (tokens, idf) == (["cat", "dog", "dog"], {"cat": 2.0})
    assert {word: v.tolist() for word, v in vectors.items()} == VECTORS


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_vector("the cat", VECTORS), "tokens must be a list of tokens, got 'the cat'"),
        (lambda: mean_vector(["cat"], {}), "vectors must hold at least one vector, got 'none'"),
        (
            lambda: mean_vector(["a", "b"], {"a": [1, 2], "b": [1, 2, 3]}),
            r"vectors\['b'\] must have 2 dimensions, as vectors\['a'\] has, got 3",
        ),
        (
            lambda: sentence_vector(["b"], {"a": [1, 2], "b": [1, math.nan]}, {}),
            r"vectors\['b'\] must be finite, got nan at index 1",
        ),
        (lambda: mean_vector(["cat"], VECTORS, "the"), "stopwords must be a collection of words"),
        (
            lambda: sentence_vector(["cat"], VECTORS, {"cat": -1.0}),
            r"idf\['cat'\] must be finite and at least 0, got -1\.0",
        ),
        (lambda: sentence_vector(["cat"], VECTORS, {"cat": math.inf}), "must be finite"),
        (lambda: idf_table("the cat"), "docs must be lists of tokens, got 'the cat'"),
        (lambda: idf_table(["the cat"]), "each of docs must be a list of tokens"),
        (lambda: tf_idf_matrix(["the cat"]), "each of docs must be a list of tokens"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.onehot import (
    bag_of_words,
    code_points,
    embedding_bytes,
    index_bytes,
    one_hot,
    one_hot_bytes,
    one_hot_matrix,
    sparsity,
)
from embedlab.text import Vocabulary, encode
from embedlab.vectors import cosine

SLIDE = Vocabulary(("cat", "dog", "mat", "sat", "hat"), np.ones(5, dtype=int))


@st.composite
def indices_and_size(draw):
    size = draw(st.integers(1, 9))
    return draw(st.lists(st.integers(0, size - 1), max_size=8)), size


def test_code_points():
    assert code_points("cat") == [99, 97, 116]
    assert code_points("") == []
    # An accent is one character or two; tokenize makes it one.
    assert code_points("é") == [0xE9]
    assert code_points("e\u0301") == [0x65, 0x301]
    with pytest.raises(ValueError, match="word must be a string, got b'cat'"):
        code_points(b"cat")


def test_the_five_words_are_the_rows_of_the_identity():
    rows = one_hot_matrix(encode(list(SLIDE), SLIDE), len(SLIDE))
    assert rows.tolist() == np.eye(5).tolist()
    assert one_hot(0, 5).tolist() == [1, 0, 0, 0, 0]
    assert one_hot(4, 5).tolist() == [0, 0, 0, 0, 1]
    assert one_hot_matrix([], 3).shape == (0, 3)


@given(indices_and_size())
def test_against_a_slow_loop(case):
    indices, size = case
    slow = [[1.0 if j == i else 0.0 for j in range(size)] for i in indices]
    assert one_hot_matrix(indices, size).tolist() == slow


@given(indices_and_size(), st.integers(0, 99))
def test_the_product_with_a_matrix_is_a_row_lookup(case, seed):
    indices, size = case
    matrix = np.random.default_rng(seed).standard_normal((size, 3))
    product = one_hot_matrix(indices, size) @ matrix
    assert (product == matrix[indices or np.zeros(0, int)]).all()
    # Negative control: the transposed product is another thing (unless nothing is asked).
    if indices:
        shifted = one_hot_matrix([(i + 1) % size for i in indices], size) @ matrix
        assert size == 1 or not (shifted == product).all()


@given(st.integers(2, 9), st.data())
def test_all_pairs_of_words_are_equally_different(size, data):
    i, j = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    u, v = one_hot(i, size), one_hot(j, size)
    assert cosine(u, v) == 0.0
    assert cosine(u, u) == 1.0
    assert np.linalg.norm(u - v) == pytest.approx(np.sqrt(2), rel=1e-15)


@given(st.lists(st.sampled_from(SLIDE.words)))
def test_a_bag_is_the_sum_of_one_hot_rows_and_has_no_order(tokens):
    bag = bag_of_words(tokens, SLIDE)
    assert bag.tolist() == one_hot_matrix(encode(tokens, SLIDE), 5).sum(axis=0).tolist()
    assert bag.tolist() == [tokens.count(word) for word in SLIDE]
    assert bag.tolist() == bag_of_words(tokens[::-1], SLIDE).tolist()


def test_bag_counts_repeats_and_treats_unknown_words_as_told():
    assert bag_of_words(["hat", "cat", "hat"], SLIDE).tolist() == [1, 0, 0, 0, 2]
    assert bag_of_words(["hat", "cow"], SLIDE, unknown="skip").tolist() == [0, 0, 0, 0, 1]
    with pytest.raises(ValueError, match="tokens must be words of the vocabulary, got 'cow'"):
        bag_of_words(["hat", "cow"], SLIDE)


def test_sparsity_of_the_slides():
    assert sparsity(10) == 0.9
    assert f"{sparsity(50_000):.3%}" == "99.998%"
    assert f"{sparsity(170_000):.3%}" == "99.999%"
    assert sparsity(1) == 0.0


@given(st.integers(1, 500), st.data())
def test_sparsity_is_what_a_vector_has(size, data):
    vector = one_hot(data.draw(st.integers(0, size - 1)), size)
    assert sparsity(size) == pytest.approx(np.mean(vector == 0), rel=1e-15)


def test_memory_is_what_numpy_uses():
    V, d, n = 40, 7, 11
    rows = one_hot_matrix(np.arange(n), V)
    assert one_hot_bytes(V, n, itemsize=8) == rows.nbytes
    assert one_hot_bytes(V, n) == rows.astype(np.float32).nbytes
    assert index_bytes(n) == np.arange(n, dtype=np.int32).nbytes
    assert embedding_bytes(V, d) == np.zeros((V, d), dtype=np.float32).nbytes


def test_memory_of_fifty_thousand_words():
    assert one_hot_bytes(50_000, 50_000) == 10 * 10**9
    assert embedding_bytes(50_000, 300) == 60 * 10**6
    # The indices say as much as the one-hot rows, in fewer bytes than the dense table.
    assert index_bytes(50_000) == 200_000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: one_hot(5, 5), "index must be below the size 5, got 5"),
        (lambda: one_hot(-1, 5), "index must be at least 0, got -1"),
        (lambda: one_hot(0, 0), "size must be at least 1, got 0"),
        (lambda: one_hot_matrix([0, 1.5], 3), r"index must be an integer, got 1\.5"),
        (lambda: sparsity(0), "size must be at least 1, got 0"),
        (lambda: one_hot_bytes(0, 1), "n_words must be at least 1"),
        (lambda: one_hot_bytes(1, -1), "n_vectors must be at least 0"),
        (lambda: index_bytes(-1), "n_vectors must be at least 0"),
        (lambda: embedding_bytes(1, 0), "n_dimensions must be at least 1"),
        (lambda: embedding_bytes(1, 1, itemsize=0), "itemsize must be at least 1"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()

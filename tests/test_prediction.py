"""Filling a gap: values by hand, a slow oracle, laws, and bugs that must show."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.datasets import city_vectors
from embedlab.prediction import context_mean, predict_center
from embedlab.vectors import Embeddings

# The course's practice problem.
S1 = ["trade", "law", "and", "the", "court", "berlin", "germany"]
PRACTICE = city_vectors()


def slow_prediction(tokens, i, window, embeddings, score=None):
    """The oracle: one loop after the other, no NumPy, no help of the package."""
    total, n_known = [0.0] * embeddings.n_dimensions, 0
    for j in range(len(tokens)):
        if j != i and abs(j - i) <= window and tokens[j] in embeddings.words:
            row = embeddings.matrix[embeddings.words.index(tokens[j])].tolist()
            total = [a + b for a, b in zip(total, row, strict=True)]
            n_known += 1
    if n_known == 0:
        return None
    best, best_score = None, -math.inf
    for word, row in zip(embeddings.words, embeddings.matrix.tolist(), strict=True):
        value = (score or slow_cosine)([a / n_known for a in total], row)
        if value > best_score:
            best, best_score = word, value
    return best


def slow_cosine(u, v):
    product = math.fsum(a * b for a, b in zip(u, v, strict=True))
    lengths = math.hypot(*u) * math.hypot(*v)
    return product / lengths if lengths else 0.0


def slow_dot(u, v):
    return math.fsum(a * b for a, b in zip(u, v, strict=True))


def test_by_hand():
    # (law + and + court + berlin) / 4 = ((2, 3) + (1, 1) + (3, 0) + (2, 5)) / 4.
    assert context_mean(S1, 3, 2, PRACTICE).tolist() == [2.0, 2.25]
    # Its cosine with barcelona (3.2, 4) is 15.4 / (3.0104 · 5.1225) = 0.9987; the next is "the",
    # (1, 1), with 4.25 / (3.0104 · 1.4142) = 0.9983.
    assert predict_center(S1, 3, 2, PRACTICE) == "barcelona"
    # At the end only the left half is there: (court + berlin) / 2 = ((3, 0) + (2, 5)) / 2.
    assert context_mean(S1, 6, 2, PRACTICE).tolist() == [2.5, 2.5]
    # Exactly the direction of "the" and of "and": the first of the two wins.
    assert predict_center(S1, 6, 2, PRACTICE) == "the"


@pytest.mark.parametrize("window", [1, 2, 3, 9])
@pytest.mark.parametrize("i", range(len(S1)))
def test_the_slow_oracle_agrees(i, window):
    assert predict_center(S1, i, window, PRACTICE) == slow_prediction(S1, i, window, PRACTICE)


def test_negative_controls():
    """Plausible bugs give other answers here, so the tests above can fail."""
    assert slow_prediction(S1, 3, 2, PRACTICE, slow_dot) == "germany", "the longest vector"
    # The hidden word counted in: (1, 1) more.
    counted_in = np.mean([PRACTICE[word] for word in S1[1:6]], axis=0)
    assert not np.allclose(counted_in, context_mean(S1, 3, 2, PRACTICE), rtol=1e-2)


def test_repeats_count_and_unknown_words_do_not():
    points = Embeddings(("a", "b"), np.array([[3.0, 0.0], [0.0, 3.0]]))
    assert context_mean(["a", "a", "?", "b"], 2, 2, points).tolist() == [2.0, 1.0]
    assert context_mean(["a", "x", "?", "b"], 2, 2, points).tolist() == [1.5, 1.5]
    # The hidden word stands in its own context where it occurs a second time.
    assert context_mean(["b", "b", "a"], 1, 1, points).tolist() == [1.5, 1.5]


@pytest.mark.parametrize(
    ("tokens", "i", "window"), [(["a"], 0, 5), (["b", "a", "b"], 1, 0), (["x", "a", "y"], 1, 1)]
)
def test_nothing_known_around(tokens, i, window):
    points = Embeddings(("a", "b"), np.eye(2))
    assert context_mean(tokens, i, window, points) is None
    assert predict_center(tokens, i, window, points) is None


def test_context_words_and_the_hidden_word_are_candidates():
    points = Embeddings(("left", "hidden", "right"), np.array([[5.0, 1], [5.0, 5], [1.0, 5]]))
    assert predict_center(["left", "hidden", "right"], 1, 1, points) == "hidden"
    assert predict_center(["left", "hidden"], 1, 1, points) == "left"


def test_equal_rows_and_zero_vectors():
    rows = np.array([[0.0, 0.0], [2.0, 2.0], [1.0, 1.0], [-1.0, -1.0]])
    points = Embeddings(("zero", "first", "second", "against"), rows)
    assert predict_center(["second", "?"], 1, 1, points) == "first"
    # Mean zero: every cosine is 0, and so the first word of all.
    assert predict_center(["second", "?", "against"], 1, 1, points) == "zero"


def test_single_precision_is_averaged_in_double():
    points = Embeddings(("a", "b"), np.array([[1.0], [2.0**-30]], dtype=np.float32))
    mean = context_mean(["a", "?", "b"], 1, 1, points)
    assert mean.dtype == np.float64
    assert mean.tolist() == [(1 + 2.0**-30) / 2]


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(2, 9),
    window=st.integers(1, 4),
    scale=st.sampled_from([1e-8, 3.0, 1e8]),
)
def test_the_scale_and_the_order_of_the_context_change_nothing(seed, n, window, scale):
    rng = np.random.default_rng(seed)
    words = tuple("abcdef")
    matrix = rng.normal(size=(6, 3))
    points = Embeddings(words, matrix)
    tokens = [words[k] for k in rng.integers(6, size=n)]
    i = int(rng.integers(n))
    mean = context_mean(tokens, i, window, points)
    scaled = context_mean(tokens, i, window, Embeddings(words, scale * matrix))
    np.testing.assert_allclose(scaled, scale * mean, rtol=1e-9, atol=1e-12 * scale)
    # An average forgets order: this is all that CBOW knows of a sentence.
    swapped = [*tokens[:i][::-1], tokens[i], *tokens[i + 1 :][::-1]]
    np.testing.assert_allclose(
        context_mean(swapped, i, n, points), context_mean(tokens, i, n, points), atol=1e-12
    )


@pytest.mark.parametrize("function", [context_mean, predict_center])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("trade law", 0, 2), "tokens must be a list of tokens"),
        ((S1, 7, 2), "i must be below 7"),
        ((S1, -1, 2), "i must be at least 0"),
        ((S1, 3, -1), "window must be at least 0"),
        (([], 0, 1), "i must be below 0"),
    ],
)
def test_errors(function, arguments, words):
    with pytest.raises(ValueError, match=words):
        function(*arguments, PRACTICE)

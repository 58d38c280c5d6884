"""The search of ``nearest``; its answers are compared with the definition in test_vectors, too."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from embedlab import directions as module
from embedlab.directions import (
    _highest,
    _highest_of_columns,
    cosines,
    directions,
    nearest_rows,
    unit_rows,
)

shapes = st.tuples(st.integers(1, 60), st.integers(1, 20))
small_integers = arrays.arrays(np.float64, shapes, elements=st.integers(-2, 2))
dtypes = st.sampled_from([np.float32, np.float64])


@pytest.fixture
def sixteen_bits(monkeypatch):
    """Let small matrices, too, be searched in 16 bits first; count how often that was enough."""
    enough = []
    coarse = module._coarse_candidates

    def counted(space, *arguments):
        found = coarse(space, *arguments)
        enough.append(len(found) <= len(space.rows) // 32)
        return found

    monkeypatch.setattr(module, "_LARGE", 0)
    monkeypatch.setattr(module, "_coarse_candidates", counted)
    return enough


def slow(matrix, query, k, left_out=()):
    scores = [cosines(row[np.newaxis], query[np.newaxis])[0] for row in matrix]
    kept = [i for i in range(len(matrix)) if i not in left_out]
    return sorted(((i, scores[i]) for i in kept), key=lambda pair: -pair[1])[:k]


def found(matrix, query, k, left_out=()):
    [(rows, scores)] = nearest_rows(directions(matrix), query[np.newaxis], k, [left_out])
    return list(zip(rows.tolist(), scores.tolist(), strict=True))


def test_large_matrices_are_read_in_16_bits():
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((2**14, 256)).astype(np.float32)
    space = directions(matrix)
    nearest_rows(space, matrix[:2], 10, [[], []])
    assert "rounded" not in vars(space)  # many queries share the matrix in single precision
    nearest_rows(space, matrix[:1], 10, [[]])
    assert "rounded" in vars(space)
    assert space.rounded.blocks.nbytes == matrix.nbytes / 2
    small = directions(matrix[:-1])
    nearest_rows(small, matrix[:1], 10, [[]])
    assert "rounded" not in vars(small)


@functools.cache
def normal_rows(d, dtype):
    """Return a matrix, and for each of its first rows all others as the definition ranks them."""
    matrix = np.random.default_rng(d).standard_normal((3000, d)).astype(dtype)
    return matrix, [slow(matrix, matrix[i], len(matrix), {i}) for i in range(3)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("d", [1, 2, 7, 50, 300, 512])
@pytest.mark.parametrize("k", [1, 10, 60])
def test_a_search_in_16_bits_equals_the_definition(sixteen_bits, d, k, dtype):
    matrix, ranked = normal_rows(d, dtype)
    for i in range(3):
        assert found(matrix, matrix[i], k, {i}) == ranked[i][:k]
    assert len(sixteen_bits) == 3


@pytest.mark.parametrize("k", [1, 10])
def test_16_bits_are_enough_where_neighbors_stand_out(sixteen_bits, k):
    rng = np.random.default_rng(7)
    matrix = rng.standard_normal((4000, 100)).astype(np.float32)
    matrix[::100] += 4 * matrix[50]
    assert found(matrix, matrix[50], k) == slow(matrix, matrix[50], k)
    assert sixteen_bits == [True]


def test_negative_control_16_bits_alone_rank_differently():
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((3000, 100)).astype(np.float32)
    space = directions(matrix)
    unit = unit_rows(matrix[:1])[0]
    integers = np.rint(unit * space.rounded.scale).astype(np.int16)
    scores = np.einsum("bji,j->bi", space.rounded.blocks, integers).ravel()[:3000]
    ranking = np.argsort(-scores.astype(int), kind="stable")[:10].tolist()
    assert ranking != [i for i, _ in slow(matrix, matrix[0], 10)]


@given(small_integers, st.integers(1, 70), dtypes, st.data())
def test_ties_zero_rows_and_rows_left_out_in_16_bits(matrix, k, dtype, data):
    query = data.draw(st.sampled_from(list(matrix)))
    left_out = data.draw(st.sets(st.integers(0, len(matrix) - 1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LARGE", 0)
        for lanes in (4, 1024):
            patch.setattr(module, "_LANES", lanes)
            result = found(matrix.astype(dtype), query.astype(dtype), k, left_out)
            assert result == slow(matrix, query, k, left_out)


def test_many_equal_rows_in_16_bits(sixteen_bits):
    matrix = np.tile(np.array([[0.1, 0.2, -0.3]], np.float32), (5000, 1))
    matrix[4000:] *= 3
    matrix[7] = -1.0
    expected = [i for i in range(5000) if i != 7][:20]
    assert [i for i, _ in found(matrix, matrix[0], 20)] == expected
    assert sixteen_bits == [False]  # so many candidates are judged in single precision


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_extreme_scales_in_16_bits(sixteen_bits, scale):
    matrix = np.random.default_rng(2).standard_normal((2000, 8)).astype(np.float32)
    matrix[::2] *= scale
    assert found(matrix, matrix[3], 5, {3}) == slow(matrix, matrix[3], 5, {3})
    assert len(sixteen_bits) == 1


@pytest.mark.parametrize(
    "rows",
    [
        np.eye(512),
        np.ones((3, 512)),
        np.full((3, 2), 0.5),
        np.random.default_rng(0).standard_normal((500, 512)),
        np.zeros((3, 4)),
    ],
)
def test_rounding_stays_within_its_bound_and_within_16_bits(rows):
    space = directions(np.vstack([rows, -rows]))
    scale, error = space.rounded.scale, space.rounded.error
    V, d = space.rows.shape
    integers = space.rounded.blocks.transpose(0, 2, 1).reshape(-1, d)[:V].astype(np.int64)
    exact = scale * unit_rows(space.rows)
    assert np.linalg.norm(integers - exact, axis=1).max() <= error * (1 + 1e-12) <= np.sqrt(d)
    assert not space.rounded.blocks.transpose(0, 2, 1).reshape(-1, d)[V:].any()
    assert np.abs(integers @ integers.T).max() <= np.iinfo(np.int16).max


def test_more_queries_than_scores_fit_into_memory(monkeypatch):
    matrix = np.random.default_rng(4).standard_normal((90, 5))
    left_out = [{i} for i in range(90)]
    at_once = nearest_rows(directions(matrix), matrix, 3, left_out)
    for n in (1, 90 * 7):
        monkeypatch.setattr(module, "_SCORES", n)
        in_turns = nearest_rows(directions(matrix), matrix, 3, left_out)
        for (rows, scores), (others, other_scores) in zip(at_once, in_turns, strict=True):
            assert rows.tolist() == others.tolist()
            assert scores.tolist() == other_scores.tolist()


@given(
    arrays.arrays(np.float64, st.integers(1, 400), elements=st.integers(-3, 40)),
    st.integers(0, 20),
    st.sampled_from([0.0, 1.0]),
    st.data(),
)
def test_highest_has_all_that_rounding_hides(scores, n, rounding, data):
    for i in data.draw(st.lists(st.integers(0, len(scores) - 1), max_size=len(scores) // 2)):
        scores[i] = -np.inf
    n = min(n, int(np.isfinite(scores).sum()))
    positions = module._highest(scores, n, rounding)
    assert positions.tolist() == sorted(positions)
    assert np.isfinite(scores[positions]).all()
    if n:  # and not more than the rows that are not left out, which -inf stands for
        cutoff = np.sort(scores)[-n]
        assert set(np.flatnonzero(scores >= cutoff - rounding)) <= set(positions)
    else:
        assert len(positions) == 0


def test_almost_all_rows_left_out():
    scores = np.full(1000, -np.inf)
    # All in one group, whose maximum alone is finite.
    scores[[0, 62, 124]] = 0.5, 0.1, 0.2
    assert module._highest(scores, 2, 0.0).tolist() == [0, 124]
    assert module._highest(scores, 3, 0.0).tolist() == [0, 62, 124]


# Rows of length 1


def test_rows_have_length_one_at_any_scale():
    rows = np.array([[3e300, 4e300], [3e-300, 4e-300], [-3.0, 4.0], [0.0, 0.0]])
    expected = [[0.6, 0.8], [0.6, 0.8], [-0.6, 0.8], [0.0, 0.0]]
    np.testing.assert_allclose(unit_rows(rows), expected, rtol=1e-12)


def test_rows_keep_their_precision_and_the_original():
    rows = np.full((2, 3), 2.0, np.float32)
    assert unit_rows(rows).dtype == np.float32
    assert (rows == 2.0).all()


def test_columns_together_are_searched_like_each_alone():
    rng = np.random.default_rng(0)
    scores = rng.random((16 * 50 + 7, 5))
    scores[-3:, 0] = 2.0  # the best ones stand behind the last whole group
    # All scores of one column are in one group, and more answers are wanted than groups.
    scores[np.arange(len(scores)) % 50 > 0, 1] = -np.inf
    n = [2, 12, 0, 3, 1]
    together = _highest_of_columns(scores, n, 1e-3)
    for column, m, found in zip(scores.T, n, together, strict=True):
        np.testing.assert_array_equal(found, _highest(np.ascontiguousarray(column), m, 1e-3))
        assert set(np.argsort(-column)[:m]) <= set(found)

"""Random hyperplanes: the law of collisions, buckets against a slow loop, recall that grows."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.directions import unit_rows
from embedlab.retrieval import exact, hashing
from embedlab.retrieval.ranking import recall

seeds = st.integers(0, 2**32 - 1)


def clustered(seed, n=3000, d=32, n_clusters=40):
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((n_clusters, d))
    vectors = centers[rng.integers(n_clusters, size=n)] + 0.6 * rng.standard_normal((n, d))
    units = unit_rows(vectors.astype(np.float32))
    queries = units[rng.choice(n, 50, replace=False)] + 0.05 * rng.standard_normal((50, d))
    return units, unit_rows(queries.astype(np.float32))


# The law


def test_collision_probability_by_hand():
    # 60 degrees: a third of all planes pass between the two.
    np.testing.assert_allclose(hashing.collision_probability([0.5, -0.5]), [2 / 3, 1 / 3])
    # p = 2/3, two planes: 4/9 for a table; three tables miss it with (5/9)³.
    np.testing.assert_allclose(hashing.found_probability(0.5, 2, 3), 1 - (5 / 9) ** 3)


@pytest.mark.parametrize("degrees", [10, 45, 90, 150])
def test_planes_separate_as_the_law_says(degrees):
    theta, rng = np.radians(degrees), np.random.default_rng(degrees)
    turn, _ = np.linalg.qr(rng.standard_normal((9, 9)))
    pair = np.zeros((2, 9))
    pair[0, 0], pair[1, :2] = 1.0, (np.cos(theta), np.sin(theta))
    sides = pair @ turn @ rng.standard_normal((9, 40_000)) > 0
    share = (sides[0] == sides[1]).mean()
    p = float(hashing.collision_probability(np.cos(theta)))
    # Four standard errors of a share of 40,000 trials, at most 0.01.
    assert abs(share - p) < 4 * np.sqrt(p * (1 - p) / 40_000)
    # The control: planes with all normals in one orthant are no random planes.
    if degrees in (90, 150):
        biased = pair @ turn @ np.abs(rng.standard_normal((9, 40_000))) > 0
        assert abs((biased[0] == biased[1]).mean() - p) > 0.02


@pytest.mark.parametrize(("n_planes", "n_tables"), [(4, 1), (8, 4), (12, 8)])
def test_pairs_meet_as_often_as_predicted(n_planes, n_tables):
    cosine = 0.8
    pair = np.array([[1.0, 0.0, 0.0], [cosine, 0.6, 0.0]])
    n_met = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        index = hashing.build(pair[:1], n_planes=n_planes, n_tables=n_tables, rng=rng)
        n_met += len(hashing.candidates(index, pair[1:])[0])
    p = float(hashing.found_probability(cosine, n_planes, n_tables))
    assert abs(n_met / 400 - p) < 4 * np.sqrt(p * (1 - p) / 400)


@given(st.floats(-1, 1), st.floats(-1, 1), st.integers(1, 20), st.integers(1, 20))
def test_nearer_vectors_meet_more_often(u, v, n_planes, n_tables):
    low, high = hashing.found_probability(sorted([u, v]), n_planes, n_tables)
    assert 0 <= low <= high <= 1
    more_tables = hashing.found_probability(u, n_planes, n_tables + 1)
    more_planes = hashing.found_probability(u, n_planes + 1, n_tables)
    middle = hashing.found_probability(u, n_planes, n_tables)
    assert more_planes <= middle <= more_tables


# Buckets


def test_keys_by_hand():
    products = np.array([[[1.0, -1.0, 2.0]], [[0.0, 0.5, -0.5]]])
    assert hashing.bucket_keys(products).tolist() == [[5], [2]]
    assert hashing.bucket_keys(np.ones((1, 31))).tolist() == [2**31 - 1]


@pytest.mark.parametrize("n_probes", [1, 3, 8])
@given(st.integers(1, 60), st.integers(3, 6), st.integers(1, 3), seeds)
def test_candidates_equal_the_slow_loop(n_probes, n, n_planes, n_tables, seed):
    rng = np.random.default_rng(seed)
    vectors, queries = rng.standard_normal((n, 4)), rng.standard_normal((5, 4))
    index = hashing.build(vectors, n_planes=n_planes, n_tables=n_tables, rng=rng)
    expected = set()
    for planes, (i, query) in itertools.product(index.planes, enumerate(queries)):
        products = planes @ query
        # All ways to cross planes, the least far from the query first.
        ways = itertools.product([0, 1], repeat=n_planes)
        cheapest = sorted(ways, key=lambda way: sum(products[np.array(way) == 1] ** 2))
        for way in cheapest[:n_probes]:
            sides = (products > 0) ^ (np.array(way) == 1)
            same = ((vectors @ planes.T > 0) == sides).all(axis=1)
            expected |= {(i, int(position)) for position in np.flatnonzero(same)}
    owners, positions = hashing.candidates(index, queries, n_probes)
    assert list(zip(owners.tolist(), positions.tolist(), strict=True)) == sorted(expected)


def test_all_probes_of_a_table_are_exact_search():
    vectors, queries = clustered(0, n=500)
    index = hashing.build(vectors, n_planes=5, n_tables=1, rng=np.random.default_rng(1))
    hits = hashing.search(index, queries, 10, n_probes=32)
    expected = exact.search(exact.build(vectors), queries, 10)
    assert hits.positions.tolist() == expected.positions.tolist()
    assert hits.scores.tolist() == expected.scores.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_recall_grows_with_tables_and_with_probes(seed):
    vectors, queries = clustered(seed)
    truth = exact.search(exact.build(vectors), queries, 10).positions

    def recalls(n_tables, n_probes):
        rng = np.random.default_rng(seed)
        index = hashing.build(vectors, n_planes=12, n_tables=n_tables, rng=rng)
        return recall(hashing.search(index, queries, 10, n_probes=n_probes).positions, truth)

    by_tables = [recalls(n_tables, 1) for n_tables in (1, 2, 4, 8, 16)]
    by_probes = [recalls(2, n_probes) for n_probes in (1, 4, 16, 64)]
    for steps in (by_tables, by_probes):
        # The same generator draws the same first tables, so no query can lose a hit.
        assert all((low <= high).all() for low, high in itertools.pairwise(steps))
        # From 0.1 to 0.64 or more, and from 0.2 to 0.85 or more, in seeds 0 to 7.
        assert steps[-1].mean() > steps[0].mean() + 0.3


def test_a_vector_finds_itself_in_every_table():
    vectors, _ = clustered(1)
    index = hashing.build(vectors, n_planes=16, n_tables=1, rng=np.random.default_rng(0))
    hits = hashing.search(index, vectors[:100], 1)
    assert hits.positions[:, 0].tolist() == list(range(100))


def test_too_few_in_the_buckets_are_filled_up():
    index = hashing.build([[1.0, 0.0], [-1.0, 0.0]], n_planes=4, n_tables=1, rng=_rng())
    hits = hashing.search(index, [[1.0, 0.0]], 2)
    assert hits.positions.tolist() == [[0, -1]]
    assert hits.scores.tolist() == [[1.0, -np.inf]]


def _rng():
    return np.random.default_rng(0)


def test_blocks_make_no_difference(monkeypatch):
    vectors, _ = clustered(0, n=500)
    first, second = [], []
    for found, n_rows in ((first, 8192), (second, 64)):
        monkeypatch.setattr(hashing, "_ROWS", n_rows)
        index = hashing.build(vectors, n_planes=9, n_tables=3, rng=_rng())
        found += [index.keys.tolist(), index.positions.tolist()]
    assert first == second


def test_bytes():
    index = hashing.build(np.ones((100, 8), np.float32), n_planes=5, n_tables=3, rng=_rng())
    assert index.n_bytes == 100 * 8 * 4 + 3 * 5 * 8 * 4 + 3 * 100 * 8
    assert (len(index), index.n_dimensions) == (100, 8)


@pytest.mark.peer
@pytest.mark.parametrize("seed", range(3))
def test_signs_of_as_many_planes_find_what_faiss_finds(seed):
    # faiss's IndexLSH compares with every code by Hamming distance: one long key for each vector.
    import faiss

    from embedlab.retrieval import binary

    vectors, queries = clustered(seed)
    truth = exact.search(exact.build(vectors), queries, 10).positions
    peer = faiss.IndexLSH(32, 128, True, False)
    peer.train(vectors)
    peer.add(vectors)
    theirs = recall(peer.search(queries, 10)[1], truth).mean()
    planes = np.random.default_rng(seed).standard_normal((128, 32))
    signs = binary.build(vectors @ planes.T)
    ours = recall(binary.search(signs, queries @ planes.T, 10).positions, truth).mean()
    # Random planes on both sides: 0.49 to 0.54 and 0.50 to 0.57 in seeds 0 to 7.
    assert abs(ours - theirs) < 0.15


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_planes": 32}, "n_planes must be at most 31, got 32"),
        ({"n_planes": 0}, "n_planes must be at least 1"),
        ({"n_tables": 0}, "n_tables must be at least 1"),
        ({"vectors": np.empty((0, 2))}, "vectors must have at least one row"),
        ({"vectors": [[np.nan]]}, "vectors must be finite"),
    ],
)
def test_bad_tables(arguments, message):
    arguments = {"vectors": np.eye(2), "n_planes": 2, "n_tables": 2} | arguments
    with pytest.raises(ValueError, match=message):
        hashing.build(arguments.pop("vectors"), **arguments, rng=_rng())


@pytest.mark.parametrize(
    ("queries", "arguments", "message"),
    [
        (np.ones((1, 3)), {}, "queries must have 2 dimensions, as the index has, got 3"),
        (np.ones((1, 2)), {"k": 3}, "k must be at most 2"),
        (np.ones((1, 2)), {"n_probes": 0}, "n_probes must be at least 1"),
        (np.ones((1, 2)), {"n_probes": 5}, "n_probes must be at most 4, got 5"),
        ([[np.nan, 1]], {}, "queries must be finite"),
        ([[1e300, 1]], {}, "queries must hold numbers of size"),
    ],
)
def test_bad_queries(queries, arguments, message):
    index = hashing.build(np.eye(2), n_planes=2, n_tables=2, rng=_rng())
    with pytest.raises(ValueError, match=message):
        hashing.search(index, queries, **({"k": 1} | arguments))


def test_a_cosine_is_at_most_1():
    with pytest.raises(ValueError, match="cosine must be between -1 and 1, got 1\\.5"):
        hashing.collision_probability(1.5)
    with pytest.raises(ValueError, match="cosine must be between -1 and 1, got nan"):
        hashing.collision_probability(math.nan)
    # What rounding makes of a unit vector's product with itself, in either precision.
    for beyond in (1.0000000000000002, 1 + 4e-7):
        assert hashing.collision_probability([beyond, -beyond]).tolist() == [1.0, 0.0]


def test_the_size_of_a_query_does_not_change_what_is_probed():
    vectors = np.sign(_rng().standard_normal((60, 4)))
    index = hashing.build(vectors, n_planes=10, n_tables=2, rng=_rng())
    # As large as they may be: the squares of their products with the planes would overflow.
    small, large = (
        hashing.candidates(index, factor * vectors[:9], 50) for factor in (1.0, 3.3e153)
    )
    np.testing.assert_array_equal(small, large)

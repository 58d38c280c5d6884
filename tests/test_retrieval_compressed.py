"""int8, signs and product quantization: bounds, slow loops, faiss, and what each loses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.directions import unit_rows
from embedlab.retrieval import binary, exact, int8, product
from embedlab.retrieval.hits import top
from embedlab.retrieval.ranking import recall

seeds = st.integers(0, 2**32 - 1)


def clustered(seed, n=3000, d=32, n_clusters=40):
    """Unit vectors around a few centers, and queries beside some of them."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((n_clusters, d))
    vectors = centers[rng.integers(n_clusters, size=n)] + 0.6 * rng.standard_normal((n, d))
    units = unit_rows(vectors.astype(np.float32))
    queries = units[rng.choice(n, 50, replace=False)] + 0.05 * rng.standard_normal((50, d))
    return units, unit_rows(queries.astype(np.float32))


def recall_of(hits, vectors, queries, k=10):
    expected = exact.search(exact.build(vectors), queries, k).positions
    return float(recall(hits.positions[:, :k], expected).mean())


# int8


def test_int8_by_hand():
    index = int8.build([[1.0, -0.5, 0.0], [0.0, 0.0, 0.0], [254.0, 3.0, -254.0]])
    assert index.codes.tolist() == [[127, -64, 0], [0, 0, 0], [127, 2, -127]]  # 1.5 rounds to 2
    np.testing.assert_allclose(index.scales, [1 / 127, 0.0, 2.0], rtol=1e-7)
    assert int8.decode(index)[2].tolist() == [254.0, 4.0, -254.0]
    assert index.n_bytes == 3 * 3 + 3 * 4
    assert (len(index), index.n_dimensions) == (3, 3)


@given(st.integers(1, 20), st.integers(1, 20), st.floats(-20, 16), seeds)
def test_no_number_is_off_by_more_than_half_a_step(n, d, exponent, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, d)) * 10.0**exponent
    index = int8.build(vectors)
    errors = np.abs(int8.decode(index) - vectors)
    # Half a step, and the rounding of scale and product in single precision.
    assert (errors <= index.scales[:, np.newaxis] * (0.5 + 127 * 2e-7)).all()
    query = rng.standard_normal(d)
    products = int8.decode(index).astype(np.float64) @ query
    bound = index.scales / 2 * np.abs(query).sum()
    assert (np.abs(products - vectors @ query) <= bound * (1 + 1e-4)).all()


@pytest.mark.parametrize("seed", range(3))
def test_int8_search_is_exact_search_among_the_decoded(seed):
    vectors, queries = clustered(seed)
    vectors[100:110] = vectors[5]
    index = int8.build(vectors)
    expected = exact.search(exact.build(int8.decode(index)), queries, 15)
    hits = int8.search(index, queries, 15)
    assert hits.positions.tolist() == expected.positions.tolist()
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=1e-12)
    assert recall_of(hits, vectors, queries) > 0.93  # 0.98 or 0.99 in seeds 0 to 7


def test_negative_control_one_scale_for_all_rows_breaks_the_bound():
    vectors = np.array([[1.0, -0.5], [0.001, 0.0004]])
    scale = np.abs(vectors).max() / 127
    codes = np.rint(vectors / scale)
    errors = np.abs(codes * scale - vectors)[1]
    assert errors.max() > 10 * np.abs(vectors[1]).max() / 127 / 2


@pytest.mark.peer
@pytest.mark.parametrize("seed", range(3))
def test_int8_finds_what_faiss_finds_at_the_same_bytes(seed):
    import faiss

    vectors, queries = clustered(seed)
    peer = faiss.IndexScalarQuantizer(32, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    peer.train(vectors)
    peer.add(vectors)
    theirs = recall_of(_Found(peer.search(queries, 10)[1]), vectors, queries)
    ours = recall_of(int8.search(int8.build(vectors), queries, 10), vectors, queries)
    assert ours > theirs - 0.04  # seeds 0 to 7: ours 0.98 to 0.99, theirs 0.97 to 0.99


class _Found:
    def __init__(self, positions):
        self.positions = positions


# Signs


def test_signs_by_hand():
    index = binary.build([[0.5, -0.1, 0.0], [-3.0, 2.0, 1.0]])
    assert index.words.tolist() == [[0b001, 0b110]]
    hits = binary.search(index, [[1.0, 1.0, 1.0]], 2)
    assert hits.positions.tolist() == [[1, 0]]
    np.testing.assert_allclose(hits.scores, [[1 / 3, -1 / 3]], rtol=1e-12)
    np.testing.assert_allclose(
        binary.decode(index), np.array([[1, -1, -1], [-1, 1, 1]]) / np.sqrt(3), rtol=1e-6
    )


@pytest.mark.parametrize("d", [1, 7, 63, 64, 65, 384])
def test_bytes_of_signs(d):
    index = binary.build(np.ones((5, d)))
    assert index.n_bytes == 5 * 8 * -(-d // 64)
    assert (len(index), index.n_dimensions) == (5, d)


def test_a_bit_instead_of_32_is_a_32nd():
    vectors = np.ones((10, 384), np.float32)
    assert exact.build(vectors).n_bytes == 32 * binary.build(vectors).n_bytes


@given(st.integers(1, 25), st.integers(1, 140), st.integers(1, 4), st.data(), seeds)
def test_binary_search_equals_the_slow_loop(n, d, n_queries, data, seed):
    k = data.draw(st.integers(1, n))
    rng = np.random.default_rng(seed)
    vectors, queries = rng.standard_normal((n, d)), rng.standard_normal((n_queries, d))
    products = np.where(queries > 0, 1, -1) @ np.where(vectors > 0, 1, -1).T
    expected = top(products / d, k)
    hits = binary.search(binary.build(vectors), queries, k)
    assert hits.positions.tolist() == expected.positions.tolist()
    # 1 - 2h / d and (d - 2h) / d differ in the last digit; a score may be 0.
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=1e-12, atol=1e-15)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_ones_are_counted_the_same_without_numpy_2(numbers):
    words = np.array([numbers], np.uint64)
    expected = [[number.bit_count() for number in numbers]]
    assert binary._n_ones_by_table(words).tolist() == expected
    assert binary._n_ones(words).tolist() == expected


def test_hamming_is_a_distance():
    rng = np.random.default_rng(0)
    words = rng.integers(0, 2**63, (3, 12)).astype(np.uint64)
    distances = binary.hamming(words, words)
    assert (np.diag(distances) == 0).all()
    assert (distances == distances.T).all()
    assert (distances[:, np.newaxis] <= distances[..., np.newaxis] + distances[np.newaxis]).all()


def test_negative_control_bytes_are_not_bits():
    # Counting bytes that differ, not bits, gives another order.
    vectors = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [-1, -1, -1, -1, 1, 1, 1, 1]], float)
    words = binary.build(vectors).words
    assert binary.hamming(words, words)[0, 1] == 4
    assert (words[:, :1].view(np.uint8) != words[:, 1:].view(np.uint8)).sum() == 1


@pytest.mark.peer
def test_binary_search_equals_faiss():
    import faiss

    vectors, queries = clustered(0, d=64)
    pack = [np.packbits(x > 0, axis=1, bitorder="little") for x in (vectors, queries)]
    peer = faiss.IndexBinaryFlat(64)
    peer.add(pack[0])
    distances, _ = peer.search(pack[1], 10)
    hits = binary.search(binary.build(vectors), queries, 10)
    # Which of the many ties are kept is each library's own affair.
    np.testing.assert_allclose(hits.scores, 1 - 2 * distances / 64, rtol=1e-12, atol=1e-15)


# k-means and product quantization


def test_k_means_by_hand():
    points = [[0.0, 0.0], [0.0, 2.0], [10.0, 0.0], [10.0, 2.0]]
    # The pairs are so far apart that every start with one of each ends the same.
    centers, nearest = product.k_means(points, 2, rng=np.random.default_rng(1))
    assert sorted(centers.tolist()) == [[0.0, 1.0], [10.0, 1.0]]
    assert nearest[0] == nearest[1] != nearest[2] == nearest[3]


def test_each_iteration_of_k_means_lowers_the_loss_or_keeps_it():
    points = np.random.default_rng(0).standard_normal((400, 4))
    losses = []
    for n_iterations in range(12):
        rng = np.random.default_rng(7)
        centers, nearest = product.k_means(points, 20, n_iterations=n_iterations, rng=rng)
        losses.append(((points - centers[nearest]) ** 2).sum())
    assert (np.diff(losses) <= 1e-9).all()
    assert losses[-1] < 0.85 * losses[0]


def test_nearest_centers_equal_the_slow_loop():
    rng = np.random.default_rng(0)
    points, centers = rng.standard_normal((5000, 3)), rng.standard_normal((17, 3))
    nearest, gaps = product.nearest_centers(points, centers)
    distances = np.linalg.norm(points[:, np.newaxis] - centers, axis=2)
    assert nearest.tolist() == distances.argmin(axis=1).tolist()
    np.testing.assert_allclose(gaps, distances.min(axis=1) ** 2, rtol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_a_center_without_points_moves_to_a_point(seed):
    # Two places for three centers: one of them stays empty, and must not end up at the origin.
    points = np.array([[5.0, 1.0]] * 5 + [[9.0, 2.0]])
    centers, nearest = product.k_means(points, 3, rng=np.random.default_rng(seed))
    assert {tuple(center) for center in centers.tolist()} == {(5.0, 1.0), (9.0, 2.0)}
    assert centers[nearest].tolist() == points.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_product_quantization_is_exact_where_the_parts_repeat(seed):
    rng = np.random.default_rng(seed)
    books = rng.standard_normal((4, 5, 3)).astype(np.float32)
    choice = rng.integers(5, size=(60, 4))
    vectors = np.concatenate([books[j, choice[:, j]] for j in range(4)], axis=1)
    index = product.build(vectors, 4, n_codes=5, rng=rng)
    # k-means++ never starts two centers at equal points.
    np.testing.assert_allclose(product.decode(index), vectors, rtol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_more_codes_and_more_parts_lose_less(seed):
    vectors, _ = clustered(seed, n=800)

    def loss(n_parts, n_codes):
        index = product.build(vectors, n_parts, n_codes=n_codes, rng=np.random.default_rng(seed))
        return float(((product.decode(index) - vectors) ** 2).sum())

    by_codes = [loss(8, n_codes) for n_codes in (2, 8, 32)]
    by_parts = [loss(n_parts, 16) for n_parts in (2, 8, 32)]
    # Each step took off half or more in seeds 0 to 7.
    assert (np.array(by_codes[1:]) < 0.8 * np.array(by_codes[:-1])).all()
    assert (np.array(by_parts[1:]) < 0.8 * np.array(by_parts[:-1])).all()


@pytest.mark.parametrize("n_queries", [1, 2, 50])
def test_product_search_is_exact_search_among_the_decoded(n_queries):
    vectors, queries = clustered(1, n=9000)
    vectors[200:220] = vectors[3]
    index = product.build(vectors, 8, n_codes=64, rng=np.random.default_rng(0))
    expected = exact.search(exact.build(product.decode(index)), queries[:n_queries], 12)
    hits = product.search(index, queries[:n_queries], 12)
    assert hits.positions.tolist() == expected.positions.tolist()
    np.testing.assert_allclose(hits.scores, expected.scores, rtol=1e-12)


def test_product_tables_hold_the_products_of_the_parts():
    vectors, queries = clustered(2, n=300)
    index = product.build(vectors, 4, n_codes=16, rng=np.random.default_rng(0))
    tables = product.product_tables(index, queries[:3])
    assert tables.shape == (4, 16, 3)
    for query in range(3):
        for vector in (0, 17):
            total = sum(tables[part, index.codes[part, vector], query] for part in range(4))
            slow = float(product.decode(index)[vector] @ queries[query])
            np.testing.assert_allclose(total, slow, rtol=1e-4)  # single precision on both sides


def test_negative_control_codebooks_in_another_order_fail():
    vectors, queries = clustered(0)
    index = product.build(vectors, 8, n_codes=64, rng=np.random.default_rng(0))
    mixed = product.Product(index.codebooks[::-1], index.codes)
    # 0.44 to 0.50 against 0.00 to 0.02 in seeds 0 to 7.
    assert recall_of(product.search(index, queries, 10), vectors, queries) > 0.3
    assert recall_of(product.search(mixed, queries, 10), vectors, queries) < 0.2


@pytest.mark.parametrize("d", [384, 768])
def test_bytes_of_product_codes(d):
    # 4d bytes against m: with parts of 8 numbers a 32nd, whatever d.
    vectors = np.random.default_rng(0).standard_normal((20, d)).astype(np.float32)
    index = product.build(vectors, d // 8, n_codes=2, rng=np.random.default_rng(0))
    assert 32 * index.codes.nbytes == vectors.nbytes
    assert index.n_bytes == index.codes.nbytes + 2 * d * 4
    assert (len(index), index.n_dimensions) == (20, d)


@pytest.mark.peer
@pytest.mark.parametrize("seed", range(3))
def test_product_quantization_is_as_good_as_faiss(seed):
    import faiss

    vectors, queries = clustered(seed)
    faiss.omp_set_num_threads(1)
    peer = faiss.IndexPQ(32, 8, 6, faiss.METRIC_INNER_PRODUCT)
    peer.train(vectors)
    peer.add(vectors)
    theirs = recall_of(_Found(peer.search(queries, 10)[1]), vectors, queries)
    index = product.build(vectors, 8, n_codes=64, rng=np.random.default_rng(seed))
    ours = recall_of(product.search(index, queries, 10), vectors, queries)
    # Seeds 0 to 7: about 0.47 on both sides, the difference between -0.04 and 0.04.
    assert abs(ours - theirs) < 0.1
    decoded = peer.reconstruct_n(0, len(vectors))
    losses = [((x - vectors) ** 2).sum() for x in (product.decode(index), decoded)]
    # Within a hundredth in the same seeds.
    np.testing.assert_allclose(losses[0], losses[1], rtol=0.03)


@pytest.mark.parametrize("n_rows", [7, 64, 300])
def test_blocks_make_no_difference(n_rows, monkeypatch):
    vectors, queries = clustered(3, n=300)
    rng = np.random.default_rng(0)
    indexes = {
        int8: int8.build(vectors),
        binary: binary.build(vectors),
        product: product.build(vectors, 4, n_codes=16, rng=rng),
    }
    before = {module: module.search(index, queries, 9) for module, index in indexes.items()}
    monkeypatch.setattr(int8, "_ROWS", n_rows)
    monkeypatch.setattr(product, "_ROWS", n_rows)
    monkeypatch.setattr(binary, "ROWS", n_rows)
    assert int8.build(vectors).codes.tolist() == indexes[int8].codes.tolist()
    for module, index in indexes.items():
        hits = module.search(index, queries, 9)
        assert hits.positions.tolist() == before[module].positions.tolist()
        assert hits.scores.tolist() == before[module].scores.tolist()


def test_a_seed_gives_the_same_codes():
    vectors, _ = clustered(0, n=500)
    first, second = (
        product.build(vectors, 4, n_codes=16, rng=np.random.default_rng(5)) for _ in range(2)
    )
    assert first.codes.tolist() == second.codes.tolist()


# Bad input


@pytest.mark.parametrize("build", [int8.build, binary.build])
@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.empty((0, 2)), "vectors must have at least one row and one column"),
        ([[np.inf]], "vectors must be finite"),
    ],
)
def test_bad_vectors(build, vectors, message):
    with pytest.raises(ValueError, match=message):
        build(vectors)


@pytest.mark.parametrize(
    "build", [int8.build, lambda rows: product.build(rows, 1, n_codes=1, rng=None)]
)
def test_numbers_whose_products_would_overflow(build):
    with pytest.raises(ValueError, match="vectors must hold numbers of size"):
        build([[1e300]])


@pytest.mark.parametrize("method", ["int8", "binary", "product"])
@pytest.mark.parametrize(
    ("queries", "k", "message"),
    [
        (np.ones((1, 4)), 4, "k must be at most 3, the number of entries in the index, got 4"),
        (np.ones((1, 3)), 1, "queries must have 4 dimensions, as the index has, got 3"),
        ([[np.nan] * 4], 1, "queries must be finite"),
        ([[1e300] * 4], 1, "queries must hold numbers of size 4.6e\\+18 at most in float32"),
    ],
)
def test_bad_queries(method, queries, k, message):
    vectors, rng = np.random.default_rng(0).standard_normal((3, 4)), np.random.default_rng(0)
    module, index = {
        "int8": lambda: (int8, int8.build(vectors)),
        "binary": lambda: (binary, binary.build(vectors)),
        "product": lambda: (product, product.build(vectors, 2, n_codes=2, rng=rng)),
    }[method]()
    if method == "binary" and "of size" in message:  # of which only the signs count
        expected = binary.search(index, np.sign(queries), k)
        assert binary.search(index, queries, k).scores.tolist() == expected.scores.tolist()
        return
    with pytest.raises(ValueError, match=message):
        module.search(index, queries, k)


@pytest.mark.parametrize(
    ("n_parts", "n_codes", "message"),
    [
        (5, 4, "n_parts must divide the 6 dimensions, got 5; try \\[1, 2, 3, 6\\]"),
        (0, 4, "n_parts must be at least 1"),
        (2, 11, "n_codes must be at most 10 for 10 vectors, got 11"),
        (2, 0, "n_codes must be at least 1"),
    ],
)
def test_bad_parts(n_parts, n_codes, message):
    with pytest.raises(ValueError, match=message):
        product.build(np.ones((10, 6)), n_parts, n_codes=n_codes, rng=np.random.default_rng(0))


def test_more_centers_than_points():
    with pytest.raises(ValueError, match="n_centers must be at most 2, got 3"):
        product.k_means([[1.0], [2.0]], 3, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("size", "dtype"), [(1e19, np.float32), (1e200, np.float64)])
def test_points_whose_distances_would_overflow(size, dtype):
    points = np.array([[-1.0, 1.0], [1.0, -1.0], [0.5, 0.0]], dtype) * dtype(size)
    with pytest.raises(ValueError, match=r"points must hold numbers of size .* at most"):
        product.k_means(points, 2, rng=np.random.default_rng(0))
    # Just below the limit nothing overflows.
    largest = np.sqrt(np.finfo(dtype).max / 2) / 2
    centers, _ = product.k_means(points / dtype(size) * largest, 2, rng=np.random.default_rng(0))
    assert np.isfinite(centers).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: int8.Int8(np.ones((2, 3)), np.ones(2)), "codes must be an int8 matrix"),
        (lambda: int8.Int8(np.ones((2, 3), np.int8), np.ones(3)), "scales must hold one number"),
        (lambda: int8.Int8(np.ones((1, 3), np.int8), -np.ones(1)), "scales must be at least 0"),
        (
            lambda: int8.Int8(np.ones((1, 3), np.int8), np.array([3e38], np.float32)),
            "scales must hold numbers of size 4.2e\\+16 at most in float32",
        ),
        (lambda: binary.Binary(np.ones((2, 3), np.uint64), 64), "words must be a uint64 matrix"),
        (
            lambda: binary.Binary(np.array([[2**3], [2**6]], np.uint64), 70),
            "words must be 0 in every bit behind the first 70",
        ),
        (lambda: binary.Binary(np.ones((1, 3)), 64), "words must be a uint64 matrix"),
        (
            lambda: product.Product(np.ones((2, 4, 1)), np.full((2, 3), 4, np.uint8)),
            "codes must be below 4, the size of a book, got 4",
        ),
        (
            lambda: product.Product(np.ones((2, 4, 1)), np.zeros((3, 3), np.uint8)),
            "codes must be uint8",
        ),
        (
            lambda: product.Product(np.full((2, 4, 1), np.nan), np.zeros((2, 3), np.uint8)),
            "codebooks must be finite",
        ),
        (
            lambda: product.Product(np.full((1, 1, 1), 1e30), np.zeros((1, 1), np.uint8)),
            "codebooks must hold numbers of size",
        ),
    ],
)
def test_arrays_that_do_not_fit_together(make, message):
    with pytest.raises(ValueError, match=message):
        make()

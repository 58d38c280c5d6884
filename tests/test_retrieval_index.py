"""Index files: what comes back, what is refused, and what a failed save leaves behind."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.directions import unit_rows
from embedlab.retrieval import binary, exact, index, int8, kinds, product

KINDS = {
    "exact": exact.build,
    "int8": int8.build,
    "binary": binary.build,
    "product": lambda rows: product.build(rows, 4, n_codes=8, rng=np.random.default_rng(0)),
}


def small(compress=exact.build, n=40, d=8, seed=0, **names):
    vectors = np.random.default_rng(seed).standard_normal((n, d))
    names = {"model": "a model", "version": "7"} | names
    return index.build([f"text {i}" for i in range(n)], vectors, compress=compress, **names)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_saved_comes_back(kind, tmp_path):
    saved = small(KINDS[kind])
    index.save(saved, tmp_path / "index")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    loaded = index.load(tmp_path / "index", model="a model", n_dimensions=8, version="7")
    assert loaded.ids == saved.ids
    assert (loaded.model, loaded.version, loaded.n_dimensions) == ("a model", "7", 8)
    assert loaded.checksum == saved.checksum
    assert loaded.n_bytes == saved.n_bytes
    assert type(loaded.rows) is type(saved.rows)
    np.testing.assert_array_equal(loaded.vectors, saved.vectors)
    queries = np.random.default_rng(1).standard_normal((3, 8))
    before, after = (index.search(one, queries, 5) for one in (saved, loaded))
    assert before.positions.tolist() == after.positions.tolist()
    assert before.scores.tolist() == after.scores.tolist()


@given(st.lists(st.text(min_size=1), min_size=1, max_size=8, unique=True), st.text(min_size=1))
def test_any_name_comes_back(ids, model):
    saved = index.build(ids, np.ones((len(ids), 2)), model=model, version="\0")
    description = json.loads(json.dumps(index._description(saved)))
    assert description["ids"] == ids
    assert description["model"] == model


def test_search_by_hand():
    built = index.build(["e", "ne", "n"], [[9, 0], [2, 2], [0, 0.1]], model="m", version="1")
    hits = index.search(built, [[5.0, 0.0]], 3)
    assert hits.positions.tolist() == [[0, 1, 2]]
    np.testing.assert_allclose(hits.scores, [[1.0, 0.5**0.5, 0.0]], rtol=1e-6)  # single precision


def test_the_index_compares_directions_so_distance_would_give_the_same_order():
    rng = np.random.default_rng(2)
    vectors = rng.standard_normal((100, 5)) * rng.uniform(0.01, 100, (100, 1))
    built = index.build([str(i) for i in range(100)], vectors, model="m", version="1")
    query = rng.standard_normal((1, 5))
    order = np.argsort(np.linalg.norm(unit_rows(vectors) - unit_rows(query), axis=1))[:10]
    assert index.search(built, 50 * query, 10).positions[0].tolist() == order.tolist()
    # The control: without dividing by the lengths another order comes out.
    plain = exact.search(exact.build(vectors), query, 10).positions[0]
    assert plain.tolist() != order.tolist()


@pytest.mark.parametrize("kind", ["exact", "int8"])
def test_every_score_has_an_angle_and_the_order_is_that_of_the_rows(kind):
    vectors = np.random.default_rng(3).standard_normal((300, 32))
    vectors = np.concatenate([vectors, vectors[:20] + 1e-9, 2 * vectors[:20]])
    built = index.build([str(i) for i in range(340)], vectors, model="m", version="1")
    built = index.Index(built.ids, KINDS[kind](built.vectors), built.model, built.version)
    queries = np.concatenate([vectors[:50], -vectors[:50]])
    hits = index.search(built, queries, 340)
    plain = kinds.search(built.rows, unit_rows(queries), 340)
    assert plain.scores.max() > 1, "or nothing is cut off here"
    assert plain.scores.min() < -1
    assert np.abs(hits.scores).max() == 1.0
    assert np.isfinite(np.arccos(hits.scores)).all()
    np.testing.assert_array_equal(hits.positions, plain.positions)
    is_inside = np.abs(plain.scores) <= 1
    np.testing.assert_array_equal(hits.scores[is_inside], plain.scores[is_inside])


def test_zero_vectors_score_zero():
    built = index.build(["nothing", "east"], [[0, 0], [1, 0]], model="m", version="1")
    hits = index.search(built, [[-1.0, 0.0]], 2)
    assert hits.positions.tolist() == [[0, 1]]
    assert hits.scores.tolist() == [[0.0, -1.0]]


def test_the_checksum_tells_every_difference():
    sums = [
        small().checksum,
        small(seed=1).checksum,
        small(model="another").checksum,
        small(version="8").checksum,
        small(n=39).checksum,
        *(small(KINDS[kind]).checksum for kind in ("int8", "binary", "product")),
        index.build(["x"], [[1.0, 0.0]], model="m", version="1").checksum,
        index.build(["y"], [[1.0, 0.0]], model="m", version="1").checksum,
    ]
    assert len(set(sums)) == len(sums)
    assert small().checksum == small().checksum


def test_repr_says_what_it_is():
    assert repr(small()) == "Index(40 entries, 8 dimensions, model 'a model', version '7')"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"model": "new"}, "must hold an index with model 'new', got 'a model'; build the index"),
        ({"n_dimensions": 9}, "must hold an index with n_dimensions 9, got 8; build"),
        ({"version": "8"}, "must hold an index with version '8', got '7'"),
    ],
)
def test_an_index_of_another_model_dimension_or_version_is_refused(wanted, message, tmp_path):
    path = tmp_path / "the index"
    index.save(small(), path)
    with pytest.raises(ValueError, match=message) as caught:
        index.load(path, **wanted)
    assert "the index" in str(caught.value)


def rewritten(path, change):
    """Write an index file again with its entries changed."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, payload in entries.items():
            archive.writestr(name, payload)


def npy(array):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=(1, 0))
    return stream.getvalue()


def header_with(**changes):
    def change(entries):
        header = json.loads(np.load(io.BytesIO(entries["header.npy"])).tobytes())
        text = json.dumps(header | changes).encode()
        entries["header.npy"] = npy(np.frombuffer(text, np.uint8))

    return change


def matrix_with(array):
    return lambda entries: entries.update({"matrix.npy": npy(array)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (header_with(format=2), "format must be 1, got 2; another version wrote it"),
        (header_with(format=None), "format must be 1, got None"),
        (header_with(kind="Folder"), "kind must be one of"),
        (header_with(kind="Int8"), "codes.npy must be in the archive"),
        (header_with(n_dimensions=9), "vectors must have 9 dimensions, got 8"),
        (header_with(model=""), "model must be a non-empty string"),
        (header_with(model="forged"), "checksum must be"),
        (header_with(version=None), "version must be a non-empty string, got None"),
        (header_with(ids=["a"]), "ids and vectors must have the same length, got 1 and 40"),
        (header_with(ids=["a"] * 40), "ids must be distinct, got 'a'; it occurs twice"),
        (header_with(ids=[1] * 40), "ids must be non-empty strings, got 1"),
        (header_with(ids=None), "build the index again"),
        (header_with(checksum="0"), "checksum must be 0, got"),
        (lambda entries: entries.pop("header.npy"), "header.npy must be in the archive"),
        (lambda entries: entries.pop("matrix.npy"), "matrix.npy must be in the archive"),
        (lambda entries: entries.update({"header.npy": npy(np.zeros(3, np.uint8))}), "build the"),
        (lambda entries: entries.update({"header.npy": b"nothing"}), "build the index again"),
        (matrix_with(np.zeros((40, 8), np.float32)), "checksum must be"),
        (
            matrix_with(np.ones((40, 8), np.float32)),
            r"vectors\[0\] must be of length 1 or 0, got 2.8",
        ),
        (matrix_with(np.zeros((40, 8))), "matrix.npy must be <f4 in rows, got '<f8'"),
        (matrix_with(np.full((40, 8), np.nan, np.float32)), "vectors must be finite"),
        (matrix_with(np.zeros((40, 0), np.float32)), "vectors must have at least one row and one"),
        (matrix_with(np.asfortranarray(np.ones((40, 8), np.float32))), "matrix.npy must be <f4"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(change, message, tmp_path):
    path = tmp_path / "index"
    index.save(small(), path)
    rewritten(path, change)
    with pytest.raises(ValueError, match=message) as caught:
        index.load(path)
    assert f"{path} must be a whole index file, got: " in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_no_cut_or_flipped_byte_goes_unnoticed(kind, tmp_path):
    path = tmp_path / "index"
    saved = small(KINDS[kind], n=10)
    index.save(saved, path)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    for length in rng.integers(len(whole), size=25):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="must be a whole index file"):
            index.load(path)
    n_noticed = 0
    for place in rng.integers(len(whole), size=120):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        try:
            # A byte of zip's own bookkeeping, such as a date, may change nothing that matters.
            assert index.load(path).checksum == saved.checksum
        except ValueError:
            n_noticed += 1
    assert n_noticed > 60


def test_nothing_is_unpickled(tmp_path):
    path, ran = tmp_path / "index", tmp_path / "ran"

    class Evil:
        def __reduce__(self):
            return open, (str(ran), "w")

    index.save(small(), path)
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([Evil()], object), allow_pickle=True)
    rewritten(path, lambda entries: entries.update({"matrix.npy": stream.getvalue()}))
    with pytest.raises(ValueError, match=r"matrix\.npy must be <f4 in rows"):
        index.load(path)
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(ValueError, match="must be a whole index file"):
        index.load(path)
    assert not ran.exists()


def test_a_small_file_cannot_claim_a_large_array(tmp_path):
    path = tmp_path / "index"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.npy", npy(np.zeros(10_000_000, np.uint8)))
    with pytest.raises(ValueError, match=r"header\.npy must fit into the file's"):
        index.load(path)


def test_a_missing_file_is_just_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        index.load(tmp_path / "none")


def test_a_failed_save_leaves_the_older_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "index"
    index.save(small(), path)
    before = path.read_bytes()

    def fails(file, **arrays):
        file.write(b"half an ind")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", fails)
    with pytest.raises(OSError, match="no space left"):
        index.save(small(seed=1), path)
    assert path.read_bytes() == before
    assert [other.name for other in tmp_path.iterdir()] == ["index"]


def test_a_link_goes_on_pointing_at_the_file(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "index")
    index.save(small(), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert len(index.load(tmp_path / "index")) == 40


@pytest.mark.parametrize(
    ("ids", "vectors", "names", "message"),
    [
        ("ab", np.eye(2), {}, "ids must be a sequence of strings, got 'ab'"),
        (["a"], np.eye(2), {}, "ids and vectors must have the same length, got 1 and 2"),
        (["a", "a"], np.eye(2), {}, "ids must be distinct, got 'a'; it occurs twice"),
        (["a", ""], np.eye(2), {}, "ids must be non-empty strings, got ''"),
        (["a", 2], np.eye(2), {}, "ids must be non-empty strings, got 2"),
        ([], np.empty((0, 2)), {}, "vectors must have at least one row and one column"),
        (["a"], [[np.nan]], {}, "vectors must be finite"),
        (["a"], [[1.0]], {"model": ""}, "model must be a non-empty string, got ''"),
        (["a"], [[1.0]], {"version": 3}, "version must be a non-empty string, got 3"),
    ],
)
def test_bad_input(ids, vectors, names, message):
    with pytest.raises(ValueError, match=message):
        index.build(ids, vectors, **({"model": "m", "version": "1"} | names))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            exact.build([[3.0, 4.0]]),
            r"vectors\[0\] must be of length 1 or 0, got 5\.0; divide each",
        ),
        (exact.build([[1.001, 0.0]]), r"vectors\[0\] must be of length 1 or 0"),
        (int8.Int8(np.full((1, 2), 127, np.int8), np.ones(1, np.float32)), "got 179"),
        (int8.build([[0.5, 0.0]]), "must be of length 1 or 0"),
        (
            product.Product(np.full((2, 1, 1), 1.1), np.zeros((2, 1), np.uint8)),
            "codebooks must hold",
        ),
    ],
)
def test_rows_that_would_give_no_cosines(rows, message):
    with pytest.raises(ValueError, match=message):
        index.Index(("a",), rows, "m", "1")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("d", [4, 100])
def test_rounding_keeps_what_had_length_1_or_0(kind, d):
    """Also where a few numbers are large and the others are lost in the steps of a byte."""
    vectors = np.random.default_rng(d).standard_normal((60, d)) ** 9 * 1e-30
    vectors[0] = 0
    assert (
        len(
            index.build(
                [str(i) for i in range(60)], vectors, model="m", version="1", compress=KINDS[kind]
            )
        )
        == 60
    )


def test_rows_of_another_kind():
    with pytest.raises(ValueError, match=r"rows must be one of .*got 'ndarray'"):
        small(lambda rows: rows)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("queries", "k", "message"),
    [
        (np.ones((1, 8)), 41, "k must be at most 40, the number of entries in the index, got 41"),
        (np.ones((1, 9)), 1, "queries must have 8 dimensions, as the index has, got 9; embed them"),
        (np.full((1, 8), np.nan), 1, "queries must be finite"),
    ],
)
def test_bad_queries(kind, queries, k, message):
    with pytest.raises(ValueError, match=message):
        index.search(small(KINDS[kind]), queries, k)

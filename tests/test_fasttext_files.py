"""A FastText model in a file: whole, the same after the round trip, or refused by name."""

import io
import os
import zipfile
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedlab.fasttext import train
from embedlab.fasttext_files import load_model, save_model
from embedlab.storage import load_npz, save_npz
from embedlab.vectors import nearest

WORDS = ("banana", "ban", "a", "müsli", "banan", "cat", "cats", "at", "ananas", "ß😀", "new york")
UNKNOWN = ("bananas", "canan", "mü", "cAtS", "zzzat", "aaaaaaaaaaa", "ß😀ß", "😀")


@cache
def model(**options):
    rng = np.random.default_rng(0)
    sentences = [rng.choice(WORDS, 6).tolist() for _ in range(60)]
    settings = {"n_min": 1, "n_max": 4, "n_buckets": 1000, "n_dimensions": 5, "min_count": 1}
    return train(sentences, rng=rng, epochs=2, **(settings | options))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.npz"


def arrays(path):
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def changed(path, **new):
    """Write the file again with other arrays; None removes one."""
    kept = {key: value for key, value in (arrays(path) | new).items() if value is not None}
    with open(path, "wb") as file:
        np.savez(file, **kept)


@pytest.mark.parametrize("options", [{}, {"n_buckets": 3}, {"n_min": 9, "n_max": 9}])
def test_round_trip(path, options):
    saved = model(**options)
    save_model(saved, path)
    loaded = load_model(path)
    assert loaded.vocabulary.words == saved.embeddings.words == loaded.embeddings.words
    for key in ("n_min", "n_max", "n_buckets"):
        assert getattr(loaded, key) == getattr(saved, key)
    assert loaded.history.stopped == saved.history.stopped
    pairs = [
        (saved.vocabulary.counts, loaded.vocabulary.counts),
        (saved.buckets, loaded.buckets),
        (saved.pieces, loaded.pieces),
        (saved.outputs, loaded.outputs),
        (saved.embeddings.matrix, loaded.embeddings.matrix),
        *((getattr(saved.history, k), getattr(loaded.history, k)) for k in ("progress", "loss")),
        (saved.history.learning_rate, loaded.history.learning_rate),
    ]
    for before, after in pairs:
        assert before.dtype == after.dtype
        assert before.tobytes() == after.tobytes()


def test_known_and_unknown_words_keep_their_vectors(path):
    save_model(model(), path)
    loaded = load_model(path)
    for word in (*WORDS, *UNKNOWN):
        assert loaded[word].tobytes() == model()[word].tobytes()
    assert nearest(loaded.embeddings, loaded["bananas"]) == nearest(
        model().embeddings, model()["bananas"]
    )
    # A word that cannot be put together is refused by both.
    for one in (model(), loaded):
        with pytest.raises(ValueError, match="word must be known or have an n-gram"):
            one["漢字"]


def test_negative_control_a_file_of_vectors_alone_knows_no_other_words(path):
    save_npz(model().embeddings, path)
    with pytest.raises(ValueError, match="only a FastText model composes vectors"):
        load_npz(path)["bananas"]
    with pytest.raises(ValueError, match="array 'version' must be in the archive"):
        load_model(path)


def test_the_file_is_an_ordinary_archive_without_the_composed_vectors(path):
    save_model(model(), path)
    found = arrays(path)
    assert found["version"] == 1
    assert found["words"].tolist() == list(model().vocabulary.words)
    assert len(found["pieces"]) == len(WORDS) + len(found["buckets"])
    assert set(found) == {
        *("version", "words", "counts", "n_min", "n_max", "n_buckets"),
        *("buckets", "pieces", "outputs", "history", "stopped"),
    }


def test_a_failed_save_leaves_the_old_file_whole(path, monkeypatch):
    save_model(model(), path)

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save_model(model(n_buckets=3), path)
    monkeypatch.undo()
    assert load_model(path).n_buckets == 1000
    assert os.listdir(path.parent) == [path.name]


def test_a_word_that_the_file_cannot_hold(path):
    rng = np.random.default_rng(0)
    odd = train([["a\0", "b"] * 5], rng=rng, n_dimensions=2, min_count=1, epochs=1)
    with pytest.raises(ValueError, match=r"not end in a null character .*, got 'a\\x00'"):
        save_model(odd, path)
    assert not path.exists()


def test_no_part_of_a_file_loads(path):
    save_model(model(n_min=9, n_max=9), path)
    content = path.read_bytes()
    for n in range(0, len(content), 11):
        path.write_bytes(content[:n])
        with pytest.raises(ValueError, match=r"model.npz must be a whole npz file of a FastText"):
            load_model(path)
    path.write_bytes(content)
    load_model(path)  # the loop above has failed for the right reason


@given(data=st.data())
def test_a_damaged_file_loads_or_is_refused_but_never_crashes(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "model.npz"
    save_model(model(n_min=9, n_max=9), path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        loaded = load_model(path)
    except ValueError as error:
        assert "model.npz" in str(error)  # noqa: PT017  refusing is one of two right outcomes
    else:
        assert np.isfinite(loaded.pieces).all()


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_model(tmp_path / "nowhere")


B = len(model().buckets)
V = len(WORDS)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ({"version": np.array(2)}, "'version' must be 1, .* got 2; load it with a newer embedlab"),
        ({"version": np.array([1])}, r"'version' must hold one integer, got 'shape \(1,\)'"),
        ({"version": np.array(1.0)}, "'version' must be of a kind"),
        *(
            ({key: None}, f"array '{key}' must be in the archive")
            for key in ("version", "words", "counts", "n_min", "n_max", "n_buckets", "buckets")
        ),
        *(
            ({key: None}, f"array '{key}' must be in the archive")
            for key in ("pieces", "outputs", "history", "stopped")
        ),
        ({"words": np.array(["a"] * V)}, "words must be distinct, got 'a'"),
        ({"words": np.array(["x", *WORDS[1:]])}, "'buckets' must be the buckets of the words"),
        ({"words": np.array([["a"] * V])}, "words must be"),
        ({"counts": np.ones(V - 1, int)}, f"counts must hold one number for each of the {V} words"),
        ({"counts": np.zeros(V, int)}, "counts must be at least 1, got 0"),
        ({"counts": np.ones(V)}, "'counts' must be of a kind"),
        ({"n_min": np.array(0)}, "n_min must be at least 1, got 0"),
        ({"n_min": np.array(2)}, "'buckets' must be the buckets of the words"),
        ({"n_max": np.array(0)}, "n_max must be at least 1, got 0"),
        ({"n_max": np.array(5)}, "'buckets' must be the buckets of the words"),
        ({"n_buckets": np.array(999)}, "'buckets' must be .* words, n_min, n_max, n_buckets or"),
        ({"buckets": np.arange(B)}, "'buckets' must be"),
        ({"buckets": np.arange(3)}, "'buckets' must be .*, got '3 others'"),
        ({"pieces": np.ones((V, 5), "f")}, f"'pieces' must have {V + B} rows"),
        ({"pieces": np.ones((V + B, 0), "f")}, "'pieces' must have .* and a column"),
        ({"pieces": np.ones(V + B, "f")}, "'pieces' must have"),
        ({"pieces": np.ones((V + B, 5))}, "'pieces' must be in single precision, got dtype"),
        ({"pieces": np.full((V + B, 5), np.nan, "f")}, "'pieces' must be finite, got 'index"),
        ({"outputs": np.ones((V, 4), "f")}, r"'outputs' must have shape \(11, 5\)"),
        ({"outputs": np.full((V, 5), np.inf, "f")}, r"'outputs' must be finite, got 'index \(0, 0"),
        ({"history": np.ones((2, 3))}, "'history' must have three rows"),
        ({"history": np.full((3, 1), np.nan)}, "'history' must be finite"),
        ({"stopped": np.array("somehow")}, "'stopped' must be one of .*, got 'somehow'"),
        ({"stopped": np.array(["", ""])}, "'stopped' must be one of"),
    ],
)
def test_what_is_wrong_is_named(path, new, message):
    save_model(model(), path)
    changed(path, **new)
    with pytest.raises(
        ValueError, match=f"model.npz must be a whole npz file of a Fast.*{message}"
    ):
        load_model(path)


def test_a_file_runs_no_code(path):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    save_model(model(), path)
    changed(path, words=np.array([Bomb()] * V, dtype=object))
    with pytest.raises(ValueError, match="'words' must be of a kind"):
        load_model(path)


def test_an_array_that_claims_too_much(path):
    save_model(model(), path)
    header = io.BytesIO()
    description = {"descr": "<f4", "fortran_order": False, "shape": (10**12, 300)}
    np.lib.format.write_array_header_1_0(header, description)
    changed(path, pieces=None)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("pieces.npy", header.getvalue() + bytes(16))
    with pytest.raises(ValueError, match="'pieces' must hold 1200000000000000 bytes, as its hea"):
        load_model(path)

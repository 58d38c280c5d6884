import io
import os
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from embedlab import fasttext, word2vec
from embedlab.storage import load_binary, load_npz, load_text, save_binary, save_npz, save_text
from embedlab.vectors import Embeddings, analogy, nearest
from embedlab.world import world

FORMATS = [(save_text, load_text), (save_binary, load_binary), (save_npz, load_npz)]
each_format = pytest.mark.parametrize(("save", "load"), FORMATS)

# Everything Unicode or Python calls a space or a line break, save the two that end a word or a
# row in the files; further invisible characters, a null, and an emoji of several code points.
ODD = (
    "\t\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000\u200b\u200d\ufeff\0👩‍💻é_"
)
odd_words = st.text(st.sampled_from(ODD), min_size=1, max_size=4)
any_words = st.text(st.characters(codec="utf-8", exclude_characters=" \n"), min_size=1)
word_lists = st.lists(any_words | odd_words, min_size=1, max_size=5, unique=True)


@st.composite
def embeddings(draw, dtype):
    words = draw(word_lists)
    shape = len(words), draw(st.integers(1, 4))
    finite = st.floats(
        width=32 if dtype == np.float32 else 64, allow_nan=False, allow_infinity=False
    )
    return Embeddings(tuple(words), draw(arrays.arrays(dtype, shape, elements=finite)))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("vectors") / "file"


def assert_same(loaded, saved):
    assert loaded.words == saved.words
    assert loaded.matrix.dtype == saved.matrix.dtype
    # Bytes, so that even the sign of a zero counts.
    assert loaded.matrix.tobytes() == saved.matrix.tobytes()


PAIR = Embeddings(("king", "queen"), np.array([[0.1, -2.0], [3e-5, 4.0]], np.float32))
PAIR_TEXT = b"2 2\nking 0.1 -2.0\nqueen 3e-05 4.0\n"
PAIR_BINARY = (
    b"2 2\nking " + struct.pack("<2f", 0.1, -2) + b"\nqueen " + struct.pack("<2f", 3e-5, 4) + b"\n"
)


# The files, byte by byte


@pytest.mark.parametrize(("save", "content"), [(save_text, PAIR_TEXT), (save_binary, PAIR_BINARY)])
def test_what_is_written(path, save, content):
    save(PAIR, path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        PAIR_TEXT,
        PAIR_TEXT.replace(b"\n", b"\r\n"),
        PAIR_TEXT.replace(b"\n", b" \n"),  # as the original C program writes it
        PAIR_TEXT + b"\n\n",
        b"2\t2 \nking 1e-1 -2\nqueen +.00003  4.\n",
    ],
)
def test_text_that_other_programs_write(path, content):
    path.write_bytes(content)
    assert_same(load_text(path), PAIR)


def test_binary_that_other_programs_write(path):
    # gensim's rows are not ended by line breaks.
    path.write_bytes(PAIR_BINARY[:-1].replace(b"\nqueen", b"queen"))
    assert_same(load_binary(path), PAIR)


def test_binary_numbers_may_look_like_separators(path):
    # The bytes of a number may spell spaces and line breaks: only its position makes it one.
    numbers = np.frombuffer(b"    \n\n\n\n \n \nking", "<f4").reshape(2, 2)
    saved = Embeddings(("king", "queen"), numbers)
    save_binary(saved, path)
    assert_same(load_binary(path), saved)
    path.write_bytes(path.read_bytes()[:-1].replace(b"\nqueen", b"queen"))
    assert_same(load_binary(path), saved)


def test_npz_is_an_ordinary_archive(path):
    save_npz(PAIR, path)
    with np.load(path, allow_pickle=False) as archive:
        assert archive["words"].tolist() == ["king", "queen"]
        assert archive["matrix"].tolist() == PAIR.matrix.tolist()


@pytest.mark.parametrize("save_arrays", [np.savez, np.savez_compressed])
def test_npz_that_other_programs_write(path, save_arrays):
    matrix = np.array([[1, 2], [3, 4]], order="F")
    with open(path, "wb") as file:
        save_arrays(file, matrix=matrix, words=np.array(["king", "queen"], ">U9"), more=np.eye(9))
    loaded = load_npz(path)
    assert loaded.words == ("king", "queen")
    assert loaded.matrix.tolist() == matrix.tolist()


# Round trips


@given(embeddings(np.float32))
def test_text_keeps_single_precision_exactly(path, saved):
    save_text(saved, path)
    assert_same(load_text(path), saved)


@given(embeddings(np.float64))
def test_text_keeps_double_precision_exactly(path, saved):
    save_text(saved, path)
    assert_same(load_text(path, dtype=np.float64), saved)


def test_six_decimals_do_not_keep_single_precision(path):
    # Negative control for the two tests above: what the original C program writes.
    third = np.float32(1 / 3)
    path.write_text(f"1 1\na {third:f}\n")
    assert load_text(path).matrix[0, 0] != third


@given(embeddings(np.float32))
def test_binary_keeps_single_precision_exactly(path, saved):
    save_binary(saved, path)
    assert_same(load_binary(path), saved)


@given(embeddings(np.float32) | embeddings(np.float64))
def test_npz_keeps_both_precisions_exactly(path, saved):
    # NumPy's strings cannot end in a null.
    words = tuple(word.replace("\0", "null") for word in saved.words)
    saved = Embeddings(tuple(f"{i}{word} \n" for i, word in enumerate(words)), saved.matrix)
    save_npz(saved, path)
    assert_same(load_npz(path), saved)


def test_binary_rounds_double_to_single_precision(path):
    saved = Embeddings(("a",), [[0.1, 1e-300, 16777217.0]])
    save_binary(saved, path)
    assert_same(load_binary(path), Embeddings(("a",), saved.matrix.astype(np.float32)))


# Saving


@pytest.mark.parametrize("word", ["new york", "line\nbreak", " ", "\n", "\ud800"])
@pytest.mark.parametrize("save", [save_text, save_binary])
def test_words_that_word2vec_files_cannot_hold(path, save, word):
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match=r"a word must .*; use save_npz"):
        save(Embeddings(("fine", word), np.eye(2)), path)
    assert path.read_bytes() == b"old"


def test_words_that_npz_cannot_hold(path):
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match=r"must not end in a null character .*, got 'a\\x00'"):
        save_npz(Embeddings(("a\0",), [[1]]), path)
    assert path.read_bytes() == b"old"


def test_numbers_too_large_for_a_binary_file(path):
    path.write_bytes(b"old")
    message = "the vector of 'b' must fit into single precision, got 1e\\+39; use save_npz"
    with pytest.raises(ValueError, match=message):
        save_binary(Embeddings(("a", "b"), [[1, 2], [3, -1e39]]), path)
    assert path.read_bytes() == b"old"


@each_format
@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failed_save_leaves_the_old_file_whole(tmp_path, monkeypatch, save, load, step, failure):
    def fail(*_):
        raise failure

    save(PAIR, tmp_path / "file")
    new = Embeddings(("new",), np.ones((1, 1), np.float32))
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(failure)):
        save(new, tmp_path / "file")
    monkeypatch.undo()
    assert_same(load(tmp_path / "file"), PAIR)
    assert os.listdir(tmp_path) == ["file"]


@each_format
def test_saving_replaces_a_file_and_follows_a_link(tmp_path, save, load):
    (tmp_path / "file").write_bytes(b"old and longer than what is to come" * 99)
    (tmp_path / "link").symlink_to("file")
    save(PAIR, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert_same(load(str(tmp_path / "file")), PAIR)
    assert sorted(os.listdir(tmp_path)) == ["file", "link"]


# Loading: whole or not at all


@each_format
def test_missing_file(tmp_path, save, load):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere")


@each_format
def test_no_part_of_a_file_loads(path, save, load):
    save(PAIR, path)
    content = path.read_bytes()
    # A binary file has the same numbers with and without its last line break.
    n_needed = len(content) - (load is load_binary)
    for n in range(n_needed):
        path.write_bytes(content[:n])
        with pytest.raises(ValueError, match=path.name):
            load(path)
    path.write_bytes(content[:n_needed])
    assert_same(load(path), PAIR)  # the loop above has failed for the right reason


@each_format
@given(data=st.data())
def test_a_damaged_file_loads_or_is_refused_but_never_crashes(path, save, load, data):
    save(PAIR, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        loaded = load(path)
    except ValueError as error:
        assert path.name in str(error)  # noqa: PT017  refusing is one of two right outcomes
    else:
        assert np.isfinite(loaded.matrix).all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1 must be \"V d\", .*, got ''; a GloVe file has no such line"),
        (b"king 0.1 0.2\n", "line 1 must be"),
        (b"2 2", "line 1 must be"),
        (b"-2 2\nking 1 2\n", "line 1 must be"),
        (b"2 2.0\nking 1 2\n", "line 1 must be"),
        (b"0 2\n", "line 1 must hold two positive numbers, got '0 2"),
        (b"2 0\na\nb\n", "line 1 must hold two positive numbers"),
        (b"1" * 500, "line 1 must be"),
        (b"1000000000000 300\nking 1 2\n", "must have at least 602000000000018 bytes .*, got 27"),
        (b"2 1\nking 0.123456789\n", "must hold 2 rows, as its first line says, got 1; .*cut off"),
        (b"1 2\nking 1 2\nqueen 3 4\n", "must end after 1 rows, .*, got 'queen 3 4"),
        (b"1 2\nking 1 2\n\ngarbage", "must end after 1 rows, .*, got 'garbage'"),
        (b"2 2\nking 1 2\nqueen 3.25\n", "line 3 must hold 2 numbers after its word, .*, got 1"),
        (b"2 2\nking 1 2 3\nqueen 3 4\n", "line 2 must hold 2 numbers after its word, .*, got 3"),
        (b"2 2\nking 1 2\n\nqueen 3 4\n", "line 3 must hold 2 numbers .*, got 0"),
        (b"1 2\nnew york 1 2\n", "line 2 must hold 2 numbers after its word, .*, got 3"),
        (b"1 2\nking\t1 2\n", "line 2 must hold 2 numbers after its word, .*, got 1"),
        (b"1 1\nking  \n", "line 2 must hold 1 numbers after its word, .*, got 0"),
        (b"1 2\nking 1 two\n", "line 2 must hold numbers .*: could not convert .* b'two'"),
        (b"1 2\nking 1 1_0\n", "line 2 must hold decimal numbers .*, got '1 1_0"),
        (b"1 2\nking 1 0x2\n", "line 2 must hold numbers after its word"),
        (b"1 2\nking 1 2", "line 2 must end in a line break, got 'king 1 2'; .*cut off"),
        (b"1 2\n 1 2222\n", "line 2 must begin with a word, got ''"),
        (b"1 2\n\xff\xfe 1 2\n", r"line 2 must begin with a word in UTF-8, got b'\\xff\\xfe'"),
        (b"3 1\na 1\nb 2\na 3\n", "line 4 must hold a new word, but .*line 2 has it .*, got 'a'"),
        (b"2 1\na 1\nb nan\n", "line 3 must hold numbers that are finite in float32, got nan"),
        (b"2 1\na 1\nb -inf\n", "line 3 must hold numbers that are finite in float32, got -inf"),
        (b"2 1\na 1\nb 1e39\n", "line 3 must hold numbers that are finite in float32, got inf"),
    ],
)
def test_text_is_refused(path, content, message):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path.name}.*{message}"):
        load_text(path)


def test_text_finite_in_double_precision_only(path):
    path.write_bytes(b"1 1\na 1e39\n")
    assert load_text(path, dtype=np.float64).matrix.tolist() == [[1e39]]


one, two = struct.pack("<2f", 1, 2), struct.pack("<2f", 3, 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", 'line 1 must be "V d"'),
        (b"9999999999999 300\nking " + one, "must have at least 12019999999998816 bytes"),
        (b"2 2\nking " + one + b"\n", "must have at least 24 bytes .*, got 18; .*cut off"),
        (b"2 2\nking_and_queen " + one + b"\n", "must hold 2 rows .*, got 1; .*cut off"),
        (b"2 2\nking " + one + b"\nqueen " + two[:7], "must hold 2 rows .*, got 1; .*cut off"),
        (b"1 2\nking_and_queen" + one, "must hold 1 rows .*, got 0; .*cut off"),
        (b"1 2\nking " + one + b"\nqueen " + two, r"must end after 1 rows, .*, got '\\nqueen"),
        (b"1 2\nking " + one + b"\n\n", "must end after 1 rows"),
        (b"1 2\n " + one + b"\n", "row 1 must begin with a word, got ''"),
        (b"1 2\nki\nng " + one + b"\n", r"row 1 must begin with a word, got 'ki\\nng'"),
        (b"1 2\nk\xffng " + one, r"row 1 must begin with a word in UTF-8, got b'k\\xffng'"),
        (b"2 2\na " + one + b"\na " + two, "row 2 must hold a new word, but .*row 1 has it"),
        (b"1 1\na " + struct.pack("<f", np.nan), "row 1 must hold numbers that are finite .*nan"),
        (b"1 1\na " + struct.pack("<f", np.inf), "row 1 must hold numbers that are finite .*inf"),
    ],
)
def test_binary_is_refused(path, content, message):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path.name}.*{message}"):
        load_binary(path)


def test_the_wrong_one_of_the_two_formats(path):
    rng = np.random.default_rng(0)
    saved = Embeddings(("king", "queen", "man"), rng.standard_normal((3, 20)).astype(np.float32))
    save_text(saved, path)
    with pytest.raises(ValueError, match=path.name):
        load_binary(path)
    save_binary(saved, path)
    with pytest.raises(ValueError, match=path.name):
        load_text(path)


def npz(**arrays_by_name):
    stream = io.BytesIO()
    np.savez(stream, **arrays_by_name)
    return stream.getvalue()


def npz_with_header(shape, version=(1, 0)):
    """An archive whose matrix claims a shape that its 16 bytes do not have."""
    matrix, stream = io.BytesIO(), io.BytesIO(npz(words=np.array(["a", "b"])))
    description = {"descr": "<f8", "fortran_order": False, "shape": shape}
    if version == (1, 0):
        np.lib.format.write_array_header_1_0(matrix, description)
    else:
        np.lib.format.write_array_header_2_0(matrix, description)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("matrix.npy", matrix.getvalue() + bytes(16))
    return stream.getvalue()


def npy():
    stream = io.BytesIO()
    np.save(stream, np.eye(2))
    return stream.getvalue()


TWO = np.array(["a", "b"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "File is not a zip file"),
        (PAIR_TEXT, "File is not a zip file"),
        (npy(), "File is not a zip file"),
        (npz(words=TWO), r"array 'matrix' must be in the archive, got \['words.npy'\]"),
        (npz(matrix=np.eye(2)), r"array 'words' must be in the archive, got \['matrix.npy'\]"),
        (npz(words=TWO.astype(object), matrix=np.eye(2)), "array 'words' must be of a kind"),
        (npz(words=TWO, matrix=np.eye(2, dtype=object)), "array 'matrix' must be of a kind"),
        (npz(words=np.arange(2), matrix=np.eye(2)), "array 'words' must be of a kind in 'U'"),
        (npz(words=TWO, matrix=np.eye(2) * 1j), "array 'matrix' must be of a kind"),
        (npz(words=TWO, matrix=np.zeros((2, 2), "f8,f8")), "array 'matrix' must be of a kind"),
        (npz(words=TWO, matrix=np.eye(3)), "words and matrix must have the same length"),
        (npz(words=TWO, matrix=np.ones(2)), r"matrix must be a matrix \(V, d\)"),
        (npz(words=TWO[[0, 0]], matrix=np.eye(2)), "words must be distinct"),
        (npz(words=np.array("ab"), matrix=np.eye(2)), "words must be a sequence"),
        (npz(words=TWO[:, np.newaxis], matrix=np.eye(2)), "words must be non-empty strings"),
        (npz(words=TWO, matrix=np.diag([np.nan, 1])), "matrix must be finite"),
        (npz_with_header((10**12, 300)), "hold 2400000000000000 bytes, as its header says, got 16"),
        (npz_with_header((1, 1)), "hold 8 bytes, as its header says, got 16"),
        (npz_with_header((-1, -2)), "negative dimensions|can only specify one unknown"),
        (npz_with_header((2, 1), version=(2, 0)), r"format version \(1, 0\), got \(2, 0\)"),
    ],
)
def test_npz_is_refused(path, content, message):
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path.name} must be a whole npz file.*({message})"):
        load_npz(path)


def test_npz_runs_no_code(path):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    bomb = np.array([Bomb(), Bomb()], dtype=object)
    path.write_bytes(npz(words=bomb, matrix=np.eye(2)))
    with pytest.raises(ValueError, match="array 'words' must be of a kind"):
        load_npz(path)
    # Negative control: with pickles allowed this file does run code.
    with np.load(path, allow_pickle=True) as archive, pytest.raises(pytest.fail.Exception):
        archive["words"]


@pytest.mark.parametrize(
    ("offset", "value"),
    [(8, 1), (10, 8), (10, 12), (10, 14), (10, 99), (16, 77), (42, 9), (45, 255)],
)
def test_npz_with_a_damaged_directory(path, offset, value):
    # Encrypted, compressed, another checksum, another start: zipfile raises a RuntimeError,
    # zlib.error, LZMAError, OSError ... here, so the type matters and its words do not.
    content = bytearray(npz(words=TWO, matrix=np.eye(2)))
    content[content.index(b"PK\x01\x02") + offset] = value
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path.name} must be a whole npz file"):
        load_npz(path)


def test_npz_entry_larger_than_the_file(path):
    # The directory at the end of the archive claims 2 GB, which would be asked for at once.
    content = bytearray(npz(words=TWO, matrix=np.eye(2)))
    directory = content.index(b"PK\x01\x02")
    content[directory + 20 : directory + 28] = struct.pack("<2L", 2**31, 2**31)
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"array 'words' must fit into .* 2147483648"):
        load_npz(path)


# gensim


@pytest.fixture(scope="module")
def gensim():
    return pytest.importorskip("gensim.models")


@pytest.mark.peer
@pytest.mark.parametrize(
    ("save", "load", "binary"), [(save_text, load_text, False), (save_binary, load_binary, True)]
)
@given(saved=embeddings(np.float32))
@example(saved=Embeddings(tuple(set(ODD)), np.eye(len(set(ODD)), dtype=np.float32)))
def test_gensim_reads_our_files_and_we_read_its_files(gensim, path, save, load, binary, saved):
    save(saved, path)
    theirs = gensim.KeyedVectors.load_word2vec_format(path, binary=binary)
    assert tuple(theirs.index_to_key) == saved.words
    assert theirs.vectors.tobytes() == saved.matrix.tobytes()
    theirs.save_word2vec_format(path, binary=binary)
    assert_same(load(path), saved)


@pytest.mark.peer
@pytest.mark.parametrize(("load", "binary"), [(load_text, False), (load_binary, True)])
def test_gensim_agrees_on_vectors_it_has_written(gensim, path, load, binary):
    theirs = gensim.KeyedVectors(20)
    rng = np.random.default_rng(4)
    theirs.add_vectors([f"w{i}" for i in range(300)], rng.standard_normal((300, 20), np.float32))
    theirs.save_word2vec_format(path, binary=binary)
    ours = load(path)
    for expected, result in [
        (theirs.most_similar("w5"), nearest(ours, "w5")),
        (
            theirs.most_similar(positive=["w1", "w3"], negative=["w2"], topn=10),
            analogy(ours, "w1", "w2", "w3", 10, normalize=True),
        ),
    ]:
        assert [word for word, _ in result] == [word for word, _ in expected]
        # gensim computes in single precision.
        np.testing.assert_allclose([s for _, s in result], [s for _, s in expected], rtol=1e-5)


@pytest.mark.peer
@pytest.mark.parametrize(
    ("save", "load", "binary"), [(save_text, load_text, False), (save_binary, load_binary, True)]
)
@pytest.mark.parametrize("model", [word2vec, fasttext])
def test_gensim_and_we_exchange_trained_models(gensim, path, model, save, load, binary):
    sentences = world(np.random.default_rng(0), 2_000).sentences
    options = {"n_dimensions": 20, "epochs": 20}
    trained = model.train(sentences, rng=np.random.default_rng(1), **options).embeddings
    save(trained, path)
    theirs = gensim.KeyedVectors.load_word2vec_format(path, binary=binary)
    theirs.save_word2vec_format(path, binary=binary)
    assert_same(load(path), trained)
    for word in trained.words[::25]:
        expected, found = theirs.most_similar(word), nearest(trained, word)
        assert [other for other, _ in found] == [other for other, _ in expected]
        # gensim computes in single precision.
        np.testing.assert_allclose([s for _, s in found], [s for _, s in expected], rtol=1e-5)

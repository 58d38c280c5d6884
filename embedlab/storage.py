"""Files of word vectors: word2vec's text and binary formats, and NumPy's npz.

The two word2vec formats begin with a line "V d" and then hold V rows, each a word, a space and d
numbers. In a text file the numbers are decimal, separated by spaces, and a line break ends the
row. In a binary file they are 4d bytes of little-endian single precision; the original C program
and this module write a line break after them, gensim does not, and both are read. Words are
UTF-8; only the ASCII space ends one, so a non-breaking space may be part of it.

Saving is atomic: an interrupted or failed save leaves an older file of that name whole. Loading
never returns half a file: whatever disagrees with the header is a ``ValueError``.

A FastText model has more than its words' vectors; ``fasttext_files`` keeps all of it.
"""

import io
import math
import mmap
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.files import FilePath, replacing
from embedlab.numerics import Array, require
from embedlab.vectors import Embeddings

# Takes an array's name and the kinds its type may have, as NumPy's letters.
ReadArray: TypeAlias = Callable[[str, str], npt.NDArray[Any]]

_CUT_OFF = "the file seems to be cut off: get it again"


def save_text(embeddings: Embeddings, path: FilePath) -> None:
    """Write a word2vec text file.

    Each number gets the fewest digits that bring it back exactly, in the precision of the
    matrix; ``load_text`` needs to be told if that is double.

    Raises:
        ValueError: If a word holds a space or a line break, or is not valid Unicode. Nothing is
            written then.
    """
    words = _encoded_words(embeddings)
    with replacing(path) as file:
        file.write(_header(embeddings))
        for word, row in zip(words, embeddings.matrix, strict=True):
            file.write(word + b" " + " ".join(row.astype(str).tolist()).encode() + b"\n")


def load_text(
    path: FilePath, *, dtype: type[np.float32] | type[np.float64] = np.float32
) -> Embeddings:
    """Read a word2vec text file.

    Args:
        path: The file. Its last line, too, must end in a line break: without one, nobody can
            tell whether the last number is whole.
        dtype: The precision of the result. The file does not say what it was saved from; single
            precision is the custom.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is not one of this format, whole, with distinct words and
            numbers that are finite in this precision.
    """
    with open(path, "rb") as file:
        V, d = _read_header(file, path, bytes_per_number=len(" 0"))
        words, matrix = [], np.empty((V, d), dtype)
        for i in range(V):
            line, place = file.readline(), _text_place(path, i)
            require(line != b"", str(path), f"hold {V} rows, as its first line says", i, _CUT_OFF)
            require(line.endswith(b"\n"), place, "end in a line break", _excerpt(line), _CUT_OFF)
            word, _, numbers = line.partition(b" ")
            words.append(word)
            with np.errstate(over="ignore"):  # infinity is reported with its place below
                matrix[i] = _parse_numbers(numbers, d, place)
        for line in file:
            rule = f"end after {V} rows, as its first line says"
            require(not line.strip(), str(path), rule, _excerpt(line))
    return _embeddings(words, matrix, lambda i: _text_place(path, i))


def save_binary(embeddings: Embeddings, path: FilePath) -> None:
    """Write a word2vec binary file.

    The format knows single precision only: numbers in double precision are rounded to it.

    Raises:
        ValueError: If a word holds a space or a line break, or is not valid Unicode, or if a
            number is too large for single precision. Nothing is written then.
    """
    words = _encoded_words(embeddings)
    with np.errstate(over="ignore"):
        matrix = embeddings.matrix.astype("<f4", copy=False)
    fits = np.isfinite(matrix).all(axis=1)
    if not fits.all():
        i = int(np.argmin(fits))
        value, rule = float(np.abs(embeddings.matrix[i]).max()), "fit into single precision"
        require(False, f"the vector of {embeddings.words[i]!r}", rule, value, "use save_npz")
    with replacing(path) as file:
        file.write(_header(embeddings))
        for word, row in zip(words, matrix, strict=True):
            file.write(word + b" " + row.tobytes() + b"\n")


def load_binary(path: FilePath) -> Embeddings:
    """Read a word2vec binary file, with or without line breaks between the rows.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is not one of this format, whole, with distinct words and finite
            numbers.
    """
    with open(path, "rb") as file:
        V, d = _read_header(file, path, bytes_per_number=4)
        words, matrix = [], np.empty((V, d), np.float32)
        start = file.tell()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            for i in range(V):
                start += data[start : start + 1] == b"\n"
                space = data.find(b" ", start)
                stop = space + 1 + 4 * d
                if space < 0 or stop > len(data):
                    rule = f"hold {V} rows of a word and {d} numbers, as its first line says"
                    require(False, str(path), rule, i, _CUT_OFF)
                words.append(data[start:space])
                matrix[i] = np.frombuffer(data[space + 1 : stop], "<f4")
                start = stop
            rest = data[start : start + 20]
            rule = f"end after {V} rows, as its first line says"
            require(rest in (b"", b"\n"), str(path), rule, _excerpt(rest))
    return _embeddings(words, matrix, lambda i: f"{path}, row {i + 1}")


def save_npz(embeddings: Embeddings, path: FilePath) -> None:
    """Write an npz archive with the arrays ``words`` (V,) and ``matrix`` (V, d), exactly.

    ``numpy.load`` reads it, too. Unlike NumPy, this adds no suffix to the name.

    Raises:
        ValueError: If a word ends in a null character, which a NumPy string cannot keep. Nothing
            is written then.
    """
    for word in embeddings.words:
        rule = "not end in a null character to be saved in this format"
        require(not word.endswith("\0"), "a word", rule, word)
    with replacing(path) as file:
        np.savez(file, words=np.array(embeddings.words), matrix=embeddings.matrix)


def load_npz(path: FilePath) -> Embeddings:
    """Read an npz archive with the arrays ``words`` (V,) and ``matrix`` (V, d).

    Nothing is unpickled, so a file from a stranger can run no code.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no whole archive of two such arrays of strings and numbers, or
            if they do not make ``Embeddings``.
    """
    with reading_npz(path, "vectors") as read:
        return Embeddings(read("words", "U").tolist(), read("matrix", "fiub"))


@contextmanager
def reading_npz(path: FilePath, content: str) -> Iterator[ReadArray]:
    """Yield a function that reads one array of an npz archive, read-only and never unpickled.

    Args:
        path: The archive.
        content: What it holds, for the message.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is no whole archive, an array is not in it or of another kind, or
            the caller refuses one: whatever is raised inside becomes this, with the path.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            with zipfile.ZipFile(file) as archive:
                yield lambda key, kinds: _read_entry(archive, key, kinds, size)
        except Exception as error:  # zipfile raises a different type for every kind of damage
            raise ValueError(
                f"{path} must be a whole npz file of {content}, got: {error}"
            ) from error


def _header(embeddings: Embeddings) -> bytes:
    return f"{len(embeddings)} {embeddings.n_dimensions}\n".encode()


def _encoded_words(embeddings: Embeddings) -> list[bytes]:
    """Return the words in UTF-8; raise ``ValueError`` if the word2vec formats cannot hold one."""
    encoded = []
    for word in embeddings.words:
        rule = "hold no space or line break to be saved in this format"
        require(" " not in word and "\n" not in word, "a word", rule, word, "use save_npz")
        try:
            encoded.append(word.encode())
        except UnicodeEncodeError as error:
            raise ValueError(f"a word must be valid Unicode, got {word!r}; use save_npz") from error
    return encoded


def _read_header(file: BinaryIO, path: FilePath, bytes_per_number: int) -> tuple[int, int]:
    """Return V and d from the first line, having made sure that the file is large enough."""
    line = file.readline(100)
    fields = line.split()
    require(
        len(fields) == 2 and all(field.isdigit() for field in fields) and line.endswith(b"\n"),
        f"{path}, line 1",
        'be "V d", the numbers of words and of dimensions',
        _excerpt(line),
        "a GloVe file has no such line: put one in front",
    )
    V, d = int(fields[0]), int(fields[1])
    require(V > 0 and d > 0, f"{path}, line 1", "hold two positive numbers", _excerpt(line))
    # Memory for V times d numbers is asked for next: a damaged header must not exhaust it. Besides
    # its numbers a row has a word and a separator.
    needed = file.tell() + V * (2 + d * bytes_per_number)
    size = os.fstat(file.fileno()).st_size
    rule = f"have at least {needed} bytes for {V} words and {d} dimensions, as its first line says"
    require(size >= needed, str(path), rule, size, _CUT_OFF)
    return V, d


def _parse_numbers(numbers: bytes, d: int, place: str) -> list[float]:
    """Return the d numbers of a text row."""
    fields = numbers.split()
    rule = f"hold {d} numbers after its word, as the first line says"
    require(len(fields) == d, place, rule, len(fields), "load_binary reads binary files")
    try:
        values = list(map(float, fields))
    except ValueError as error:
        raise ValueError(f"{place} must hold numbers after its word, got: {error}") from error
    # Python reads 1_0 as ten.
    require(b"_" not in numbers, place, "hold decimal numbers after its word", _excerpt(numbers))
    return values


def _embeddings(words: list[bytes], matrix: Array, place: Callable[[int], str]) -> Embeddings:
    """Return decoded words with their rows; an error names its place in the file."""
    rows: dict[str, int] = {}
    for i, raw in enumerate(words):
        try:
            word = raw.decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"{place(i)} must begin with a word in UTF-8, got {raw!r}") from error
        if not word or "\n" in word:
            require(False, place(i), "begin with a word", word, "was it saved in this format?")
        if rows.setdefault(word, i) != i:
            rule = f"hold a new word, but {place(rows[word])} has it already"
            require(False, place(i), rule, word, "remove one of the two")
    finite = np.isfinite(matrix).all(axis=1)
    if not finite.all():
        i = int(np.argmin(finite))
        value = float(matrix[i][~np.isfinite(matrix[i])][0])
        require(False, place(i), f"hold numbers that are finite in {matrix.dtype}", value)
    return Embeddings(tuple(rows), matrix)


def _read_entry(archive: zipfile.ZipFile, key: str, kinds: str, size: int) -> npt.NDArray[Any]:
    """Return one array of an archive of a given size, of a type of the given kinds, read-only."""
    name, entry = f"array {key!r}", f"{key}.npy"
    require(entry in archive.namelist(), name, "be in the archive", archive.namelist())
    stored = archive.getinfo(entry).compress_size
    require(stored <= size, name, f"fit into the file's {size} bytes", stored)
    # numpy.load would allocate whatever the array's header claims before it looks at the data.
    payload = archive.read(entry)
    stream = io.BytesIO(payload)
    version = np.lib.format.read_magic(stream)
    require(version == (1, 0), name, "be of format version (1, 0)", version)
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    require(dtype.kind in kinds, name, f"be of a kind in {kinds!r}", dtype.str)
    n_bytes, received = math.prod(shape) * dtype.itemsize, len(payload) - stream.tell()
    require(n_bytes == received, name, f"hold {n_bytes} bytes, as its header says", received)
    flat = np.frombuffer(payload, dtype, offset=stream.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C")


def _text_place(path: FilePath, i: int) -> str:
    """Return the name of row i of a text file, whose first line is the header."""
    return f"{path}, line {i + 2}"


def _excerpt(raw: bytes) -> str:
    """Return the beginning of some bytes, readable."""
    return raw[:40].decode(errors="replace")

"""An index that can be kept in a file: names with vectors, of one model, with a version.

Vectors of two models, or of two versions of one, cannot be compared: each has axes of its own,
and the numbers would still give an answer. So an index carries the name of its model, and loading
asks for it.

The file is an npz archive. Its entry ``header`` is JSON in UTF-8 (format, model, version, ids,
dimensions, kind of the vectors, checksum); the others are the arrays of that kind. Nothing is
unpickled. Saving is atomic: an interrupted save leaves the older file whole.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from embedlab.directions import unit_rows
from embedlab.files import FilePath, replacing
from embedlab.numerics import Array, require, require_same_length
from embedlab.retrieval import exact, kinds
from embedlab.retrieval.entries import read_entry
from embedlab.retrieval.hits import Hits, as_queries, as_vectors
from embedlab.retrieval.kinds import Rows

FORMAT = 1
"""The version of the file's layout; a reader refuses any other."""


@dataclass(frozen=True, eq=False)
class Index:
    """Names and their vectors, to be searched by cosine; made by ``build`` or ``load``.

    Attributes:
        ids: N distinct, non-empty strings.
        rows: The N vectors, of length 1 (or 0), as they are or compressed.
        model: The name of the model that made the vectors.
        version: Whatever tells this index from an older one.

    Raises:
        ValueError: If a name is empty or repeated, there is not one for each row, or the rows are
            of another kind, or not of length 1 or 0.
    """

    ids: tuple[str, ...]
    rows: Rows
    model: str
    version: str

    def __post_init__(self) -> None:
        kind = type(self.rows).__name__
        require(kind in kinds.ARRAYS, "rows", f"be one of {list(kinds.ARRAYS)}", kind)
        seen = set()
        for name in self.ids:
            require(isinstance(name, str) and name != "", "ids", "be non-empty strings", name)
            require(name not in seen, "ids", "be distinct", name, "it occurs twice")
            seen.add(name)
        require_same_length("ids", self.ids, "vectors", self.rows)
        for name, value in {"model": self.model, "version": self.version}.items():
            require(isinstance(value, str) and value != "", name, "be a non-empty string", value)
        kinds.require_units(self.rows)

    @property
    def n_dimensions(self) -> int:
        """The number d of dimensions."""
        return self.rows.n_dimensions

    @property
    def n_bytes(self) -> int:
        """Memory of the vectors."""
        return self.rows.n_bytes

    @property
    def vectors(self) -> Array:
        """The vectors (N, d) in single precision, or what their codes stand for."""
        return kinds.decode(self.rows)

    @cached_property
    def checksum(self) -> str:
        """SHA-256 of all that the index holds, as 64 hexadecimal digits."""
        digest = hashlib.sha256(json.dumps(_description(self)).encode())
        for array in kinds.arrays(self.rows).values():
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        shape = f"{len(self)} entries, {self.n_dimensions} dimensions"
        return f"Index({shape}, model {self.model!r}, version {self.version!r})"


def build(
    ids: Sequence[str],
    vectors: npt.ArrayLike,
    *,
    model: str,
    version: str,
    compress: Callable[[Array], Rows] = exact.build,
) -> Index:
    """Return an index of vectors, each divided by its length.

    Args:
        ids: N distinct, non-empty strings.
        vectors: (N, d) finite numbers; kept in single precision. A zero vector has no direction
            and scores 0 with every query.
        model: The name of the model that made them, not empty.
        version: Not empty.
        compress: What makes the rows from the unit vectors: ``exact.build``, ``int8.build``,
            ``binary.build``, or a function that calls ``product.build``.

    Raises:
        ValueError: If there is no vector, one is not finite, the ids do not fit, a name is
            empty, or compress returns rows that are not of length 1 or 0.

    >>> index = build(["a", "b"], [[2.0, 0.0], [3.0, 4.0]], model="by hand", version="1")
    >>> hits = search(index, [[0.0, 1.0]], k=2)
    >>> [index.ids[i] for i in hits.positions[0]], hits.scores.round(2).tolist()
    (['b', 'a'], [[0.8, 0.0]])
    """
    require(not isinstance(ids, str), "ids", "be a sequence of strings", ids)
    matrix = as_vectors("vectors", vectors)
    require_same_length("ids", ids, "vectors", matrix)
    units = unit_rows(matrix).astype(np.float32, copy=False)
    return Index(tuple(ids), compress(units), model, version)


def search(index: Index, queries: npt.ArrayLike, k: int) -> Hits:
    """Return the k entries with the highest cosine with each query (Q, d).

    Scores lie in [-1, 1]. What rounding to single precision puts beyond by 1e-7, or compression by
    some thousandths, is cut off after the ranking, whose order stays.

    Raises:
        ValueError: If the queries are not finite or have another number of dimensions, or k is
            not between 1 and the number of entries.
    """
    units = unit_rows(as_queries(queries, index.n_dimensions))
    hits = kinds.search(index.rows, units, k)
    # Whoever takes the arccosine of a cosine above 1 gets NaN.
    return Hits(hits.positions, np.clip(hits.scores, -1.0, 1.0))


def save(index: Index, path: FilePath) -> None:
    """Write the index to a file, in the place of an older one only once it is written whole."""
    header = {**_description(index), "checksum": index.checksum}
    text = np.frombuffer(json.dumps(header).encode(), np.uint8)
    entries: dict[str, Any] = {"header": text, **kinds.arrays(index.rows)}
    with replacing(path) as file:
        np.savez(file, **entries)


def load(
    path: FilePath,
    *,
    model: str | None = None,
    n_dimensions: int | None = None,
    version: str | None = None,
) -> Index:
    """Read an index, and make sure that it is whole and the one that is meant.

    Args:
        path: The file.
        model: The name of the model that the index must have been built with; None accepts any.
        n_dimensions: Likewise.
        version: Likewise.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged or no index, of another format, holds vectors that are
            not of length 1 or 0, or was built with another model, number of dimensions or version.
    """
    with open(path, "rb") as file:
        try:
            index = _read(file)
        except Exception as error:  # zipfile raises a different type for every kind of damage
            message = f"{path} must be a whole index file, got: {error}; build the index again"
            raise ValueError(message) from error
    wanted = {"model": model, "n_dimensions": n_dimensions, "version": version}
    for name, value in wanted.items():
        received = getattr(index, name)
        rule = f"hold an index with {name} {value!r}"
        remedy = "build the index again, or use what it was built with"
        require(value in (None, received), str(path), rule, received, remedy)
    return index


def _description(index: Index) -> dict[str, Any]:
    """Return what the header says beside the checksum, in a fixed order."""
    return {
        "format": FORMAT,
        "model": index.model,
        "version": index.version,
        "kind": type(index.rows).__name__,
        "n_dimensions": index.n_dimensions,
        "ids": list(index.ids),
    }


def _read(file: BinaryIO) -> Index:
    """Return the index that a file holds, after every check that needs no expectation."""
    size = os.fstat(file.fileno()).st_size
    with zipfile.ZipFile(file) as archive:
        header = json.loads(read_entry(archive, "header", "|u1", size).tobytes())
        require(isinstance(header, dict), "header", "be an object", type(header).__name__)
        found = header.get("format")
        require(found == FORMAT, "format", f"be {FORMAT}", found, "another version wrote it")
        kind = header["kind"]
        require(kind in kinds.ARRAYS, "kind", f"be one of {list(kinds.ARRAYS)}", kind)
        types = kinds.ARRAYS[kind]
        arrays = {name: read_entry(archive, name, dtype, size) for name, dtype in types.items()}
    rows = kinds.restored(kind, arrays, header["n_dimensions"])
    index = Index(tuple(header["ids"]), rows, header["model"], header["version"])
    fits = index.checksum == header["checksum"]
    require(fits, "checksum", f"be {header['checksum']}", index.checksum)
    return index

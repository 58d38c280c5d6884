"""The book's paragraphs with their index: what is searched, all of one version."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from embedlab.paragraphs import Paragraph, content_version, read_paragraphs
from embedlab.retrieval import index as indexes
from embedlab.service.encoders import Encoder, checked_vectors

FilePath: TypeAlias = str | os.PathLike[str]

# Part of every version: it changes with ``indexed_text``.
_RECIPE = "1"
_BLOCK = 256


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What one search sees, from beginning to end.

    Attributes:
        paragraphs: N paragraphs.
        index: Their N vectors in the same order; its version is a hash of the paragraphs.
    """

    paragraphs: tuple[Paragraph, ...]
    index: indexes.Index

    @property
    def version(self) -> str:
        """The version of the index."""
        return self.index.version

    def __len__(self) -> int:
        return len(self.paragraphs)


def indexed_text(paragraph: Paragraph) -> str:
    """Return what is embedded of a paragraph: the title of its section, and its text.

    >>> indexed_text(Paragraph("cats", ("Cats", "Legs"), "legs", "It has four.", "text"))
    'Legs. It has four.'
    """
    return ". ".join([*paragraph.headings[-1:], paragraph.text])


def build_snapshot(paragraphs: list[Paragraph], encoder: Encoder) -> Snapshot:
    """Return paragraphs with the index that an encoder makes of them.

    Raises:
        ValueError: If there is no paragraph.
        ArithmeticError: If the encoder returns something else than it promised.
    """
    texts = [indexed_text(paragraph) for paragraph in paragraphs]
    vectors = [
        checked_vectors(encoder, encoder.encode_documents, texts[start : start + _BLOCK])
        for start in range(0, len(texts), _BLOCK)
    ]
    matrix = np.concatenate(vectors) if vectors else np.empty((0, encoder.d))
    index = indexes.build(
        _ids(paragraphs), matrix, model=encoder.name, version=_version(paragraphs)
    )
    return Snapshot(tuple(paragraphs), index)


def open_snapshot(book: FilePath, path: FilePath, encoder: Encoder) -> Snapshot:
    """Return the book's paragraphs with the index in a file, which is built where it is missing.

    It is also built again where the book has changed since, or the file names other paragraphs. A
    file of another model is left alone.

    Args:
        book: The folder of the book's pages.
        path: The file of the index; folders above it are made.
        encoder: What the index must have been built with.

    Raises:
        ValueError: If the book has no text, or the file is damaged or of another model or number
            of dimensions.
        OSError: If a file cannot be read or written.
    """
    paragraphs = read_paragraphs(book)
    if Path(path).exists():
        found = indexes.load(path, model=encoder.name, n_dimensions=encoder.d)
        if found.version == _version(paragraphs) and found.ids == _ids(paragraphs):
            return Snapshot(tuple(paragraphs), found)
    snapshot = build_snapshot(paragraphs, encoder)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    indexes.save(snapshot.index, path)
    return snapshot


def _ids(paragraphs: list[Paragraph]) -> tuple[str, ...]:
    return tuple(f"{paragraph.page}/{i}" for i, paragraph in enumerate(paragraphs))


def _version(paragraphs: list[Paragraph]) -> str:
    return f"{_RECIPE}-{content_version(paragraphs)}"

"""A paragraph, and how pieces of a page become paragraphs of a useful length."""

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

MIN_CHARACTERS, MAX_CHARACTERS = 80, 600
"""A shorter piece is joined with its neighbor, a longer one is split."""

# A sentence ends at its mark, with quotes behind it; the next one begins with a capital or digit.
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’')]*\s+(?=[“\"(]?[A-Z0-9])")


@dataclass(frozen=True)
class Paragraph:
    """A piece of a page that can stand alone.

    Attributes:
        page: The file's path below the book's folder, without its ending, such as "02-dense".
        headings: The title of the page and those of the sections that lead to the paragraph.
        anchor: What follows # in the address of the nearest section; empty at a page's beginning.
        text: What a reader reads.
        kind: "text", "list", "table", "quote", "formula" or "definition".
    """

    page: str
    headings: tuple[str, ...]
    anchor: str
    text: str
    kind: str


def content_version(paragraphs: Iterable[Paragraph]) -> str:
    """Return sixteen characters that change with any paragraph, the same on every machine."""
    content = json.dumps([asdict(paragraph) for paragraph in paragraphs])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def join_pieces(pieces: Iterable[Paragraph], n_min: int, n_max: int) -> list[Paragraph]:
    """Return the pieces with each formula, and each that is too short, beside its neighbor."""
    joined: list[Paragraph] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is not None and _belong_together(before, piece, n_min, n_max):
            longer = max(before, piece, key=lambda part: len(part.text))
            joined[-1] = replace(longer, text=f"{before.text}\n{piece.text}")
        else:
            joined.append(piece)
    return joined


def _belong_together(before: Paragraph, piece: Paragraph, n_min: int, n_max: int) -> bool:
    is_same_place = (before.headings, before.anchor) == (piece.headings, piece.anchor)
    if not is_same_place or len(before.text) + len(piece.text) >= n_max:
        return False
    # What ends so leads to what follows.
    is_opening = piece.text.endswith((":", "?"))
    is_short = len(piece.text) < n_min and not is_opening
    return len(before.text) < n_min or is_short or piece.kind == "formula"


def split_text(text: str, n_max: int) -> list[str]:
    """Return a text in parts of at most n_max characters, split between sentences or words.

    >>> split_text("One two. Three four five six. Seven.", 16)
    ['One two.', 'Three four five', 'six. Seven.']
    """
    if len(text) <= n_max:
        return [text]
    parts, start = [], 0
    # A list or a table falls apart between its rows, a row that is too long between sentences, a
    # sentence between words; nothing else is left for a word that is too long by itself.
    patterns = (re.compile(r"\n"), _SENTENCE_END, re.compile(r"\s+"))
    ends = [[0, *(match.end() for match in pattern.finditer(text))] for pattern in patterns]
    # Where what stands before each place ends, spaces left out: they count for nothing.
    stops = [0]
    for place, character in enumerate(text, 1):
        stops.append(stops[-1] if character.isspace() else place)
    while len(text) - start > n_max:
        limit = start + n_max
        last = (kind[bisect_right(kind, limit, key=stops.__getitem__) - 1] for kind in ends)
        end = next((end for end in last if end > start), limit)
        parts.append(text[start:end].strip())
        start = end
    return [part for part in [*parts, text[start:].strip()] if part]

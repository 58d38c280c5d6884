"""What was put right in a notebook, in few sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from embedlab.grading.handed_in.wording import listed

_MOST_SENTENCES = 10


@dataclass(frozen=True)
class Note:
    """One thing that was put right.

    Attributes:
        what: What was done, as it follows "was", or a sentence if it concerns the whole notebook.
        label: The kind of cell, such as ``check cell``; "" for the whole notebook.
        name: The cell's name, or its number in the student's notebook.
    """

    what: str
    label: str = ""
    name: str = ""


def sentences(notes: Sequence[Note]) -> tuple[str, ...]:
    """Return notes as sentences, those that differ in the cell only as one.

    >>> sentences([Note("missing", "check cell", "a"), Note("missing", "check cell", "b")])
    ('2 check cells were missing: a, b.',)
    """
    names: dict[tuple[str, str], list[str]] = {}
    for note in notes:
        cells = names.setdefault((note.what, note.label), [])
        if note.name not in cells:
            cells.append(note.name)
    told = [_sentence(what, label, cells) for (what, label), cells in names.items()]
    if len(told) > _MOST_SENTENCES:
        n_more = len(told) - _MOST_SENTENCES + 1
        told[_MOST_SENTENCES - 1 :] = [f"There were {n_more} more kinds of repairs."]
    return tuple(told)


def _sentence(what: str, label: str, names: list[str]) -> str:
    if not label:
        return what
    if len(names) > 1:
        return f"{len(names)} {label}s were {what}: {listed(names)}."
    article = "" if label == "cell" else "The "
    return f"{article}{label if article else label.capitalize()} {names[0]} was {what}."

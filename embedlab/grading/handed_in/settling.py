"""What becomes of each cell that a student handed in: the student's own, the release's, or gone."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from embedlab.grading.handed_in.matching import (
    Slot,
    comparable,
    is_as_released,
    is_marked_as_released,
    keeper,
    unclaimed,
)
from embedlab.grading.handed_in.notes import Note
from embedlab.grading.handed_in.reading import Cell, clean

# A line that does nothing for the student's own work: the check is made elsewhere.
_IDLE_LINE = re.compile(r"#.*|pass|\.\.\.|(embedlab\.)?(grading\.)?check\([^;]*\)?")
_UNMARKED = "marked for grading otherwise than in the release, which was undone"


@dataclass(frozen=True)
class Placed:
    """A cell of the repaired notebook.

    Attributes:
        cell: The student's cell; None if all of it comes from the release.
        slot: The cell of the release that it is; None if it is the student's own.
    """

    cell: Cell | None
    slot: Slot | None


@dataclass(frozen=True)
class Lines:
    """The lines of a release, to tell them from a student's own.

    Attributes:
        locked: Those of all locked cells.
        checks: Those of each check cell, by name.
        telling: Those of locked cells that occur nowhere else.
    """

    locked: frozenset[str]
    checks: Mapping[str, frozenset[str]]
    telling: frozenset[str]


def lines_of(released: NotebookNode, slots: Sequence[Slot]) -> Lines:
    """Return the lines of a release."""
    sources = [clean(cell.source) for cell in released.cells]
    places = Counter(line for source in sources for line in _lines(source))
    locked = frozenset().union(*(_lines(slot.source) for slot in slots if slot.is_locked))
    return Lines(
        locked=locked,
        checks={slot.grade_id: _lines(slot.source) for slot in slots if slot.is_check},
        telling=frozenset(line for line in locked if places[line] == 1),
    )


def has_own_lines(cell: Cell, lines: Lines) -> bool:
    """Return whether a locked cell was given lines of the student's own."""
    own = _lines(cell.source) - lines.locked
    if cell.cell_type == "code":
        return any(not _IDLE_LINE.fullmatch(line) for line in own)
    return bool(own)


def torn_from(cell: Cell, incomplete: Collection[str], lines: Lines) -> str:
    """Return which of the incomplete check cells a cell is nothing but a part of, or ""."""
    own = _lines(cell.source)
    if cell.cell_type != "code" or own.isdisjoint(lines.telling):
        return ""
    return next((name for name in incomplete if own <= lines.checks[name]), "")


def settled(
    cells: Sequence[Cell],
    owners: Mapping[int, Slot],
    slots: Sequence[Slot],
    lines: Lines,
    notes: list[Note],
) -> list[Placed]:
    """Return the cells as they stay, each slot at most once and locked ones as released."""
    candidates: dict[str, list[Cell]] = {}
    for cell in cells:
        if owner := owners.get(cell.number):
            candidates.setdefault(owner.grade_id, []).append(cell)
    keepers = {
        slot.grade_id: keeper(slot, candidates[slot.grade_id])
        for slot in slots
        if slot.grade_id in candidates
    }
    whole = {slot.grade_id for slot in slots if _is_whole(slot, keepers)}
    incomplete = [name for name in lines.checks if name not in whole]
    placed = []
    for cell in cells:
        slot = owners.get(cell.number)
        if slot is None or (not slot.is_locked and keepers[slot.grade_id] is not cell):
            if torn := torn_from(cell, incomplete, lines):
                notes.append(Note("torn apart and made whole again", "check cell", torn))
                continue
            placed.append(Placed(cell, None))
        elif not slot.is_locked:
            placed.append(Placed(cell, slot))
        else:
            if has_own_lines(cell, lines):
                placed.append(Placed(cell, None))
            if keepers[slot.grade_id] is cell:
                placed.append(Placed(None, slot))
        if slot is not None:
            notes.extend(_told(cell, slot, keepers[slot.grade_id], lines))
    return placed


def _is_whole(slot: Slot, keepers: Mapping[str, Cell]) -> bool:
    return slot.grade_id in keepers and is_as_released(keepers[slot.grade_id], slot)


def claimed(placed: Sequence[Placed], slots: Sequence[Slot], notes: list[Note]) -> list[Placed]:
    """Give slots that nobody has to cells of which nothing but the released text is left."""
    free = unclaimed(slots, {each.slot.grade_id for each in placed if each.slot})
    result = []
    for each in placed:
        slot = None
        if each.cell and not each.slot:
            slot = free.pop(comparable(each.cell.source), None)
        if slot:
            notes.append(Note(_UNMARKED, slot.label, slot.grade_id))
        result.append(Placed(each.cell, slot) if slot else each)
    return result


def _told(cell: Cell, slot: Slot, kept: Cell, lines: Lines) -> list[Note]:
    """Return what was wrong with a cell of the release."""
    found = []
    if kept is not cell and slot.is_locked:
        found.append(
            "copied and worked on, and the copy made a plain cell"
            if has_own_lines(cell, lines)
            else "there more than once, and the copies were removed"
        )
    elif kept is not cell:
        found.append("there more than once, and the last one worked on counts")
    elif slot.is_locked and has_own_lines(cell, lines):
        found.append(
            "changed and restored, with the student's own lines kept in a cell of their own"
        )
    elif slot.is_locked and not is_as_released(cell, slot):
        found.append("changed and restored")
    elif cell.cell_type != slot.cell.cell_type:
        found.append(f"of the type {cell.cell_type} and made {slot.cell.cell_type} again")
    if kept is cell and not is_marked_as_released(cell, slot):
        found.append(_UNMARKED)
    if slot.is_check and cell.tags and cell.tags != slot.cell.metadata.get("tags"):
        found.append("tagged, and the tags were removed")
    return [Note(what, slot.label, slot.grade_id) for what in found]


def _lines(source: str) -> frozenset[str]:
    return frozenset(line.strip() for line in source.split("\n")) - {""}

"""Which cell of a student's notebook is which cell of the release, whatever became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from embedlab.grading.handed_in.reading import Cell, clean

_MARKS = ("grade_id", "grade", "solution", "locked", "points", "task")


@dataclass(frozen=True)
class Slot:
    """A cell of the release that nbgrader knows by name.

    Attributes:
        index: Its place in the release.
        cell: The cell.
        grade_id: Its name.
        is_locked: Whether students are not meant to change it.
        is_marked_by_hand: Whether a person marks the student's answer in it.
    """

    index: int
    cell: NotebookNode
    grade_id: str
    is_locked: bool
    is_marked_by_hand: bool

    @property
    def source(self) -> str:
        """The released text."""
        return clean(self.cell.source)

    @property
    def is_check(self) -> bool:
        """Whether it earns points by itself."""
        return (
            self.is_locked and self.cell.cell_type == "code" and self.cell.metadata.nbgrader.grade
        )

    @property
    def label(self) -> str:
        """What a sentence calls its kind."""
        if self.is_locked:
            return "check cell" if self.is_check else "locked cell"
        return "answer cell" if self.is_marked_by_hand else "solution cell"


def slots_of(released: NotebookNode) -> list[Slot]:
    """Return the cells of a release that nbgrader knows, in order."""
    found = []
    for index, cell in enumerate(released.cells):
        marks = cell.metadata.get("nbgrader", {})
        is_solution, is_grade = marks.get("solution", False), marks.get("grade", False)
        # As nbgrader sees it: whatever earns points and is not for writing is locked.
        is_locked = not is_solution and (
            is_grade or marks.get("locked", False) or marks.get("task", False)
        )
        if is_solution or is_locked:
            found.append(
                Slot(
                    index, cell, marks["grade_id"], bool(is_locked), bool(is_solution and is_grade)
                )
            )
    return found


def comparable(source: str) -> str:
    """Return a text without the blanks at its ends and at those of its lines."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def is_as_released(cell: Cell, slot: Slot) -> bool:
    """Return whether a cell has the text of the release, blanks at the ends of lines aside."""
    return comparable(cell.source) == comparable(slot.source)


def is_marked_as_released(cell: Cell, slot: Slot) -> bool:
    """Return whether a cell tells nbgrader the same as in the release, as far as grades go."""
    released = slot.cell.metadata.nbgrader
    # What older versions of nbgrader did not write was as good as false.
    return all((cell.marks.get(key) or None) == (released.get(key) or None) for key in _MARKS)


def recognized(cells: Sequence[Cell], slots: Sequence[Slot]) -> dict[int, Slot]:
    """Return which slot each cell belongs to, by the cell's number; others belong to none.

    The exact text of a locked cell counts first, since nobody writes that by chance; then the name
    that nbgrader gave it; then its id.
    """
    locked = _by_source([slot for slot in slots if slot.is_locked])
    by_name = {slot.grade_id: slot for slot in slots}
    by_id = {slot.cell.id: slot for slot in slots}
    owners: dict[int, Slot] = {}
    for cell in cells:
        slot = (
            locked.get(comparable(cell.source)) or by_name.get(cell.grade_id) or by_id.get(cell.id)
        )
        if slot:
            owners[cell.number] = slot
    return owners


def unclaimed(slots: Sequence[Slot], present: Collection[str]) -> dict[str, Slot]:
    """Return the slots that are not present and can be known by their released text, by that."""
    by_source = _by_source(slots)
    return {text: slot for text, slot in by_source.items() if slot.grade_id not in present}


def keeper(slot: Slot, candidates: Sequence[Cell]) -> Cell:
    """Return which of several cells is the one of a slot: of a student's, the last worked on."""
    if slot.is_locked:
        return next((cell for cell in candidates if is_as_released(cell, slot)), candidates[0])
    worked_on = [
        cell for cell in candidates if cell.source.strip() and not is_as_released(cell, slot)
    ]
    # A copy that was made a text is a note, unless there is nothing else.
    same_type = [cell for cell in worked_on if cell.cell_type == slot.cell.cell_type]
    return (same_type or worked_on or candidates[:1])[-1]


def _by_source(slots: Sequence[Slot]) -> Mapping[str, Slot]:
    """Return slots by their text, those that share one with another left out."""
    sources = [comparable(slot.source) for slot in slots]
    return {
        source: slot
        for source, slot in zip(sources, slots, strict=True)
        if source and sources.count(source) == 1
    }

"""A student's notebook as it is graded: the student's own work in the released notebook.

Whatever comes in, these hold of the result: it is a valid notebook of the release's format; every
locked cell is there once, as released and in the released order; every answer that a person marks
is there; no cell tells nbgrader or Jupyter anything that the release does not; and all code and
text that the student wrote is there. A released solution cell that was deleted stays deleted: a
stub that came back could take the place of the function, which may stand elsewhere.
"""

import copy
import dataclasses
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode

from embedlab.grading.handed_in.matching import recognized, slots_of
from embedlab.grading.handed_in.notes import Note, sentences
from embedlab.grading.handed_in.order import ordered
from embedlab.grading.handed_in.reading import Cell, read_cells
from embedlab.grading.handed_in.settling import Placed, claimed, lines_of, settled


@dataclass(frozen=True)
class Repaired:
    """A notebook that is safe to go on with.

    Attributes:
        notebook: The notebook, not run.
        repairs: What was put right, a sentence each.
    """

    notebook: NotebookNode
    repairs: tuple[str, ...]


def repair(content: bytes, released: NotebookNode) -> Repaired:
    """Put a student's work into the released notebook.

    Args:
        content: The notebook file as handed in.
        released: The notebook as students get it, with nbgrader's metadata and an id for each cell.

    Raises:
        NotGraded: If the content is not a notebook at all.
    """
    notes: list[Note] = []
    cells = read_cells(content, notes)
    slots = slots_of(released)
    owners = recognized(cells, slots)
    if not owners and any(slot.is_locked for slot in slots):
        notes.insert(0, Note("None of the released cells was found: it may be another notebook."))
    placed = settled(cells, owners, slots, lines_of(released, slots), notes)
    in_slots = {slot.index for slot in slots}
    plain = {cell.id: place for place, cell in enumerate(released.cells) if place not in in_slots}
    placed = ordered(claimed(placed, slots, notes), slots, plain, notes)
    models = {cell_id: released.cells[place] for cell_id, place in plain.items()}
    strangers = [
        each.cell
        for each in placed
        if each.cell and not each.slot and each.cell.number not in owners
    ]
    notes.extend(_invented(strangers, models))
    notebook = {
        "nbformat": released.nbformat,
        "nbformat_minor": released.nbformat_minor,
        "metadata": copy.deepcopy(released.metadata),
        "cells": _nodes(placed, models, {slot.cell.id for slot in slots}),
    }
    as_node = nbformat.from_dict(notebook)
    return Repaired(as_node, sentences(notes))


def _invented(cells: Sequence[Cell], models: Mapping[str, NotebookNode]) -> Iterator[Note]:
    """Yield a note for each of the student's own cells that claims to be graded."""
    for cell in cells:
        model = models.get(cell.id)
        is_released = model and cell.marks and cell.marks == model.metadata.get("nbgrader")
        if cell.is_marked and not is_released:
            yield Note("marked for grading, and the marks were removed", "cell", cell.label)


def _nodes(
    placed: Sequence[Placed], models: Mapping[str, NotebookNode], reserved: Collection[str]
) -> list[dict[str, Any]]:
    """Return the cells of the notebook, each with an id, and with no metadata but the release's.

    Args:
        placed: The cells.
        models: The released cells that are in no slot, by id.
        reserved: The ids of those that are.
    """
    known = {*reserved, *models, *(each.cell.id for each in placed if each.cell)}
    fresh = (name for n in itertools.count(1) if (name := f"student-{n}") not in known)
    used = set(reserved)
    nodes = []
    for each in placed:
        if each.slot:
            released = each.slot.cell
            cell = each.cell or _as_released(released)
            cell = dataclasses.replace(cell, cell_type=released.cell_type)
            nodes.append(_node(released.id, cell, released.metadata))
        elif each.cell:
            cell_id = each.cell.id
            if not cell_id or cell_id in used:
                cell_id = next(fresh)
            used.add(cell_id)
            metadata = models[cell_id].metadata if cell_id in models else {}
            nodes.append(_node(cell_id, each.cell, metadata))
    return nodes


def _as_released(released: NotebookNode) -> Cell:
    attachments = released.get("attachments", {})
    return Cell(0, released.cell_type, released.source, attachments=attachments)


def _node(cell_id: str, cell: Cell, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell of the notebook, not run."""
    node = {
        "id": cell_id,
        "cell_type": cell.cell_type,
        "metadata": copy.deepcopy(metadata),
        "source": cell.source,
    }
    if cell.cell_type == "code":
        return {**node, "execution_count": None, "outputs": []}
    return {**node, "attachments": copy.deepcopy(cell.attachments)} if cell.attachments else node

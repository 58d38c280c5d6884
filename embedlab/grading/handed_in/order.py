"""Bringing cells back to their places, with as few moves as possible."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from embedlab.grading.handed_in.matching import Slot
from embedlab.grading.handed_in.notes import Note
from embedlab.grading.handed_in.settling import Placed


def ordered(
    placed: Sequence[Placed],
    slots: Sequence[Slot],
    plain: Mapping[str, int],
    notes: list[Note],
) -> list[Placed]:
    """Return cells with all locked ones in the order of the release, and no answer cell missing.

    Args:
        placed: The cells that there are, each slot at most once.
        slots: The slots of the release, in order.
        plain: The places of its other cells, by id.
        notes: Where to add what had to be done.
    """
    locked = [each.slot.index for each in placed if each.slot and each.slot.is_locked]
    staying = set(longest_rise(locked))
    result = [
        each
        for each in placed
        if not (each.slot and each.slot.is_locked) or each.slot.index in staying
    ]
    present = {each.slot.grade_id for each in placed if each.slot}
    for slot in slots:
        if slot.grade_id not in present:
            if slot.is_locked or slot.is_marked_by_hand:
                notes.append(Note("missing and put back as released", slot.label, slot.grade_id))
                result.insert(_place(slot, result, plain), Placed(None, slot))
        elif slot.is_locked and slot.index not in staying:
            notes.append(Note("out of order and moved back", slot.label, slot.grade_id))
            result.insert(_place(slot, result, plain), Placed(None, slot))
    return result


def longest_rise(values: Sequence[int]) -> list[int]:
    """Return a longest strictly rising subsequence.

    >>> longest_rise([3, 1, 2, 5, 4])
    [1, 2, 4]
    """
    # For each length, the subsequence of that length that ends lowest: its end, and all of it as
    # a chain of (value, chain before).
    ends: list[int] = []
    chains: list[tuple[int, object]] = []
    for value in values:
        length = bisect_left(ends, value)
        chain = (value, chains[length - 1] if length else None)
        ends[length : length + 1] = [value]
        chains[length : length + 1] = [chain]
    rise = []
    link: object = chains[-1] if chains else None
    while isinstance(link, tuple):
        value, link = link
        rise.append(value)
    return rise[::-1]


def _place(slot: Slot, placed: Sequence[Placed], plain: Mapping[str, int]) -> int:
    """Return where a slot goes: after what precedes it in the release, locked cells in order."""
    low, high = -1, len(placed)
    nearest, anchor = -1, -1
    for position, each in enumerate(placed):
        if each.slot:
            index = each.slot.index
            if slot.is_locked and each.slot.is_locked:
                if index < slot.index:
                    low = position
                elif high == len(placed):
                    high = position
        else:
            index = plain.get(each.cell.id, -1) if each.cell else -1
        if nearest < index < slot.index:
            nearest, anchor = index, position
    return anchor + 1 if low <= anchor < high else low + 1

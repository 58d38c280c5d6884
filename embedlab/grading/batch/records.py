"""What came of one submission, kept as a file beside the gradebook."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from embedlab.grading.files import write_whole


@dataclass(frozen=True)
class Record:
    """What came of one submission, apart from the scores, which the gradebook holds.

    Attributes:
        student: Who handed it in.
        assignment: The assignment.
        fingerprint: Of everything that the result follows from; another one means grade again.
        problem: Why it could not be graded; "" if it was.
        isolation: What kept the student's code from the machine, "none" if nothing did.
        complaints: What each check said, by name; "" if it was passed.
        repairs: What was put right before the notebook ran, a sentence each.
        limits: Which limits it met (time, memory ...), a sentence each.
        suspicions: What a person should look at, a sentence each, with the evidence.
        sources: The student's own lines by function, for comparison with others'.
        seconds: How long it took.
    """

    student: str
    assignment: str
    fingerprint: str
    problem: str = ""
    isolation: str = ""
    complaints: Mapping[str, str] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    suspicions: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def save(record: Record, folder: Path) -> None:
    """Write a record, whole or not at all, to folder/assignment/student.json."""
    text = json.dumps(asdict(record), indent=1)
    write_whole(_path(folder, record.assignment, record.student), text)


def forget(folder: Path, assignment: str, student: str) -> None:
    """Remove a record: from now until there is another, the submission counts as not graded."""
    _path(folder, assignment, student).unlink(missing_ok=True)


def load(folder: Path, assignment: str, student: str) -> Record | None:
    """Return the record of a submission; None if there is none that can be read."""
    try:
        fields = json.loads(_path(folder, assignment, student).read_text(encoding="utf-8"))
        for name in ("repairs", "limits", "suspicions"):
            fields[name] = tuple(fields[name])
        return Record(**fields)
    except (OSError, ValueError, TypeError, KeyError):
        # Lost, or of another version: then the submission is graded again.
        return None


def load_all(folder: Path, assignment: str) -> list[Record]:
    """Return all records of an assignment that can be read, by the name of the student."""
    students = sorted(path.stem for path in (folder / assignment).glob("*.json"))
    found = (load(folder, assignment, student) for student in students)
    return [record for record in found if record is not None]


def _path(folder: Path, assignment: str, student: str) -> Path:
    return folder / assignment / f"{student}.json"

"""What persons have given, and on which of it there is no page of feedback yet."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Select, select

from embedlab.grading.course import Course
from embedlab.grading.database import opened
from embedlab.grading.files import write_whole


def marks(course: Course, assignment: str) -> dict[str, str]:
    """Return a digest of each student's points, comments and lateness, as the gradebook has them.

    Args:
        course: The course.
        assignment: The assignment.
    """
    given: dict[str, list[Any]] = defaultdict(list)
    with opened(course) as gradebook:
        for wanted in (
            _of(assignment, Grade, Grade.auto_score, Grade.manual_score, Grade.extra_credit),
            _of(assignment, Comment, Comment.auto_comment, Comment.manual_comment),
        ):
            for student, *rest in gradebook.db.execute(wanted):
                given[student].append(rest)
    return {
        student: hashlib.sha256(repr(sorted(map(repr, each))).encode()).hexdigest()
        for student, each in given.items()
    }


def shown(course: Course, assignment: str) -> dict[str, str]:
    """Return the digests of what stands on the pages of feedback."""
    try:
        kept = json.loads(_file(course, assignment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def note_shown(
    course: Course, assignment: str, given: Mapping[str, str], students: Iterable[str]
) -> None:
    """Keep in mind what now stands on the pages of some students."""
    now = shown(course, assignment) | {each: given[each] for each in students if each in given}
    write_whole(_file(course, assignment), json.dumps(now, indent=1))


def _of(assignment: str, kind: Any, *columns: Any) -> Select[Any]:
    return (
        select(
            SubmittedAssignment.student_id,
            BaseCell.name,
            *columns,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(kind, kind.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == kind.cell_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == assignment)
    )


def _file(course: Course, assignment: str) -> Any:
    return course.records / "feedback" / f"{assignment}.json"

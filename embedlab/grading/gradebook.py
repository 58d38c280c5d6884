"""Everything that touches nbgrader's gradebook: release, saved grades, feedback, scores, export.

All of it goes through nbgrader's own converters and preprocessors, so that formgrader, manual
grading, late penalties and the export go on working.
"""

import shutil
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import MissingEntry, Student, SubmittedAssignment
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.plugins import CsvExportPlugin
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades
from nbgrader.utils import parse_utc
from sqlalchemy import select

from embedlab.grading.converters import converter, run, settings
from embedlab.grading.course import CONFIG_NAME, Course, CourseError
from embedlab.grading.database import address, opened, preprocess, together
from embedlab.grading.files import write_whole
from embedlab.grading.stock import SaveBonus


@dataclass(frozen=True)
class Score:
    """What the gradebook says about one student's submission.

    Attributes:
        student: The student.
        points: Points by ``grade_id``, extra credit included; None where a person has yet to
            mark.
        max_points: The best possible, likewise; 0 for the optional challenge.
    """

    student: str
    points: Mapping[str, float | None]
    max_points: Mapping[str, float]


def release(course: Course, assignment: str, folder: Path | None = None) -> Path:
    """Generate the students' notebook from the source, without touching a gradebook.

    Args:
        course: The course.
        assignment: The assignment.
        folder: Where the assignment's folder goes; the course's own release if left out.

    Returns:
        The notebook.
    """
    return _generate(course, assignment, folder or course.release, register=False)


def register(course: Course, assignment: str) -> str:
    """Bring the gradebook in step with the source, leaving the release alone.

    Returns:
        The notebook as students have it, as JSON.
    """
    with opened(course):
        # What is wrong with the database is said here, and not by a converter.
        pass
    with tempfile.TemporaryDirectory() as folder:
        notebook = _generate(course, assignment, Path(folder), register=True)
        return notebook.read_text(encoding="utf-8")


def enter(course: Course, students: Iterable[str]) -> None:
    """Enter students: everyone who handed something in has a row in the exported grades."""
    with opened(course) as gradebook:
        known = set(gradebook.db.scalars(select(Student.id)))
        gradebook.db.add_all(Student(id=student) for student in students if student not in known)
        gradebook.db.commit()


def rules(course: Course, assignment: str) -> str:
    """Return what decides about late penalties: when it is due, and the course's settings."""
    with opened(course) as gradebook:
        try:
            due = gradebook.find_assignment(assignment).duedate
        except MissingEntry:
            due = None
    return f"{due}\n{(course.root / CONFIG_NAME).read_text(encoding='utf-8')}"


def moment(handed_in: str) -> datetime:
    """Return the time that nbgrader's ``timestamp.txt`` says.

    Raises:
        CourseError: If nbgrader cannot read it.
    """
    try:
        return parse_utc(handed_in)  # type: ignore[no-any-return]
    except (ValueError, OverflowError):
        raise CourseError(
            f"timestamp.txt must hold a date and a time, got {handed_in[:40]!r}"
        ) from None


def save(course: Course, assignment: str, student: str, notebook: str, handed_in: str = "") -> None:
    """Save the grades of an executed notebook, all or none, and then the notebook itself.

    What a person has given stays. A second time changes nothing.

    Args:
        course: The course.
        assignment: The assignment.
        student: The student.
        notebook: The notebook with the outputs of its checks, as JSON.
        handed_in: When it was handed in, as nbgrader's ``timestamp.txt`` says it.

    Raises:
        CourseError: If the time cannot be read, or the database fails.
    """
    when = {"timestamp": moment(handed_in)} if handed_in else {}
    config = settings(course, course.release)
    about = {
        "notebook": assignment,
        "assignment": assignment,
        "student": student,
        "db_url": address(course),
    }
    executed = nbformat.reads(notebook, as_version=4)
    with together(course) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(assignment, student, **when)
        for kind in (SaveAutoGrades, SaveBonus, AssignLatePenalties):
            preprocess(kind, config, executed, about, gradebook)
    write_whole(course.graded_notebook(assignment, student), notebook)


def feedback(course: Course, assignment: str, student: str) -> str:
    """Write the page of feedback on a submission whose grades are saved, whole or not at all.

    Returns:
        Why it could not be written; "" if it was.
    """
    final = _feedback_page(course, assignment, student).parent
    course.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=course.scratch) as folder:
        made = converter(GenerateFeedback, course, assignment, student, feedback=Path(folder))
        if problem := run(made):
            return problem
        final.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(final, ignore_errors=True)
        Path(folder, student, assignment).replace(final)
    return ""


def lacks_feedback(course: Course, assignment: str, student: str) -> bool:
    """Return whether there is no page of feedback on what is graded now."""
    try:
        page = _feedback_page(course, assignment, student).stat()
        return page.st_mtime_ns < course.graded_notebook(assignment, student).stat().st_mtime_ns
    except FileNotFoundError:
        return True


def graded(course: Course, assignment: str) -> set[str]:
    """Return the students whose submissions the gradebook holds."""
    with opened(course) as gradebook:
        wanted = select(SubmittedAssignment.student_id).where(
            SubmittedAssignment.assignment.has(name=assignment)
        )
        return set(gradebook.db.scalars(wanted))


def scores(course: Course, assignment: str, leave_out: Collection[str] = ()) -> list[Score]:
    """Return every submission's points, by the name of the student.

    Args:
        course: The course.
        assignment: The assignment.
        leave_out: Students whose submissions could not be graded now; what the gradebook may
            still hold of them is out of date.
    """
    with opened(course) as gradebook:
        try:
            submissions = gradebook.assignment_submissions(assignment)
        except MissingEntry:
            return []
        graded = [
            _score(submission)
            for submission in submissions
            if submission.student.id not in leave_out
        ]
    return sorted(graded, key=lambda score: score.student)


def export(course: Course, path: Path) -> None:
    """Write all grades as nbgrader's CSV, a row for each assignment and student."""
    with opened(course) as gradebook:
        CsvExportPlugin(to=str(path)).export(gradebook)


def _generate(course: Course, assignment: str, folder: Path, *, register: bool) -> Path:
    course.require_assignment(assignment)
    made = converter(GenerateAssignment, course, assignment, release=folder, save=register)
    made.create_assignment = register
    made.no_database = not register
    if problem := run(made):
        raise CourseError(f"nbgrader could not generate {assignment}: {problem}")
    return folder / assignment / f"{assignment}.ipynb"


def _score(submission: Any) -> Score:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Score(
        student=submission.student.id,
        points={grade.name: None if grade.needs_manual_grade else grade.score for grade in grades},
        max_points={grade.name: grade.max_score for grade in grades},
    )


def _feedback_page(course: Course, assignment: str, student: str) -> Path:
    return course.output / "feedback" / student / assignment / f"{assignment}.html"

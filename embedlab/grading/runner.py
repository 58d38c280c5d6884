"""Releasing and grading with stock nbgrader, one student at a time.

A submission that cannot be graded is reported, and the batch goes on.
"""

import io
import logging
import re
import tempfile
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from embedlab.grading.course import CONFIG_NAME, Course, CourseError


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


def register(course: Course, assignment: str) -> None:
    """Bring the gradebook in step with the source, leaving the release alone."""
    course.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _generate(course, assignment, Path(folder), register=True)


def grade(course: Course, assignment: str, student: str) -> str:
    """Autograde one submission and write its feedback.

    Returns:
        Why it could not be graded; "" if it was.
    """
    with _gradebook(course) as gradebook:
        # Everyone who handed something in has a row in the exported grades.
        gradebook.update_or_create_student(student)
    if problem := course.problem_with(assignment, student):
        return problem
    problem = _run(_converter(Autograde, course, assignment, student))
    return problem or _run(_converter(GenerateFeedback, course, assignment, student))


def scores(course: Course, assignment: str, leave_out: Collection[str] = ()) -> list[Score]:
    """Return every submission's points, by the name of the student.

    Args:
        course: The course.
        assignment: The assignment.
        leave_out: Students whose submissions could not be graded now; what the gradebook may
            still hold of them is out of date.
    """
    with _gradebook(course) as gradebook:
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
    with _gradebook(course) as gradebook:
        CsvExportPlugin(to=str(path)).export(gradebook)


def _generate(course: Course, assignment: str, folder: Path, *, register: bool) -> Path:
    course.require_assignment(assignment)
    converter = _converter(GenerateAssignment, course, assignment, release=folder, save=register)
    converter.create_assignment = register
    converter.no_database = not register
    if problem := _run(converter):
        raise CourseError(f"nbgrader could not generate {assignment}: {problem}")
    return folder / assignment / f"{assignment}.ipynb"


def _score(submission: Any) -> Score:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return Score(
        student=submission.student.id,
        points={grade.name: None if grade.needs_manual_grade else grade.score for grade in grades},
        max_points={grade.name: grade.max_score for grade in grades},
    )


def _gradebook(course: Course) -> Any:
    course.output.mkdir(parents=True, exist_ok=True)
    return Gradebook(f"sqlite:///{course.gradebook}")


def _config(course: Course, release: Path) -> Config:
    """Return the settings of ``nbgrader_config.py`` with the folders of this run."""
    config = PyFileConfigLoader(CONFIG_NAME, path=str(course.root)).load_config()
    config.CourseDirectory.update(
        root=str(course.root),
        source_directory=str(course.source),
        release_directory=str(release),
        submitted_directory=str(course.submitted),
        autograded_directory=str(course.output / "autograded"),
        feedback_directory=str(course.output / "feedback"),
        db_url=f"sqlite:///{course.gradebook}",
    )
    config.ExecuteOnHiddenCases.secret_file = str(course.secret_file)
    return config


def _converter(
    kind: type[Any],
    course: Course,
    assignment: str,
    student: str = "*",
    *,
    release: Path | None = None,
    save: bool = True,
) -> Any:
    config = _config(course, release or course.release)
    config.SaveCells.enabled = save
    directory = CourseDirectory(config=config, assignment_id=assignment, student_id=student)
    converter = kind(coursedir=directory, config=config)
    converter.force = True
    return converter


def _run(converter: Any) -> str:
    """Run one of nbgrader's converters; return the reason if it failed.

    nbgrader logs the true reason and then raises an exception that points to the log.
    """
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setLevel(logging.ERROR)
    converter.log.addHandler(handler)
    try:
        with warnings.catch_warnings():
            # nbgrader's own database code raises them; nobody here can do anything about it.
            warnings.simplefilter("ignore", SAWarning)
            converter.start()
    except Exception as error:
        # The last line of a logged traceback starts with the name of an exception.
        reasons = re.findall(r"^(?:\w+\.)*\w*(?:Error|Exception)\b.*$", log.getvalue(), re.M)
        return reasons[-1] if reasons else f"{type(error).__name__}: {error}"
    finally:
        converter.log.removeHandler(handler)
    return ""

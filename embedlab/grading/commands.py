"""The commands of ``embedlab``, the instructor's tool: ``release``, ``grade``, ``scores``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.course import CourseError, open_course

if TYPE_CHECKING:
    from embedlab.grading.runner import Score

app = typer.Typer(
    help="Release and grade the assignments of the course.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Its folder in solutions/.")]
OptionalName = Annotated[
    str | None, typer.Argument(metavar="[ASSIGNMENT]", help="All assignments if left out.")
]
Folder = Annotated[Path, typer.Option("--course", help="The course folder.")]
Submitted = Annotated[
    Path | None, typer.Option(help="Where STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb lie.")
]
Output = Annotated[Path | None, typer.Option(help="Where results go; grading/ if left out.")]
Checks = Annotated[bool, typer.Option("--checks", help="Also show how many pass each check.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Do not print the scores.")]
HERE = Path()
IN_WORDS = "in words"


@app.command()
def release(assignment: Name, folder: Folder = HERE) -> None:
    """Generate the students' notebook in exercises/ from the one in solutions/."""
    course = open_course(folder)
    course.require_assignment(assignment)
    notebook = _runner().release(course, assignment)
    _say(f"Released: {notebook.relative_to(course.root)}")


@app.command()
def grade(
    assignment: Name,
    submitted: Submitted = None,
    output: Output = None,
    folder: Folder = HERE,
    checks: Checks = False,
    quiet: Quiet = False,
) -> None:
    """Grade all submissions, write feedback and grades.csv, and print the scores."""
    course = open_course(folder, submitted=submitted, output=output)
    course.require_assignment(assignment)
    students = course.students(assignment)
    runner = _runner()
    runner.register(course, assignment)
    terminal = Console(stderr=True)
    bar = track(
        students,
        f"Grading {assignment}",
        console=terminal,
        transient=True,
        disable=not terminal.is_terminal,
    )
    reasons = {student: runner.grade(course, assignment, student) for student in bar}
    problems = {student: reason for student, reason in reasons.items() if reason}
    grades = course.output / "grades.csv"
    runner.export(course, grades)
    if not quiet:
        _print_scores(assignment, runner.scores(course, assignment, leave_out=problems), checks)
    for student, reason in problems.items():
        _say(f"Not graded: {student}: {reason}")
    _say(f"Grades:     {grades}")
    _say(f"Feedback:   {course.output / 'feedback'}")


@app.command()
def scores(
    assignment: OptionalName = None,
    output: Output = None,
    folder: Folder = HERE,
    checks: Checks = False,
) -> None:
    """Print the scores that the gradebook holds."""
    course = open_course(folder, output=output)
    if assignment is not None:
        course.require_assignment(assignment)
    if not course.gradebook.is_file():
        raise CourseError(
            f"output must hold a gradebook, got none at {course.gradebook}; "
            f"run  embedlab grade {assignment or 'ASSIGNMENT'}  first"
        )
    for name in [assignment] if assignment else course.assignments():
        _print_scores(name, _runner().scores(course, name), checks)


def _runner() -> ModuleType:
    """Import what needs nbgrader only when a command needs it."""
    from embedlab.grading import runner

    return runner


def _say(text: str) -> None:
    """Print a line as it is: paths must not be wrapped or colored."""
    Console(soft_wrap=True).print(text, highlight=False, markup=False)


def _print_scores(assignment: str, rows: Sequence["Score"], checks: bool) -> None:
    """Print a row for each student, after how many of them pass each check if that is asked."""
    groups = _groups(assignment, rows)
    per_check = Table("check", title=f"{assignment}: checks")
    for column in ("points", "passed by"):
        per_check.add_column(column, justify="right")
    for name in (name for names in groups.values() for name in names):
        points = max(row.max_points.get(name, 0.0) for row in rows)
        full = sum(row.points.get(name) == points for row in rows)
        unmarked = sum(row.points.get(name, 0.0) is None for row in rows)
        result = f"{unmarked} to be marked" if unmarked else f"{full} of {len(rows)}"
        per_check.add_row(name, f"{points:g}", result)

    caption = "? is what a person has yet to mark"
    per_student = Table("student", title=f"{assignment}: scores", caption=caption)
    for column in ("points", *groups):
        per_student.add_column(column, justify="right")
    for row in rows:
        cells = [_fraction(row, names) for names in groups.values()]
        per_student.add_row(row.student, _fraction(row, row.max_points), *cells)
    console = Console()
    if checks:
        console.print(per_check)
    console.print(per_student)


def _groups(assignment: str, rows: Sequence["Score"]) -> Mapping[str, list[str]]:
    """Return the graded cells by the function they are about, in the order of the notebook."""
    declared = ASSIGNMENTS[assignment].checks if assignment in ASSIGNMENTS else {}
    graded = {name for row in rows for name in row.points}
    groups: dict[str, list[str]] = {}
    for name in [*declared, *sorted(graded - set(declared))]:
        if name in graded:
            title = declared[name].task.name if name in declared else IN_WORDS
            groups.setdefault(title, []).append(name)
    return groups


def _fraction(row: "Score", names: Sequence[str] | Mapping[str, float]) -> str:
    """Return points of possible points."""
    points = [row.points.get(name, 0.0) for name in names]
    given = sum(value for value in points if value is not None)
    possible = sum(row.max_points.get(name, 0.0) for name in names)
    return f"{given:g}{' + ?' if None in points else ''} of {possible:g}"

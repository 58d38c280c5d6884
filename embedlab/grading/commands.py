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
from embedlab.grading.course import Course, CourseError, open_course

if TYPE_CHECKING:
    from embedlab.grading.runner import Score

app = typer.Typer(
    help="Release and grade the assignments of the course.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AssignmentName = Annotated[str, typer.Argument(help="Its folder in solutions/.")]
Submitted = Annotated[
    Path | None, typer.Option(help="Where STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb lie.")
]
Output = Annotated[Path | None, typer.Option(help="Where results go; _build/grading if left out.")]
IN_WORDS = "in words"


@app.command()
def release(assignment: AssignmentName, output: Output = None) -> None:
    """Generate the students' notebook in exercises/ from the one in solutions/."""
    course = _course(assignment, output=output)
    notebook = _runner().release(course, assignment)
    Console().print(f"Released: {notebook.relative_to(course.root)}", highlight=False)


@app.command()
def grade(assignment: AssignmentName, submitted: Submitted = None, output: Output = None) -> None:
    """Grade all submissions, write feedback and grades.csv, and print the scores."""
    course = _course(assignment, submitted=submitted, output=output)
    students = course.students(assignment)
    runner = _runner()
    runner.register(course, assignment)
    problems = {
        student: problem
        for student in track(students, "Grading", console=Console(stderr=True), transient=True)
        if (problem := runner.grade(course, assignment, student))
    }
    grades = course.output / "grades.csv"
    runner.export(course, assignment, grades)
    _print_scores(assignment, runner.scores(course, assignment, problems))
    console = Console(soft_wrap=True)
    console.print(f"Grades:   {grades}\nFeedback: {course.output / 'feedback'}", highlight=False)


@app.command()
def scores(assignment: AssignmentName, output: Output = None) -> None:
    """Print the scores that the gradebook holds."""
    course = _course(assignment, output=output)
    if not course.gradebook.is_file():
        raise CourseError(
            f"output must hold a gradebook, got none at {course.gradebook}; "
            f"run  embedlab grade {assignment}  first"
        )
    _print_scores(assignment, _runner().scores(course, assignment, {}))


def _course(
    assignment: str, *, submitted: Path | None = None, output: Path | None = None
) -> Course:
    course = open_course(Path.cwd(), submitted=submitted, output=output)
    course.require_assignment(assignment)
    return course


def _runner() -> ModuleType:
    """Import what needs nbgrader only when a command needs it."""
    from embedlab.grading import runner

    return runner


def _print_scores(assignment: str, rows: Sequence["Score"]) -> None:
    """Print a row for each student, then the share of students who pass each check."""
    groups = _groups(assignment, rows)
    per_student = Table("student", title=f"Scores of {assignment}")
    for column in ("points", *groups):
        per_student.add_column(column, justify="right")
    per_student.add_column("remark")
    for row in rows:
        if row.problem:
            per_student.add_row(
                row.student, "-", *("-" for _ in groups), f"not graded: {row.problem}"
            )
            continue
        unmarked = [name for name, points in row.points.items() if points is None]
        cells = [_fraction(row, names) for names in groups.values()]
        remark = "to be marked by hand" if unmarked else ""
        per_student.add_row(row.student, _fraction(row, row.max_points), *cells, remark)
    per_check = Table("check", title="Checks passed")
    for column in ("points", "students"):
        per_check.add_column(column, justify="right")
    graded = [row for row in rows if not row.problem]
    for name in (name for names in groups.values() for name in names):
        full = sum(row.points.get(name) == row.max_points.get(name) for row in graded)
        points = max(row.max_points.get(name, 0.0) for row in graded)
        per_check.add_row(name, f"{points:g}", f"{full} of {len(graded)}")
    console = Console()
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
    """Return points of possible points; a question mark stands for points not yet given."""
    points = [row.points.get(name) for name in names]
    given = sum(value for value in points if value is not None)
    unknown = "+?" if None in points else ""
    return f"{given:g}{unknown} of {sum(row.max_points.get(name, 0.0) for name in names):g}"

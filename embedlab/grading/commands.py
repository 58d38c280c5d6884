"""The commands of ``embedlab``: ``check`` for students; ``release``, ``grade``, ``scores``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from embedlab.grading import checks_of
from embedlab.grading.checks import STUB
from embedlab.grading.course import CourseError, open_course

if TYPE_CHECKING:
    from embedlab.grading.notebooks import Report
    from embedlab.grading.runner import Score

app = typer.Typer(
    help="Check your notebook; release and grade the assignments of the course.",
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
IN_WORDS, BONUS = "in words", "bonus"


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A notebook, or the folder it lies in.")],
    timeout: Annotated[
        int, typer.Option(min=1, help="Seconds after which a cell is interrupted.")
    ] = 20,
) -> None:
    """Run all checks of your notebook and say what each of them says.

    Runs a copy, from top to bottom. The exit status is 0 if all is right (the optional challenge
    aside), 1 if something is not, 2 if the notebook could not be checked.
    """
    from embedlab.grading.notebooks import check_notebook, find_notebook

    notebook = find_notebook(path)
    terminal = Console(stderr=True)
    with terminal.status(f"Running {notebook} ..."):
        report = check_notebook(notebook, timeout=timeout)
    _print_report(report)
    if any(result.problem and not result.check.is_bonus for result in report.results):
        raise typer.Exit(1)


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


def _print_report(report: "Report") -> None:
    """Print a row for each check, then what is wrong in full sentences."""
    table = Table("", "check", title=f"{report.assignment.name}: checks")
    table.add_column("points", justify="right")
    for result in report.results:
        points = result.check.points
        given = 0 if result.problem else points
        mark = "[red]✗[/red]" if result.problem else "[green]✓[/green]"
        if result.check.is_bonus:
            mark = "[dim]–[/dim]" if result.problem else mark
            table.add_row(mark, f"{result.check.name} ({BONUS})", f"+{given}")
        else:
            table.add_row(mark, result.check.name, f"{given} of {points}")
    console = Console()
    console.print(table)
    told: set[str] = set()
    for result in report.results:
        sentence = result.problem.split("\n")[0]
        # What is not begun yet needs saying once for each function; the challenge may stay so.
        if sentence and sentence not in told and not (result.check.is_bonus and STUB in sentence):
            _say(f"\n✗ {result.check.name}\n{result.problem}")
        told.add(sentence)
    notes = [f"Note: {note}" for note in report.notes]
    _say("\n".join(["", *notes, *[""] * bool(notes), _total(report)]))


def _total(report: "Report") -> str:
    """Return the sum of the points, and what is still to come."""
    passed = [result.check for result in report.results if not result.problem]
    given = sum(check.points for check in passed if not check.is_bonus)
    bonus = sum(check.points for check in passed if check.is_bonus)
    by_hand = report.assignment.max_points - report.assignment.auto_points
    extra = f", and {bonus} bonus points" if bonus else ""
    return (
        f"{given} of {report.assignment.auto_points} points by the checks{extra}. "
        f"A person gives up to {by_hand} more for your answer in words."
    )


def _print_scores(assignment: str, rows: Sequence["Score"], checks: bool) -> None:
    """Print a row for each student, after how many of them pass each check if that is asked."""
    groups = _groups(assignment, rows)
    per_check = Table("check", title=f"{assignment}: checks")
    for column in ("points", "passed by"):
        per_check.add_column(column, justify="right")
    for name in (name for names in groups.values() for name in names):
        declared = checks_of(assignment).get(name)
        points = declared.points if declared else max(row.max_points.get(name, 0.0) for row in rows)
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
    declared = checks_of(assignment)
    graded = {name for row in rows for name in row.points}
    groups: dict[str, list[str]] = {}
    for name in [*declared, *sorted(graded - set(declared))]:
        if name in graded:
            check = declared.get(name)
            title = IN_WORDS if check is None else BONUS if check.is_bonus else check.task.name
            groups.setdefault(title, []).append(name)
    return groups


def _fraction(row: "Score", names: Sequence[str] | Mapping[str, float]) -> str:
    """Return points of possible points."""
    points = [row.points.get(name, 0.0) for name in names]
    given = sum(value for value in points if value is not None)
    possible = sum(row.max_points.get(name, 0.0) for name in names)
    if not possible:
        return f"+{given:g}"
    return f"{given:g}{' + ?' if None in points else ''} of {possible:g}"

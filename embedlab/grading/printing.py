"""What the commands print: a student's report, an instructor's tables of scores."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from embedlab.grading import checks_of
from embedlab.grading.checks import STUB

if TYPE_CHECKING:
    from embedlab.grading.gradebook import Score
    from embedlab.grading.notebooks import Report

IN_WORDS, BONUS = "in words", "bonus"


def say(text: str) -> None:
    """Print a line as it is: paths must not be wrapped or colored."""
    Console(soft_wrap=True).print(text, highlight=False, markup=False)


def print_report(report: "Report") -> None:
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
            say(f"\n✗ {result.check.name}\n{result.problem}")
        told.add(sentence)
    notes = [f"Note: {note}" for note in report.notes]
    say("\n".join(["", *notes, *[""] * bool(notes), _total(report)]))


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


def print_scores(assignment: str, rows: Sequence["Score"], checks: bool) -> None:
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

"""The report as tables for a terminal of 80 columns."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from embedlab.grading.report.csv import number, students
from embedlab.grading.report.data import NO_ISOLATION, Finding, Report
from embedlab.grading.report.summary import bars

# A terminal shows the beginning of each list; all of it stands on the page.
_SHOWN = 8
_BARS, _WIDTH = 8, 30


def tables(report: Report) -> list[Table]:
    """Return what a terminal of 80 columns should show, without the tables that would be empty.

    Args:
        report: What is known about the assignment.
    """
    found = [
        _isolation(report),
        _distribution(report),
        _checks(report),
        _list(f"{report.name}: commonest mistakes", "mistake", report.mistakes),
        _list(
            f"{report.name}: for a person to look at",
            "what",
            [
                Finding(sentence, (row.student,))
                for row in report.suspicious
                for sentence in row.suspicions
            ],
        ),
        _list(f"{report.name}: limits met", "limit", report.limits),
        _list(f"{report.name}: repairs made", "repair", report.repairs),
        _list(f"{report.name}: to be marked by hand", "answer", report.to_mark),
        _list(
            f"{report.name}: not graded",
            "reason",
            [Finding(row.problem, (row.student,)) for row in report.rows if row.problem],
        ),
    ]
    return [table for table in found if table.row_count]


def _table(title: str, *columns: str) -> Table:
    """Return an empty table. Text from students goes in as Text: it must not be read as markup."""
    table = Table(title=Text(title), title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _isolation(report: Report) -> Table:
    table = _table(f"{report.name}: NOT ISOLATED", "submissions", "what that means")
    if unsafe := report.isolations.get(NO_ISOLATION, 0):
        warning = "The students' code ran with all your rights. Look before you trust the grades."
        table.add_row(f"{unsafe}", Text(warning, style="bold red"))
    return table


def _distribution(report: Report) -> Table:
    table = _table(f"{report.name}: points", "points", "submissions", "")
    table.columns[1].justify = "right"
    if report.spread is None:
        return table
    shown = bars(report.points, report.max_points + report.bonus_points, _BARS)
    most = max(bar.n for bar in shown)
    for bar in shown:
        table.add_row(bar.label, f"{bar.n}", "█" * round(_WIDTH * bar.n / most))
    spread = report.spread
    table.caption = (
        f"mean {number(spread.mean)}, median {number(spread.median)}, quartiles "
        f"{number(spread.lower)} and {number(spread.upper)}, of {number(report.max_points)}"
    )
    table.caption_justify = "left"
    return table


def _checks(report: Report) -> Table:
    table = _table(f"{report.name}: checks", "check", "passed by")
    table.columns[1].justify = "right"
    for check in report.checks:
        if check.judged:
            name = Text(check.name + " (bonus)" * check.is_bonus)
            share = Text(f"{check.passed} of {check.judged}", style="red" * check.is_rare)
            table.add_row(name, share)
    return table


def _list(title: str, what: str, found: Sequence[Finding]) -> Table:
    table = _table(title, "who", what)
    for finding in found[:_SHOWN]:
        table.add_row(Text(_who(finding.students)), Text(finding.sentence))
    if len(found) > _SHOWN:
        table.add_row("…", f"{len(found) - _SHOWN} more, see the page")
    return table


def _who(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else students(len(names))

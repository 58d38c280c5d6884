"""The grades as a file for a spreadsheet, or for the gradebook of Canvas or Moodle."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from embedlab.grading.files import write_whole
from embedlab.grading.report.data import Report, Row

Lms: TypeAlias = Literal["plain", "canvas", "moodle"]
# A spreadsheet computes a cell that begins so, after blanks and in wide characters too.
_FORMULA = ("=", "+", "-", "@")


def write_csv(path: Path, report: Report, lms: Lms = "plain", title: str = "") -> tuple[str, ...]:
    """Write a row for each student, the whole file or nothing.

    ``plain`` has every student and all columns. The other two have what an import needs, and
    only those students who have points: both systems take an empty cell for "no grade" and would
    delete one that is there. The student's name in the submission folder is taken for the login
    in Canvas, and for the ID number in Moodle ("username" can be chosen there as well).

    Canvas wants the columns Student, ID, SIS User ID, SIS Login ID and Section first (ID, SIS
    User ID and Section may be empty, Section must be there), then one for each assignment under
    its title, and the best possible points in a row called "Points Possible". Sources:
    https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades
    and what reads the file, lib/gradebook_importer.rb in https://github.com/instructure/canvas-lms

    Moodle asks which column is which; its own export calls them "ID number" and, for a grade
    item, by the title. One unknown student or one grade above the item's maximum ends the whole
    import. Sources: https://docs.moodle.org/311/en/Grade_import and, in
    https://github.com/moodle/moodle, grade/import/csv/classes/load_data.php and
    grade/tests/behat/grade_import.feature.

    Args:
        path: The file to write.
        report: What is known about the assignment.
        lms: For which system.
        title: Of the assignment in that system; the assignment's name if left out.

    Returns:
        What to know before importing the file, a sentence each.

    Raises:
        ValueError: If there is no such system.
    """
    title = title or report.name
    if lms == "plain":
        table = _plain(report)
    elif lms == "canvas":
        table = _canvas(report, title)
    elif lms == "moodle":
        table = _moodle(report, title)
    else:
        raise ValueError(f"lms must be one of plain, canvas, moodle, got {lms!r}")
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    write_whole(path, text.getvalue())
    return () if lms == "plain" else tuple(_notes(report, lms))


def inert(text: str) -> str:
    """Return a cell's text such that no spreadsheet takes it for a formula.

    >>> inert("=1+1"), inert("anna")
    ("'=1+1", 'anna')
    """
    start = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if start.startswith(_FORMULA) else text


def number(value: float) -> str:
    """Return points with at most two decimals, which is all that Canvas and Moodle keep.

    >>> number(16.0), number(2 / 3)
    ('16', '0.67')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _plain(report: Report) -> Iterable[Sequence[str]]:
    groups = [inert(title) for title, _ in report.groups]
    yield ["student", "points", "of", *groups, "to be marked", "not graded because", "look at"]
    for row in report.rows:
        said = [inert(row.problem), inert(" ".join(row.suspicions))]
        if row.problem:
            yield [
                inert(row.student),
                "",
                number(report.max_points),
                *[""] * len(groups),
                "",
                *said,
            ]
            continue
        parts = [number(part.points) for part in row.parts]
        to_mark = "yes" if row.is_open else ""
        points = [number(row.points), number(report.max_points)]
        yield [inert(row.student), *points, *parts, to_mark, *said]


def _canvas(report: Report, title: str) -> Iterable[Sequence[str]]:
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", inert(title)]
    # Canvas knows this row by its first cell, which its own export indents.
    yield ["    Points Possible", "", "", "", "", number(report.max_points)]
    for row in _with_points(report):
        student = inert(row.student)
        yield [student, "", "", student, "", number(row.points)]


def _moodle(report: Report, title: str) -> Iterable[Sequence[str]]:
    yield ["ID number", inert(title)]
    for row in _with_points(report):
        yield [inert(row.student), number(row.points)]


def _with_points(report: Report) -> list[Row]:
    return [row for row in report.rows if not row.problem]


def _notes(report: Report, lms: Lms) -> Iterable[str]:
    missing = len(report.rows) - report.n_graded
    if missing:
        yield f"Not in the file, because they could not be graded: {students(missing)}."
    still = sum(row.is_open for row in report.rows)
    if still:
        yield (
            f"With answers that a person has yet to mark: {students(still)}. The file holds the "
            "points so far; write and import it once more after the marking."
        )
    most = max(report.points, default=0.0)
    if lms == "moodle" and most > report.max_points:
        yield (
            f"With the bonus somebody has {number(most)} points: Moodle refuses the file unless "
            "the maximum of the grade item is at least that."
        )
    quoted = sum(inert(row.student) != row.student for row in _with_points(report))
    if quoted:
        yield (
            f"With names that begin like a formula: {students(quoted)}. An apostrophe was put in "
            "front, so their points must be entered by hand."
        )


def students(n: int) -> str:
    """Return a number of students in words."""
    return f"{n} student" + "s" * (n != 1)

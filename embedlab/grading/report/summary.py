"""From records and scores to what a report says about an assignment."""

import math
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from embedlab.grading.batch.records import Record
from embedlab.grading.checks import STUB
from embedlab.grading.declaration import Assignment, Check
from embedlab.grading.report.data import Bar, Finding, Part, Passes, Report, Row, Spread
from embedlab.grading.report.sentences import clean, declared_sentences, findings, mistakes

if TYPE_CHECKING:
    from embedlab.grading.gradebook import Score

IN_WORDS, BONUS = "in words", "bonus"
NO_POINTS = "The gradebook holds no points of this submission: grade it again."
_BARS = 24


def summary(
    name: str,
    assignment: Assignment | None,
    records: Sequence[Record],
    scores: Sequence["Score"],
    *,
    when: datetime | None = None,
) -> Report:
    """Return everything that table, CSV and page say about a graded assignment.

    Args:
        name: Of the assignment.
        assignment: Its declaration; None for an instructor's own.
        records: What came of each submission.
        scores: What the gradebook says; of a submission that could not be graded it is ignored.
        when: When the report was made; now if left out.
    """
    by_student = {record.student: record for record in records}
    graded = {
        score.student: score
        for score in scores
        if score.student not in by_student or not by_student[score.student].problem
    }
    problems = {
        record.student: record.problem or ("" if record.student in graded else NO_POINTS)
        for record in records
    }
    possible = _possible(assignment, records, graded.values())
    groups = _groups(assignment, list(possible))
    bonus = sum(check.points for check in _checks(assignment) if check.is_bonus)
    top = sum(possible.values()) - bonus
    rows = tuple(
        _row(student, by_student.get(student), graded.get(student), problems, groups)
        for student in sorted({*by_student, *graded})
    )
    points = [row.points for row in rows if not row.problem]
    made, unwritten = _mistakes(assignment, records)
    return Report(
        name=clean(name),
        version=assignment.version if assignment else None,
        when=when or datetime.now().astimezone(),
        n_graded=len(points),
        max_points=top,
        bonus_points=bonus,
        isolations=Counter(clean(record.isolation) for record in records if record.isolation),
        spread=_spread(points),
        bars=bars(points, top + bonus, _BARS),
        checks=_passes(assignment, possible, by_student, graded),
        mistakes=made,
        unwritten=unwritten,
        limits=findings((record.student, each) for record in records for each in record.limits),
        repairs=findings((record.student, each) for record in records for each in record.repairs),
        not_graded=findings((student, each) for student, each in problems.items() if each),
        to_mark=_to_mark(graded.values()),
        groups=tuple((clean(title), _sum(possible, cells)) for title, cells in groups.items()),
        rows=rows,
    )


def bars(points: Sequence[float], top: float, at_most: int) -> tuple[Bar, ...]:
    """Return a histogram over whole points from 0 to the best possible, or the best there is.

    Args:
        points: The points of each submission.
        top: The best possible.
        at_most: How many bars there may be.
    """
    if not points:
        return ()
    last = math.floor(max(top, *points))
    width = math.ceil((last + 1) / at_most)
    counts = Counter(max(0, math.floor(value)) // width for value in points)
    return tuple(
        Bar(first, min(first + width - 1, last), counts[first // width])
        for first in range(0, last + 1, width)
    )


def _declared(assignment: Assignment | None) -> Mapping[str, Check]:
    return assignment.checks if assignment else {}


def _checks(assignment: Assignment | None) -> Collection[Check]:
    return _declared(assignment).values()


def _sum(points: Mapping[str, float], cells: Iterable[str]) -> float:
    return sum(points[cell] for cell in cells)


def _mistakes(
    assignment: Assignment | None, records: Iterable[Record]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the mistakes, and what is not written yet; nobody has to begin the challenge."""
    bonus = {check.name for check in _checks(assignment) if check.is_bonus}
    graded = [record for record in records if not record.problem]
    made = mistakes(graded, declared_sentences(assignment))
    unwritten = [each for each in made if STUB in each.sentence and not bonus >= {*each.checks}]
    return tuple(each for each in made if STUB not in each.sentence), tuple(unwritten)


def _to_mark(scores: Iterable["Score"]) -> tuple[Finding, ...]:
    return findings(
        (score.student, cell)
        for score in scores
        for cell, points in score.points.items()
        if points is None
    )


def _possible(
    assignment: Assignment | None, records: Iterable[Record], scores: Iterable["Score"]
) -> dict[str, float]:
    """Return the points of each graded cell: the declared ones in order, then all others."""
    points: dict[str, float] = {}
    if assignment:
        points |= {check.name: check.points for check in assignment.checks.values()}
        points |= assignment.manual_points
    for score in scores:
        for cell, most in score.max_points.items():
            points.setdefault(cell, most)
    for record in records:
        for cell in record.complaints:
            points.setdefault(cell, 0.0)
    return points


def _groups(assignment: Assignment | None, cells: Sequence[str]) -> dict[str, list[str]]:
    """Return the cells by function; those of an instructor's own assignment by themselves."""
    groups: dict[str, list[str]] = {}
    declared = _declared(assignment)
    for cell in cells:
        check = declared.get(cell)
        if check:
            title = BONUS if check.is_bonus else check.task.name
        else:
            title = IN_WORDS if assignment else cell
        groups.setdefault(title, []).append(cell)
    return groups


def _row(
    student: str,
    record: Record | None,
    score: "Score | None",
    problems: Mapping[str, str],
    groups: Mapping[str, Sequence[str]],
) -> Row:
    given = score.points if score else {}
    parts = tuple(
        Part(
            sum(given.get(cell) or 0.0 for cell in cells),
            any(cell in given and given[cell] is None for cell in cells),
        )
        for cells in groups.values()
    )
    return Row(
        student=clean(student),
        points=sum(part.points for part in parts),
        is_open=any(part.is_open for part in parts),
        parts=parts,
        problem=clean(problems.get(student, "")),
        suspicions=tuple(map(clean, record.suspicions)) if record else (),
    )


def _spread(points: Sequence[float]) -> Spread | None:
    if not points:
        return None
    # They are the whole course, and no sample of one. Quartiles need two values at least.
    values = points if len(points) > 1 else [*points, *points]
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(statistics.fmean(points), median, lower, upper, min(points), max(points))


def _passes(
    assignment: Assignment | None,
    possible: Mapping[str, float],
    records: Mapping[str, Record],
    scores: Mapping[str, "Score"],
) -> tuple[Passes, ...]:
    """Return how many pass each check: by what it said, or else by whether it has full points."""
    declared, found = _declared(assignment), []
    for cell, most in possible.items():
        given = [
            points
            for student, score in scores.items()
            if (points := _given(cell, records.get(student), score, most)) is not None
        ]
        check = declared.get(cell)
        # Besides its checks an assignment of the course has only what a person marks.
        if check is None and (assignment or not given):
            continue
        function = check.task.name if check else ""
        is_bonus = check is not None and check.is_bonus
        passed, some = sum(points >= most for points in given), sum(points > 0 for points in given)
        found.append(
            Passes(clean(cell), function, most, is_bonus, passed, max(passed, some), len(given))
        )
    return tuple(found)


def _given(cell: str, record: Record | None, score: "Score", most: float) -> float | None:
    if record and cell in record.complaints:
        # Not from the gradebook, where a person may have given points all the same.
        return -1.0 if record.complaints[cell] else most
    return score.points.get(cell)

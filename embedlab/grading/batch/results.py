"""What is written when all are graded: feedback, what is alike, grades, points, the report."""

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from rich.progress import Progress
from rich.table import Table

from embedlab.grading import ASSIGNMENTS, gradebook, marks
from embedlab.grading.alike.likeness import sentence
from embedlab.grading.alike.originals import Originals
from embedlab.grading.alike.similarity import copied_from_others
from embedlab.grading.batch import pools
from embedlab.grading.batch.job import Terms
from embedlab.grading.batch.records import Record, load_all
from embedlab.grading.course import Course
from embedlab.grading.report import Lms, summary, tables, write_csv, write_page

_SECONDS_FOR_FEEDBACK = 120
_SECONDS_TO_COMPARE = 600


@dataclass(frozen=True)
class Graded:
    """What came of it.

    Attributes:
        records: What is known of each submission.
        scores: What the gradebook says.
        tables: For the terminal.
        summary: One line: how many, and how fast.
        files: Where results lie, by what they are.
    """

    records: Sequence[Record]
    scores: Sequence[gradebook.Score]
    tables: Sequence[Table]
    summary: str
    files: Mapping[str, Path]


def write_feedback(
    course: Course,
    assignment: str,
    records: Sequence[Record],
    workers: pools.Workers,
    progress: Progress,
) -> Mapping[str, str]:
    """Write the pages of feedback that there are none of, or old ones; return what went wrong.

    A page is old as well when a person has given points or a comment since.
    """
    given, shown = marks.marks(course, assignment), marks.shown(course, assignment)
    lacking = [
        (course, assignment, record.student)
        for record in records
        if not record.problem
        and (
            given.get(record.student) != shown.get(record.student)
            or gradebook.lacks_feedback(course, assignment, record.student)
        )
    ]
    if not lacking:
        return {}
    bar = progress.add_task("Writing feedback", total=len(lacking))
    failed = {}
    with contextlib.closing(
        pools.each(lacking, _feedback, workers, _SECONDS_FOR_FEEDBACK)
    ) as outcomes:
        for (_, _, student), outcome in outcomes:
            progress.advance(bar)
            if problem := outcome.reason if isinstance(outcome, pools.Lost) else outcome:
                failed[student] = problem
    written = {student for _, _, student in lacking} - set(failed)
    marks.note_shown(course, assignment, given, written)
    return failed


def _feedback(task: tuple[Course, str, str]) -> str:
    return gradebook.feedback(*task)


def copied_from_each_other(
    course: Course, terms: Terms, workers: pools.Workers
) -> Mapping[str, Sequence[str]]:
    """Return what is alike between students beyond chance, a sentence each, by student.

    Args:
        course: The course.
        terms: What is the same for all.
        workers: Who compares: sources of strangers are not read in the program that grades.
    """
    work = {
        record.student: record.sources
        for record in load_all(course.records, terms.assignment)
        if record.sources
    }
    said: dict[str, list[str]] = defaultdict(list)
    with contextlib.closing(
        pools.each([(work, terms.originals)], _compare, workers, _SECONDS_TO_COMPARE)
    ) as outcomes:
        for _, outcome in outcomes:
            for student, told in () if isinstance(outcome, pools.Lost) else outcome:
                said[student].append(told)
    return said


def _compare(
    task: tuple[Mapping[str, Mapping[str, str]], Originals],
) -> list[tuple[str, str]]:
    """Return pairs of a student and what is alike with another one's work."""
    said = []
    for first, second, found in copied_from_others(*task):
        said.append((first, sentence(f"the work of {second}", found)))
        turned = tuple(replace(each, lines=each.lines[::-1]) for each in found)
        said.append((second, sentence(f"the work of {first}", turned)))
    return said


def write_results(
    course: Course,
    assignment: str,
    lms: Lms,
    records: Sequence[Record],
    new: Set[str],
    failed: Mapping[str, str],
    copied: Mapping[str, Sequence[str]],
) -> Graded:
    """Write everything that says how it went.

    Args:
        course: The course.
        assignment: The assignment.
        lms: Whose columns the CSV has.
        records: What is known of each submission of this run.
        new: Whose submissions were graded now.
        failed: Why somebody has no feedback.
        copied: What is alike between students, by student.
    """
    everybody = [
        replace(record, suspicions=(*record.suspicions, *copied.get(record.student, ())))
        for record in {
            **{record.student: record for record in load_all(course.records, assignment)},
            # Whose name is no name has no file.
            **{record.student: record for record in records},
        }.values()
    ]
    problems = {record.student for record in everybody if record.problem}
    scores = gradebook.scores(course, assignment, leave_out=problems)
    report = summary(assignment, ASSIGNMENTS.get(assignment), everybody, scores)
    files = {
        "Gradebook": course.gradebook,
        "Grades": course.output / "grades.csv",
        "Points": course.output / "reports" / f"{assignment}.csv",
        "Report": course.output / "reports" / f"{assignment}.html",
        "Feedback": course.output / "feedback",
    }
    files["Points"].parent.mkdir(parents=True, exist_ok=True)
    gradebook.export(course, files["Grades"])
    write_csv(files["Points"], report, lms)
    write_page(files["Report"], report)
    if course.database:
        del files["Gradebook"]
    n_new = sum(record.student in new and not record.problem for record in records)
    n_kept = sum(record.student not in new and not record.problem for record in records)
    line = f"Graded {n_new} of {len(records)} submissions"
    line += f"; {n_kept} had not changed" if n_kept else ""
    for student, problem in sorted(failed.items()):
        line += f"\nNo feedback: {student}: {problem}"
    return Graded(records, scores, tables(report), line, files)

"""All submissions of an assignment: who has changed, on any executor, saved as they come in.

The batch always finishes. A worker that dies is replaced and its submission tried again; whatever
goes wrong with one submission is said of that one. When the whole program is killed, the next run
goes on where it stopped: a submission counts as graded when its record is written, last of all.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from embedlab.grading import SEED_VARIABLE, gradebook
from embedlab.grading.batch.execution import MOST_ATTEMPTS
from embedlab.grading.batch.job import Job, Result, Terms, grade
from embedlab.grading.batch.pools import Lost, Workers, each
from embedlab.grading.batch.records import Record, forget, load, save
from embedlab.grading.batch.sandbox import SECONDS_TO_END, SECONDS_TO_START
from embedlab.grading.batch.versions import grader
from embedlab.grading.course import Course, CourseError, student_seed
from embedlab.grading.handed_in.folders import UnreadError, open_folder, read_file
from embedlab.grading.handed_in.intake import NotGraded, collect, is_name, students_in
from embedlab.grading.inside.frames import Limits

_LONGEST_TIME = 200


@dataclass(frozen=True)
class Batch:
    """What is to be graded.

    Attributes:
        course: The course.
        terms: What is the same for all submissions.
        students: Whose submissions.
        again: Whether also what has not changed since it was last graded.
    """

    course: Course
    terms: Terms
    students: Sequence[str]
    again: bool = False


def students_of(course: Course, assignment: str, only: Sequence[str] = ()) -> list[str]:
    """Return the students whose submissions are to be graded.

    Args:
        course: The course.
        assignment: The assignment.
        only: The names to look for; everybody if there are none.

    Raises:
        CourseError: If there is no such folder, nobody handed in, or one of the names did not.
    """
    where = f"STUDENT/{assignment}/{assignment}.ipynb"
    if not course.submitted.is_dir():
        raise CourseError(
            f"submitted must be an existing folder, got {course.submitted}; it holds {where}"
        )
    found = students_in(course.submitted, assignment)
    if not found:
        raise CourseError(
            f"submitted must hold submissions of {assignment}, got none in {course.submitted}; "
            f"each lies at {where}"
        )
    if unknown := sorted(set(only) - set(found)):
        raise CourseError(
            f"students must have handed in {assignment}, got {', '.join(unknown)}; found "
            f"{len(found)} others in {course.submitted}"
        )
    return [student for student in found if not only or student in only]


def run(batch: Batch, workers: Workers, note: Callable[[Record, bool], None]) -> list[Record]:
    """Grade what has changed and return the records of all, in the order of the students.

    Args:
        batch: What is to be graded.
        workers: Who does it.
        note: Told of each record as soon as it is written, and whether it is a new one.
    """
    course, assignment = batch.course, batch.terms.assignment
    gradebook.enter(course, list(filter(is_name, batch.students)))
    known = gradebook.graded(course, assignment)
    rules = gradebook.rules(course, assignment)
    records: dict[str, Record] = {}

    def keep(record: Record, is_new: bool) -> None:
        records[record.student] = record
        note(record, is_new)

    def jobs() -> Iterator[Job]:
        for student in batch.students:
            prepared = _prepare(batch, student, student in known, rules)
            if isinstance(prepared, Record):
                keep(prepared, False)
            else:
                yield prepared

    seconds = _longest(batch.terms.limits)
    with contextlib.closing(each(jobs(), grade, workers, seconds)) as outcomes:
        for job, outcome in outcomes:
            keep(_save(course, job, outcome), True)
    return [records[student] for student in batch.students]


def _longest(limits: Limits) -> float:
    """Return how long a submission may take, sandboxes that start anew and all."""
    # After a notebook's time is up there is no further attempt.
    return 2 * limits.notebook_seconds + MOST_ATTEMPTS * (SECONDS_TO_START + SECONDS_TO_END)


def _prepare(batch: Batch, student: str, is_known: bool, rules: str) -> Job | Record:
    """Return what is to be done for a student, or the record of what was done before."""
    course, assignment = batch.course, batch.terms.assignment
    before = load(course.records, assignment, student)
    try:
        submission = collect(course.submitted, student, assignment)
    except NotGraded as error:
        record = Record(student, assignment, "", problem=str(error))
        if record != before and is_name(student):
            save(record, course.records)
        return record
    seed = student_seed(course.secret_file, student, os.environ, SEED_VARIABLE)
    job = Job(submission, seed, "", batch.terms)
    handed_in = _time_handed_in(course, assignment, student)
    job = replace(job, fingerprint=_fingerprint(job, rules + handed_in))
    is_same = before is not None and before.fingerprint == job.fingerprint
    is_there = is_known and course.graded_notebook(assignment, student).is_file()
    if before and is_same and not batch.again and (before.problem or is_there):
        return before
    return job


def _time_handed_in(course: Course, assignment: str, student: str) -> str:
    """Return what nbgrader's ``timestamp.txt`` says, or why it cannot be read; "" without one."""
    path = course.submitted / student / assignment
    if not os.path.lexists(path / "timestamp.txt"):
        return ""
    with contextlib.ExitStack() as stack:
        try:
            content = read_file(open_folder(stack, path), "timestamp.txt", _LONGEST_TIME)
        except UnreadError as unread:
            return f"({unread})"
    return content.decode(errors="replace").strip()


def _save(course: Course, job: Job, outcome: Result | Lost) -> Record:
    """Write the grades, the notebook, and last of all the record; return that."""
    assignment, student = job.terms.assignment, job.submission.student
    if isinstance(outcome, Lost):
        # Without a fingerprint, so that the next run tries it again.
        record = Record(student, assignment, "", problem=outcome.reason)
    else:
        record = outcome.record
    # From here until the end there is none: whoever is ended in between leaves nothing half done.
    forget(course.records, assignment, student)
    if isinstance(outcome, Result) and outcome.notebook:
        handed_in = _time_handed_in(course, assignment, student)
        try:
            if handed_in:
                gradebook.moment(handed_in)
        except CourseError as error:
            sentence = f"Whether it was late is not known: {error}."
            record = replace(record, suspicions=(*record.suspicions, sentence))
            handed_in = ""
        gradebook.save(course, assignment, student, outcome.notebook, handed_in)
    save(record, course.records)
    return record


def _fingerprint(job: Job, rules: str) -> str:
    """Return a digest of everything that a result follows from."""
    digest = hashlib.sha256()
    parts: Mapping[str, bytes] = {
        "grader": grader().encode(),
        "rules": rules.encode(),
        "terms": repr(job.terms).encode(),
        "seed": job.seed.encode(),
        "notebook": job.submission.notebook,
        **{f"file {name}": content for name, content in sorted(job.submission.files.items())},
    }
    for name, content in parts.items():
        digest.update(f"{name} {len(content)}\n".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()

"""What ``embedlab grade`` does, from the sandbox's probe to the report."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from embedlab.grading import ASSIGNMENTS, gradebook
from embedlab.grading.batch import pools
from embedlab.grading.batch.batch import Batch, run, students_of
from embedlab.grading.batch.cluster import cluster
from embedlab.grading.batch.job import Terms
from embedlab.grading.batch.records import Record, load_all
from embedlab.grading.batch.sandbox import problem_with
from embedlab.grading.batch.walls import Kind
from embedlab.grading.course import Course, CourseError
from embedlab.grading.inside.frames import Limits
from embedlab.grading.report import Lms, summary, tables, write_csv, write_page

_SECONDS_FOR_FEEDBACK = 120


@dataclass(frozen=True)
class Options:
    """How to grade.

    Attributes:
        students: Only these; everybody if there are none.
        n_jobs: How many submissions at a time; 0 for as many as there are processors.
        scheduler: The address of a Dask scheduler; "" for this machine.
        kind: Which wall stands round the students' code.
        image: What a container is made from.
        again: Whether also what has not changed.
        lms: Whose columns the CSV has.
    """

    students: Sequence[str] = ()
    n_jobs: int = 0
    scheduler: str = ""
    kind: Kind = "bubblewrap"
    image: str = ""
    again: bool = False
    lms: Lms = "plain"


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


def grade_assignment(
    course: Course, assignment: str, options: Options, terminal: Console
) -> Graded:
    """Grade an assignment's submissions.

    Args:
        course: The course.
        assignment: The assignment.
        options: How.
        terminal: Where the progress is shown.

    Raises:
        CourseError: If there is nothing to grade, or no wall to grade behind.
    """
    students = students_of(course, assignment, options.students)
    written: list[str] = []
    try:
        with _alone(course) as scratch, _progress(terminal) as progress:
            return _grade(course, assignment, options, students, scratch, progress, written)
    except KeyboardInterrupt:
        raise CourseError(f"interrupted{_what_is_kept(written)}") from None
    except OSError as error:
        # A full disk, most likely.
        where = f": {error.filename}" if error.filename else ""
        said = f"{error.strerror or error}{where}"
        raise CourseError(f"{said}{_what_is_kept(written)}") from None
    except CourseError as error:
        raise CourseError(f"{error}{_what_is_kept(written)}") from None


@contextlib.contextmanager
def _alone(course: Course) -> Iterator[Path]:
    """Keep other graders away from the same output, and have an empty folder for the workers."""
    course.output.mkdir(parents=True, exist_ok=True)
    scratch = _scratch(course)
    places = course.scratch, scratch
    try:
        with FileLock(course.output / ".grading.lock", timeout=0):
            try:
                for place in places:
                    shutil.rmtree(place, ignore_errors=True)
                    place.mkdir(mode=0o711)
                yield scratch
            finally:
                for place in places:
                    shutil.rmtree(place, ignore_errors=True)
    except Timeout:
        raise CourseError(
            f"another  embedlab grade  is at work on {course.output}; wait until it has finished, "
            "or name another --output"
        ) from None


def _scratch(course: Course) -> Path:
    """Return where the sandboxes have their folders.

    Not on the disk of the results: when that is full, sandboxes must not be what fails. The name
    is the same each time, so that a run clears away what one that was killed has left.
    """
    digest = hashlib.sha256(os.fsencode(course.output)).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"embedlab-{os.getuid()}-{digest}")


def _what_is_kept(written: Sequence[str]) -> str:
    n = len(written)
    return f"; {n} graded now are kept, and the same command goes on from there" if n else ""


def _grade(
    course: Course,
    assignment: str,
    options: Options,
    students: Sequence[str],
    scratch: Path,
    progress: Progress,
    written: list[str],
) -> Graded:
    """Grade; note in a list whose records have been written."""
    if problem := problem_with(options.kind, options.image) if not options.scheduler else "":
        raise CourseError(
            f"{problem} Students' code does not run without a sandbox, unless you say "
            "--unsafe-no-sandbox."
        )
    released = gradebook.register(course, assignment)
    terms = Terms(assignment, released, options.kind, options.image, Limits())
    n_workers = options.n_jobs or os.cpu_count() or 1
    bar = progress.add_task(f"Grading {assignment}", total=len(students))

    def note(record: Record, is_new: bool) -> None:
        progress.advance(bar)
        if is_new:
            written.append(record.student)

    batch = Batch(course, terms, students, options.again)
    with pools.local(n_workers, scratch) as here:
        if options.scheduler:
            with cluster(options.scheduler, options.kind, options.image) as there:
                records = run(batch, there, note)
        else:
            records = run(batch, here, note)
        failed = _write_feedback(course, records, here, progress)
    return _report(course, assignment, options, records, set(written), failed)


def _progress(terminal: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=terminal,
        transient=True,
        disable=not terminal.is_terminal,
    )


def _write_feedback(
    course: Course, records: Sequence[Record], workers: pools.Workers, progress: Progress
) -> Mapping[str, str]:
    """Write the pages of feedback that there are none of, or old ones; return what went wrong."""
    lacking = [
        (course, record.assignment, record.student)
        for record in records
        if not record.problem
        and gradebook.lacks_feedback(course, record.assignment, record.student)
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
    return failed


def _feedback(task: tuple[Course, str, str]) -> str:
    return gradebook.feedback(*task)


def _report(
    course: Course,
    assignment: str,
    options: Options,
    records: Sequence[Record],
    new: Set[str],
    failed: Mapping[str, str],
) -> Graded:
    """Write everything that says how it went."""
    everybody = load_all(course.records, assignment)
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
    write_csv(files["Points"], report, options.lms)
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

"""What ``embedlab grade`` does, from the sandbox's probe to the report."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from embedlab.grading import ASSIGNMENTS, gradebook
from embedlab.grading.alike.originals import Originals
from embedlab.grading.batch import pools
from embedlab.grading.batch.batch import Batch, run, students_of
from embedlab.grading.batch.cluster import cluster
from embedlab.grading.batch.interrupts import heed, heeded
from embedlab.grading.batch.job import Terms, originals_of, problem_with_sandbox
from embedlab.grading.batch.records import Record
from embedlab.grading.batch.results import (
    Graded,
    copied_from_each_other,
    write_feedback,
    write_results,
)
from embedlab.grading.batch.sandbox import problem_with
from embedlab.grading.batch.walls import Kind
from embedlab.grading.course import Course, CourseError
from embedlab.grading.inside.frames import Limits
from embedlab.grading.report import Lms

_TICK = 0.2


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
        limits: What a notebook may use.
    """

    students: Sequence[str] = ()
    n_jobs: int = 0
    scheduler: str = ""
    kind: Kind = "bubblewrap"
    image: str = ""
    again: bool = False
    lms: Lms = "plain"
    limits: Limits = field(default_factory=Limits)


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
        with heeded(), _alone(course) as scratch, _progress(terminal) as progress:
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
    n_workers = min(options.n_jobs or os.cpu_count() or 1, len(students))
    bar = progress.add_task(f"Grading {assignment}", total=len(students))

    def note(record: Record, is_new: bool) -> None:
        progress.advance(bar)
        if is_new:
            written.append(record.student)

    with pools.local(n_workers, scratch) as here:
        wall = options.kind, options.image, options.limits
        # While the workers start their sandboxes, the gradebook is opened.
        proving = () if options.scheduler else here.begin(problem_with_sandbox, *wall)
        released = gradebook.register(course, assignment)
        terms = Terms(assignment, released, *wall, _originals(course, assignment, released))
        if not options.scheduler:
            _require_sandbox(proving, options)
        batch = Batch(course, terms, students, options.again)
        if options.scheduler:
            with cluster(options.scheduler, options.kind, options.image) as there:
                records = run(batch, there, note)
        else:
            records = run(batch, here, note)
        failed = write_feedback(course, assignment, records, here, progress)
        copied = copied_from_each_other(course, terms, here)
    return write_results(course, assignment, options.lms, records, set(written), failed, copied)


def _originals(course: Course, assignment: str, released: str) -> Originals:
    solution = course.source / assignment / f"{assignment}.ipynb"
    with_solutions = solution.read_text(encoding="utf-8")
    return originals_of(ASSIGNMENTS.get(assignment), with_solutions, released)


def _require_sandbox(proving: Sequence[Future[str]], options: Options) -> None:
    """Refuse to go on without a wall, by what the workers have found or else by a look from here.

    Raises:
        CourseError: If there is none.
    """
    while wait(proving, _TICK).not_done:
        heed()
    try:
        problems = [each.result() for each in proving]
    except BrokenExecutor:
        # Somebody has ended a worker; others will take its place.
        problems = []
    if problem := next(filter(None, problems or [problem_with(options.kind, options.image)]), ""):
        raise CourseError(
            f"{problem} Students' code does not run without a sandbox, unless you say "
            "--unsafe-no-sandbox."
        )


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

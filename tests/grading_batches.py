"""What the tests of whole batches share: submissions, runs, and all that a run leaves behind."""

import contextlib
import ctypes
import functools
import io
import json
import os
import pickle
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from filelock import FileLock
from grading_helpers import ROOT, builder
from rich.console import Console
from sqlalchemy import create_engine, text

from embedlab.grading import SEED_VARIABLE
from embedlab.grading.batch import batch, pools
from embedlab.grading.batch import command as grading
from embedlab.grading.batch.command import Graded, Options, grade_assignment
from embedlab.grading.batch.job import Job, Result
from embedlab.grading.batch.records import Record
from embedlab.grading.batch.walls import IMAGE
from embedlab.grading.course import Course, open_course

SEED = "a secret"
WORK = {
    "ada": "slices_and_comprehensions",
    "bela": "loops_only",
    "dana": "short_tails",
    "emil": "joined_into_strings",
    "gita": "edited_check_cells",
    "ines": "as_released",
}
"""Who hands in which submission of the bank, in the order in which they are graded."""


def hand_in(submitted: Path, work: Mapping[str, str] = WORK) -> Path:
    """Write submissions of ngrams and return their folder."""
    for student, name in work.items():
        path = submitted / student / "ngrams" / "ngrams.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(builder().submission("ngrams", name), path)
    return submitted


def course_of(submitted: Path, output: Path, database: str = "") -> Course:
    return open_course(ROOT, submitted=submitted, output=output, database=database)


def grade(course: Course, **options: Any) -> Graded:
    """Grade in this process, with two workers."""
    quiet = Console(file=io.StringIO())
    return grade_assignment(
        course, "ngrams", Options(**{"n_jobs": 2, "image": IMAGE, **options}), quiet
    )


@functools.cache
def undisturbed(folder: Path) -> tuple[Course, dict[bytes, Result]]:
    """Return a graded course to which nothing happened, and what workers made of each notebook.

    All processes of a run share it, so nobody may write into its folders.

    Args:
        folder: Where pytest keeps what the tests of this process write.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / "undisturbed.pickle"
    with FileLock(folder / "undisturbed.lock"):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(_grade_undisturbed(folder)))
    found: tuple[Course, dict[bytes, Result]] = pickle.loads(kept.read_bytes())
    return found


def _grade_undisturbed(folder: Path) -> tuple[Course, dict[bytes, Result]]:
    results = {}
    save = batch._save

    def noting(course: Course, job: Job, outcome: Result) -> Record:
        results[job.submission.notebook] = outcome
        return save(course, job, outcome)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SEED_VARIABLE, SEED)
        patch.setattr(batch, "_save", noting)
        course = course_of(hand_in(folder / "handed-in"), folder / "undisturbed")
        assert grade(course).summary == "Graded 6 of 6 submissions"
    return course, results


@contextlib.contextmanager
def without_sandboxes(results: Mapping[bytes, Result]) -> Iterator[list[str]]:
    """Let results that are known stand for what workers do; yield whom they are asked for."""
    asked: list[str] = []

    def known(job: Job) -> Result:
        asked.append(job.submission.student)
        result = results[job.submission.notebook]
        names = {"student": job.submission.student, "fingerprint": job.fingerprint}
        return replace(result, record=replace(result.record, **names))

    @contextlib.contextmanager
    def threads(*_: object) -> Iterator[pools.Workers]:
        yield pools.Workers(1, lambda: ThreadPoolExecutor(1), lambda: None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grading, "problem_with", lambda *_: "")
        patch.setattr(pools, "local", threads)
        patch.setattr(batch, "grade", known)
        yield asked


def command(submitted: Path, output: Path, *more: str) -> list[str]:
    """Return how to grade from the command line."""
    program = Path(sys.executable).with_name("embedlab")
    folders = ("--submitted", submitted, "--output", output)
    return [*map(str, (program, "grade", "ngrams", "--jobs", 2, "--quiet", *folders)), *more]


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if "EMBEDLAB" not in key}
    return {**kept, "COLUMNS": "300", "PYTHONIOENCODING": "utf-8", SEED_VARIABLE: SEED}


def run(command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **how,
    )


def start(command: list[str]) -> subprocess.Popen[str]:
    """Start a command that something is going to happen to."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # Ctrl-C reaches all processes of a terminal's foreground, which are these.
        start_new_session=True,
    )


def records(course: Course) -> dict[str, dict[str, Any]]:
    """Return all records by student, without what differs from run to run."""
    found = {}
    for path in sorted((course.records / "ngrams").glob("*.json")):
        found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        del found[path.stem]["seconds"]
    return found


_GRADES = """
SELECT student.id AS student, timestamp, late_submission_penalty, base_cell.name AS cell,
       auto_score, manual_score, extra_credit, needs_manual_grade
FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN student ON student.id = submitted_assignment.student_id
ORDER BY student, cell
"""
_COMMENTS = """
SELECT student.id AS student, base_cell.name AS cell, auto_comment, manual_comment
FROM comment JOIN base_cell ON base_cell.id = comment.cell_id
JOIN submitted_notebook ON submitted_notebook.id = comment.notebook_id
JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
JOIN student ON student.id = submitted_assignment.student_id
ORDER BY student, cell
"""


def rows(address: str) -> dict[str, Any]:
    """Return what the tables hold, and how many rows each has: nothing may be there twice."""
    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            names = _names(connection, engine.dialect.name)
            counts = {
                name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar()
                for name in names
            }
            found = {
                "grades": [tuple(row) for row in connection.execute(text(_GRADES))],
                "comments": [tuple(row) for row in connection.execute(text(_COMMENTS))],
            }
    finally:
        engine.dispose()
    return {"counts": counts, **{key: _plain(value) for key, value in found.items()}}


def _names(connection: Any, dialect: str) -> list[str]:
    where = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    }[dialect]
    return sorted(name for (name,) in connection.execute(text(where)))


def _plain(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    # One database knows truth values, the other 0 and 1.
    plain = [
        tuple(None if each is None else str(float(each)) if isinstance(each, int | float)
              else str(each) for each in row)
        for row in found
    ]  # fmt: skip
    # Each database has an order of its own.
    return sorted(plain, key=str)


def everything(course: Course, address: str = "") -> dict[str, Any]:
    """Return all that grading has left behind and that must not depend on what went wrong."""
    files = {}
    for folder in ("autograded", "feedback"):
        for path in sorted((course.output / folder).rglob("*")):
            if path.is_file():
                # A page tells when it was made.
                words = path.read_text(encoding="utf-8")
                files[str(path.relative_to(course.output))] = re.sub(r"\d\d:\d\d:\d\d", "", words)
    return {
        **rows(address or course.db_url),
        "records": records(course),
        "files": files,
        "exported": (course.output / "grades.csv").read_text(encoding="utf-8"),
    }


def mark(course: Course, student: str, cell: str = "why_unseen_words_have_vectors") -> None:
    """Give a score and write a comment, as a person does in formgrader."""
    from nbgrader.api import Gradebook

    with Gradebook(course.db_url) as gradebook:
        names = cell, "ngrams", "ngrams", student
        gradebook.find_grade(*names).manual_score = 1.5
        gradebook.find_comment(*names).manual_comment = "Well said."
        gradebook.db.commit()


def marks(course: Course) -> list[tuple[str, float]]:
    """Return whom a person has given something, and what."""
    with contextlib.closing(sqlite3.connect(course.gradebook)) as database:
        found = database.execute(_GRADES).fetchall()
    return [(row[0], row[5]) for row in found if row[5] is not None]


@contextlib.contextmanager
def no_process_left() -> Iterator[None]:
    """Fail if a process that was started within the block is there a little later."""
    # What the workers of this process are forked from stays as long as it does.
    pools.begin_loading()
    me = psutil.Process()
    libc = ctypes.CDLL(None)
    # Whoever loses a parent becomes a child of this process, and is seen.
    libc.prctl(36, 1, 0, 0, 0)
    before = set(me.children(recursive=True))
    try:
        yield
        deadline = time.monotonic() + 10
        while left := [each for each in set(me.children(recursive=True)) - before if _lives(each)]:
            assert time.monotonic() < deadline, [_words(each) for each in left]
            time.sleep(0.05)
    finally:
        libc.prctl(36, 0, 0, 0, 0)


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def _words(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return f"{process.pid} {' '.join(process.cmdline())[:300]}"
    return ""


def wait_for(condition: Any, seconds: float = 60) -> Any:
    """Return what a condition comes to as soon as it holds."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
    return found


def double(number: int) -> int:
    """Work as workers do, unless the number is bad."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 4:
        os.kill(os.getpid(), signal.SIGSTOP)
    if number == 5:
        raise RuntimeError("five")
    return 2 * number

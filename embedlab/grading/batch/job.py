"""One submission from bytes to a graded notebook: what a worker does, wherever it runs.

A worker needs no gradebook, no course folder and no secret but the seed of this one student. Its
sandbox stays warm from one submission to the next.
"""

import atexit
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

import nbformat

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.alike.likeness import sentence
from embedlab.grading.alike.originals import Originals, originals
from embedlab.grading.alike.similarity import copies_of_reference
from embedlab.grading.alike.syntax import own_functions
from embedlab.grading.batch.execution import execute
from embedlab.grading.batch.inert import make_inert
from embedlab.grading.batch.records import Record
from embedlab.grading.batch.sandbox import Sandbox, SandboxError, problem_in
from embedlab.grading.batch.scoring import complaints, fill
from embedlab.grading.batch.walls import Kind
from embedlab.grading.checks import cases_of
from embedlab.grading.declaration import Assignment
from embedlab.grading.handed_in.intake import NotGraded, Submission
from embedlab.grading.handed_in.repairs import repair
from embedlab.grading.inside.frames import Limits


@dataclass(frozen=True)
class Terms:
    """What is the same for all submissions of a batch.

    Attributes:
        assignment: The assignment.
        released: The notebook as released, as JSON.
        kind: Which wall stands round the students' code.
        image: What a container is made from.
        limits: What a notebook may use.
        originals: The right answers that could be copied; the points do not depend on them.
    """

    assignment: str
    released: str
    kind: Kind
    image: str
    limits: Limits
    originals: Originals = field(default=Originals({}), repr=False, compare=False)


@dataclass(frozen=True)
class Job:
    """A submission to be graded.

    Attributes:
        submission: What was handed in.
        seed: Where the hidden cases come from.
        fingerprint: Of everything that the result follows from.
        terms: What is the same for all.
    """

    submission: Submission
    seed: str
    fingerprint: str
    terms: Terms


@dataclass(frozen=True)
class Result:
    """What came of a job.

    Attributes:
        record: What is to be kept of it.
        notebook: The executed notebook with the outputs of its checks, as JSON; "" if the
            submission could not be graded.
    """

    record: Record
    notebook: str = ""


def grade(job: Job) -> Result:
    """Grade one submission; whatever it is, there is a result."""
    start = time.monotonic()
    record = Record(
        student=job.submission.student,
        assignment=job.terms.assignment,
        fingerprint=job.fingerprint,
        isolation=job.terms.kind,
        repairs=job.submission.repairs,
    )
    try:
        result = _grade(job, record)
    except NotGraded as error:
        result = Result(replace(record, problem=str(error)))
    return replace(result, record=replace(result.record, seconds=time.monotonic() - start))


def _grade(job: Job, record: Record) -> Result:
    terms = job.terms
    released = nbformat.reads(terms.released, as_version=4)
    repaired = repair(job.submission.notebook, released)
    notebook = repaired.notebook
    assignment = ASSIGNMENTS.get(terms.assignment)
    checks = assignment.checks if assignment else {}
    cases = {check.name: cases_of(check, job.seed) for check in checks.values()}
    cells = {
        number: cell.source
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and _grade_id(cell) not in checks
    }
    wall = terms.kind, terms.image, terms.limits
    execution = execute(lambda: _sandbox(*wall), cells, job.submission.files, assignment, cases)
    said = complaints(assignment, execution, cases, job.seed) if assignment else {}
    fill(notebook, execution.cells, said, checks)
    make_inert(notebook, _unchanged(notebook, released))
    own = own_functions(cells.values(), _code(released), _functions(assignment))
    copied = copies_of_reference(own, terms.originals)
    return Result(
        replace(
            record,
            complaints=said,
            repairs=(*record.repairs, *repaired.repairs),
            limits=tuple(execution.limits),
            suspicions=(
                *execution.suspicions,
                *([sentence("the reference", copied)] if copied else []),
            ),
            sources=own,
        ),
        nbformat.writes(nbformat.from_dict(notebook)),
    )


def originals_of(assignment: Assignment | None, solution: str, released: str) -> Originals:
    """Return where the functions of an assignment could be copied from.

    Args:
        assignment: The assignment; None for one without a declaration.
        solution: The notebook with solutions, as JSON.
        released: The notebook as released, as JSON.
    """
    checks = assignment.checks.values() if assignment else ()
    tasks = {check.task.name: check.task for check in checks}
    with_solutions, without = (
        _code(nbformat.reads(notebook, as_version=4)) for notebook in (solution, released)
    )
    return originals(list(tasks), tasks.values(), with_solutions, without)


def _functions(assignment: Assignment | None) -> list[str]:
    """Return the names of the functions asked for, in order."""
    checks = assignment.checks.values() if assignment else ()
    return list(dict.fromkeys(check.task.name for check in checks))


def _code(notebook: Any) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _unchanged(notebook: Any, released: Any) -> set[str]:
    """Return the ids of the cells that are as they were released."""
    sources = {cell.id: cell.source for cell in released.cells}
    return {cell.id for cell in notebook.cells if sources.get(cell.id) == cell.source}


def _grade_id(cell: Any) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


_warm: dict[tuple[int, Kind, str, Limits], Sandbox] = {}


def problem_with_sandbox(kind: Kind, image: str, limits: Limits) -> str:
    """Start this worker's sandbox and return why it must not be used; "" if it can be.

    Args:
        kind: Which wall.
        image: What a container is made from.
        limits: What a notebook may use.
    """
    try:
        # The second time for one that somebody has ended meanwhile.
        return problem_in(_sandbox(kind, image, limits), kind) and problem_in(
            _sandbox(kind, image, limits), kind
        )
    except SandboxError as error:
        return str(error)


def _sandbox(kind: Kind, image: str, limits: Limits) -> Sandbox:
    """Return this thread's sandbox, a new one if the last has ended.

    A worker of a cluster may have several threads, and a sandbox runs one notebook at a time.
    """
    key = threading.get_ident(), kind, image, limits
    sandbox = _warm.get(key)
    if sandbox is None or not sandbox.is_open:
        if sandbox is not None:
            sandbox.close()
        try:
            sandbox = Sandbox(kind, limits, image)
        except SandboxError:
            # It worked a moment ago: somebody has ended it as it began, or there is little room.
            sandbox = Sandbox(kind, limits, image)
        _warm[key] = sandbox
    return sandbox


def close_sandboxes() -> None:
    """End the sandboxes of this process; the next submission gets a new one."""
    while _warm:
        _warm.popitem()[1].close()


atexit.register(close_sandboxes)

"""A student's notebook on the student's own machine: which assignment, and how it fares.

What runs here is for the student's own use. It follows what grading does: check cells are as
they were released, wherever they were edited or lost, and nobody answers ``input()``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from embedlab.grading import ASSIGNMENTS, unattended, version_problem
from embedlab.grading.course import CourseError
from embedlab.grading.declaration import Assignment, Check

_STATED_VERSION = re.compile(r"version\s*=\s*(\d+)")
_NOT_RUN = "The notebook stopped before this check could run."


@dataclass(frozen=True)
class Result:
    """What came of one check.

    Attributes:
        check: The check.
        problem: Why it is not passed, in plain sentences; "" if it is.
    """

    check: Check
    problem: str


@dataclass(frozen=True)
class Report:
    """What came of a notebook.

    Attributes:
        assignment: The one it belongs to.
        results: One for each check, in order.
        notes: What else the student should know, such as cells that raised an error.
    """

    assignment: Assignment
    results: Sequence[Result]
    notes: Sequence[str]


def find_notebook(path: Path) -> Path:
    """Return the notebook that a path means: itself, or the one in the folder.

    Raises:
        CourseError: If there is none, or more than one and none is named after the folder.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise CourseError(f"path must be a notebook or a folder with one, got {path}")
    named = path / f"{path.resolve().name}.ipynb"
    found = [named] if named.is_file() else sorted(path.glob("*.ipynb"))
    if len(found) != 1:
        names = ", ".join(each.name for each in found) or "none"
        raise CourseError(f"{path} must hold one notebook, got {names}; name the file itself")
    return found[0]


def check_notebook(path: Path, *, timeout: int) -> Report:
    """Run a copy of a notebook with the visible cases and return what came of each check.

    Args:
        path: The notebook, which is not changed.
        timeout: Seconds after which a cell is interrupted.

    Raises:
        CourseError: If the file is no notebook of an assignment, or belongs to another version
            of the package; if there is no kernel to run it.
    """
    notebook = _read(path)
    assignment = _assignment_of(notebook, path)
    repairs = _restore_checks(notebook, assignment)
    stopped = _execute(notebook, path.parent, timeout)
    cells = {_grade_id(cell): cell for cell in notebook.cells}
    results = [Result(check, _problem(cells[check.name])) for check in assignment.checks.values()]
    errors = _errors_elsewhere(notebook, assignment)
    return Report(assignment, results, [*repairs, *errors, *([stopped] if stopped else [])])


def _read(path: Path) -> Any:
    try:
        return nbformat.read(path, as_version=4)
    # nbformat fails in many ways on what is no notebook, each with an exception of its own.
    except Exception as error:
        reason = str(error).split("\n")[0]
        raise CourseError(f"{path} is not a notebook that can be read: {reason}") from None


def _grade_id(cell: Any) -> str:
    """Return which cell of the released notebook this is; another cell has an id of its own."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", ""))


def _assignment_of(notebook: Any, path: Path) -> Assignment:
    """Return the assignment whose checks a notebook has, or else the one it is named after."""
    present = {_grade_id(cell) for cell in notebook.cells}
    best = max(ASSIGNMENTS.values(), key=lambda each: len(present & set(each.checks)))
    if present.isdisjoint(best.checks):
        named = ASSIGNMENTS.get(path.stem)
        if named is None:
            known = ", ".join(ASSIGNMENTS)
            raise CourseError(
                f"{path} must be the notebook of an assignment ({known}): it has none of their "
                "check cells, and is not named after one"
            )
        return named
    sources = [cell.source for cell in notebook.cells if _grade_id(cell) in best.checks]
    # The first notebooks stated no version: their cells call the check, and that is all.
    versions = {
        int(stated.group(1)) if (stated := _STATED_VERSION.search(source)) else 1
        for source in sources
        if "check(" in source
    }
    if versions and best.version not in versions:
        raise CourseError(f"{path}: {version_problem(best, max(versions))}")
    return best


def _restore_checks(notebook: Any, assignment: Assignment) -> list[str]:
    """Put every check cell back to what it was, a lost one at the end; say what was done."""
    cells = {_grade_id(cell): cell for cell in reversed(notebook.cells)}
    repairs = []
    for check in assignment.checks.values():
        call = f'embedlab.grading.check("{check.name}", version={assignment.version})'
        source = f"import embedlab.grading\n\n{call}"
        cell = cells.get(check.name)
        if cell is None:
            repairs.append(f"The check cell {check.name} is missing: it ran at the end.")
            notebook.cells.append(_code_cell(source, {"nbgrader": {"grade_id": check.name}}))
        elif cell.cell_type != "code" or _code(cell.source) != _code(source):
            repairs.append(f"The check cell {check.name} was changed: the original ran instead.")
            cell.update(_code_cell(source, cell.metadata))
    return repairs


def _code_cell(source: str, metadata: Mapping[str, Any]) -> Any:
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def _code(source: str) -> list[str]:
    """Return the lines of a cell that are neither blank nor comments."""
    lines = [line.strip() for line in source.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _execute(notebook: Any, folder: Path, timeout: int) -> str:
    """Run all cells; return why the run ended early, or ""."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=timeout,
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "Timeout", "evalue": "", "traceback": []},
        raise_on_iopub_timeout=True,
        extra_arguments=[
            "--log-level=ERROR",
            "--HistoryManager.hist_file=:memory:",
            f"--IPKernelApp.exec_lines={unattended.STARTUP}",
        ],
        resources={"metadata": {"path": str(folder)}},
    )
    client.log.disabled = True
    try:
        client.execute()
    except NoSuchKernel:
        raise CourseError("there is no Python kernel; run  pip install ipykernel") from None
    except CellTimeoutError:
        return f"A cell ran for more than {timeout} s and did not heed the interrupt: all ended."
    except DeadKernelError:
        return "The kernel died: does a cell end the process, or need more memory than there is?"
    return ""


def _problem(cell: Any) -> str:
    """Return why a check cell that ran is not passed; "" if it is."""
    for output in cell.outputs:
        if output.output_type == "error":
            told = "\n".join(output.traceback) if output.ename == "CheckFailed" else ""
            # The first line repeats the name and the points.
            return told.partition("\n")[2] or f"{output.ename}: {output.evalue}"
        if output.output_type == "stream" and output.text.startswith("✓"):
            return ""
    return _NOT_RUN


def _errors_elsewhere(notebook: Any, assignment: Assignment) -> list[str]:
    """Return a line for each error in a cell that is no check, stubs aside."""
    notes = []
    for number, cell in enumerate(notebook.cells, start=1):
        outputs: Sequence[Mapping[str, Any]] = cell.get("outputs", [])
        for output in outputs:
            is_error = output["output_type"] == "error" and output["ename"] != "NotImplementedError"
            if is_error and _grade_id(cell) not in assignment.checks:
                what = f"{output['ename']}: {output['evalue']}".rstrip(": ").split("\n")[0]
                notes.append(f"Cell {number} ({_grade_id(cell)}) stopped: {what}")
    return notes

"""Points and sentences, computed outside the sandbox from what came out of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from embedlab.grading.batch.execution import Execution, Shown
from embedlab.grading.calls import Facts, Outcome
from embedlab.grading.checks import Work, complaint, heading, wrapped
from embedlab.grading.declaration import Arguments, Assignment, Check

_SILENT = Outcome(
    error_type="KeyboardInterrupt",
    error="nothing: the notebook was stopped before this could be tried",
)


def complaints(
    assignment: Assignment,
    execution: Execution,
    cases: Mapping[str, Sequence[Arguments]],
    seed: str,
) -> dict[str, str]:
    """Return what is said of each check, by name; "" where it is passed.

    Args:
        assignment: The assignment.
        execution: What the student's notebook came to.
        cases: What its functions were asked, by the name of the check.
        seed: Where the cases came from.
    """

    def facts(name: str) -> Facts:
        return execution.facts.get(assignment.checks[name].task.name, Facts())

    def answers(name: str) -> list[Outcome]:
        told = execution.answers.get(name, [_SILENT])
        # What was lost in one case was lost in all.
        return told if len(told) > 1 else told * (len(cases[name]) + 1)

    work = Work(facts, answers)
    return {
        check.name: complaint(check, work, assignment, seed) for check in assignment.checks.values()
    }


def outputs_of(check: Check, said: str) -> list[dict[str, Any]]:
    """Return what a check cell shows, as if it had run in the notebook."""
    if not said:
        text = f"✓ {heading(check, check.points)}\n"
        return [{"output_type": "stream", "name": "stdout", "text": text}]
    first = f"✗ {heading(check, 0)}"
    return [
        {
            "output_type": "error",
            "ename": "CheckFailed",
            "evalue": f"{first}\n{said}",
            "traceback": [wrapped(f"{first}\n{said}")],
        }
    ]


def fill(
    notebook: Any,
    cells: Mapping[int, Shown],
    said: Mapping[str, str],
    checks: Mapping[str, Check],
) -> None:
    """Write into a notebook what its cells showed, and what is said of its checks."""
    last = max((shown.count or 0 for shown in cells.values()), default=0)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in said:
            last += 1
            cell.execution_count = last
            cell.outputs = outputs_of(checks[name], said[name])
        elif number in cells:
            cell.execution_count = cells[number].count
            cell.outputs = cells[number].outputs

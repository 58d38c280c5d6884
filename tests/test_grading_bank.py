"""The bank of right and wrong work through the true grader: sandbox, scoring outside, hidden cases.

``test_assignments.py`` runs the same work with the visible checks in the notebook; both must agree
with the tables that were reasoned out by hand.
"""

import nbformat
import pytest
from grading_helpers import ROOT, builder, expected
from nbgrader.utils import determine_grade, is_grade

from embedlab.grading import ASSIGNMENTS
from embedlab.grading.batch.job import Job, Terms, close_sandboxes, grade
from embedlab.grading.handed_in.intake import Submission
from embedlab.grading.inside.frames import Limits

EXPECTED = {name: expected(name) for name in sorted(ASSIGNMENTS)}
BANK = [(name, submission) for name, table in EXPECTED.items() for submission in table]


pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module", autouse=True)
def _nothing_warm_stays():
    """End this process's sandbox: other tests count the processes that a batch leaves."""
    yield
    close_sandboxes()


def graded(name, content):
    released = (ROOT / "exercises" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    terms = Terms(name, released, "bubblewrap", "", Limits())
    return grade(Job(Submission("ada", content, {}), "a secret", "", terms))


@pytest.mark.parametrize(("name", "submission"), BANK)
def test_the_grader_agrees_with_the_table(name, submission):
    row, checks = EXPECTED[name][submission], ASSIGNMENTS[name].checks
    notebook = builder().shortened(builder().submission(name, submission))
    result = graded(name, nbformat.writes(notebook).encode())
    assert result.record.problem == ""
    said = result.record.complaints
    failed = {check for check, words in said.items() if words}
    bonus = {check.name for check in checks.values() if check.is_bonus}
    assert failed - bonus == set(row.get("fails", {}))
    assert bonus - failed == set(row.get("bonus", []))
    missing = {
        check: said[check]
        for check, sentence in row.get("fails", {}).items()
        if sentence not in said[check]
    }
    assert missing == {}
    # What nbgrader makes of it.
    cells = [cell for cell in nbformat.reads(result.notebook, as_version=4).cells if is_grade(cell)]
    points = {cell.id: determine_grade(cell)[0] for cell in cells}
    assert sum(points[check] for check in checks) == row["score"]


@pytest.mark.parametrize("name", EXPECTED)
def test_the_solution_has_full_marks(name):
    path = ROOT / "solutions" / name / f"{name}.ipynb"
    result = graded(name, path.read_bytes())
    assert [words for words in result.record.complaints.values() if words] == []
    assert (result.record.limits, result.record.suspicions) == ((), ())
